"""The shop's promises, checked."""

import unittest

from shop.inventory import Cart, OutOfStock, Product, Stock, euros
from shop.report import day, order_list


def filled() -> Stock:
    stock = Stock()
    stock.add_product(Product("tea", "Black tea", 399), 40)
    stock.add_product(Product("jam", "Strawberry jam", 285), 3)
    return stock


class CartTest(unittest.TestCase):
    def test_nine_pieces_cost_the_full_price(self) -> None:
        cart = Cart(filled())
        cart.add("tea", 9)
        self.assertEqual(cart.total(), 9 * 399)

    def test_ten_pieces_are_cheaper(self) -> None:
        cart = Cart(filled())
        cart.add("tea", 10)
        self.assertEqual(cart.total(), 3591)

    def test_what_is_taken_leaves_the_shelf(self) -> None:
        stock = filled()
        Cart(stock).add("jam", 2)
        self.assertEqual(stock.count("jam"), 1)
        with self.assertRaises(OutOfStock):
            Cart(stock).add("jam", 2)

    def test_what_is_put_back_is_there_again(self) -> None:
        stock = filled()
        cart = Cart(stock)
        cart.add("jam", 2)
        cart.clear()
        self.assertEqual(stock.count("jam"), 3)


class ReportTest(unittest.TestCase):
    def test_low_shelves_are_on_the_list(self) -> None:
        self.assertEqual(order_list(filled()), "Strawberry jam: 3 left")

    def test_a_day_without_customers(self) -> None:
        self.assertIn("0.00", day(filled(), []))

    def test_euros(self) -> None:
        self.assertEqual(euros(1205), "12.05")


if __name__ == "__main__":
    unittest.main()

"""What the owner wants to know in the evening."""

from shop.inventory import Stock, euros


def order_list(stock: Stock) -> str:
    """What has to be ordered, one line a product."""
    rows = [f"{shelf.product.name}: {shelf.count} left" for shelf in stock.low()]
    return "\n".join(rows) or "Nothing has to be ordered."


def day(stock: Stock, sales: list[int]) -> str:
    """The day in one table."""
    rows = [
        ("Customers", str(len(sales))),
        ("Sales", euros(sum(sales))),
        ("Average", euros(sum(sales) // len(sales) if sales else 0)),
        ("Stock value", euros(stock.value())),
    ]
    return "\n".join(f"{name:<14}{value:>10}" for name, value in rows)

"""Products, the stock with its shelves, the cart and its prices. Money is whole cents everywhere."""

from collections.abc import Iterator
from dataclasses import dataclass, field

BULK_QUANTITY = 10
"""From this many pieces of one product on, the line gets cheaper."""

BULK_PERCENT = 10
"""How much cheaper."""


class ShopError(Exception):
    """Something the till has to tell the customer."""


class UnknownProduct(ShopError):
    """No product has this code."""


class OutOfStock(ShopError):
    """There is less on the shelf than was asked for."""


@dataclass(frozen=True)
class Product:
    """What can be bought."""

    code: str
    name: str
    cents: int
    reorder_at: int = 5

    def __post_init__(self) -> None:
        if not self.code:
            raise ValueError("a product needs a code")
        if self.cents < 0:
            raise ValueError(f"{self.name} can't cost less than nothing")

    def label(self) -> str:
        """The little card on the shelf."""
        return f"{self.name:<24}{euros(self.cents):>10}"


@dataclass
class Shelf:
    """How much of one product is there."""

    product: Product
    count: int = 0

    def put(self, count: int) -> None:
        if count <= 0:
            raise ValueError("only a positive number of pieces can be put on a shelf")
        self.count += count

    def take(self, count: int) -> None:
        if count > self.count:
            raise OutOfStock(f"only {self.count} of {self.product.name} are left")
        self.count -= count

    @property
    def is_low(self) -> bool:
        return self.count <= self.product.reorder_at


@dataclass
class Stock:
    """All shelves, by product code."""

    shelves: dict[str, Shelf] = field(default_factory=dict)

    def add_product(self, product: Product, count: int = 0) -> Shelf:
        """A new shelf; a known code keeps its shelf and gets the pieces."""
        shelf = self.shelves.setdefault(product.code, Shelf(product))
        if count:
            shelf.put(count)
        return shelf

    def shelf(self, code: str) -> Shelf:
        try:
            return self.shelves[code]
        except KeyError:
            raise UnknownProduct(f"there is no product {code!r}") from None

    def count(self, code: str) -> int:
        return self.shelf(code).count

    def take(self, code: str, count: int) -> None:
        self.shelf(code).take(count)

    def put_back(self, code: str, count: int) -> None:
        self.shelf(code).put(count)

    def low(self) -> Iterator[Shelf]:
        """Shelves that have to be filled, the emptiest first."""
        yield from sorted((s for s in self.shelves.values() if s.is_low), key=lambda shelf: shelf.count)

    def value(self) -> int:
        """What everything on the shelves would bring, in cents."""
        return sum(shelf.count * shelf.product.cents for shelf in self.shelves.values())

    def search(self, words: str) -> list[Product]:
        """Products whose name holds all the words."""
        wanted = words.casefold().split()
        return [
            shelf.product
            for shelf in self.shelves.values()
            if all(word in shelf.product.name.casefold() for word in wanted)
        ]


@dataclass(frozen=True)
class Line:
    """One line of the receipt."""

    product: Product
    count: int
    cents: int

    def text(self) -> str:
        return f"{self.count:>3} x {self.product.name:<20}{euros(self.cents):>10}"


class Cart:
    """What one customer wants. Pieces leave the shelf when they go into the cart."""

    def __init__(self, stock: Stock) -> None:
        self._stock = stock
        self._counts: dict[str, int] = {}

    def __len__(self) -> int:
        return sum(self._counts.values())

    def __contains__(self, code: str) -> bool:
        return code in self._counts

    def add(self, code: str, count: int = 1) -> None:
        if count <= 0:
            raise ValueError("only a positive number of pieces can be bought")
        self._stock.take(code, count)
        self._counts[code] = self._counts.get(code, 0) + count

    def remove(self, code: str, count: int | None = None) -> None:
        """Back on the shelf: `count` pieces, or all of them."""
        held = self._counts.get(code, 0)
        if not held:
            raise UnknownProduct(f"{code!r} is not in the cart")
        back = held if count is None else min(count, held)
        self._stock.put_back(code, back)
        if back == held:
            del self._counts[code]
        else:
            self._counts[code] = held - back

    def clear(self) -> None:
        for code in list(self._counts):
            self.remove(code)

    def price(self, code: str) -> int:
        """Cents for all pieces of one product."""
        count = self._counts.get(code, 0)
        full = count * self._stock.shelf(code).product.cents
        if count > BULK_QUANTITY:
            # many pieces are cheaper
            saved = int(full * BULK_PERCENT / 100)
            return full - saved
        return full

    def lines(self) -> list[Line]:
        """The receipt, in the order things were put in."""
        return [Line(self._stock.shelf(code).product, count, self.price(code)) for code, count in self._counts.items()]

    def total(self) -> int:
        return sum(line.cents for line in self.lines())

    def receipt(self) -> str:
        rows = [line.text() for line in self.lines()]
        rows.append("-" * 36)
        rows.append(f"{'Total':<26}{euros(self.total()):>10}")
        return "\n".join(rows)


def euros(cents: int) -> str:
    """`1234` as `12.34`."""
    return f"{cents // 100}.{cents % 100:02}"

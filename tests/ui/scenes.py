"""What the pictures show: a small project and lists of events that could have come from a real turn."""

from decimal import Decimal
from pathlib import Path

from flux_tui.protocol.blocks import CommandBlock, DiffBlock, ExcerptBlock, PlanBlock
from flux_tui.protocol.codes import Code, Evidence, StopReason, TurnOutcome
from flux_tui.protocol.decisions import Asked, CommandQuestion, EditQuestion
from flux_tui.protocol.events import (
    CallFinished,
    CallStarted,
    Check,
    Event,
    MessageFinished,
    RequestSent,
    TextArrived,
    ThinkingArrived,
    TurnEnded,
    TurnStarted,
)
from flux_tui.protocol.messages import ResultPart, Shift, Sight, Usage, Written
from flux_tui.workspace.files import digest
from flux_tui.workspace.ledger import Ledger

BEFORE = '''"""The shopping cart."""

from decimal import Decimal

from shop.money import rounded
from shop.stock import Item


class Cart:
    def __init__(self) -> None:
        self.lines: list[tuple[Item, int]] = []

    def add(self, item: Item, count: int) -> None:
        self.lines.append((item, count))

    def total(self) -> Decimal:
        total = Decimal(0)
        for item, count in self.lines:
            total += item.price * count
        return rounded(total)

    def clear(self) -> None:
        self.lines = []

    def __len__(self) -> int:
        return len(self.lines)
'''
IMPORT = ("from shop.money import rounded\n", "from shop.discounts import discount\nfrom shop.money import rounded\n")
SIGNATURE = ("def total(self) -> Decimal:", 'def total(self, code: str = "") -> Decimal:')
RETURN = ("return rounded(total)", "return rounded(total - discount(code, total))")
AFTER = (
    BEFORE.replace(*IMPORT)
    .replace(*SIGNATURE)
    .replace(*RETURN)
    .replace("        self.lines = []\n\n    def __len__", "        self.lines.clear()\n\n    def __len__")
    .replace("return len(self.lines)", "return sum(count for _, count in self.lines)")
)

DISCOUNTS = "def discount(code, total):\n    return 0\n"


def project(folder: Path) -> None:
    """A folder with a handful of files."""
    for name, text in {
        "README.md": "# Shop\n",
        "pyproject.toml": "[project]\nname = 'shop'\n",
        "shop/__init__.py": "",
        "shop/cart.py": BEFORE,
        "shop/discounts.py": DISCOUNTS,
        "shop/money.py": "def rounded(amount):\n    return amount\n",
        "shop/stock.py": "class Item: ...\n",
        "tests/test_cart.py": "def test_total(): ...\n",
    }.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)


def known(ledger: Ledger) -> None:
    """What the model has seen after `READING`: the cart but for its end, and all of the discounts."""
    ledger.note(ResultPart("c1", "read_files", "", seen=(_sight("shop/cart.py", BEFORE, 20),)))
    ledger.note(ResultPart("c2", "read_files", "", seen=(_sight("shop/discounts.py", DISCOUNTS, 2),)))


def edited(folder: Path, ledger: Ledger) -> None:
    """As if the first three changes had been written."""
    after = BEFORE.replace(*IMPORT).replace(*SIGNATURE).replace(*RETURN)
    (folder / "shop/cart.py").write_text(after)
    shifts = (Shift(5, 0, 1), Shift(16, 1, 1), Shift(20, 1, 1))
    written = Written("w1", "shop/cart.py", _hash(BEFORE), _hash(after), shifts)
    ledger.note(ResultPart("c6", "edit_file", "", written=(written,)))


def _sight(path: str, text: str, last: int) -> Sight:
    return Sight(path, _hash(text), ((1, last),), text.count("\n"))


def _hash(text: str) -> str:
    return digest(text.encode())


def call(name: str, tool: str, title: str, *blocks: object, code: Code = Code.OK, seconds: float = 0.0) -> list[Event]:
    seen = {"shop/cart.py": ((1, 27),)} if tool == "read_files" else {}
    finished = CallFinished(name, tool, code, "", (), (), seen, None, None, tuple(blocks), seconds)  # type: ignore[arg-type]
    return [CallStarted(name, tool, {}, title), finished]


def message(text: str, stop: StopReason = StopReason.TOOL_CALLS) -> Event:
    return MessageFinished(text, stop, "anthropic", "claude-sonnet-4-5", Usage(3000, 200), Decimal("0.013"))


PROMPT = "Let `Cart.total` take a discount code, and make `len(cart)` count the pieces."
PLAN = PlanBlock((("done", "Read the cart"), ("now", "Let total take a code"), ("todo", "Run the tests")))

READING: list[Event] = [
    TurnStarted(1, PROMPT),
    RequestSent(1, 1, "anthropic", "claude-sonnet-4-5"),
    ThinkingArrived("The cart sums the lines. I should read it first, and see how discounts are computed."),
    TextArrived("I will read the cart and the discounts first."),
    message("I will read the cart and the discounts first."),
    *call("c1", "read_files", "read shop/cart.py", ExcerptBlock("shop/cart.py", 1, BEFORE), seconds=0.1),
    *call("c2", "read_files", "read shop/discounts.py", ExcerptBlock("shop/discounts.py", 1, "def …\n"), seconds=0.1),
    *call("c3", "grep_search", "search discount", seconds=0.2),
    *call("c4", "update_plan", "plan", PLAN),
    RequestSent(2, 1, "anthropic", "claude-sonnet-4-5"),
    *call("c5", "edit_file", "edit shop/cart.py", code=Code.UNSEEN_LINES),
]

ANSWER = """`Cart.total` now takes a **discount code** and `len(cart)` counts pieces:

1. `total(code="")` subtracts `discount(code, total)` *before* rounding
2. `__len__` sums the counts; an empty cart is still `0`

```python
def total(self, code: str = "") -> Decimal:
    total = Decimal(0)
    for item, count in self.lines:
        total += item.price * count
    return rounded(total - discount(code, total))
```

| case | before | after |
|---|---:|---:|
| no code | 12.00 | 12.00 |
| `SPRING10` | 12.00 | 10.80 |
"""

EDIT = Asked("c6", "edits wait for your review in mode ask", EditQuestion((DiffBlock("shop/cart.py", BEFORE, AFTER),)))
COMMAND = Asked(
    "c7",
    "No rule allows this command.",
    CommandQuestion("python -m pytest -q tests/test_cart.py", ".", True, ("run_command(python -m pytest*)",)),
)

TESTS = CommandBlock("python -m pytest -q tests/test_cart.py", "....\n4 passed in 0.02s\n", 0, 0.6)
DONE: list[Event] = [
    *call("c6", "edit_file", "edit shop/cart.py", DiffBlock("shop/cart.py", BEFORE, AFTER), seconds=0.1),
    *call("c7", "run_command", "run python -m pytest -q tests/test_cart.py", TESTS, seconds=0.6),
    TextArrived(ANSWER),
    message(ANSWER, StopReason.END),
    TurnEnded(1, TurnOutcome.DONE, ("shop/cart.py",), (Check("python -m pytest -q", 0),), Evidence.VERIFIED),
]

"""Heights of many items: where an item begins and which item a line is in, in O(log n). Knows no item."""

from collections.abc import Iterable


class Heights:
    """A Fenwick tree over the items' heights. Items are only added at the end."""

    def __init__(self, heights: Iterable[int] = ()) -> None:
        self._heights: list[int] = []
        self._tree: list[int] = [0]
        self._total = 0
        for height in heights:
            self.append(height)

    def __len__(self) -> int:
        return len(self._heights)

    def __getitem__(self, index: int) -> int:
        return self._heights[index]

    @property
    def total(self) -> int:
        return self._total

    def append(self, height: int) -> None:
        self._heights.append(height)
        self._total += height
        at = len(self._heights)
        node, below = height, at - 1
        while below > at - (at & -at):
            node += self._tree[below]
            below -= below & -below
        self._tree.append(node)

    def set(self, index: int, height: int) -> None:
        change = height - self._heights[index]
        if not change:
            return
        self._heights[index] = height
        self._total += change
        at = index + 1
        while at < len(self._tree):
            self._tree[at] += change
            at += at & -at

    def top(self, index: int) -> int:
        """The line at which item `index` begins; for `len(self)`, the line after the last."""
        total = 0
        while index:
            total += self._tree[index]
            index -= index & -index
        return total

    def find(self, line: int) -> tuple[int, int]:
        """(item, line inside it) of a line. Beyond the end: the item after the last."""
        index, step = 0, 1 << len(self._heights).bit_length()
        while step:
            ahead = index + step
            if ahead < len(self._tree) and self._tree[ahead] <= line:
                index, line = ahead, line - self._tree[ahead]
            step >>= 1
        return index, line

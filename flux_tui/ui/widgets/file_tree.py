"""The files of the folder, read as they are unfolded, with git's state and what the model has seen. Changes nothing."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from rich.cells import cell_len
from rich.style import Style
from rich.text import Text
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import Tree
from textual.widgets.tree import TreeNode

from flux_tui.safety.visible import visible
from flux_tui.ui.folder import Name, names
from flux_tui.ui.styles import Styles, styles_of
from flux_tui.ui.widgets.line import clip
from flux_tui.ui.widgets.tree_marks import Marks, Seen

Git = Callable[[], Awaitable[Mapping[str, str]]]
"""Path -> git's letter."""

GIT_DELAY = 0.3
"""Seconds that git waits for more changes before it is asked."""


@dataclass(frozen=True, slots=True)
class Entry:
    path: str
    """Relative to the folder, "" = the folder itself."""
    folder: bool
    note: bool = False
    """No file, but a word on what is not shown."""


class FileTree(Tree[Entry]):
    """Give it a folder with `show`. Keys: enter or o looks at a file, a or @ names it in the draft, r reads again."""

    DEFAULT_CSS = """
    FileTree {
        width: 1fr; height: 1fr; background: $background; padding: 0; overflow-x: hidden;
        scrollbar-size-vertical: 1;
        &:focus { background-tint: initial; }
    }
    """
    ICON_NODE = "▸ "
    ICON_NODE_EXPANDED = "▾ "
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("o", "select_cursor", "Look at the file", show=False, id="tree.open"),
        Binding("a,@", "mention", "Name the file in the draft", show=False, id="tree.mention"),
        Binding("r", "read_again", "Read the folder again", show=False, id="tree.refresh"),
        Binding("j", "cursor_down", show=False),
        Binding("k", "cursor_up", show=False),
        Binding("l,right", "unfold", show=False),
        Binding("h,left", "fold", show=False),
        Binding("g", "scroll_home", show=False),
        Binding("G", "scroll_end", show=False),
    ]

    class Mentioned(Message):
        """The person wants to name a file in the draft."""

        def __init__(self, path: str) -> None:
            super().__init__()
            self.path = path

    class Opened(Message):
        """The person wants to look at a file."""

        def __init__(self, path: str) -> None:
            super().__init__()
            self.path = path

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(Text(""), Entry("", folder=True), id=id)
        self.show_root = False
        self.show_guides = False
        self.guide_depth = 2
        self._folder: Path | None = None
        self._git: Git | None = None
        self._marks = Marks()

    def show(self, folder: Path, seen: Seen, git: Git | None = None) -> None:
        """`git` only for a trusted folder; without it there are no letters."""
        self._folder, self._git, self._marks = folder, git, Marks(seen)
        self.reload()

    def reload(self) -> None:
        """Read again what is unfolded, and ask git."""
        if self._folder is not None:
            self.run_worker(self._read(self._folder, self._unfolded()), group="files", exclusive=True)
            self._ask_git()

    def refresh_marks(self) -> None:
        """What the model has seen may have changed, or a file: draw the marks again and ask git."""
        self._line_cache.clear()
        self.refresh()
        self._ask_git()

    def action_mention(self) -> None:
        if self.cursor_node is not None and (entry := self.cursor_node.data) and not entry.note:
            self.post_message(self.Mentioned(entry.path))

    def action_read_again(self) -> None:
        self.reload()

    def action_unfold(self) -> None:
        if self.cursor_node is not None and self.cursor_node.allow_expand:
            self.cursor_node.expand()

    def action_fold(self) -> None:
        node = self.cursor_node
        if node is not None and node.allow_expand and node.is_expanded:
            node.collapse()
        else:
            self.action_cursor_parent()

    def on_tree_node_selected(self, event: Tree.NodeSelected[Entry]) -> None:
        entry = event.node.data
        if entry is not None and not entry.folder and not entry.note:
            event.stop()
            self.post_message(self.Opened(entry.path))

    def on_tree_node_expanded(self, event: Tree.NodeExpanded[Entry]) -> None:
        node = event.node
        if self._folder is not None and node.data is not None and not node.children:
            self.run_worker(self._read_one(self._folder, node), group=f"folder {node.data.path}", exclusive=True)

    def get_label_width(self, node: TreeNode[Entry]) -> int:
        """Labels are clipped to the pane, so none is ever wider; asked for every node at once, it must cost nothing."""
        return 0

    def render_label(self, node: TreeNode[Entry], base_style: Style, style: Style) -> Text:
        entry = node.data
        assert entry is not None
        look = styles_of(self.app)
        room = max(self.size.width - 2 * _depth(node) - 1, 4)
        marks, ink = self._look(entry, look)
        fold = (self.ICON_NODE_EXPANDED if node.is_expanded else self.ICON_NODE) if entry.folder else "  "
        tail = sum(cell_len(mark) for mark, _ in marks)
        name = clip(visible(str(node.label)), room - 3 - tail)
        text = Text.assemble((f" {fold}", look.faint), (name, ink))
        text.append(" " * max(room - text.cell_len - tail, 1))
        for mark, color in marks:
            text.append(mark, color)
        text.append(" ")
        text.stylize_before(base_style + style)
        return text

    def _look(self, entry: Entry, look: Styles) -> tuple[list[tuple[str, Style]], Style]:
        """Marks and ink of a name. What the model has not seen is dim."""
        if entry.note:
            return [], look.faint
        if entry.folder:
            return self._marks.of_folder(entry.path, look), look.text
        unseen = self._marks.seen(entry.path) == "unseen"
        return self._marks.of_file(entry.path, look), look.muted if unseen else look.text

    def _unfolded(self) -> list[str]:
        found, left = [""], list(self.root.children)
        while left:
            node = left.pop()
            if node.is_expanded and node.data is not None and node.data.folder:
                found.append(node.data.path)
                left += node.children
        return found

    async def _read(self, folder: Path, unfolded: Iterable[str]) -> None:
        wanted = list(unfolded)
        found = await asyncio.to_thread(lambda: {path: names(folder, path) for path in wanted})
        at = self.cursor_node.data.path if self.cursor_node is not None and self.cursor_node.data else ""
        self.clear()
        nodes = {"": self.root}
        for path in sorted(found):
            if (node := nodes.get(path)) is not None:
                nodes |= self._fill(node, path, found[path])
                node.expand()
        if at in nodes and at:
            self.call_after_refresh(self.move_cursor, nodes[at])

    async def _read_one(self, folder: Path, node: TreeNode[Entry]) -> None:
        assert node.data is not None
        path = node.data.path
        found = await asyncio.to_thread(names, folder, path)
        node.remove_children()
        self._fill(node, path, found)

    def _fill(self, node: TreeNode[Entry], path: str, found: Iterable[Name]) -> dict[str, TreeNode[Entry]]:
        made = {}
        for name in found:
            entry = Entry(f"{path}/{name.text}" if path else name.text, name.folder, name.note)
            made[entry.path] = node.add(Text(name.text), entry, allow_expand=name.folder)
        return made

    def _ask_git(self) -> None:
        if self._git is not None:
            self.run_worker(self._read_git(self._git), group="git", exclusive=True)

    async def _read_git(self, git: Git) -> None:
        await asyncio.sleep(GIT_DELAY)
        states = await git()
        if states != self._marks.letters:
            self._marks.read(states)
            self._line_cache.clear()
            self.refresh()


def _depth(node: TreeNode[Entry]) -> int:
    """Guides before a node; the root, which is not shown, has none."""
    depth, above = -1, node.parent
    while above is not None:
        depth, above = depth + 1, above.parent
    return max(depth, 0)

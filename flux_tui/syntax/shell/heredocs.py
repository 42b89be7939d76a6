"""Where bash ends a heredoc: at the first line that is its name. The grammar may think otherwise."""

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Node


def ends_there(text: str, redirect: "Node", start: "Node", end: "Node") -> bool:
    """Whether the grammar's end of the heredoc is bash's. `start`: its name, as written behind `<<`."""
    name = re.sub(r"['\"\\]", "", text[start.start_byte : start.end_byte])
    tabs = "\t" if any(child.type == "<<-" for child in redirect.children) else ""
    at = text.find("\n", start.end_byte) + 1
    while at:
        stop = text.find("\n", at)
        whole = text[at : stop if stop >= 0 else len(text)]
        line = whole.lstrip(tabs) if tabs else whole
        if line == name:
            last = at + len(whole)
            return text[end.start_byte : end.end_byte].strip() == name and end.end_byte == last
        at = stop + 1
    return False

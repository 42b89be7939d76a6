"""A stored session as transcript items: what was said and done, without the parts that only a live screen had."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from flux_tui.protocol.blocks import NoteBlock
from flux_tui.protocol.codes import Code, Evidence, FaultName, TurnOutcome
from flux_tui.protocol.events import Check, TurnEnded
from flux_tui.ui.items import AnswerItem, CallItem, EvidenceItem, Item, NoticeItem, PromptItem

Line = Mapping[str, Any]


def replay(lines: Iterable[Line]) -> Iterator[Item]:
    """Items for the event lines of a session, as the store gives them. A line that is not understood is passed over."""
    titles: dict[str, str] = {}
    for line in lines:
        try:
            item = _item(line, titles)
        except (KeyError, ValueError, TypeError):
            continue
        if item is not None:
            yield item


def _item(line: Line, titles: dict[str, str]) -> Item | None:
    match line["type"]:
        case "turn_started":
            return PromptItem(line["prompt"], line["turn"])
        case "prompt_queued" if line["kind"] == "steer":
            return PromptItem(line["text"], 0)
        case "message_finished" if line["text"]:
            return _answer(line["text"])
        case "message_cut" if line["text"]:
            answer = AnswerItem()
            answer.feed(line["text"])
            answer.cut(FaultName(line["reason"]))
            return answer
        case "call_started":
            titles[line["call"]] = title(line["tool"], line["arguments"])
            return None
        case "call_finished":
            return _call(line, titles)
        case "turn_ended":
            return _ended(line)
        case "error_occurred":
            return NoticeItem(line["message"], "error")
        case _:
            return None


def title(tool: str, arguments: Mapping[str, Any]) -> str:
    """Verb and place of a call, from what was stored of it."""
    for key in ("path", "paths", "command", "pattern"):
        value = arguments.get(key)
        if value:
            place = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
            return f"{tool.split('_')[0]} {place}"
    return tool


def _answer(text: str) -> AnswerItem:
    item = AnswerItem()
    item.feed(text)
    item.finish(text)
    return item


def _call(line: Line, titles: Mapping[str, str]) -> CallItem:
    item = CallItem(line["call"], titles.get(line["call"], line["tool"]))
    text = line["text"]
    item.finish(Code(line["code"]), text, (NoteBlock(text),) if text else (), 0.0)
    return item


def _ended(line: Line) -> EvidenceItem | None:
    outcome, files = TurnOutcome(line["outcome"]), tuple(line["files"])
    checks = tuple(Check(row["command"], row["exit"]) for row in line["checks"])
    if outcome is TurnOutcome.DONE and not files and not checks:
        return None
    return EvidenceItem(TurnEnded(line["turn"], outcome, files, checks, Evidence(line["evidence"])))

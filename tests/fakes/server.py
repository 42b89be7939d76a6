"""The fake model server: HTTP on loopback in a thread of its own, or as a process that prints its URL.

It answers the script's replies in order, checks the history of every request and keeps what it refused in `complaints`.
"""

import argparse
import asyncio
import json
import sys
import threading
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import ModuleType
from typing import Any

from tests.fakes import chat_wire, messages_wire, responses_wire
from tests.fakes.book import Book
from tests.fakes.script import Fault, Heard, Protocol, Reply, Script, load

PLAYERS: Mapping[Protocol, ModuleType] = {
    "messages": messages_wire,
    "chat": chat_wire,
    "responses": responses_wire,
}
ROUTES: Mapping[str, Protocol] = {"/messages": "messages", "/chat/completions": "chat", "/responses": "responses"}
PAGE = "<!doctype html><title>Welcome</title><h1>Please sign in to the network</h1>"


@dataclass(slots=True)
class Request:
    """What came over the wire."""

    method: str
    path: str
    headers: Mapping[str, str]
    raw: bytes

    @property
    def body(self) -> dict[str, Any]:
        value: dict[str, Any] = json.loads(self.raw or b"{}")
        return value


@dataclass(slots=True)
class FakeServer:
    """`with FakeServer(script) as server: … server.url`. `key` "" = any key is taken."""

    script: Script
    key: str = ""
    by_history: bool = False
    """The Nth reply answers a history with N assistant messages; so several conversations can share one script.
    A fault is then played once, and after it the reply as it would have been."""
    port: int = 0
    knows: frozenset[str] = frozenset()
    """Fields it takes beyond those that every server of its kind takes."""
    models: Any = None
    """What `GET …/models` answers: JSON, or a status; None = there is no such page."""
    requests: list[Request] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    books: dict[Protocol, Book] = field(default_factory=dict)
    url: str = ""
    connections: int = 0
    _loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)
    _thread: threading.Thread | None = None
    _ready: threading.Event = field(default_factory=threading.Event)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _failed: set[int] = field(default_factory=set)

    def __enter__(self) -> "FakeServer":
        self._thread = threading.Thread(target=self._serve, name="fake-model-server", daemon=True)
        self._thread.start()
        if not self._ready.wait(10):
            raise RuntimeError("the fake server did not start")
        return self

    def __exit__(self, *exc: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        if self._thread is not None:
            self._thread.join(10)

    def base(self, protocol: Protocol) -> str:
        """The base URL as the vendor's SDK wants it."""
        return self.url if protocol == "messages" else f"{self.url}/v1"

    def heard(self, protocol: Protocol = "messages") -> list[dict[str, Any]]:
        return [request.body for request in self.requests if ROUTES.get(_route(request.path)) == protocol]

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(asyncio.start_server(self._connection, "127.0.0.1", self.port))
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        self._ready.set()
        self._loop.run_forever()
        server.close()
        for task in list(self._tasks):
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*self._tasks, return_exceptions=True))
        self._loop.close()

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self.connections += 1
        try:
            while (request := await _read(reader)) is not None:
                self.requests.append(request)
                if not await self._answer(request, writer):
                    break
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            return  # the client left, or the server stops
        finally:
            self._tasks.discard(task)
            writer.close()

    async def _answer(self, request: Request, writer: asyncio.StreamWriter) -> bool:
        """Answer one request. False = the connection is over."""
        protocol = ROUTES.get(_route(request.path))
        if request.method == "GET" and _route(request.path) == "/models" and self.models is not None:
            failed = isinstance(self.models, int)
            return await _plain(writer, self.models if failed else 200, {} if failed else self.models)
        if protocol is None or request.method != "POST":
            return await _plain(writer, 404, {"error": {"message": f"no {request.method} {request.path} here"}})
        player, book = PLAYERS[protocol], self.books.setdefault(protocol, Book())
        wrong = self._complain(player, request, book)
        if wrong:
            self.complaints += wrong
            return await _plain(writer, 400, player.error("invalid_request_error", "; ".join(wrong)))
        if self.key and self.key not in request.headers.get("authorization", request.headers.get("x-api-key", "")):
            return await _plain(writer, 401, player.error("authentication_error", "invalid key"))
        heard: Heard = player.hear(request.body, request.headers, len(self.requests) - 1)
        reply = self._next(heard)
        if reply is None:
            self.complaints.append(f"request {len(self.requests)}: the script has no more replies")
            return await _plain(writer, 404, player.error("not_found_error", "the script is over"))
        book.paused = reply.stop_reason == "pause"
        return await _play(reply, heard, book, player, writer)

    def _complain(self, player: ModuleType, request: Request, book: Book) -> list[str]:
        try:
            body = request.body
            known = {name: value for name, value in body.items() if name not in self.knows}
            wrong: list[str] = player.check(known, request.headers, book)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            return [f"the request is malformed: {error!r}"]
        return wrong + ([] if body.get("stream") is True else ["stream is not true"])

    def _next(self, heard: Heard) -> Reply | None:
        if callable(self.script):
            return self.script(heard)
        number = heard.replies if self.by_history else heard.index
        if number >= len(self.script):
            return None
        reply = self.script[number]
        if self.by_history and number in self._failed:
            return replace(reply, fault=None)
        self._failed.add(number)
        return reply


def _route(path: str) -> str:
    path = path.split("?", 1)[0]
    return path[3:] if path.startswith("/v1/") else path


async def _read(reader: asyncio.StreamReader) -> Request | None:
    line = await reader.readline()
    if not line.strip():
        return None
    method, path, _ = line.decode("latin-1").split(" ", 2)
    headers: dict[str, str] = {}
    while (line := await reader.readline()).strip():
        name, _, value = line.decode("latin-1").partition(":")
        headers[name.strip().lower()] = value.strip()
    raw = await reader.readexactly(int(headers.get("content-length", "0")))
    return Request(method, path, headers, raw)


async def _plain(
    writer: asyncio.StreamWriter, status: int, body: Any, headers: Mapping[str, str] | None = None
) -> bool:
    text = body if isinstance(body, str) else json.dumps(body)
    kind = "text/html; charset=utf-8" if isinstance(body, str) else "application/json"
    data = text.encode()
    head = {"content-type": kind, "content-length": str(len(data)), **(headers or {})}
    writer.write(_head(status, head) + data)
    await writer.drain()
    return True


def _head(status: int, headers: Mapping[str, str]) -> bytes:
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 {status} Scripted\r\n{lines}\r\n".encode("latin-1")


async def _play(reply: Reply, heard: Heard, book: Book, player: ModuleType, writer: asyncio.StreamWriter) -> bool:
    fault = reply.fault
    if fault is not None and fault.kind in ("status", "html", "json", "garbage", "redirect", "reset", "silent"):
        return await _fail(fault, player, writer)
    writer.write(_head(200, {"content-type": "text/event-stream; charset=utf-8", "transfer-encoding": "chunked"}))
    if fault is not None and fault.kind == "empty":
        return await _end(writer)
    events = [reply.raw] if reply.raw is not None else list(player.events(reply, heard, book))
    if fault is not None:
        await _stream(events[: fault.after], reply, writer)
        return await _break(fault, player, writer)
    await _stream(events, reply, writer)
    return await _end(writer)


async def _stream(events: list[bytes], reply: Reply, writer: asyncio.StreamWriter) -> None:
    async for data in _segments(events, reply):
        writer.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        if reply.delay or reply.segment:
            await writer.drain()
            await asyncio.sleep(reply.delay)
    await writer.drain()


async def _segments(events: list[bytes], reply: Reply) -> AsyncIterator[bytes]:
    if not reply.segment:
        for data in events:
            yield data
        return
    whole = b"".join(events)
    for at in range(0, len(whole), reply.segment):
        yield whole[at : at + reply.segment]


async def _end(writer: asyncio.StreamWriter) -> bool:
    writer.write(b"0\r\n\r\n")
    await writer.drain()
    return True


async def _fail(fault: Fault, player: ModuleType, writer: asyncio.StreamWriter) -> bool:
    match fault.kind:
        case "status":
            body = fault.body if fault.body is not None else player.error(_type(fault.status), fault.message)
            return await _plain(writer, fault.status, body, fault.headers)
        case "html":
            return await _plain(writer, 200, PAGE)
        case "json":
            return await _plain(writer, 200, fault.body or player.error(fault.error, fault.message))
        case "garbage":
            head = {"content-type": "text/event-stream", "content-encoding": "gzip", "content-length": "9"}
            writer.write(_head(200, head) + b"not gzip!")
            await writer.drain()
            return True
        case "redirect":
            return await _plain(writer, 307, "", {"location": fault.location})
        case "silent":
            await asyncio.sleep(3600)
    _reset(writer)
    return False


def _type(status: int) -> str:
    known = {400: "invalid_request_error", 401: "authentication_error", 403: "permission_error", 404: "not_found_error"}
    known |= {413: "request_too_large", 429: "rate_limit_error", 529: "overloaded_error"}
    return known.get(status, "api_error")


async def _break(fault: Fault, player: ModuleType, writer: asyncio.StreamWriter) -> bool:
    """End, or never end, a stream that has begun."""
    match fault.kind:
        case "cut":
            return await _end(writer)
        case "stall":
            await asyncio.sleep(3600)
        case "pings":
            while True:
                await _chunk(writer, b": still here\n\n")
                await asyncio.sleep(0.02)
        case "bad_json":
            await _chunk(writer, b'event: content_block_delta\ndata: {"type": "content_block_del\n\n')
            return await _end(writer)
        case "error_event":
            error = {"type": "error", **player.error(fault.error, fault.message)}
            await _chunk(writer, f"event: error\ndata: {json.dumps(error)}\n\n".encode())
            return await _end(writer)
    _reset(writer)
    return False


async def _chunk(writer: asyncio.StreamWriter, data: bytes) -> None:
    writer.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
    await writer.drain()


def _reset(writer: asyncio.StreamWriter) -> None:
    """RST instead of FIN."""
    transport = writer.transport
    if isinstance(transport, asyncio.Transport):
        transport.abort()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--script", type=Path, required=True, help="JSON list of replies")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--protocol", choices=["messages", "chat", "responses", "all"], default="all")
    parser.add_argument("--key", default="")
    parser.add_argument("--by-history", action="store_true", help="choose the reply by the number of earlier ones")
    parser.add_argument("--log", type=Path, help="where each complaint is appended as a line")
    given = parser.parse_args()
    with FakeServer(load(given.script), key=given.key, by_history=given.by_history, port=given.port) as server:
        base = server.url if given.protocol in ("all", "messages") else server.base(given.protocol)
        sys.stdout.write(f"{base}\n")
        sys.stdout.flush()
        try:
            _watch(server, given.log)
        except KeyboardInterrupt:
            return 1 if server.complaints else 0
    return 0


def _watch(server: FakeServer, log: Path | None) -> None:
    told = 0
    while True:
        threading.Event().wait(0.05)
        while told < len(server.complaints):
            line = server.complaints[told] + "\n"
            told += 1
            sys.stderr.write(line)
            if log is not None:
                with log.open("a", encoding="utf-8") as out:
                    out.write(line)


if __name__ == "__main__":
    raise SystemExit(main())

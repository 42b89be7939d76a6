"""A provider behind an SDK's client: one request, watched by the clock, its stream read and its faults classified."""

import asyncio
import json
import threading
from abc import abstractmethod
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from flux_tui.config.settings import Network
from flux_tui.llm import faults, sdk
from flux_tui.llm.base_provider import BaseLLMProvider, Request
from flux_tui.llm.draft import Draft
from flux_tui.llm.faults import Broken, Place
from flux_tui.llm.history import Checked
from flux_tui.llm.mending import Mending
from flux_tui.llm.sse import NotJson, Parser
from flux_tui.llm.veil import Veil
from flux_tui.llm.watch import Watch
from flux_tui.llm.wire import Reader, StreamError, Wire
from flux_tui.protocol.codes import FaultName, StopReason
from flux_tui.protocol.messages import Message, Origin, Usage
from flux_tui.protocol.stream import Failed, Fault, Finished, StreamItem

if TYPE_CHECKING:
    import httpx2

LONGEST = 1_000_000
"""Characters of one reply: twice what any model may say. What goes on for longer is cut as at its length limit."""
FRIENDLY = (StopReason.END, StopReason.TOOL_CALLS)
DRAIN_SECONDS = 0.1
LIST_SECONDS = 20.0


class HttpProvider(BaseLLMProvider):
    """Subclasses make the SDK's client and send one request with it; the protocol is in the wire."""

    auth = "bearer"
    """Header of the key: `bearer` or `x-api-key`."""

    def __init__(self, origin: Origin, wire: Wire, place: Place, network: Network) -> None:
        super().__init__(origin, network)
        self.wire = wire
        self.place = place
        self._client: Any = None
        self._lock = threading.Lock()
        self._checked = Checked()
        self._mending = Mending()

    @abstractmethod
    def make_client(self) -> Any:
        """The SDK's asynchronous client, without retries and redirects. Imports the SDK. Called in a thread."""

    async def fetch(self, client: Any, path: str) -> "httpx2.Response":
        """A page of what the server tells of itself, or the SDK's exception."""
        return await sdk.fetch(client, path)

    @abstractmethod
    async def send(self, client: Any, body: bytes) -> "httpx2.Response":
        """The answer with its body unread, or the SDK's exception."""

    def preload(self) -> None:
        with self._lock:
            if self._client is None:
                self._client = self.make_client()

    async def close(self) -> None:
        if self._client is not None:
            await self._client.close()

    async def get(self, path: str) -> Any:
        """The JSON at this path. Raises Broken."""
        await asyncio.to_thread(self.preload)
        try:
            async with asyncio.timeout(self.network.connect_timeout + LIST_SECONDS):
                response = await self.fetch(self._client, path)
            return json.loads(response.content)
        except TimeoutError:
            raise Broken(faults.fault(FaultName.TIMEOUT, self.place)) from None
        except (ValueError, RecursionError) as error:
            raise Broken(faults.fault(FaultName.NOT_A_STREAM, self.place)) from error
        except self._kinds() as error:
            raise Broken(_failure(error, self.place)) from error

    def mend(self, request: Request) -> bool:
        self._mending.worsen(request.history)
        return True

    async def stream(self, request: Request) -> AsyncIterator[StreamItem]:
        request = replace(request, history=self._checked.valid(self._mending.applied(request.history)))
        veil = Veil(self.place.keys)
        reader = self.wire.reader(Draft(self.origin, self._checked.ids, veil), request)
        body = self.wire.body(request)
        parser = Parser()
        try:
            async with aclosing(self._chunks(body, reader)) as chunks:
                async for chunk in chunks:
                    for event in parser.feed(chunk):
                        for item in reader.take(event.name, event.data):
                            for seen in veil.shown(item):
                                yield seen
                    if enough(reader):
                        break
            for seen in veil.rest():
                yield seen
            message = self._message(reader, parser.events, len(body))
        except StreamError as error:
            yield Failed(faults.from_error_body(error.body, self.place))
            return
        except NotJson as error:
            yield Failed(faults.fault(FaultName.CUT, self.place, f"broken data: {error}"))
            return
        except Broken as broken:
            yield Failed(broken.fault)
            return
        yield Finished(message, reader.cache_miss)

    def _message(self, reader: Reader, events: int, sent: int) -> Message:
        """The reply, if it ended as replies end."""
        draft = reader.draft
        if not events or (draft.empty and reader.stop in FRIENDLY):
            raise Broken(faults.fault(FaultName.EMPTY_REPLY, self.place))
        if reader.stop is None:
            raise Broken(faults.fault(FaultName.CUT, self.place))
        usage = reader.usage if reader.usage is not None and reader.usage.total else None
        estimated = Usage(input=sent // 4, output=draft.characters // 4, estimated=True)
        return draft.message(reader.stop, usage or estimated)

    async def _chunks(self, body: bytes, reader: Reader) -> AsyncGenerator[bytes, None]:
        """The bytes of the stream. Raises Broken. Closed by its reader once that has enough."""
        if self._client is None:
            await asyncio.to_thread(self.preload)
        watch = Watch(self.network)
        place = replace(self.place, bytes_sent=len(body))
        response = await self._open(body, watch, place)
        chunks = response.aiter_bytes()
        try:
            if "event-stream" not in response.headers.get("content-type", "event-stream"):
                raise Broken(await self._not_a_stream(chunks, watch, place))
            while (chunk := await self._next(chunks, watch, place)) is not None:
                yield chunk
        except Broken:
            if reader.stop is None:  # else the reply is whole, and only its connection was not ended well
                raise
        except GeneratorExit:
            if reader.over:
                await _drained(chunks)
            raise
        finally:
            watch.stop()
            await response.aclose()

    async def _open(self, body: bytes, watch: Watch, place: Place) -> "httpx2.Response":
        try:
            async with asyncio.timeout_at(watch.first):
                return await self.send(self._client, body)
        except TimeoutError:
            raise Broken(faults.fault(FaultName.TIMEOUT, place)) from None
        except self._kinds() as error:
            raise Broken(_failure(error, place)) from error

    def _kinds(self) -> tuple[type[Exception], ...]:
        """What a request may end with."""
        import httpx2

        return (*self.errors(), httpx2.HTTPError, OSError)

    async def _next(self, chunks: AsyncIterator[bytes], watch: Watch, place: Place) -> bytes | None:
        """The next bytes, None at the end."""
        import httpx2

        try:
            return await watch.next(chunks)
        except (TimeoutError, httpx2.TimeoutException):
            if watch.over:
                late = faults.fault(FaultName.TIMEOUT, place, f"nothing final in {self.network.request_timeout:g} s")
                raise Broken(replace(late, retryable=False)) from None
            silent = FaultName.CUT if watch.begun else FaultName.TIMEOUT
            raise Broken(faults.fault(silent, place)) from None
        except httpx2.DecodingError as error:
            raise Broken(faults.fault(FaultName.NOT_A_STREAM, place)) from error
        except (OSError, httpx2.HTTPError, httpx2.StreamError) as error:
            raise Broken(faults.fault(FaultName.CUT, place)) from error

    async def _not_a_stream(self, chunks: AsyncIterator[bytes], watch: Watch, place: Place) -> Fault:
        """A page, or JSON, where a stream was due: an error in it says more."""
        data = b""
        while len(data) < 65536 and (chunk := await self._next(chunks, watch, place)) is not None:
            data += chunk
        try:
            body = json.loads(data)
        except (ValueError, RecursionError):
            return faults.fault(FaultName.NOT_A_STREAM, place)
        if isinstance(body, dict) and body.get("error"):
            return faults.from_error_body(body, place)
        return faults.fault(FaultName.NOT_A_STREAM, place)

    @abstractmethod
    def errors(self) -> tuple[type[Exception], ...]:
        """The SDK's own exceptions."""


def enough(reader: Reader) -> bool:
    """Whether nothing more is to be read. A reply without end is cut."""
    if not reader.over and reader.draft.characters > LONGEST:
        reader.stop, reader.over = StopReason.MAX_TOKENS, True
    return reader.over


async def _drained(chunks: AsyncIterator[bytes]) -> None:
    """Read to the end of the body if it is there already, so that the connection can be used again."""
    import httpx2

    try:
        async with asyncio.timeout(DRAIN_SECONDS):
            while await anext(chunks, None) is not None:
                pass
    except (TimeoutError, httpx2.HTTPError, httpx2.StreamError, OSError):
        return


def _failure(error: Exception, place: Place) -> Fault:
    """An exception of the SDK or the transport before a stream began."""
    status = getattr(error, "status_code", None)
    if isinstance(status, int):
        response = getattr(error, "response", None)
        headers = getattr(response, "headers", {})
        return faults.from_status(status, headers, getattr(error, "body", None) or "", place)
    cause = error.__cause__ or error
    kind = type(cause).__name__
    if kind in ("ReadTimeout", "WriteTimeout"):
        return faults.fault(FaultName.TIMEOUT, place)
    return faults.fault(FaultName.UNREACHABLE, place, str(cause))

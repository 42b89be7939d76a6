"""The vendors' SDKs, used as far down as they are public: client, authentication, transport and errors.

Requests go out as bytes and answers come back unread, so that neither is walked through pydantic for nothing.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

from flux_tui.config.settings import Network

if TYPE_CHECKING:
    import httpx2


@contextmanager
def quick_import() -> Iterator[None]:
    """Thousands of classes come to stay: looking for garbage among them, now or later, takes a fifth of the time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if was:
            gc.enable()


def transport(network: Network, base_url: str) -> dict[str, Any]:
    """Arguments for the SDK's own kind of httpx2 client. No redirects: a prompt holds source code."""
    import httpx2

    longest = max(network.first_event_timeout, network.idle_timeout) + 5.0
    return {
        "follow_redirects": False,
        "timeout": httpx2.Timeout(connect=network.connect_timeout, read=longest, write=60.0, pool=10.0),
        **_trust(base_url),
    }


def _trust(base_url: str) -> dict[str, Any]:
    """A server without TLS, met directly, needs no roots, and they take long to load. Were TLS to come up all the same,
    nobody would be trusted.
    """
    import ssl
    from urllib.request import getproxies

    if not base_url.startswith("http://") or getproxies():
        return {}
    return {"verify": ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)}


async def post(client: Any, path: str, body: bytes) -> "httpx2.Response":
    """One request. The answer's body is unread; an HTTP error is the SDK's exception."""
    import httpx2

    response = await client.post(path, cast_to=httpx2.Response, content=body, stream=True)
    return cast("httpx2.Response", response)


async def fetch(client: Any, path: str) -> "httpx2.Response":
    """One page, read whole. An HTTP error is the SDK's exception."""
    import httpx2

    return cast("httpx2.Response", await client.get(path, cast_to=httpx2.Response))

"""Claude, and servers that speak the Messages protocol, through Anthropic's SDK."""

from typing import TYPE_CHECKING, Any

from flux_tui.config.settings import Network
from flux_tui.llm import sdk
from flux_tui.llm.anthropic_wire import MessagesWire
from flux_tui.llm.faults import Place
from flux_tui.llm.http_provider import HttpProvider
from flux_tui.llm.models import ModelInfo
from flux_tui.protocol.messages import Origin

if TYPE_CHECKING:
    import httpx2

OWN_HOST = "https://api.anthropic.com"
OLD_VERSION = "2023-06-01"
"""What servers know that take `x-api-key`."""


class AnthropicProvider(HttpProvider):
    kind = "anthropic"

    def __init__(self, origin: Origin, place: Place, network: Network, info: ModelInfo, max_output: int = 0) -> None:
        super().__init__(origin, MessagesWire(origin, info, max_output, origin.base_url == OWN_HOST), place, network)

    def make_client(self) -> Any:
        with sdk.quick_import():
            import anthropic
        key = self.place.keys[0] if self.place.keys else "none"
        headers: dict[str, Any] = {"Authorization": f"Bearer {key}"}
        if self.auth == "x-api-key":
            headers = {"x-api-key": key, "anthropic-version": OLD_VERSION, "Authorization": anthropic.omit}
        return anthropic.AsyncAnthropic(
            api_key=key,
            base_url=self.origin.base_url,
            max_retries=0,
            default_headers=headers,
            http_client=anthropic.DefaultAsyncHttpxClient(**sdk.transport(self.network, self.origin.base_url)),
        )

    async def send(self, client: Any, body: bytes) -> "httpx2.Response":
        return await sdk.post(client, self.wire.path, body)

    def errors(self) -> tuple[type[Exception], ...]:
        import anthropic

        return (anthropic.APIError,)

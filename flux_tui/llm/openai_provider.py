"""GPT through Responses, and any compatible server through Chat Completions, with OpenAI's SDK."""

from typing import TYPE_CHECKING, Any

from flux_tui.config.settings import Network
from flux_tui.llm import sdk
from flux_tui.llm.faults import Place
from flux_tui.llm.http_provider import HttpProvider
from flux_tui.llm.models import ModelInfo
from flux_tui.llm.openai_chat import ChatWire
from flux_tui.llm.openai_responses import ResponsesWire
from flux_tui.llm.wire import Wire
from flux_tui.protocol.messages import Origin

if TYPE_CHECKING:
    import httpx2

OWN_HOST = "https://api.openai.com/v1"


class OpenAIProvider(HttpProvider):
    kind = "openai"

    def __init__(self, origin: Origin, place: Place, network: Network, info: ModelInfo, max_output: int = 0) -> None:
        own_host = origin.base_url == OWN_HOST
        wire: Wire = (
            ResponsesWire(origin, info, own_host, max_output)
            if origin.api == "responses"
            else ChatWire(origin, own_host, max_output)
        )
        super().__init__(origin, wire, place, network)

    def make_client(self) -> Any:
        with sdk.quick_import():
            import openai
        key = self.place.keys[0] if self.place.keys else "none"
        # given even where empty, so that nothing is taken from the environment unseen
        headers: dict[str, Any] = {"Authorization": f"Bearer {key}"}
        if self.auth == "x-api-key":
            headers = {"x-api-key": key, "Authorization": openai.omit}
        if self.origin.base_url != OWN_HOST:
            headers |= {"OpenAI-Organization": openai.omit, "OpenAI-Project": openai.omit}
        return openai.AsyncOpenAI(
            api_key=key,
            admin_api_key="",
            base_url=self.origin.base_url,
            max_retries=0,
            default_headers=headers,
            http_client=openai.DefaultAsyncHttpxClient(**sdk.transport(self.network, self.origin.base_url)),
        )

    async def send(self, client: Any, body: bytes) -> "httpx2.Response":
        return await sdk.post(client, self.wire.path, body)

    def errors(self) -> tuple[type[Exception], ...]:
        import openai

        return (openai.APIError,)

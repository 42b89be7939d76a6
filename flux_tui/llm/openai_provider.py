"""GPT through Responses, and any compatible server through Chat Completions, with OpenAI's SDK."""

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from flux_tui.llm import sdk
from flux_tui.llm.http_provider import HttpProvider
from flux_tui.llm.models import ModelInfo
from flux_tui.llm.openai_chat import ChatWire
from flux_tui.llm.openai_responses import ResponsesWire
from flux_tui.llm.wire import Wire
from flux_tui.protocol.messages import Origin

if TYPE_CHECKING:
    import httpx2

OWN_HOST = "https://api.openai.com/v1"
OWN_FIELDS = ("max_completion_tokens", "prompt_cache_key", "reasoning_effort")
"""What Chat Completions there know, and few others do."""


class OpenAIProvider(HttpProvider):
    kind = "openai"

    @staticmethod
    def wire_for(origin: Origin, info: ModelInfo, fields: Collection[str], max_output: int = 0) -> Wire:
        """`fields`: what the server knows beyond the basics."""
        own_host = origin.base_url == OWN_HOST
        if origin.api == "responses":
            return ResponsesWire(origin, info, own_host or "prompt_cache_key" in fields, max_output)
        return ChatWire(origin, {*fields, *(OWN_FIELDS if own_host else ())}, max_output)

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

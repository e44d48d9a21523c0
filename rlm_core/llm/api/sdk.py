"""The Anthropic SDK, loaded when it is first needed: one client for a run, and its errors as ours.

Everything asked of it has stood in the SDK since 0.60. Answers are read as JSON: its typed objects cost more time than
all else, and change with each version.
"""

from __future__ import annotations

import asyncio
import gc
import os
import sys
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from typing import Any
from urllib.parse import urlsplit

from rlm_core.errors import worded
from rlm_core.llm.api.wire import UnknownError, failure, parsed
from rlm_core.llm.base import LeafError, Meter, RefusedError, SetupError, TransientError

KEYS = ("ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN")
BASE = "ANTHROPIC_BASE_URL"
COUNTING = 20.0  # seconds that counting tokens may take
_COUNTED = ("model", "messages", "system", "tools", "tool_choice", "output_config", "thinking")
# The SDK's HTTP library: httpx, from 2.0 on httpx2.
_TRANSPORTS = ("httpx", "httpx2")
_NOT_OUT = ("ConnectError", "ConnectTimeout", "PoolTimeout", "UnsupportedProtocol", "LocalProtocolError")


class UnsentError(TransientError):
    """No connection: the server has seen nothing of the request."""


def check_environment() -> None:
    """Raise SetupError when there is no key that could be sent, or no address to send it to."""
    keys = {name: value for name in KEYS if (value := os.environ.get(name, ""))}
    if not keys:
        raise SetupError(
            worded(
                "there is no {keys} in the environment: set it, or use your login with `--leaf claude`", keys=KEYS[0]
            )
        )
    for name, value in keys.items():
        if not value.isascii() or not value.isprintable() or " " in value:  # it must not reach an error message
            raise SetupError(
                worded("{name} holds blanks, line breaks or letters that no key has: set it again", name=name)
            )
    url = urlsplit(os.environ.get(BASE) or "https://api.anthropic.com")
    if url.scheme not in ("http", "https") or not url.hostname:
        raise SetupError(worded("{base} is no address of the form https://host: set it again, or unset it", base=BASE))


class Api:
    """One client of the SDK, made on first use."""

    def __init__(self) -> None:
        self._making: asyncio.Task[Any] | None = None
        self._counts = True

    async def client(self) -> Any:
        """The `anthropic.AsyncAnthropic`. Raises SetupError when there can be none."""
        if self._making is None:
            check_environment()
            # Importing takes a second or two, during which other tasks go on.
            self._making = asyncio.ensure_future(asyncio.to_thread(_made))
        return await asyncio.shield(self._making)

    async def count(self, body: Mapping[str, Any]) -> int | None:
        """Tokens of a request's input as the server counts them; None when it does not. Raises SetupError."""
        try:
            return await self.tried(body)
        except RefusedError:
            return None

    async def tried(self, body: Mapping[str, Any]) -> int | None:
        """The same, of a request whose form the server may refuse: raises RefusedError with its words then."""
        if not self._counts:
            return None
        client = await self.client()
        given = {name: value for name, value in body.items() if name in _COUNTED}
        model = str(body.get("model", ""))
        try:
            asked = client.messages.with_streaming_response.count_tokens(**given)
            told = await asyncio.wait_for(self.json(asked, model), COUNTING)
        except UnknownError:
            self._counts = False
            return None
        except (SetupError, RefusedError):
            raise
        except (LeafError, asyncio.TimeoutError):
            return None
        tokens = told.get("input_tokens")
        return tokens if isinstance(tokens, int) else None

    @asynccontextmanager
    async def opened(self, asked: Any, model: str = "", meter: Meter | None = None) -> AsyncIterator[Any]:
        """The response to what was asked with `with_streaming_response`, its body still to be read."""
        with translated(model, meter):
            async with asked as response:
                yield response

    async def json(self, asked: Any, model: str = "") -> dict[str, Any]:
        """The JSON object in a response. Raises LeafError."""
        async with self.opened(asked, model) as response:
            return parsed(await response.read())

    async def close(self) -> None:
        # The client is closed rather than dropped: one that is collected closes its connections behind our back.
        if self._making is not None:
            client = await asyncio.gather(self._making, return_exceptions=True)
            if not isinstance(client[0], BaseException):
                await client[0].close()


def _made() -> Any:
    try:
        import anthropic
    except ImportError as e:
        raise SetupError(
            worded("the package anthropic cannot be loaded ({why}): install rlm again, or use `--leaf claude`", why=e)
        ) from e
    client = anthropic.AsyncAnthropic(max_retries=0)  # the engine retries
    _ = client.messages.batches  # loaded here and not on first use
    # What the SDK has loaded is there for good. Else a full collection in the midst of a run looks at all of it: 0.1 s.
    gc.freeze()
    return client


@contextmanager
def translated(model: str = "", meter: Meter | None = None) -> Iterator[None]:
    """Raise the SDK's errors as LeafErrors. meter: closed when the error means that nothing was billed."""
    import anthropic

    broken: tuple[type[Exception], ...] = (anthropic.APIConnectionError, *_transport_errors())
    try:
        yield
    except anthropic.APIStatusError as e:
        _close(meter)
        kind, message = _told(e.body)
        raise failure(e.status_code, kind, message or e.message, e.response.headers, model) from e
    except broken as e:
        cause = type(e.__cause__ or e).__name__  # not its text: that may repeat a header
        if cause in _NOT_OUT:
            _close(meter)
            why = f": {e.__cause__}" if cause == "ConnectError" else ""
            raise UnsentError(f"the API cannot be reached ({cause}{why})") from e
        raise TransientError(f"the connection to the API broke ({cause})") from e


def _close(meter: Meter | None) -> None:
    if meter is not None:
        meter.open = False


def _told(body: object) -> tuple[str, str]:
    """Type and message of an error's body."""
    error = body.get("error") if isinstance(body, dict) else None
    return (str(error.get("type", "")), str(error.get("message", ""))) if isinstance(error, dict) else ("", "")


def _transport_errors() -> tuple[type[Exception], ...]:
    """What breaks while a body is read: the SDK lets these pass as they are."""
    return tuple(sys.modules[name].HTTPError for name in _TRANSPORTS if name in sys.modules)

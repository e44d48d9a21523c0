"""What an HTTP status means: the same for the API's leaves and for Claude Code, which passes the API's status on."""

from __future__ import annotations

import pytest

from rlm_core.llm.api import wire
from rlm_core.llm.base import LeafError, RateLimitedError, RefusedError, SetupError, TooLargeError, TransientError
from rlm_core.llm.claude import answer
from rlm_core.llm.http_status import ACCOUNT, FAULT, LIMITED, REFUSED, TOO_LARGE, UNKNOWN, meaning_of

MEANINGS = {
    400: REFUSED, 401: ACCOUNT, 402: ACCOUNT, 403: ACCOUNT, 404: UNKNOWN, 405: UNKNOWN, 408: FAULT, 409: FAULT,
    413: TOO_LARGE, 418: REFUSED, 422: REFUSED, 429: LIMITED, 500: FAULT, 501: UNKNOWN, 502: FAULT, 503: FAULT,
    504: FAULT, 529: FAULT, 599: FAULT,
}  # fmt: skip
ERRORS: dict[str, type[LeafError]] = {
    ACCOUNT: SetupError,
    UNKNOWN: SetupError,
    TOO_LARGE: TooLargeError,
    LIMITED: RateLimitedError,
    FAULT: TransientError,
    REFUSED: RefusedError,
}


@pytest.mark.parametrize(("status", "meaning"), MEANINGS.items())
def test_a_status_has_a_meaning(status: int, meaning: str) -> None:
    assert meaning_of(status) == meaning


@pytest.mark.parametrize("status", range(300, 600))
def test_a_status_is_the_same_error_from_every_leaf(status: int) -> None:
    expected = ERRORS[meaning_of(status)]
    assert isinstance(wire.failure(status, "", "no words that tell"), expected)
    assert isinstance(answer.failure(status, "no words that tell"), expected)


@pytest.mark.parametrize(
    ("said", "api", "client"),
    [
        ("Your credit balance is too low", SetupError, SetupError),
        ("prompt is too long: 210000 tokens", TooLargeError, TooLargeError),
        ("messages: wrong role", RefusedError, RefusedError),
    ],
)
def test_of_a_bad_request_the_words_tell(said: str, api: type[LeafError], client: type[LeafError]) -> None:
    assert type(wire.failure(400, "invalid_request_error", said)) is api
    assert type(answer.failure(400, said)) is client

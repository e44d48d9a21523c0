"""What a rule's gate must let through: a sign before its literal, a word as it is written, a text that goes on."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from functools import partial

import pytest
from kits.linear import assert_linear

from rlm_core.redaction.redactor import Redactor

KEY = "q8Zr2LmX9vT4kW7pB3nY6cD1"
HEX = "9F86D081884C7D659A2FEAA0C55AD0159F86D081"


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("password{Tr0ub4dor9x}", "Tr0ub4dor9x"),
        (f"\\password{{{KEY}}}", KEY),
        (f"API token{{{KEY}}}", KEY),
        (f"token={KEY}...", KEY),
        (f"My API token {KEY}... I will rotate it", KEY),
        (f'"SigningKey": "{HEX}"', HEX),
        (f'SIGNINGKEY="{HEX}"', HEX),
        ("DB_PASSWORD=@Tr0ub4dor9@", "Tr0ub4dor9"),
        ("UNHASHED_SECRET=Tr0ub4dor9x", "Tr0ub4dor9x"),
        (f'ConfigLicense("{KEY}")', KEY),
        (f'new LiveEnvironment("acme", "{KEY}")', KEY),
        (f'client->authenticate("{KEY}")', KEY),
        ("doppler secrets get X --plain\nTr0ub4dor9xK", "Tr0ub4dor9xK"),
        ("curl -E client.pem:Tr0ub4dor9x https://a.b", "Tr0ub4dor9x"),
        ('cred = {"admin": "Maison-12"}', "Maison-12"),
        ('dict(password="Tr0ub4dor" "9xKlmqqq")', "9xKlmqqq"),
        ('char *api_key = "MpRg8gUNv2QjjRRYcFPY"\n    "KCrmXHUqBbw4BiVp9jN6";', "KCrmXHUqBbw4BiVp9jN6"),
        ("new PDO($this->dsn, 'web', 'Lupin1697#')", "Lupin1697#"),
        ("new mysqli($host, $user, 'Lupin1697#')", "Lupin1697#"),
    ],
    ids=lambda value: value[:40],
)
def test_it_is_found(text: str, secret: str) -> None:
    assert secret not in Redactor()(text)


@pytest.mark.parametrize(
    "text",
    [
        "DB_PASSWORD=@DB_PASSWORD@",
        f"\tsigningkey = {HEX}",
        '{"access_token": "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9...", "token_type": "bearer"}',
        '"hashed_secret": "7d14b923967d22ccb019c473c43d087fba4e7e21"',
    ],
)
def test_it_stays(text: str) -> None:
    assert Redactor()(text) == text


def test_keys_without_their_frame_before_an_example_take_linear_time() -> None:
    letters = "ABCDEFGHJKLMNPQRSTUVWXYZ"
    text = "".join(f"/MII{a}{b}{c}IBAAKabcdefghijk9" for a, b, c in itertools.product(letters, repeat=3)) + "EXAMPLE"

    def prepare(length: int) -> Callable[[], object]:
        return partial(Redactor(), text[-length:])

    assert_linear(prepare, 80_000)

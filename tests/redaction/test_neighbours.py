"""What is found in a text hangs on that text alone: many are looked through as one, and none hides a neighbour's."""

from __future__ import annotations

import html
import random
from base64 import b64encode
from collections.abc import Callable
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.secrets.__main__ import SETS
from benchmarks.secrets.surroundings import SURROUNDINGS
from rlm_core.redaction import longruns
from rlm_core.redaction.finding.image import BETWEEN, Image
from rlm_core.redaction.finding.literalplaces import LEAD, WINDOW
from rlm_core.redaction.finding.textfinders import TEXT_FINDERS
from rlm_core.redaction.redactor import Redactor
from rlm_core.redaction.rules import KEY_RULES, TEXT_RULES
from rlm_core.redaction.syntax.syntaxes import BACKWARDS, SYNTAXES

REDACT = Redactor()
KINDS = [kind for kinds, _, _ in SETS.values() for kind in kinds()]
LOOKALIKES = [text for _, alike, _ in SETS.values() for text in alike(random.Random(7))]
# What changes how its surroundings read, where a rule may look: begun blocks, seals, literals in great number.
MEDDLERS = [
    "encryptedData:\n  x: y\n",
    "-----BEGIN RSA PRIVATE KEY-----\n",
    "-----END RSA PRIVATE KEY-----\n",
    "<private>",
    "</private>",
    "auth=auth=auth=",
    "password ",
    '"token": ',
    "AKIA ",
    "0123456789abcdef" * 3 + " ",
    "%41%20",
    "\\u0022",
    "&quot;",
    "=C3=A9",
    "[redacted:env]",
    "\x1b[0m",
    "\0",
    "?",
    "a line of prose\n",
]
DRAWS = 30


def escaped(text: str) -> str:
    return "".join(f"\\u{ord(c):04x}" if not c.isalnum() and ord(c) < 256 else c for c in text)


def in_numbers(text: str) -> str:
    return "".join(c if c.isalnum() or ord(c) > 127 else f"&#{ord(c)};" for c in text)


FORMS: list[Callable[[str], str]] = [
    str,
    str,
    escaped,
    quote,
    quote_plus,
    html.escape,
    in_numbers,
    lambda text: b64encode(text.encode()).decode(),
]


def drawn(pick: random.Random) -> str:
    chance = pick.random()
    if chance < 0.15:
        return pick.choice(MEDDLERS) * pick.choice((1, 1, 2, 40, 300))
    if chance < 0.35:
        return pick.choice(FORMS)(pick.choice(LOOKALIKES))
    text = pick.choice(KINDS).sample(pick)[0]
    if pick.random() < 0.4:
        text = pick.choice(SURROUNDINGS).around(text)
    text = pick.choice(FORMS)(text)
    first = pick.randrange(len(text) + 1) if pick.random() < 0.1 else 0
    return text[first:]


def found_alone(texts: list[str]) -> list[str]:
    return [text for text in texts if REDACT.redact(text).spans]


def found_among(texts: list[str]) -> list[str]:
    held = REDACT._held(texts)
    return [text for number, text in enumerate(texts) if number in held]


@pytest.mark.parametrize("seed", range(8))
def test_what_is_found_alone_is_found_among_any_neighbours(seed: int) -> None:
    pick = random.Random(f"neighbours {seed}")
    known: list[str] = []
    for _ in range(DRAWS):
        texts = [
            pick.choice(known) if known and pick.random() < 0.4 else drawn(pick) for _ in range(pick.randrange(2, 12))
        ]
        known = [*known, *texts][-400:]
        assert [text for text in found_alone(texts) if text not in found_among(texts)] == []
        clean = REDACT.of_all(texts)
        assert [clean(text) for text in texts] == [REDACT(text) for text in texts]


HIDDEN = {
    "a blank in a form is a plus, and only there": [
        "wg set wg0 private-key &lt;(echo XkNblgpQaPwpf43++HrCyOhdOsIWoAFFS/FTI229r0i=)",
        "OLDPWD%3D%2Fsrv%2Frelease-2026",
    ],
    "what is sealed is sealed in its own text": [
        "apiVersion: v1\nspec:\n  encryptedData:\n",
        "db_password: Ag" + "b3Rx7Kq9" * 10,
    ],
    "a text ends where it ends": [
        "$ cat ~/.pgpass-credentials\nadmin\nLantern-Otter",
        "and the next begins",
    ],
    "the first that reads as a key is none, and the second is": [
        "the key: aaaaaaaaaaaaaaaaaaaaaaaa",
        "the key: q9Xv2Lm4Rt8Bn3Kp7Wz5Yc1D",
    ],
    "a block that is begun ends with its text": ["<private> this is open", "password: Wq7!rTz9pL"],
    "the end of a key in one text is none of a key in another": [
        "-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA7bq0Zs9XfP2mR4vK8cJw1nTt5uYd6hGa\n",
        "a line\n" * 90 + "-----END RSA PRIVATE KEY-----",
    ],
}


@pytest.mark.parametrize("texts", HIDDEN.values(), ids=HIDDEN)
def test_a_neighbour_hides_nothing(texts: list[str]) -> None:
    alone = found_alone(texts)
    assert alone
    for those in (texts, texts[::-1], [*texts, *texts]):
        assert set(found_among(those)) == set(alone)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.integers(0, 3 * WINDOW), min_size=1, max_size=40))
def test_each_text_stands_in_the_windows_in_which_it_stands_alone(lengths: list[int]) -> None:
    """What is looked for since something else stands near is then looked for among neighbours, too."""
    data = BETWEEN.join("a" * length for length in lengths).encode()
    image = Image(data, lengths)
    windows = [*image.windows()]
    assert windows == sorted(windows)
    at = 0
    for number, length in enumerate(lengths):
        for begin, end in Image(b"a" * length).windows():
            assert any(first <= at + begin and at + end <= last for first, last in windows)
        own, first, stop = image.own(at)
        assert (own, first, image.number(at)) == (b"a" * length, at, number)
        at += length + len(BETWEEN)
        assert stop == at


def test_a_literal_is_whole_in_the_window_it_begins_in() -> None:
    tables = [
        *(literal for literal, _ in TEXT_FINDERS),
        *(row[1] for table in (KEY_RULES, TEXT_RULES, SYNTAXES) for row in table),
        *(row[0] for row in BACKWARDS),
    ]
    assert max(map(len, tables)) < LEAD
    assert [literal for literal in tables if b"\0" in literal or BETWEEN.encode() in literal] == []
    assert all(len(literal) < longruns.BEFORE for _, literals, _ in longruns._RULES for literal in literals)

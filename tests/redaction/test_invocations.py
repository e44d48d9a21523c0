"""Secrets as they are handed to programs; what a rule for them must leave; and placeholders in the same places."""

from __future__ import annotations

from collections import Counter

import pytest

from benchmarks.secrets.__main__ import is_gone
from benchmarks.secrets.invocations import invocations
from rlm_core.redaction.redactor import Redactor

REDACT = Redactor()


def test_what_a_program_is_handed_is_found() -> None:
    missed: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for form, text, secrets in invocations(11, 4):
        total[form] += 1
        missed[form] += not is_gone("\n".join(secrets), REDACT(f"before\n{text}\nafter"))
    assert {form: count for form, count in missed.items() if 2 * count > total[form]} == {}
    assert sum(missed.values()) <= 0.01 * sum(total.values())


@pytest.mark.parametrize(
    "text",
    [
        "mongodb+srv://<username>:<password>@cluster0.mongodb.net/<dbname>",
        "https://api.acme.io/v1?token=%7Btoken%7D&key=%7Bkey%7D",
        "?api_key=%3CAPI_KEY%3E",
        "?token=%24%7BTOKEN%7D&x=1",
        "import { x } from 'src/hooks/useSubscriptionPaymentsV2'",
        "https://github.com/acme/app/blob/main/src/hooks/useAuthToken123456789012345.ts",
        "https://api.acme.io/webhooks/507f1f77bcf86cd799439011",
        "https://api.acme.io/v1/webhooks/0b9a7a52-6b0e-4b1c-9a51-0a2f3c4d5e6f/deliveries",
        "pass: this test case here\n",
        "password: must have less than ten signs",
        "grep -c error <<< build-1234-ok",
        "bc <<< 12+34*5",
        "diff <(echo build-1234-ok) <(cat out)",
        'headers["Authorization"] = "Bearer " + token',
        '.header("Authorization", "Bearer <your-token>")',
        'req.Header.Set("Authorization", "token "+os.Getenv("GITHUB_TOKEN"))',
        "Windows-2019-2dc",
        "what is the password? Bob: I don't know, ask Team42",
        "the password (min 12 chars) is required",
        "the password hasn't expired since 2024-11-02",
        "PRIMITIVES = {'AuthorizationOpaqueRef', 'BslnFormat1Part'}",
        "export PATH=\\\n  /usr/local/bin:/usr/bin",
        "token_budget = \\\n    20000",
        "samba-tool user list",
        "isql -v mydsn admin",
        "cvs -d :pserver:anonymous@cvs.acme.io:/cvsroot login",
    ],
)
def test_what_only_looks_like_one_of_them_is_kept(text: str) -> None:
    assert REDACT(text) == text


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("the password hasn't changed, still Juniper_Saffron_8umc", "Juniper_Saffron"),
        ("the password (Pepper5027_ck0) is in the safe", "Pepper5027"),
        ("Q: what is the DB password? A: velvet-lantern-25", "velvet-lantern"),
        ("[14:02] bob: password? [14:03] ana: Falcon!6705", "Falcon!6705"),
        ("the password (for staging) is Pepper5027_ck0", "Pepper5027"),
    ],
)
def test_a_password_is_found_in_what_people_say_of_it(text: str, secret: str) -> None:
    assert secret not in REDACT(text)


def test_a_place_holder_of_a_password_is_found_when_it_is_one() -> None:
    assert "@bc.dE7" not in REDACT("<password>@bc.dE7</password>")

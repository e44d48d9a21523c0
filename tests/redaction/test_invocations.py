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
        "https://github.com/acme/app/blob/main/src/hooks/useAuthTokenWithRefresh2.ts",
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
        "['Authorization', 'Content-MD5']",
        "['authorization', 'x-amz-content-sha256', 'x-amz-date']",
        "['authorization', 'x-b3-traceid']",
        '"Authorization", "HTTP2-Settings"',
        '"Authorization", "X-GitHub-Api-Version-2022-11-28"',
        "le train passe onze fois dans cette gare",
        "pass kvps html sync https",
        "pass http grpc conn pool",
        "the password wsgi asgi fcgi http",
        "mkpasswd -m sha-512",
        "mkpasswd --stdin -m sha-512",
        "mkpasswd -s -m yescrypt",
        "DB_PASSWORD= \\\n  DB_HOST=127.0.0.1 \\\n rake",
        "PGPASSWORD= \\\n psql-15 -h x",
        "--password= \\\n    --host=db9.Acme_io",
        "cargo-udeps -p Foo_Bar9",
        "nx run-user -p Proj_9A",
        "crypt('aes-256-cbc', key)",
        'crypt("SHA-256")',
        "$login_html = <<<HTML5_Body",
        "compass run <<< Foo_Bar9x",
        ":pserver:anoncvs:anoncvs@x",
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


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("curl $MATTERMOST_URL/hooks/x8k3j5n7p9q1w2e4r6t8y0u1i3", "x8k3j5n7p9"),
        ("curl ${BASE}/hooks/x8k3j5n7p9q1w2e4r6t8y0u1i3", "x8k3j5n7p9"),
        ("http://localhost:8065/hooks/x8k3j5n7p9q1w2e4r6t8y0u1i3", "x8k3j5n7p9"),
        ("GET /hooks/x8k3j5n7p9q1w2e4r6t8y0u1i3 200", "x8k3j5n7p9"),
        ("https://user:pw@mm.acme.io/hooks/x8k3j5n7p9q1w2e4r6t8y0u1i3", "x8k3j5n7p9"),
        ("http://mm/hooks/x8k3j5n7p9q1w2e4r6t8y0u1i3", "x8k3j5n7p9"),
        ("http://[::1]:8065/hooks/x8k3j5n7p9q1w2e4r6t8y0u1i3", "x8k3j5n7p9"),
        ("https://h.io/a/b/c/d/e/f/hooks/x8k3j5n7p9q1w2e4r6t8y0u1i3", "x8k3j5n7p9"),
        ("password [DB_PROD1]: Falcon!6705x", "Falcon!6705x"),
        ("password [root@10.0.0.1]: Falcon!6705x", "Falcon!6705x"),
        ("mot de passe [SRV-DB1] : Falcon!6705x", "Falcon!6705x"),
        ("pwd [PROD_1] = Falcon!6705x", "Falcon!6705x"),
        ("mdp (PROD_1) : velvet-lantern-25", "velvet-lantern-25"),
        ("postgres://app:%3CXy7hunter2Q9z@db.acme.io/x", "Xy7hunter2"),
        ("DB_PASSWORD=%3CXy7hunter2Q", "Xy7hunter2"),
        ("https://x/?api_key=%3Cq9Zt7LmWx3Kd8RvB2nHc", "q9Zt7LmWx3Kd8RvB2nHc"),
        ("postgres://app:%7Bq9Zt7LmWx3Kd8RvB2nHc%7D@db/x", "q9Zt7LmWx3Kd8RvB2nHc"),
        ('<entry key="password">@Falcon9.secret/x</entry>', "Falcon9.secret"),
        ("password%3DAb%21+Xy7hunter2Q", "Xy7hunter2Q"),
    ],
)
def test_a_secret_beside_what_a_placeholder_or_a_remark_looks_like_is_found(text: str, secret: str) -> None:
    assert secret not in REDACT(text)


def test_of_a_key_in_an_address_the_path_behind_it_stays() -> None:
    key = "ghp_" + "a1B2" * 10
    assert REDACT(f"key={key}%2Frest%2Fof").endswith("%2Frest%2Fof")


def test_a_place_holder_of_a_password_is_found_when_it_is_one() -> None:
    assert "@bc.dE7" not in REDACT("<password>@bc.dE7</password>")

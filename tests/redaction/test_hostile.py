"""Text made to be slow: linear in its length, whatever is repeated; and patterns of the user's that never end."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from kits.linear import assert_linear, assert_linear_in

from rlm_core.config import config_dir, load
from rlm_core.errors import ConfigError
from rlm_core.redaction.redactor import Redactor

HEAD = "-----BEGIN RSA PRIVATE KEY-----"
UNITS = [
    "pass\" value=\"", "password |\n|---|\n| a ", "pass) values ('a','b', ", "<key>pass</key>", "password>\n",
    "user a b >", "kind: Secret\n", "kind: Secret\ndata:\n a: {\n", "data:\n  a: bcdefghij\nkind: Secret\n",
    "kind: Secret\ndata:\n" + " a: b1cdefg\n" * 12, "secret access key [",
    "auth(\"a\", ", "jwt.sign(a,", "-u a -p ", "change_password a ", "password (a) is now ", "echo a| pass", "\x1b[32m",
    "-----BEGIN ", HEAD, f"{HEAD}\n", f"{HEAD}x y x y", f"{HEAD}\nProc-Type: ", f"{HEAD}{'Hash: ' * 40}",
    f"{HEAD}\n{'A' * 30}\n", f"{HEAD}\nabc -----END ", f"{HEAD}{'Hash: ' * 8}{' ' * 40}", f"{HEAD}{'1 2 3 ' * 8}",
    "curl ", "curl -u a:", "curl -u ab ://", "curl x://", "curl -ua:bbbb -uc:dddd http://h ", "curl \\\n -u://",
    "mysql ", "mysql -p", "mysql -p' ", "mysqldump x-p", "password=", "password:   ", "password: a.b|[c] d ",
    'password="', 'password=\\"', "password=\\\\\\", "password=`", "password = 'x", "password.", "<password>",
    "token token ", "key=key=key:", "key: ", "auth=", "auth:auth:", "authorization: ", "authorization=bearer ",
    "bearer  ", "--password ", "passphrase is ", "mot de passe: ", "pass", "key-", "SECRET-KEY-1", "sk-", "AKIA",
    "eyJ-", "eyJaaaaaaaaaaaa.", "://", "://a:b", "://a:b@", "<private", "<private>", "</private>", "`<private>",
    "[redacted:env]", "[redacted:", "password=[redacted:env]x", '"', "\\", '\\"', "k_", "gl", "12345678:AA",
    "token=a1b2c3d4e5f6g7 ", "password=hunter2!x\n",
]  # fmt: skip


@pytest.mark.parametrize("unit", UNITS)
def test_a_text_of_one_thing_over_and_over_costs_what_its_length_costs(unit: str) -> None:
    assert_linear_in(unit, Redactor(), 80_000)


NUMBERED = [
    "pass{i} ", "echo '{i}pass", "cookie: a{i}=b; ", "password {i}", "password is {i} ", "password for a{i} b ",
    "passe de a{i} de ", "secret{i} ", "key{i} ", "token{i}\" value=\"", "auth={i}auth=", "%22pass{i}", "\\u0022key{i}",
    "&quot;pwd{i}", "sshpass {i} -p", "docker login{i} -p ", "curl {i} -b ", "mysql {i} -p", "PRIVATE KEY ----\n{i}",
    "credentials: a{i}/ ", "echo {i}| secret ", "private-lines: {i}\n", "variable \"pass{i}\" {{", "auth=('{i}', ",
    "https://{i}aaaaaaaaaaaaaaaaaaaaaa$sig= ", "a{i}AAAAAAAAAAAAAAAAAAAAAAAAA.-us1$", "eyJ00000000000000{i}.",
]  # fmt: skip


@pytest.mark.parametrize("unit", NUMBERED)
def test_a_running_number_makes_it_no_slower(unit: str) -> None:
    """No two hits look alike in it, so that no verdict can be remembered."""

    def prepare(length: int) -> Callable[[], object]:
        text = "".join(unit.format(i=i) for i in range(length // (len(unit) - 2) + 1))[:length]
        return lambda: Redactor()(text)

    assert_linear(prepare, 80_000)


@pytest.mark.parametrize("head", ["private-lines: 1\n", "", "-----BEGIN PRIVATE KEY-----\n", "x = '"])
def test_one_head_before_many_lines_of_base64(head: str) -> None:
    def prepare(length: int) -> Callable[[], object]:
        pick = random.Random(length)
        lines = ("".join(pick.choices("ABCDEFabcdef0123456789+/", k=64)) for _ in range(length // 65))
        text = head + "\n".join(lines)
        return lambda: Redactor()(text)

    assert_linear(prepare, 160_000)


def test_headers_of_a_key_can_be_cut_in_one_way_only() -> None:
    """A guard: cut in all ways, five headers on a line took hours."""
    text = f"{HEAD}\n{('Hash: ' + ' ' * 30) * 200}"
    code = "import sys\nfrom rlm_core.redaction.redactor import Redactor\nRedactor()(sys.stdin.read())"
    subprocess.run([sys.executable, "-c", code], input=text.encode(), check=True, timeout=60)


@pytest.mark.parametrize("between", ["\n", " ", "\\n", "\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,0123\n\n"])
def test_a_key_without_its_end_is_found_between_many_heads(between: str) -> None:
    key = "MIIEpAIBAAKCAQEA7" + "bXq9" * 12
    found = Redactor()(f"{HEAD}\n" * 50 + f"{HEAD}{between}{key}\n{key}\nand prose\n" + f"{HEAD}\n" * 50)
    assert "bXq9" not in found
    assert "and prose" in found


def test_what_stands_between_remembered_verdicts_is_judged_by_itself() -> None:
    """A window full of one literal, in which one value is a secret and all others are none."""
    text = "password=${VAR} " * 300 + "password=hunter2!x " + "password=${VAR} " * 300
    assert Redactor()(text) == text.replace("hunter2!x", "[redacted:env]")


@pytest.mark.parametrize(
    "pattern", [r"(a+)+$", r"(\\w+\\s?)*$", r"(x|x)*y", r"([a-z]+)*=", r"(\\d+-?)+x", r"(.*?,){11}P"]
)
def test_a_pattern_that_never_ends_is_refused_by_its_kind(tmp_path: Path, pattern: str) -> None:
    own = Path(config_dir()) / "rlm.yaml"
    own.parent.mkdir(parents=True, exist_ok=True)
    own.write_text(f'redact:\n  extra:\n    badge: "{pattern}"\n')
    with pytest.raises(ConfigError, match="'badge' takes too long"):
        load(str(tmp_path))


@pytest.mark.parametrize(
    "pattern",
    [
        r"ACME-[A-Z0-9]{8}", r"(?:\w+\.)+\w+@corp", r"[A-Z]+-\d+", r"(?s)BEGIN.*?END", r"(foo|fo+)+bar",
        r"\bZ(?:[0-9]{4}-?){4,}\b",
    ],
)  # fmt: skip
def test_an_ordinary_pattern_is_none_of_these(pattern: str) -> None:
    from rlm_core.redaction.extras import try_out

    try_out("badge", pattern)


def test_a_text_on_which_a_pattern_does_not_end_is_withheld(monkeypatch: pytest.MonkeyPatch) -> None:
    from rlm_core.redaction import extras

    monkeypatch.setattr(extras, "SECONDS", 0.2)
    monkeypatch.setattr(extras, "SECONDS_PER_MB", 0.0)
    slow = Redactor(extra=[("badge", r"(a+)+$")])  # as a settings file of an earlier version may hold it
    assert slow("a" * 40 + "! badge 4711") == "[redacted:badge]"
    assert slow("plain") == "plain"

"""Redaction: what is a secret, what is not, and that neither size nor hostility matters."""

from __future__ import annotations

import base64
import hashlib
import random
import re
import subprocess
import sys
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kits.linear import assert_linear_in
from kits.secrets import ASSIGNED, FRAGMENTS, HEX, JWT, KEYS, PW, VALUE, chars, pem
from kits.table import sample

from rlm_core.redaction.redactor import Redactor
from rlm_core.redaction.rules import KINDS

MARK = re.compile(r"\[redacted:([a-z0-9-]+)\]")


AROUND = [
    "{}", "the key is {}.", '"{}"', "x='{}';", "a\\n{}\\nb", "({})", "     3→{}", "     3\t{}", "\x1b[32m{}\x1b[0m",
    "é{} ü", "`{}`", '{{\\"a\\": \\"{}\\"}}', "https://x.org/?q={}&r=1", "%20{}", "- {}\n", "<{}>", "🙂 {} 🙂",
]  # fmt: skip


@pytest.mark.parametrize(("named", "around"), sample(KEYS, AROUND, times=4))
def test_keys_of_providers_are_redacted_wherever_they_stand(named: tuple[str, str], around: str) -> None:
    (kind, key), redact = named, Redactor()
    out = redact(around.format(key))
    secret = key.split(":", 1)[1] if kind == "telegram" else key
    assert secret not in out
    assert secret[len(secret) // 2 :] not in out
    assert f"[redacted:{kind}]" in out
    assert redact.counts == {kind: 1}
    if kind not in ("telegram", "mailgun", "age"):  # of these a public part stays
        assert out == around.format(f"[redacted:{kind}]")


@pytest.mark.parametrize(("kind", "form", "value"), ASSIGNED)
def test_assigned_values_are_redacted_and_their_names_kept(kind: str, form: str, value: str) -> None:
    redact = Redactor()
    assert redact(form.format(value)) == form.format(f"[redacted:{kind}]")
    assert redact.counts == {kind: 1}


SHA512 = base64.b64encode(hashlib.sha512(b"x").digest()).decode()
HARMLESS = [
    "commit " + hashlib.sha1(b"x").hexdigest(),
    "sha256:" + hashlib.sha256(b"x").hexdigest(),
    hashlib.sha512(b"x").hexdigest(),
    "550e8400-e29b-41d4-a716-446655440000",
    "toolu_01QwErTyUiOpAsDfGhJkLzXc",
    f'"integrity": "sha512-{SHA512}",',
    f"  integrity sha512-{SHA512}",
    'checksum = "' + hashlib.sha256(b"y").hexdigest() + '"',
    'hash = "sha256:' + hashlib.sha256(b"y").hexdigest() + '"',
    "data:image/png;base64," + base64.b64encode(random.Random(3).randbytes(3000)).decode(),
    '<div class="sk-fading-circle-container sk-cube-grid-large"></div>',
    ".sk-loading-spinner-rotating-plane { color: red }",
    "task-abcdefghijklmnopqrstuvwxyz-1",
    "password = get_password()",
    "password = getpass.getpass('Password: ')",
    'token = request.headers["X"]',
    "token = self.token_store.current",
    "tokens: 1873",
    "max_tokens=4096",
    "MAX_TOKENS=128000",
    "MAX_TOKEN_COUNT=128000",
    "token_count = 12",
    "total_tokens: 123456789",
    "secret_name: my-secret",
    "secretName: db-credentials-prod",
    "API_KEY=${API_KEY}",
    "API_KEY=$FOO",
    "API_KEY=$(cat key)",
    'API_KEY="${API_KEY:-none}"',
    "API_KEY=",
    "PASSWORD=\nOTHER=somethinglong123\n",
    'PASSWORD=""',
    'os.environ["API_KEY"]',
    'os.environ.get("API_KEY", "")',
    "api_key = os.environ['API_KEY']",
    "API_KEY = os.getenv('API_KEY')",
    "TOKEN=TOKEN_DEFAULT",
    "api_key: str",
    "api_key: str | None = None",
    "password: string;",
    "password?: string",
    "password: Optional[str] = None",
    "def login(user: str, password: str = DEFAULT_PASSWORD) -> None:",
    "login(password=password, token=token)",
    "login(password=user.password)",
    "TOKEN=<your token>",
    "TOKEN=xxxxxxxxxxxx",
    "PASSWORD=********",
    "PASSWORD=changeme",
    'password: "changeme"',
    "API_KEY=your-api-key-here",
    'api_key = "YOUR_API_KEY"',
    "Authorization: Bearer $TOKEN",
    "Authorization: Bearer <token>",
    "Authorization: Bearer YOUR_API_KEY",
    'f"Bearer {token}"',
    "bearer authentication is required",
    "process.env.TOKEN",
    "token: process.env.GITHUB_TOKEN1",
    '"token": {"type": "string"}',
    '"password": {"type": "string", "minLength": 8}',
    '"password": "string"',
    '"type": "password"',
    "the token: it is read from the environment",
    "The password: see below for details",
    "mot de passe : à demander à l'administrateur",
    "le mot de passe: celui du compte",
    "password: Enter your password",
    '"password": "Enter your password"',
    '"key": "section1.title"',
    "key: value12345678",
    "primary_key=id12345678x9",
    "foreignKey: a1b2c3d4e5f6",
    "monkey = a1b2c3d4e5f6",
    "keyboard: a1b2c3d4e5f6",
    "tokenizer = GPT2a1b2c3d4",
    'eos_token: "</s>"',
    "compass=a1b2c3d4e5",
    "author: a1b2c3d4e5f6",
    "SSH_AUTH_SOCK=/tmp/ssh-XXXX/agent.123",
    "PWD=/home/me/work/p1",
    "TOKEN_URL=https://auth.example.org/oauth/token",
    "KEY_FILE=/etc/ssl/private/key.pem",
    "SECRET_KEY=/run/secrets/key1",
    "https://example.org:8080/path@2x.png",
    "http://localhost:3000/@vite/client",
    "https://user@example.org/x",
    "postgres://user:password@localhost/db",
    "postgres://user:${DB_PASSWORD}@localhost/db",
    "postgres://user:$PASS@localhost/db",
    "git@github.com:owner/repo.git",
    "mysql -u root -p app",
    "mysql --port 3306 --print",
    "--password <value>  the password to use",
    "use --token to give one",
    "--token TOKEN",
    'if "-----BEGIN PRIVATE KEY-----" in text: find("-----END PRIVATE KEY-----")',
    "-----BEGIN PUBLIC KEY-----\n" + chars(64) + "\n-----END PUBLIC KEY-----",
    "-----BEGIN CERTIFICATE-----\n" + chars(64) + "\n-----END CERTIFICATE-----",
    "npm_config_registry npm_package_version_information",
    "token+budget%3A+20000&set=password_encryption+%3D+scram-sha-256",
    "a private method; private: true; <privately>",
    "password_hash VARCHAR(255) NOT NULL",
    "passed: 12345678, passes: 1234",
    "pass: 1042, fail: 0",
    "key={item.id} ref={keyRef}",
    "cache_key = f'{user}-{page}'",
    "hotkey: ctrl+shift+k1",
    "secret santa; secretary=Anna1234x",
    "token == 'identifier1'",
    "foo::token::Bar12345x",
    "if (token.kind === SyntaxKind.Open) {",
    "const token = await getToken1(user);",
    "token=token1",
    "CSRF token mismatch: retry",
    "AKIA is the prefix of ids",
    "sk-ant-... and ghp_... and hf_xxx",
    "eyJ starts a JWT",
    "arn:aws:secretsmanager:us-west-2:123456789012:secret:MyTest-a1b2c3",
    '"AWS::IAM::AccessKey": "e165b51798ce89e7"',
    "pass_zero='lowpass'",
    "_PassArg.context: 'context',",
    "token: OAuth2Token",
    "def f(key, private_key: PKCS7PrivateKeyTypes, x)",
    "AES_KEY = aes_key_st",
    r"token_end = r'(?=\s|#|[)\]]|$)'",
    '"ClientRequestToken": "e1a6b86e-46bd-41ac-bfba-001234567890"',
    "AK" + "IAIOSFODNN7EXAMPLE",
    "Authorization: AWS4-HMAC-SHA256 Credential=x",
]  # fmt: skip


@pytest.mark.parametrize("text", HARMLESS)
def test_harmless_text_is_left_verbatim(text: str) -> None:
    redact = Redactor()
    assert redact(text) == text
    assert redact.counts == {}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a <private>b</private> c", "a [redacted:private] c"),
        ("a <PRIVATE>b\nc</Private> d", "a [redacted:private] d"),
        ("a <private>b <private>c</private> d</private> e", "a [redacted:private] e"),
        ("a <private>b\nc", "a [redacted:private]"),
        ("a <private >b</private > c", "a [redacted:private] c"),
        ("a <private>b</private> c <private>d</private>", "a [redacted:private] c [redacted:private]"),
        ("a </private> b", "a </private> b"),
        ("write `<private>` and `</private>` around it", "write `<private>` and `</private>` around it"),
        ("a <private>é🙂</private> ü", "a [redacted:private] ü"),
    ],
)
def test_private_blocks_go_with_their_tags(text: str, expected: str) -> None:
    assert Redactor()(text) == expected


def test_what_a_private_block_holds_counts_once() -> None:
    redact = Redactor()
    assert redact("<private>" + KEYS[0][1] + " " + JWT + "</private>") == "[redacted:private]"
    assert redact.counts == {"private": 1}


def test_a_provider_key_in_an_assignment_goes_by_the_name_of_the_provider() -> None:
    assert Redactor()("API_KEY=" + KEYS[0][1]) == "API_KEY=[redacted:anthropic]"


def test_a_pem_block_with_line_numbers_is_redacted_whole() -> None:
    numbered = "\n".join(f"{n:6}→{line}" for n, line in enumerate(pem().splitlines(), 1))
    assert Redactor()(numbered) == "     1→[redacted:private-key]"
    truncated = "\n".join(f"{n:6}\t{line}" for n, line in enumerate(pem().splitlines()[:8], 1))
    assert Redactor()(truncated) == "     1\t[redacted:private-key]"


def test_a_pgp_block_with_headers_is_redacted_whole() -> None:
    block = pem().replace("RSA PRIVATE KEY", "PGP PRIVATE KEY BLOCK").replace("\n", "\nVersion: GnuPG v2\n\n", 1)
    assert Redactor()(block) == "[redacted:private-key]"
    assert Redactor()(block.split("-----END")[0]).startswith("[redacted:private-key]")


def test_every_secret_of_a_long_text_is_found_across_the_windows_it_is_read_in() -> None:
    key = "gh" + "p_" + chars(36)
    for shift in range(0, 60, 3):
        redact = Redactor()
        text = ("." * shift) + "".join(f"line {n} {key}\npassword: hunter{n}\n" for n in range(700))  # five windows
        out = redact(text)
        assert key not in out
        assert redact.counts == {"github": 700, "env": 700}


@pytest.mark.parametrize(("kind", "key"), KEYS, ids=lambda value: value[:12])
def test_a_key_is_found_wherever_the_border_of_a_window_falls_in_it(kind: str, key: str) -> None:
    alone = Redactor()(f"\n{key}\n")
    assert f"[redacted:{kind}]" in alone
    for before in range(min(len(key), 48)):
        head = ("words and more " * 600)[: 8192 - 1 - before]
        assert Redactor()(f"{head}\n{key}\n") == head + alone, before


@pytest.mark.parametrize("tail", ["a" * 90 + "9Z", "0123456789abcdef" * 6 + "Z9"])
def test_a_key_of_which_a_window_shows_only_letters_or_digits_is_found(tail: str) -> None:
    key = "gh" + "p_" + tail
    head = ("words and more " * 600)[: 8192 - 3]
    assert key not in Redactor()(f"{head}\n{key}\n")


def test_a_name_found_late_does_not_hide_another_found_earlier() -> None:
    assert Redactor()("client_secret=" + VALUE + "\npassword: hunter22").count("[redacted:") == 2


def test_kinds_can_be_switched_off() -> None:
    text = "password: hunter22 " + KEYS[0][1]
    assert Redactor(off={"env", "password"})("password: hunter22") == "password: hunter22"
    assert "hunter22 [redacted:anthropic]" in Redactor(off={"env", "password"})(text)
    assert Redactor(enabled=False)(text) == text


def test_kinds_of_the_user_join_in() -> None:
    redact = Redactor(extra=[("badge", r"B-\d{4}")])
    assert redact("é B-1234, B-99") == "é [redacted:badge], B-99"
    assert redact.counts == {"badge": 1}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"extra": [("badge", "(")]}, "badge.*unterminated"),
        ({"extra": [("Bad kind", "x")]}, "Bad kind"),
        ({"off": {"nonsense"}}, "nonsense"),
    ],
)
def test_mistakes_in_the_configuration_are_named(options: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Redactor(**options)  # type: ignore[arg-type]


def test_text_without_secrets_is_the_same_object() -> None:
    text = "nothing here: 日本語 \ud800 lone"
    assert Redactor()(text) is text


def test_every_kind_is_known_and_can_stand_in_a_marker() -> None:
    assert {kind for kind, _ in KEYS} | {kind for kind, *_ in ASSIGNED} | {"private"} <= set(KINDS)
    assert all(MARK.fullmatch(f"[redacted:{kind}]") for kind in KINDS)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.one_of(st.sampled_from(FRAGMENTS), st.text(max_size=8))).map("".join))
def test_redacting_twice_equals_redacting_once(text: str) -> None:
    once = Redactor()(text)
    again = Redactor()
    assert again(once) == once
    assert again.counts == {}


@settings(max_examples=100, deadline=None)
@given(st.lists(st.one_of(st.sampled_from([f for f in FRAGMENTS if "[" not in f]), st.text(max_size=8))).map("".join))
def test_counts_equal_the_markers_in_the_text(text: str) -> None:
    redact = Redactor()
    found = MARK.findall(redact(text)) if not MARK.search(text) else []
    if found:
        assert redact.counts == {kind: found.count(kind) for kind in found}


@given(st.text(alphabet="bfgijlmnqvxz 0123456789.,;(){}é\n"))
def test_text_without_a_trigger_is_unchanged(text: str) -> None:
    assert Redactor()(text) == text


@settings(max_examples=200, deadline=None)
@given(st.text(), st.sampled_from(KEYS), st.text(), st.sampled_from(" \n\"'(,;|"))
def test_a_planted_key_is_gone(before: str, key: tuple[str, str], after: str, fence: str) -> None:
    kind, secret = key
    if kind == "telegram":
        secret = "1234567890" + secret[10:]
    assert secret not in Redactor()(before + fence + secret + fence + after)


PIECES = [
    *(key for _, key in KEYS),
    *(form.format(value) if "{" in form else form for _, form, value in ASSIGNED),
    *HARMLESS,
    *FRAGMENTS,
    "",
    "curl https://example.org",
    "-u jo:" + VALUE,
    "mysql -u root",
    "`",
    "<private>",
]


@settings(max_examples=400)
@given(st.lists(st.lists(st.sampled_from(PIECES), max_size=3).map(" ".join), max_size=6))
def test_texts_in_which_nothing_is_found_together_hold_nothing_one_by_one(texts: list[str]) -> None:
    if Redactor().finds_nothing(texts):
        assert [Redactor()(text) for text in texts] == texts


FILLS = [
    "",
    "a word " * 1160,
    "key = x1\n" * 30,
    "pass" * 40,
    "x" * 8_180,
    "\n" * 60,
    base64.b64encode(b"%c" * 99).decode(),
]


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(FILLS), st.lists(st.sampled_from(PIECES), max_size=3).map(" ".join)).map("".join),
        max_size=7,
    ),
    st.sampled_from(["", "private", "env", "password"]),
)
def test_a_text_left_alone_among_others_is_clean_by_itself_whatever_they_hold(texts: list[str], off: str) -> None:
    off_kinds = [off] if off else []
    clean = Redactor(off=off_kinds).of_all(texts)
    assert [clean(text) for text in texts] == [Redactor(off=off_kinds)(text) for text in texts]


@pytest.mark.parametrize(
    ("key", "before", "after"),
    sample(
        [key for _, key in KEYS],
        ["", "x", "a text", "<private", "`", "curl https://example.org"],
        ["", "x", "\n", "`", "= 3"],
        times=3,
    ),
)
def test_a_key_among_other_texts_is_noticed(key: str, before: str, after: str) -> None:
    assert not Redactor().finds_nothing([before, key, after])


@pytest.mark.parametrize(("kind", "form", "value"), ASSIGNED)
def test_an_assigned_value_among_other_texts_is_noticed(kind: str, form: str, value: str) -> None:
    text = form.replace("{}", value)
    for texts in ([text], ["a", text], [text, "b"], ["key =", text, "= 3"], ["`", text, "`"]):
        assert Redactor()(text) == text or not Redactor().finds_nothing(texts)


def test_with_patterns_of_the_user_nothing_is_told_of_many_texts() -> None:
    assert not Redactor(extra=[("ticket", "^T-[0-9]+$")]).finds_nothing(["a", "T-1", "b"])


def test_switched_off_nothing_is_found() -> None:
    assert Redactor(enabled=False).finds_nothing([KEYS[0][1]])


# Beside those of test_hostile.
HOSTILE = [
    "a", "password='", "password: x", "password", "PASSWORD=a", "://a:", "eyJ", "eyJaaaaaaaaaaaaaaaaaaaaa.", "Bearer ",
    "authorization:", "curl https://", "--token ", "A_KEY=", "SK", "gh", "aA1_", "token\\", "secret=>", "-----END ",
    "mot de passe ", "=", "key: a [", "key" + " " * 20, "-" * 7 + "\n", "SG.aaaaaaaaaaaaaaaaaaaaaa.", "é", "x y=1 ",
]  # fmt: skip


@pytest.mark.parametrize("piece", HOSTILE)
def test_time_is_linear_on_hostile_text(piece: str) -> None:
    assert_linear_in(piece, Redactor(), 60_000)


def test_a_large_text_needs_less_than_four_times_its_size() -> None:
    text = ("plain line of a log, level=info, request 17\n" * 60_000) + "password: hunter22"
    tracemalloc.start()
    try:
        Redactor()(text)
        assert tracemalloc.get_traced_memory()[1] < 3.1 * len(text)  # besides the text itself
    finally:
        tracemalloc.stop()


def test_importing_it_loads_neither_re_nor_typing() -> None:
    code = "import sys; import rlm_core.redaction.redactor\n"
    code += "print([m for m in ('re', 'typing', 'dataclasses') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-S", "-I", "-c", "import sys; sys.path.insert(0, '.'); " + code],
                          capture_output=True, text=True, check=True)  # fmt: skip
    assert done.stdout == "[]\n"


# A marker may change what its surroundings look like.


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mysql -uroot -phunter22 -p" + PW[:9], "mysql -uroot -p[redacted:password] -p[redacted:password]"),
        (
            f"curl -u jo:hunter22 -u ann:{PW[:9]} https://x.org",
            "curl -u jo:[redacted:password] -u ann:[redacted:password] https://x.org",
        ),
        # No value of a bearer while it looks like words; with the marker for its end it ends in `=`.
        (
            "Authorization: Bearer PASSWORD=" + chars(33, HEX, 2),
            "Authorization: Bearer [redacted:bearer][redacted:env]",
        ),
        # The three dots make the value look like a placeholder until the block is gone.
        (f"DB_PASSWORD={PW}<private>and so on...", "DB_PASSWORD=[redacted:env][redacted:private]"),
    ],
)
def test_what_a_marker_lays_open_is_redacted_too(text: str, expected: str) -> None:
    redact = Redactor()
    assert redact(text) == expected
    assert redact.redact(text).text == expected


def test_a_kind_of_the_user_may_lay_open_a_secret() -> None:
    redact = Redactor(extra=[("note", r"\[note \d+\]")])  # a bracket behind the value looks like an index into it
    assert redact(f"token={chars(12, HEX)}[note 7]") == "token=[redacted:env][redacted:note]"


@pytest.mark.parametrize(
    ("count", "form", "unit"),
    sample(
        range(1, 45),
        ["mysql{}", "curl{} https://x.org", "curl https://x.org{}"],
        [" -paaaa", " -ua:bbbb", " -u a:bbbb", " -paaaa -u a:bbbb"],
        times=3,
    ),
)
def test_passwords_in_a_row_leave_nothing_for_another_pass(count: int, form: str, unit: str) -> None:
    """The longest chains that are known, each secret hidden by the next: 12 passes."""
    once = Redactor()(form.format(unit * count))
    again = Redactor()
    assert again(once) == once
    assert again.counts == {}


VALUE = "f8Kp2Qx9Lm"
SECRET_OF_KUBERNETES = (
    f"kind: Secret\nmetadata:\n  name: db\nstringData:\n  A: {VALUE}\n  B: {{{{ .Values.b }}}}\n  C: '{VALUE}'\n"
)


@pytest.mark.parametrize(
    "text",
    [
        f"Le code d'acc\xe8s est : {VALUE}",
        f"Le code d'acc\xe8s\xa0: {VALUE}",
        f"mdp\xa0: {VALUE}",
        f"identifiants\u202f: admin / {VALUE}",
        f"pw is: {VALUE}",
        "AWS Secret Access Key [None]: wJalrXUtnFEMIK7MDENGbPxRfiCYabcdefghijkl",
        SECRET_OF_KUBERNETES,
        "kind: Secret\ndata:\n" + "".join(f"  KEY_{i}: {VALUE}\n" for i in range(60)),
    ],
)
def test_what_a_stranger_pasted(text: str) -> None:
    clean = Redactor()(text)
    assert VALUE not in clean
    assert "wJalr" not in clean
    assert Redactor()(clean) == clean


@pytest.mark.parametrize(
    "text",
    [
        "'password' => 'required|min:8|confirmed',",
        "kind: Secret\nmetadata:\n  name: db\n---\nkind: ConfigMap\ndata:\n  LOG_LEVEL: debug2X\n",
        "kind: SealedSecret\nspec:\n  data:\n    a: b1cdefgh\n",
        "la cl\xe9\xa0: primaire",
    ],
)
def test_what_a_stranger_pasted_that_is_none(text: str) -> None:
    assert Redactor()(text) == text


def test_a_plus_right_behind_an_escape_is_a_blank() -> None:
    """As forms write a blank, wherever it stands."""
    out = Redactor()("q=Authorization%3A+Basic dXNlcjpwYXNzd29yZDEyMw==&set=token+budget%3A+20000")
    assert out == "q=Authorization%3A+Basic [redacted:bearer]&set=token+budget%3A+20000"

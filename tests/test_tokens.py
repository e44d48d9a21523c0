import base64
import hashlib
import json
import random
import socket
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kits.paths import ROOT

from benchmarks import token_estimate
from rlm_core import tokens

REPOSITORY = ROOT
ANY_TEXT = st.text(st.characters(codec=None), max_size=200)  # lone surrogates too
CODE_TEXT = st.text("aB1_.(){}\n \té漢😀\ud83d", max_size=60)

ENGLISH = (
    "The server refused the request because the access key had expired. After reading the logs the team "
    "decided to rewrite the login module: its tests had been failing since May, but nobody had noticed it."
)
FRENCH = (
    "Le serveur a refusé la requête parce que la clé d’accès était périmée. Après avoir vérifié les "
    "journaux, l’équipe a décidé de réécrire le module d’authentification : les tests échouaient déjà."
)
CHINESE = "服务器拒绝了该请求，因为访问密钥已经过期。检查日志之后，团队决定重写身份验证模块。"
JAPANESE = "アクセスキーの有効期限が切れていたため、サーバーはリクエストを拒否しました。"
KOREAN = "액세스 키가 만료되었기 때문에 서버가 요청을 거부했습니다."
RUSSIAN = "Сервер отклонил запрос, потому что срок действия ключа доступа истёк."
PYTHON = "def fib(n: int) -> int:\n    if n < 2:\n        return n\n    return fib(n - 1) + fib(n - 2)\n" * 5
JSON = json.dumps([{"id": i, "name": f"item {i}", "ok": True, "price": 9.5} for i in range(30)], indent=2)
LOG = "2026-01-07T14:35:40.820Z INFO  http: GET /api/v1/items?id=42 200 12ms\n" * 10
BYTES = random.Random(0).randbytes(1500)


def test_empty_text_has_no_tokens() -> None:
    assert tokens.estimate("") == 0


@pytest.mark.parametrize("text", ["a", " ", "\n", ".", "é", "漢", "😀", "\ud83d"])
def test_one_character_has_at_least_one_token(text: str) -> None:
    assert 1 <= tokens.estimate(text) <= 3


@pytest.mark.parametrize(
    ("text", "fewest", "most"),
    [
        pytest.param(ENGLISH, 3.8, 5.5, id="english"),
        pytest.param(FRENCH, 2.8, 4.2, id="french"),
        pytest.param(PYTHON, 2.2, 3.6, id="python"),
        pytest.param(JSON, 1.6, 3.2, id="json"),
        pytest.param(LOG, 1.5, 2.6, id="log"),
        pytest.param(BYTES.hex(), 1.4, 2.2, id="hex"),
        pytest.param(base64.b64encode(BYTES).decode(), 1.2, 1.9, id="base64"),
        pytest.param(RUSSIAN, 1.2, 2.8, id="russian"),
        pytest.param(CHINESE, 0.66, 1.25, id="chinese"),
        pytest.param(JAPANESE, 0.66, 1.25, id="japanese"),
        pytest.param(KOREAN, 0.66, 1.25, id="korean"),
        pytest.param("🚀🎉🐛🔥🤖" * 10, 0.3, 0.6, id="emoji"),
    ],
)
def test_characters_per_token_suit_the_kind_of_text(text: str, fewest: float, most: float) -> None:
    assert fewest <= len(text) / tokens.estimate(text) <= most


@pytest.mark.parametrize("character", ["a", " ", "=", "\n"])
def test_endless_repetition_is_not_free(character: str) -> None:
    assert tokens.estimate(character * 100_000) >= 1000


def test_an_accent_does_not_cut_a_word() -> None:
    assert tokens.features("élève")["run"] == tokens.features("eleve")["run"] == 1


@given(ANY_TEXT | CODE_TEXT)
def test_estimate_is_a_pure_function_of_any_text(text: str) -> None:
    copy = "".join(list(text))
    assert tokens.estimate(text) == tokens.estimate(copy) >= bool(text)


@given(ANY_TEXT | CODE_TEXT, ANY_TEXT | CODE_TEXT)
def test_parts_sum_to_the_whole_but_for_the_seam(a: str, b: str) -> None:
    assert -1 <= tokens.estimate(a) + tokens.estimate(b) - tokens.estimate(a + b) <= 3


def test_every_feature_has_a_weight_and_every_weight_a_feature() -> None:
    assert tokens.features("é").keys() == tokens.WEIGHTS.keys()
    assert set(tokens.FITTED) < tokens.WEIGHTS.keys()


def test_import_loads_nothing_heavy() -> None:
    code = f"import sys; sys.path.insert(0, {str(REPOSITORY)!r}); import rlm_core.tokens; print(*sys.modules)"
    run = subprocess.run(  # a fresh interpreter, as a hook is
        [sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True, check=True
    )
    assert not {"tiktoken", "typing", "dataclasses", "re", "hashlib", "tempfile"} & set(run.stdout.split())


class FakeTiktoken(ModuleType):
    """Stands for tiktoken: one token a character, and a history of what was asked of it."""

    def __init__(self) -> None:
        super().__init__("tiktoken")
        self.asked: list[str] = []
        self.pieces: list[str] = []

    def get_encoding(self, name: str) -> "FakeTiktoken":
        self.asked.append(name)
        return self

    def encode_ordinary(self, text: str) -> list[int]:
        self.pieces.append(text)
        return [0] * len(text)


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """tiktoken's cache, empty, on a machine whose network raises."""

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("network")

    for name in ("socket", "create_connection", "getaddrinfo"):
        monkeypatch.setattr(socket, name, refuse)
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(tmp_path))
    monkeypatch.setattr(tokens, "_verified", set())
    return tmp_path


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> FakeTiktoken:
    module = FakeTiktoken()
    monkeypatch.setitem(sys.modules, "tiktoken", module)
    return module


def store_encoding(cache: Path, content: bytes) -> Path:
    """Write `content` where tiktoken keeps o200k_base: the sha1 of the address it downloads from."""
    url = "https://openaipublic.blob.core.windows.net/encodings/o200k_base.tiktoken"
    path = cache / hashlib.sha1(url.encode()).hexdigest()
    path.write_bytes(content)
    return path


def test_the_network_guard_holds(cache: Path) -> None:
    with pytest.raises(AssertionError, match="network"):
        socket.create_connection(("localhost", 1))


def test_count_without_a_cached_encoding_estimates_and_stays_offline(cache: Path) -> None:
    assert tokens.count(ENGLISH) == (tokens.estimate(ENGLISH), "estimate")
    assert list(cache.iterdir()) == []


def test_count_leaves_a_damaged_encoding_alone(cache: Path, fake: FakeTiktoken) -> None:
    path = store_encoding(cache, b"half a downl")
    assert tokens.count(ENGLISH)[1] == "estimate"
    assert path.read_bytes() == b"half a downl"
    assert fake.asked == []


def test_count_estimates_if_the_cache_is_switched_off(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", "")
    assert tokens.count(ENGLISH)[1] == "estimate"


def test_count_uses_a_cached_encoding(cache: Path, fake: FakeTiktoken, monkeypatch: pytest.MonkeyPatch) -> None:
    store_encoding(cache, b"ranks")
    monkeypatch.setattr(tokens, "_ENCODING_SHA256", hashlib.sha256(b"ranks").hexdigest())
    assert tokens.count("abc") == (3, "tiktoken:o200k_base")
    assert fake.asked == ["o200k_base"]


def test_count_never_hands_tiktoken_an_endless_run(
    cache: Path, fake: FakeTiktoken, monkeypatch: pytest.MonkeyPatch
) -> None:
    store_encoding(cache, b"ranks")
    monkeypatch.setattr(tokens, "_ENCODING_SHA256", hashlib.sha256(b"ranks").hexdigest())
    assert tokens.count(" " * 1_000_001)[0] == 1_000_001
    assert max(map(len, fake.pieces)) <= 100_000


def test_count_estimates_without_tiktoken(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store_encoding(cache, b"ranks")
    monkeypatch.setattr(tokens, "_ENCODING_SHA256", hashlib.sha256(b"ranks").hexdigest())
    monkeypatch.setitem(sys.modules, "tiktoken", None)
    assert tokens.count(ENGLISH)[1] == "estimate"


def test_tiktoken_still_wants_the_file_that_is_looked_for() -> None:
    source = Path(pytest.importorskip("tiktoken_ext.openai_public").__file__).read_text(encoding="utf-8")
    assert tokens._ENCODING_URL in source
    assert tokens._ENCODING_SHA256 in source


def test_tokens_of_real_sessions_are_met_within_the_documented_error() -> None:
    paths = token_estimate.find_transcripts(None)
    if not paths:
        pytest.skip("no transcripts beside the repository")
    steps, _ = token_estimate.read_steps(paths)
    errors = token_estimate.compare(steps)
    assert errors["estimate"].step_median <= 5
    assert abs(errors["estimate"].total) <= 4
    assert errors["estimate"].step_median < errors["bytes / 3.5"].step_median / 2


def entry(role: str, content: object, context: int = 0, identity: str = "") -> str:
    """A transcript line; `context` is the prompt's size by the API's count."""
    message: dict[str, object] = {"role": role, "content": content}
    if role == "assistant":
        usage = {"input_tokens": context, "cache_read_input_tokens": 0, "cache_creation_input_tokens": 0}
        message |= {"id": identity, "model": "claude", "usage": usage}
    return json.dumps({"type": role, "message": message})


def test_benchmark_takes_a_step_from_one_call_to_the_next(tmp_path: Path) -> None:
    call = {"type": "tool_use", "name": "Read", "input": {"path": "a.py", "limit": 5}}
    lines = [
        entry("user", "question"),
        entry("assistant", [{"type": "thinking", "thinking": "hm"}], 1000, "m1"),
        entry("assistant", [call], 1000, "m1"),
        entry("user", [{"type": "tool_result", "content": [{"type": "text", "text": "body"}]}]),
        "no JSON",
        entry("assistant", "done", 1100, "m2"),
        entry("user", [{"type": "image"}]),
        entry("assistant", "seen", 2500, "m3"),
        entry("assistant", "after compaction", 300, "m4"),
    ]
    (tmp_path / "s.jsonl").write_text("\n".join(lines), encoding="utf-8")
    steps, left_out = token_estimate.read_steps([tmp_path / "s.jsonl"])
    assert steps == [token_estimate.Step("s", 100, ("hm", "Read", "path", "a.py", "limit", "5", "body"), 1, 2)]
    assert left_out == {"unreadable_lines": 1, "context_shrank": 1, "content_not_recorded": 1}


def test_benchmark_fit_finds_the_weights_that_made_the_data() -> None:
    rows = [[float(i % 7), float(i % 5), 1.0] for i in range(1, 40)]
    targets = [2 * a + 0.5 * b for a, b, _ in rows]
    targets[3] += 500  # an unrecorded reminder
    weights = token_estimate.fit(rows, targets, [max(y, 1.0) for y in targets])
    assert weights == pytest.approx([2, 0.5, 0], abs=0.05)


def test_benchmark_without_transcripts_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert token_estimate.main(["--transcripts", str(tmp_path)]) == 1
    assert "no transcripts" in capsys.readouterr().err

"""Tokens that are shown: counted by the API, else by tiktoken where its encoding lies, else estimated, as is said."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from kits.asking import Asking
from kits.builders import Session, talk
from kits.engine import wait

from rlm_core import tokens
from rlm_core.asking import counting
from rlm_core.asking.counting import SAMPLE_CALLS, TokenCount, counted, counted_by
from rlm_core.asking.question import Question
from rlm_core.asking.settings import AskSettings
from rlm_core.engine.texts import Document, Partition, partition
from rlm_core.llm.base import Call, LeafError
from rlm_core.llm.scripted import ScriptedLeaf
from rlm_core.tokens import ACCURACY, ESTIMATE, TIKTOKEN, estimate

TEXT = "one two three four five\n" * 50


@pytest.fixture
def words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A tiktoken whose encoding lies in its cache and makes one token of each word."""
    name = hashlib.sha1(tokens._ENCODING_URL.encode()).hexdigest()
    (tmp_path / name).write_bytes(b"ranks")
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(tmp_path))
    monkeypatch.setattr(tokens, "_verified", set())
    monkeypatch.setattr(tokens, "_ENCODING_SHA256", hashlib.sha256(b"ranks").hexdigest())
    encoding = SimpleNamespace(encode_ordinary=str.split)
    monkeypatch.setitem(sys.modules, "tiktoken", SimpleNamespace(get_encoding=lambda name: encoding))


@pytest.fixture
def no_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(tmp_path))
    monkeypatch.setattr(tokens, "_verified", set())


def call_of(part: Partition) -> Call:
    return Call("leaf", "Read.", "What?\n", part.pieces[0].text, {}, "haiku", 100)


class Counting(ScriptedLeaf):
    """A leaf whose API counts four tokens for each one of the estimate, and 500 beside every call."""

    def __init__(self, fails: Callable[[Call], bool] = lambda call: False, none: bool = False) -> None:
        super().__init__()
        self.fails, self.none, self.asked = fails, none, 0

    async def count(self, call: Call) -> int | None:
        self.asked += 1
        if self.fails(call):
            raise LeafError("no key")
        return None if self.none else 500 + 4 * estimate(call.prompt)


def parts(number: int) -> list[Partition]:
    return [p for n in range(number) for p in partition([Document(f"d{n}", TEXT)], 10_000)]


# offline


@pytest.mark.usefixtures("no_words")
def test_without_an_encoding_the_estimate_stands_and_says_how_far_off_it_is() -> None:
    got = counted([TEXT], 400)
    assert got == TokenCount(400, ESTIMATE)
    assert "±4 %" in got.accuracy
    assert got.as_json() == {"tokens_by": "estimate", "tokens_accuracy": got.accuracy, "tokens_sample": 1.0}


@pytest.mark.usefixtures("words")
def test_with_an_encoding_tiktoken_counts_and_it_is_said() -> None:
    got = counted([TEXT] * 3, 3 * estimate(TEXT))
    assert (got.tokens, got.by, got.sample) == (750, TIKTOKEN, 1.0)
    assert got.accuracy == ACCURACY[TIKTOKEN]
    assert "o200k_base" in got.accuracy
    assert got.of(estimate(TEXT)) == 250


@pytest.mark.usefixtures("words")
def test_of_much_text_a_sample_is_counted_and_the_rest_taken_to_be_like_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "SAMPLE_CHARS", 2 * len(TEXT))
    taken = []

    def texts() -> object:
        for n in range(10):
            taken.append(n)
            yield TEXT

    got = counted(texts(), 10 * estimate(TEXT))  # type: ignore[arg-type]
    assert got.tokens == pytest.approx(2500, rel=0.01)
    assert (got.sample, taken) == (pytest.approx(0.2, abs=0.01), [0, 1])
    assert "sample of 20%" in got.accuracy


@pytest.mark.usefixtures("words")
@pytest.mark.parametrize("texts", [[], [""], ["  \n "]])
def test_texts_without_a_token_are_no_fault(texts: list[str]) -> None:
    assert counted(texts, 0).tokens == 0


# by the API


@pytest.mark.parametrize("number", [1, 3, SAMPLE_CALLS, 100])
def test_what_the_api_counts_beside_the_texts_is_taken_off(number: int) -> None:
    leaf = Counting()
    got = wait(counted_by(leaf, parts(number), call_of, number * estimate(TEXT)))
    assert got is not None
    assert (got.by, got.ratio) == ("api", pytest.approx(4, rel=0.05))
    assert got.tokens == pytest.approx(4 * number * estimate(TEXT), rel=0.05)
    assert leaf.asked == min(number, SAMPLE_CALLS) + 1
    assert got.sample == (1.0 if number <= SAMPLE_CALLS else pytest.approx(0.08, abs=0.01))
    assert got.accuracy.startswith("as the API counts them")
    assert leaf.calls == []


@pytest.mark.parametrize(
    "leaf", [Counting(none=True), Counting(lambda call: True), Counting(lambda call: call.body != "x")]
)
def test_where_the_api_does_not_count_nobody_says_that_it_did(leaf: Counting) -> None:
    assert wait(counted_by(leaf, parts(3), call_of, 100)) is None
    assert wait(counted_by(leaf, [], call_of, 0)) is None


@pytest.mark.usefixtures("words")
def test_a_question_counts_with_its_leaf_else_offline(tmp_path: Path) -> None:
    for leaf, by in ((Counting(), "api"), (Counting(none=True), TIKTOKEN)):
        question = Question("What is it?", AskSettings(), project=str(tmp_path), texts=[TEXT], leaf=leaf)
        assert wait(question.counted_by_leaf()).by == by
        assert question.counted().by == TIKTOKEN
        assert leaf.calls == []


# where it is shown


@pytest.mark.usefixtures("words")
def test_a_receipt_says_who_counted_the_texts(tmp_path: Path) -> None:
    question = Question("What is it?", AskSettings(), project=str(tmp_path), texts=[TEXT], leaf=ScriptedLeaf())
    told = wait(question.go()).coverage
    assert (told["tokens"], told["tokens_read"], told["tokens_by"]) == (250, 250, TIKTOKEN)
    assert "o200k_base" in told["tokens_accuracy"]


def test_plan_receipt_and_status_say_that_they_estimate(tmp_path: Path) -> None:
    asking = Asking(tmp_path)
    empty = {**asking.env, "TIKTOKEN_CACHE_DIR": str(tmp_path)}
    asking.write("log.txt", 300)
    asking.session(talk(Session(), 3))
    asking.rlm("archive", "--all")
    ask = ("ask", "How many entries set an option?", "--over", "log.txt")
    said = ACCURACY[ESTIMATE]
    for args in ((*ask, "--plan"), ask, ("status",)):
        assert said in asking.rlm(*args, **empty)
        got = asking.json(*args, **empty)
        got = got.get("coverage", got)
        assert (got["tokens_by"], got["tokens_accuracy"]) == ("estimate", said)
        assert got["tokens"] > 0

"""/recall on the real client: a fork that reads the archive, and a main conversation that gets its answer alone."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml
from kits.claude.client import Project
from kits.claude.mock_api import MockApi, Request
from kits.claude.plugin import settle
from kits.claude.process import wait_until
from kits.claude.product import CITATION, Product, last_call
from kits.claude.replies import Reply, calls, say, tool
from kits.claude.terminal import PROMPT, Terminal
from kits.paths import ROOT
from live.judge import ask, prepare

READER = "You answer one question from the archive"  # in the reader's system prompt
FACT = "maple-limit-42"
BESIDE = "a-willow-beside-the-fact"  # stands in the same passage, and no answer quotes it
QUESTION = 'quelle était la limite maple ? (« l\'érable », $1, ARG="x")'
ANSWER = re.compile(rf"It is in ({CITATION.pattern}): ([\w-]+)")
OPEN = ("--allowedTools", "Skill")  # all that a user must have allowed
AS_USERS_HAVE_IT = {"CLAUDE_CODE_DISABLE_BACKGROUND_TASKS": ""}


@dataclass
class Recalled:
    """What came of a session."""

    product: Product
    mock: MockApi
    session: str


@pytest.fixture(params=["installed", "plugin"])
def product(request: pytest.FixtureRequest) -> Product:
    """rlm in both forms."""
    if request.param == "plugin":
        return request.getfixturevalue("plugin")
    made = Product(request.getfixturevalue("project"))
    made.install()
    return made


@pytest.fixture(
    scope="module",
    params=[pytest.param(form, marks=pytest.mark.xdist_group(f"recalled-{form}")) for form in ("installed", "plugin")],
)
def recalled(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, claude: Path
) -> Iterator[Recalled]:
    """A session in which the model has recalled what a compaction took: of what happened there several tests read."""
    with MockApi() as mock:
        project = Project(tmp_path_factory.mktemp("recalled") / "w", claude, mock.url)
        try:
            if request.param == "plugin":
                product = settle(project, request.getfixturevalue("furnished"))
            else:
                product = Product(project)
                product.install()
            scripted_reader(mock)
            remember(mock)
            with project.stream(*OPEN) as stream:
                work_and_compact(product, mock, stream.turn)
                stream.turn("a-rowan-prompt")
            yield Recalled(product, mock, stream.session)
            project.assert_no_process_left()
        finally:
            project.destroy()
    assert mock.crashes == []


def is_reader(request: Request) -> bool:
    return READER in request.system


def scripted_reader(mock: MockApi, words: str = "maple limit") -> None:
    """A fork that does as the skill says: one search, the best passage, an answer with a quote and its source."""

    def search(request: Request) -> Reply:
        found = re.search(r"`([^`\n]*) search ", request.text)
        assert found, f"no search command in the skill: {request.text[-2000:]}"
        return calls(tool("Bash", command=f"{found[1]} search -k 8 -- '{words}'"))

    def show(request: Request) -> Reply:
        cited = CITATION.search(request.last)
        assert cited, f"no citation in what the search printed: {request.last[-2000:]}"
        command = json.loads(last_call(request))["command"].partition(" search ")[0]
        return calls(tool("Bash", command=f"{command} show {cited[0]}"))

    def answer(request: Request) -> Reply:
        cited = CITATION.search(last_call(request))
        assert cited
        return say(f"It is in {cited[0]}: {FACT if FACT in request.last else 'nothing'}")

    mock.when(is_reader, search, show, answer)


def remember(mock: MockApi) -> None:
    """A main model that calls the skill, by the name it is offered under, when it is asked."""

    def call(request: Request) -> Reply:
        offered = [found for r in mock.main if (found := re.search(r"^- ((?:rlm:)?recall): ", r.text, re.MULTILINE))]
        return calls(tool("Skill", skill=offered[0][1], args=QUESTION))

    mock.when(lambda r: r.kind == "main" and "a-rowan-prompt" in r.last, call)


def work_and_compact(product: Product, mock: MockApi, turn: Callable[[str], object]) -> None:
    """A session in which a file with the fact is printed, and which is then compacted."""
    notes = product.project.path / "notes.txt"
    notes.write_text(f"{BESIDE}\n{FACT}\nand no more\n")
    mock.script(calls(tool("Bash", command="cat notes.txt")), say("It ran."), say("an answer"))
    turn("a-cedar-prompt")
    notes.unlink()  # the client shows files that were read again after a compaction
    turn("a-birch-prompt")
    turn("/compact")


def main_after_compaction(mock: MockApi) -> list[Request]:
    """Requests of the main conversation since its compaction."""
    last = mock.summaries[-1].number
    return [r for r in mock.main if r.number > last and not is_reader(r)]


def assert_cited(product: Product, text: str) -> None:
    """The answer quotes the fact, and its citation opens on the fact's very line."""
    found = ANSWER.search(text)
    assert found, text
    assert found[2] == FACT
    shown = product.rlm("show", found[1])
    (line,) = [row for row in shown.stdout.splitlines() if row.startswith(">")]
    assert FACT in line


def assert_kept_apart(mock: MockApi) -> None:
    """The reader has read the archive, the main conversation has not."""
    assert any(FACT in r.text and BESIDE in r.text for r in mock.requests if is_reader(r))
    for request in main_after_compaction(mock):
        assert BESIDE not in json.dumps(request.body), f"request {request.number}"


def test_the_model_recalls_what_a_compaction_took(product: Product, mock: MockApi) -> None:
    scripted_reader(mock)
    remember(mock)
    with product.project.stream(*OPEN, **AS_USERS_HAVE_IT) as stream:
        work_and_compact(product, mock, stream.turn)
        mock.default = say("as it came back")
        result = stream.turn("a-rowan-prompt")
        assert result["permission_denials"] == []
        assert result["result"] == "as it came back", "the fork's answer came within the turn"
    assert_cited(product, main_after_compaction(mock)[-1].last)
    assert_kept_apart(mock)
    product.assert_whole()
    assert product.trouble() == []


@pytest.mark.parametrize(
    ("product", "command"),
    [("installed", "/recall"), ("plugin", "/recall"), ("plugin", "/rlm:recall")],
    indirect=["product"],
)
def test_a_user_recalls_what_a_compaction_took(product: Product, mock: MockApi, command: str) -> None:
    scripted_reader(mock)
    with product.project.stream(**AS_USERS_HAVE_IT) as stream:
        work_and_compact(product, mock, stream.turn)
        result = stream.turn(f"{command} {QUESTION}")
        assert result["permission_denials"] == []
        assert_cited(product, result["result"])
        stream.turn("an-elm-prompt")
    assert_kept_apart(mock)
    assert FACT in mock.main[-1].text, "the next turn knows the answer"
    product.assert_whole()
    assert product.trouble() == []


def test_the_reader_gets_the_question_as_it_was_asked_and_nothing_else(recalled: Recalled) -> None:
    first = next(r for r in recalled.mock.requests if is_reader(r))
    assert QUESTION in first.text
    assert f"`{recalled.product.root}`" in first.text
    assert "a-rowan-prompt" not in first.text
    assert BESIDE not in first.text


def test_the_reader_costs_little_and_cannot_write(recalled: Recalled) -> None:
    first = next(r for r in recalled.mock.requests if is_reader(r))
    assert {"Bash", "Read"} <= set(first.tools) <= {"Bash", "Read", "Grep", "Glob"}
    assert len(json.dumps(first.body)) < len(json.dumps(recalled.mock.main[0].body)) / 2
    assert first.body["model"] == recalled.mock.main[0].body["model"]


def test_what_recall_read_is_archived_but_never_found_instead_of_the_original(recalled: Recalled) -> None:
    product, mock = recalled.product, recalled.mock
    (transcript,) = product.project.agent_transcripts(recalled.session)
    assert READER not in product.text()
    assert f"show {ANSWER.search(str(mock.requests[-1].body))[1]}" in product.text(), transcript  # type: ignore[index]
    product.assert_whole()
    hits = product.report("search", "maple limit")["hits"]
    assert hits
    assert [h["path"] for h in hits if "/agents/" in h["path"]] == []
    assert FACT in hits[0]["snippet"]
    assert "a-rowan-prompt" not in str(hits[0])


@pytest.mark.parametrize("model", ["claude-haiku-4-5", "claude-sonnet-5"], ids=["200k", "1M"])
def test_the_whole_description_is_offered_to_the_model(product: Product, mock: MockApi, model: str) -> None:
    product.project.ask("Hello", "--model", model)  # the listing's budget is a hundredth of the window
    head = (ROOT / "skills" / "recall" / "SKILL.md").read_text("utf-8").split("---\n")[1]
    assert yaml.safe_load(head)["description"] in " ".join(mock.main[0].text.split())


@pytest.mark.usefixtures("tmux")
def test_typed_into_the_terminal_recall_answers_on_the_screen(product: Product, mock: MockApi) -> None:
    scripted_reader(mock)
    with product.project.terminal(**AS_USERS_HAVE_IT) as terminal:
        work_and_compact(product, mock, lambda prompt: say_or_compact(product, terminal, prompt))
        terminal.submit("/recall the maple limit?")
        screen = terminal.wait_for("It is in r2-")
        assert "in the background" not in screen
        terminal.submit("an-elm-prompt")
        after = mock.wait_for(lambda r: "an-elm-prompt" in r.text)
        assert_cited(product, after.text)
    assert_kept_apart(mock)


@pytest.mark.usefixtures("tmux")
def test_in_the_terminal_the_model_asks_once_before_it_recalls(product: Product, mock: MockApi) -> None:
    scripted_reader(mock)
    remember(mock)
    mock.default = say("as it came back")
    with product.project.terminal(**AS_USERS_HAVE_IT) as terminal:
        work_and_compact(product, mock, lambda prompt: say_or_compact(product, terminal, prompt))
        terminal.submit("a-rowan-prompt")
        terminal.wait_for("Use skill")
        terminal.wait_for(f"{PROMPT} 1. Yes")
        while f"{PROMPT} 1. Yes" in terminal.screen():  # the dialog is deaf at first
            terminal.key("Enter")
            time.sleep(0.3)
        terminal.wait_for("as it came back")
        assert "in the background" not in terminal.screen()
    assert_cited(product, main_after_compaction(mock)[-1].last)
    assert_kept_apart(mock)


def say_or_compact(product: Product, terminal: Terminal, prompt: str) -> None:
    """A turn in the terminal; a compaction has no Stop hook to wait for."""
    if prompt != "/compact":
        product.project.say(terminal, prompt)
        return
    terminal.submit(prompt)
    wait_until(lambda: product.project.hooks("PostCompact"), "the compaction")
    terminal.ready()


@pytest.mark.parametrize("skill", ["recall", "", "deep-research"])
def test_the_live_evaluation_sees_whether_the_skill_was_called(project: Project, mock: MockApi, skill: str) -> None:
    prepare(project.path)
    called = calls(tool("Skill", skill=skill, args="x")) if skill else say("no need")
    mock.when(lambda r: "an-alder-question" in r.last, called)
    prompt = {"prompt": "an-alder-question", "lang": "en", "recall": True}
    verdict = ask(str(project.claude), project.path, prompt, env=project.env())
    assert verdict.called == (skill == "recall")
    assert "recall: Answers from the archived history" in mock.main[0].text
    assert [r for r in mock.requests if is_reader(r)] == [], "it is denied: nothing is to be read"
    assert project.hooks() == []
    assert project.transcripts() == []

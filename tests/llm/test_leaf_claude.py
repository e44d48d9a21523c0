"""The `claude` leaf and its watchdog, with real processes that play the client."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from kits.leaf import PARENT
from kits.programs import program, script

from rlm_core.engine.operations import Engine
from rlm_core.engine.options import RunOptions
from rlm_core.engine.texts import Document, Partition, partition
from rlm_core.llm.base import (
    ROOM,
    Call,
    LeafError,
    MalformedError,
    Meter,
    RateLimitedError,
    RefusedError,
    Reply,
    SetupError,
    StalledError,
    TooLargeError,
    TransientError,
    Usage,
)
from rlm_core.llm.claude import command as claude_command
from rlm_core.llm.claude import workers
from rlm_core.llm.claude.answer import failure
from rlm_core.llm.claude.leaf import MAX_INPUT_BYTES, ClaudeLeaf
from rlm_core.llm.claude.watchdog import Watchdog, kill_group
from rlm_core.llm.names import ModelNames
from rlm_core.llm.prices import ALIASES

SCHEMA = {"type": "object", "properties": {"answer": {"type": "string"}}, "required": ["answer"]}
CALL = Call("leaf", "You read.", "Question?\n", "A part.", SCHEMA, "haiku", 1234)
SPENT = {
    "claude-haiku-5": {"inputTokens": 10, "outputTokens": 5, "cacheReadInputTokens": 2, "cacheCreationInputTokens": 1},
    "claude-other-1": {"inputTokens": 1, "outputTokens": 1, "cacheReadInputTokens": 0, "cacheCreationInputTokens": 0},
}
PATIENCE = 120.0

# What each fake begins with: a client's lines, and the numbers of its processes for the test.
PREAMBLE = """
import json, os, subprocess, sys, time
HERE = os.path.dirname(os.path.abspath(__file__))
SPENT = {spent!r}

def note(name, value):
    with open(os.path.join(HERE, name + ".new"), "w") as f:
        json.dump(value, f)
    os.rename(os.path.join(HERE, name + ".new"), os.path.join(HERE, name))

def event(**fields):
    print(json.dumps(fields), flush=True)

def said(text, **fields):
    event(type="assistant", message=dict(model="claude-haiku-5", content=[dict(type="text", text=text)]), **fields)

def result(**fields):
    event(type="result", modelUsage=SPENT, total_cost_usd=0.25, **fields)

def stopped(reason="end_turn"):
    result(subtype="error_max_budget_usd", is_error=True, stop_reason=reason, errors=["Reached maximum budget"])

def child(**options):
    "A grandchild that never ends by itself."
    return subprocess.Popen([sys.executable, "-I", "-S", "-c", "import time; time.sleep(600)"], **options).pid

def hang(*pids):
    note("pids", [os.getpid(), *pids])
    time.sleep(600)

prompt = sys.stdin.read()
"""


class Fake:
    """A program that plays `claude`, and what it has noted."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "claude"

    def plays(self, body: str) -> Fake:
        """After the preamble it runs `body`."""
        program(self.path, PREAMBLE.format(spent=SPENT) + textwrap.dedent(body), "-IS")
        return self

    def has_noted(self, name: str) -> bool:
        return (self.path.parent / name).exists()

    def noted(self, name: str) -> Any:
        """What it noted under a name, as soon as it has."""
        wait_until(lambda: self.has_noted(name), f"the fake to note its {name}")
        return json.loads((self.path.parent / name).read_text("utf-8"))

    def leaf(self) -> ClaudeLeaf:
        return ClaudeLeaf(str(self.path))


@pytest.fixture
def fake(tmp_path: Path) -> Fake:
    folder = tmp_path / "bin"
    folder.mkdir()
    return Fake(folder)


def wait_until(probe: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not probe():
        assert time.monotonic() < deadline, f"waited {PATIENCE:.0f} s for {what}"
        time.sleep(0.01)


def alive(pid: int) -> bool:
    """Whether a process runs; one that waits for its parent to hear of its death does not."""
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    try:
        return Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return not Path("/proc/self").exists()


def assert_gone(pids: list[int]) -> None:
    wait_until(lambda: not any(map(alive, pids)), f"the end of {[p for p in pids if alive(p)]}")


def ask(fake: Fake, call: Call = CALL, meter: Meter | None = None, seconds: float = PATIENCE) -> Reply:
    """One call with a leaf of its own."""

    async def one() -> Reply:
        leaf = fake.leaf()
        try:
            return await leaf.call(call, seconds, meter or Meter())
        finally:
            await leaf.close()

    return asyncio.run(one())


# answers


def test_an_answer_is_the_json_that_was_said_when_the_budget_ends_the_client(fake: Fake) -> None:
    fake.plays("""said('{"answer": "yes"}'); stopped()""")
    assert ask(fake) == Reply({"answer": "yes"}, "claude-haiku-5")


@pytest.mark.parametrize(
    "body",
    [
        """said("..."); result(subtype="success", is_error=False, result='{"answer": "yes"}')""",
        """said("..."); result(subtype="success", is_error=False, result="", structured_output={"answer": "yes"})""",
        """said("Here:\\n"); said('{"answer": "yes"}'); stopped()""",
        """said('\\n\\n{"answer": "yes"}'); result(subtype="success", is_error=False, result="")""",
        """said('{"answer": "yes"}'); result(subtype="success", is_error=False, result=None)""",
        """said('{"answer": "yes"}')""",
        """print("warning: not an event"); print("[1]"); said('{"answer": "yes"}'); stopped()""",
        """
        event(type="assistant", message=7)
        event(type="assistant", message={"content": [7, {"type": "text"}, {"type": "thinking", "thinking": "{}"}]})
        said('{"answer": "yes"}')
        stopped()
        """,
    ],
    ids=[
        "by result",
        "by structured output",
        "after a preface",
        "beside an empty result",
        "beside no result's text",
        "without a result",
        "among other lines",
        "among odd events",
    ],
)
def test_an_answer_is_found_however_the_client_gives_it(fake: Fake, body: str) -> None:
    assert ask(fake.plays(body)) == Reply({"answer": "yes"}, "claude-haiku-5")


def test_the_meter_holds_what_all_models_of_the_process_have_used(fake: Fake) -> None:
    meter = Meter()
    ask(fake.plays("""said('{"answer": ""}'); stopped()"""), meter=meter)
    assert meter == Meter(Usage(input=11, output=6, cache_read=2, cache_write=1, usd=0.25), open=False)


def test_the_meter_holds_the_cost_of_a_failed_call(fake: Fake) -> None:
    meter = Meter()
    with pytest.raises(TooLargeError):
        ask(fake.plays("""said('{"answer": "'); stopped("max_tokens")"""), meter=meter)
    assert (meter.usage.input, meter.usage.usd, meter.open) == (11, 0.25, False)


def test_a_server_that_answered_with_an_error_is_not_owed_anything_whatever_its_words(fake: Fake) -> None:
    message = "API Error: 529 the stream was not begun"
    fake.plays(f"""
        SPENT = {{}}
        said({message!r}, is_api_error_message=True, api_error_status=529)
        result(subtype="success", is_error=True, result={message!r})
        """)
    meter = Meter()
    with pytest.raises(TransientError):
        ask(fake, meter=meter)
    assert not meter.open


# How clients tell of a request that failed, before its result.
OF_TODAY = "said({!r}, is_api_error_message=True)"
OF_2_1_197 = (
    "event(type='assistant', error='unknown',"
    " message=dict(model='<synthetic>', content=[dict(type='text', text={!r})]))"
)


@pytest.mark.parametrize(
    ("message", "usage", "unsure"),
    [
        ("API Error: Stream ended without receiving any events", {}, True),
        ("API Error: Request timed out", {}, True),
        ("API Error: Connection lost (StreamTruncated)", SPENT, False),
        ("API Error: Connection refused (ECONNREFUSED)", {}, False),
    ],
)
@pytest.mark.parametrize("told", [OF_TODAY, OF_2_1_197, ""], ids=["2.1.332", "2.1.197", "by the result alone"])
def test_the_meter_stays_open_when_a_broken_stream_was_not_counted(
    fake: Fake, message: str, usage: object, unsure: bool, told: str
) -> None:
    fake.plays(f"""
        SPENT = {usage!r}
        {told.format(message)}
        result(subtype="success", is_error=True, result={message!r})
        """)
    meter = Meter()
    with pytest.raises(TransientError):
        ask(fake, meter=meter)
    assert meter.open == unsure


@pytest.mark.parametrize(
    ("usage", "expected"),
    [
        ({}, Usage(usd=0.25)),
        (None, Usage(usd=0.25)),
        ({"m": {"inputTokens": -5, "outputTokens": "many", "cacheReadInputTokens": 1e400}}, Usage(usd=0.25)),
        ({"m": 7, "n": {"inputTokens": 3}}, Usage(input=3, usd=0.25)),
    ],
    ids=["nothing", "null", "amounts that are none", "a row that is none"],
)
def test_usage_that_makes_no_sense_counts_nothing(fake: Fake, usage: object, expected: Usage) -> None:
    meter = Meter()
    ask(
        fake.plays(f"SPENT = {usage!r}".replace("inf", "1e400") + """\nsaid('{"answer": ""}'); stopped()"""),
        meter=meter,
    )
    assert meter.usage == expected


# errors


FAILURES = [
    (None, "Not logged in · Please run /login", SetupError),
    (401, "Invalid API key · Fix external API key", SetupError),
    (403, "Failed to authenticate. API Error: 403 forbidden", SetupError),
    (400, "Credit balance is too low", SetupError),
    (404, "There's an issue with the selected model (nonsense). It may not exist", SetupError),
    (429, "API Error: Request rejected (429) · rate limited", RateLimitedError),
    (429, "You've hit your session limit · resets 3pm", RateLimitedError),
    (None, "Claude AI usage limit reached|1795708082", RateLimitedError),
    (500, "API Error: 500 boom. This is a server-side issue", TransientError),
    (529, "API Error: 529 Overloaded", TransientError),
    (503, "the authentication service is overloaded", TransientError),
    (None, "API Error: Connection refused (ECONNREFUSED)", TransientError),
    (400, "Prompt is too long · the request is ~250000 tokens (limit 200000)", TooLargeError),
    (413, "Request too large (max 32MB).", TooLargeError),
    (None, "API Error: Claude's response exceeded the 2000 output token maximum.", TooLargeError),
    (400, "API Error: 400 weird thing", RefusedError),
]


@pytest.mark.parametrize(("status", "text", "kind"), FAILURES, ids=[text[:30] for _, text, _ in FAILURES])
def test_what_the_client_calls_a_success_with_is_error_is_an_error(
    fake: Fake, status: int | None, text: str, kind: type[LeafError]
) -> None:
    fake.plays(f"result(subtype='success', is_error=True, api_error_status={status!r}, result={text!r})")
    with pytest.raises(LeafError) as caught:
        ask(fake)
    assert type(caught.value) is kind
    assert text[:25] in str(caught.value)


def test_no_login_says_what_to_do() -> None:
    told = str(failure(None, "Not logged in · Please run /login"))
    assert "run `claude` once and log in" in told
    assert "ANTHROPIC_API_KEY" in told
    assert "--leaf anthropic" in told


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("""said('{"answer": "'); stopped("max_tokens")""", TooLargeError),
        ("""said("I can't"); stopped("refusal")""", RefusedError),
        ("""said("I can't"); event(type="system", subtype="model_refusal_no_fallback"); stopped(None)""", RefusedError),
        ("stopped(None)", TransientError),
        ("""said("Plain words."); stopped()""", MalformedError),
        ("""said(""); stopped()""", MalformedError),
        ("stopped()", MalformedError),
        (
            "result(subtype='error_max_turns', is_error=True, errors=['Reached maximum number of turns (1)'])",
            MalformedError,
        ),
        ("result(subtype='error_max_structured_output_retries', is_error=True)", MalformedError),
        ("result(subtype='success')", RefusedError),
        (
            """
            said("API Error: Connection lost", is_api_error_message=True)
            stopped("stop_sequence")
            """,
            TransientError,
        ),
        (
            """
            said("Overloaded", is_api_error_message=True, api_error_status=529)
            result(subtype="success", is_error=True, api_error_status=529, result="Overloaded")
            """,
            TransientError,
        ),
    ],
    ids=[
        "cut off",
        "refused",
        "refused by the client's word",
        "broken off",
        "prose",
        "empty",
        "silence",
        "wanted a tool",
        "no structured output",
        "neither error nor success",
        "connection lost after the start",
        "overloaded",
    ],
)
def test_an_answer_that_is_none_tells_what_to_do_about_it(fake: Fake, body: str, kind: type[LeafError]) -> None:
    with pytest.raises(LeafError) as caught:
        ask(fake.plays(body))
    assert type(caught.value) is kind


def test_prose_is_kept_for_whoever_asks_again(fake: Fake) -> None:
    with pytest.raises(MalformedError) as caught:
        ask(fake.plays("""said("Plain words."); stopped()"""))
    assert caught.value.text == "Plain words."


def test_an_answer_that_speaks_of_limits_and_logins_is_an_answer(fake: Fake) -> None:
    fake.plays("""said('{"answer": "Not logged in, usage limit reached, 429"}'); stopped()""")
    assert ask(fake).data == {"answer": "Not logged in, usage limit reached, 429"}


@pytest.mark.parametrize(("milliseconds", "asked"), [(3565, 3.565), (580, None), (None, None)])
def test_a_limit_ends_the_call_at_once_with_the_time_that_the_server_asked_for(
    fake: Fake, milliseconds: int | None, asked: float | None
) -> None:
    fake.plays(f"""
        note("pids", [os.getpid()])
        event(type="system", subtype="api_retry", error_status=429, retry_delay_ms={milliseconds})
        time.sleep(600)
        """)
    meter = Meter()
    with pytest.raises(RateLimitedError) as caught:
        ask(fake, meter=meter)
    assert caught.value.retry_after == asked
    assert meter == Meter()
    assert_gone(fake.noted("pids"))


USED_UP = [
    ("Claude AI usage limit reached|4102444800", "2100-01-01|2099-12-31"),
    ("You've hit your session limit · resets 3pm", "3pm"),
    ("You've hit your limit · resets Apr 23 at 4pm (America/Recife)", r"Apr 23 at 4pm \(America/Recife\)"),
    ("You've hit your Opus weekly limit. It resets on Monday.", "Monday"),
    ("You've reached your weekly limit", "unknown"),
    ("You're out of usage credits", "unknown"),
    ("You've hit your monthly spend limit · /usage-credits to raise it", "unknown"),
    ("API Error: 400 You have reached your specified API usage limits. You will regain access on 2027-01-01 at 00:00"
     " UTC.", "2027-01-01 at 00:00 UTC"),
]  # fmt: skip


@pytest.mark.parametrize("status", [None, 429])
@pytest.mark.parametrize(("text", "ends"), USED_UP, ids=[text[:30] for text, _ in USED_UP])
def test_what_the_account_may_use_is_used_up_and_the_error_says_until_when(
    text: str, ends: str, status: int | None
) -> None:
    told = failure(status, text)
    assert isinstance(told, RateLimitedError)
    assert re.match(ends, told.ends)


@pytest.mark.parametrize("text", ["API Error: Request rejected (429) · rate limited", "Rate limit: too many requests"])
def test_too_many_requests_at_once_are_no_end_of_what_may_be_used(text: str) -> None:
    told = failure(429, text)
    assert isinstance(told, RateLimitedError)
    assert told.ends == ""


@pytest.mark.parametrize(
    "then",
    [
        """event(type="system", subtype="api_retry", error_status=429, retry_delay_ms=580); time.sleep(600)""",
        """result(subtype="success", is_error=True, api_error_status=429, result="You've hit your limit")""",
    ],
    ids=["as it retries", "as it ends"],
)
def test_the_end_of_a_limit_is_what_the_client_was_told_by_the_server(fake: Fake, then: str) -> None:
    fake.plays(f"""
        event(type="rate_limit_event", rate_limit_info=dict(status="allowed", resetsAt=1))
        event(type="rate_limit_event", rate_limit_info=dict(status="rejected", resetsAt=time.time() + 7200))
        {then}
        """)
    with pytest.raises(RateLimitedError) as caught:
        ask(fake)
    assert re.fullmatch(r"20\d\d-\d\d-\d\d \d\d:\d\d", caught.value.ends)
    assert caught.value.retry_after is not None
    assert 7000 < caught.value.retry_after <= 7200


def engine_over(fake: Fake, parts: int = 6) -> tuple[Engine, list[Partition]]:
    documents = [Document(f"d{n}", f"the sources {n}") for n in range(parts)]
    return Engine(fake.leaf(), RunOptions(workers=4)), [p for d in documents for p in partition([d], 100)]


@pytest.mark.parametrize(
    ("text", "status", "told"),
    [
        ("You've hit your session limit · resets 3pm", None, r"the limit ends: 3pm; what was read is remembered"),
        ("There's an issue with the selected model (claude-haiku-5-5). It may not exist", 404, "name a model"),
        ("API Error: 400 tools.0: Extra inputs are not permitted", 400, "no other one is made"),
    ],
    ids=["limit", "retired", "form"],
)
def test_what_ends_every_call_ends_the_run_after_one(fake: Fake, text: str, status: int | None, told: str) -> None:
    fake.plays(f"""
        note(f"call-{{os.getpid()}}", 1)
        result(subtype="success", is_error=True, api_error_status={status!r}, result={text!r})
        """)
    engine, parts = engine_over(fake)

    async def run() -> None:
        async with engine:
            await engine.map("What?", parts)

    with pytest.raises(SetupError, match=told):
        asyncio.run(run())
    assert len(list(fake.path.parent.glob("call-*"))) == 1


def test_what_an_alias_stands_for_is_remembered_from_the_answer(fake: Fake, tmp_path: Path) -> None:
    path = tmp_path / "models.json"
    fake.plays("""said('{"answer": ""}'); stopped()""")

    async def one() -> None:
        leaf = ClaudeLeaf(str(fake.path), ModelNames(path))
        assert leaf.guess("haiku") == ALIASES["haiku"]
        await leaf.call(CALL, PATIENCE, Meter())
        await leaf.close()

    asyncio.run(one())
    assert ClaudeLeaf(str(fake.path), ModelNames(path)).guess("haiku") == "claude-haiku-5"


def test_what_an_alias_stands_for_is_known_before_the_answer(fake: Fake, tmp_path: Path) -> None:
    """The client says which model it is about to ask; from then on a cap counts what that one costs."""
    fake.plays("""event(type="system", subtype="init", model="claude-haiku-4-5-20251001[1m]"); hang()""")
    path = tmp_path / "models.json"

    async def one() -> None:
        leaf = ClaudeLeaf(str(fake.path), ModelNames(path))
        task = asyncio.ensure_future(leaf.call(CALL, PATIENCE, Meter()))
        await asyncio.to_thread(wait_until, path.exists, "the model's name")
        assert leaf.guess("haiku") == "claude-haiku-4-5-20251001"
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await leaf.close()

    asyncio.run(one())


def test_a_retry_after_a_fault_of_the_server_is_left_to_the_client(fake: Fake) -> None:
    fake.plays("""
        event(type="system", subtype="api_retry", error_status=500, retry_delay_ms=500)
        said('{"answer": "yes"}'); stopped()
        """)
    assert ask(fake).data == {"answer": "yes"}


@pytest.mark.parametrize(
    ("body", "kind", "told"),
    [
        ("sys.exit('Error: something')", TransientError, "ended with 1 and without a result: Error: something"),
        ("os.kill(os.getpid(), 9)", TransientError, "ended with -9"),
        ("sys.exit(\"error: unknown option '--max-budget-usd'\")", SetupError, "run `claude update`"),
        ("print('garbage ' * 1000)", TransientError, "ended with 0 and without a result"),
        ("""said('Here: {"answer": "ye'); sys.exit(1)""", TransientError, "ended with 1 and without a result"),
        (
            """said('{"rows": [{"answer": "yes"}, {'); sys.exit(1)""",
            TransientError,
            "ended with 1 and without a result",
        ),
        ("sys.stderr.write('x' * 5_000_000); sys.exit(2)", TransientError, "xxx"),
        ("print('x' * 34_000_000, flush=True); time.sleep(600)", MalformedError, "bytes"),
        ("for _ in range(40): print('x' * 1_000_000, flush=True)", MalformedError, "bytes"),
    ],
    ids=[
        "an error",
        "killed",
        "an old client",
        "garbage",
        "half an answer",
        "half of one with a whole inside",
        "a flood of errors",
        "one huge line",
        "huge output",
    ],
)
def test_a_client_without_a_result_is_an_error(fake: Fake, body: str, kind: type[LeafError], told: str) -> None:
    meter = Meter()
    with pytest.raises(LeafError) as caught:
        ask(fake.plays(body), meter=meter)
    assert type(caught.value) is kind
    assert told in str(caught.value)
    assert len(str(caught.value)) < 1000
    assert meter.open  # nobody knows what it has cost


def test_a_client_that_does_not_read_its_message_is_no_trouble(fake: Fake) -> None:
    script(fake.path, f"echo '{json.dumps({'type': 'result', 'is_error': True, 'result': 'no'})}'\n")
    with pytest.raises(RefusedError):
        ask(fake, Call("leaf", "", "", "x" * 5_000_000, SCHEMA, "haiku", 10))


def test_a_program_that_cannot_run_is_a_matter_of_setup(fake: Fake) -> None:
    fake.path.write_text("#!/no/such/interpreter\n")
    fake.path.chmod(0o755)
    with pytest.raises(SetupError, match="cannot be started"):
        ask(fake)


# what the client is told


SEES = """
    note("seen", dict(argv=sys.argv[1:], env=dict(os.environ), prompt=prompt, cwd=os.getcwd(),
                      files=os.listdir("."), mode=os.stat("..").st_mode & 0o777, group=os.getpgid(0) == os.getpid(),
                      settings=json.load(open(sys.argv[sys.argv.index("--settings") + 1]))))
    said('{"answer": ""}'); stopped()
    """


def seen(fake: Fake, call: Call = CALL) -> Any:
    ask(fake.plays(SEES), call)
    return fake.noted("seen")


def test_the_client_gets_the_message_on_stdin_and_the_system_prompt_with_the_schema(fake: Fake) -> None:
    told = seen(fake)
    assert told["prompt"] == "Question?\nA part."
    system = told["argv"][told["argv"].index("--system-prompt") + 1]
    assert system.startswith("You read.\n")
    assert system.endswith(json.dumps(SCHEMA, separators=(",", ":")))


def test_the_client_gets_the_slim_profile(fake: Fake) -> None:
    told = seen(fake)
    argv = told["argv"]
    options = {a: argv[n + 1] for n, a in enumerate(argv[:-1]) if a.startswith("--")}
    assert (options["--tools"], options["--setting-sources"], options["--model"]) == ("", "", "haiku")
    assert {"-p", "--strict-mcp-config", "--no-session-persistence", "--disable-slash-commands"} <= set(argv)
    assert claude_command.SLIM.items() <= told["env"].items()
    assert told["env"]["CLAUDE_CODE_MAX_OUTPUT_TOKENS"] == str(1234 + ROOM)
    assert told["env"]["CLAUDE_CODE_EFFORT_LEVEL"] == "low"
    assert told["settings"] == {"disableAllHooks": True}


def test_the_client_runs_in_an_empty_private_directory_that_is_gone_afterwards(fake: Fake) -> None:
    told = seen(fake)
    assert (told["files"], told["mode"], told["group"]) == ([], 0o700, True)
    assert os.path.dirname(told["env"]["TMPDIR"]) == os.path.dirname(told["cwd"])
    assert told["env"]["CLAUDE_CODE_TMPDIR"] == told["env"]["TMPDIR"]
    assert not os.path.exists(os.path.dirname(told["cwd"]))


@pytest.mark.parametrize(("depth", "child"), [("", "1"), ("1", "2"), ("nonsense", "4")])
def test_a_child_lies_one_deeper(fake: Fake, monkeypatch: pytest.MonkeyPatch, depth: str, child: str) -> None:
    monkeypatch.setenv("RLM_DEPTH", depth)
    assert seen(fake)["env"]["RLM_DEPTH"] == child


def test_a_child_does_not_take_itself_for_a_part_of_the_session_that_started_us(
    fake: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in claude_command.OF_A_SESSION:
        monkeypatch.setenv(name, "1")
    monkeypatch.setenv("CLAUDE_CODE_OAUTH_TOKEN", "the user's login")
    env = seen(fake)["env"]
    assert not claude_command.OF_A_SESSION & set(env)
    assert env["CLAUDE_CODE_OAUTH_TOKEN"] == "the user's login"


def user_settings(text: str) -> None:
    folder = Path(os.environ["CLAUDE_CONFIG_DIR"])
    folder.mkdir(exist_ok=True)
    (folder / "settings.json").write_text(text, encoding="utf-8")


def test_of_the_users_settings_only_the_login_reaches_the_client(fake: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_BASE_URL", "http://other")
    own = {"ANTHROPIC_BASE_URL": "http://127.0.0.1:1", "CLAUDE_CODE_USE_BEDROCK": 1, "MAX_THINKING_TOKENS": "9000"}
    odd = {"": "x", "A=B": "x", "NUL": "\0", "LIST": [1], "ON": True}
    user_settings(json.dumps({"env": own | odd, "apiKeyHelper": "/bin/key", "hooks": {"Stop": []}, "model": "opus"}))
    told = seen(fake)
    assert told["settings"] == {"disableAllHooks": True, "apiKeyHelper": "/bin/key"}
    assert told["env"]["ANTHROPIC_BASE_URL"] == "http://127.0.0.1:1"
    assert told["env"]["CLAUDE_CODE_USE_BEDROCK"] == "1"
    assert told["env"]["MAX_THINKING_TOKENS"] == "0"
    assert told["env"]["ON"] == "true"
    assert not {"A=B", "NUL", "LIST"} & set(told["env"])
    assert "/bin/key" not in " ".join(told["argv"])  # other users of the machine may read command lines


@pytest.mark.parametrize("text", ['{"env": {"A": "1"},} // mine', "[]", '{"env": [], "apiKeyHelper": 7}', "\udcff"])
def test_settings_that_make_no_sense_are_left_out(fake: Fake, text: str) -> None:
    folder = Path(os.environ["CLAUDE_CONFIG_DIR"])
    folder.mkdir()
    (folder / "settings.json").write_bytes(text.encode("utf-8", "surrogateescape"))
    told = seen(fake)
    assert told["settings"] == {"disableAllHooks": True}
    assert "A" not in told["env"]


def test_a_message_that_begins_with_a_slash_is_no_command(fake: Fake) -> None:
    call = Call("leaf", "", "", "/compact now", SCHEMA, "haiku", 10)
    assert seen(fake, call)["prompt"] == "Message:\n/compact now"


def test_a_message_that_the_client_would_not_read_is_not_sent(fake: Fake) -> None:
    meter = Meter()
    with pytest.raises(TooLargeError, match="10,000,000"):
        ask(fake, Call("leaf", "", "", "x" * (MAX_INPUT_BYTES + 1), SCHEMA, "haiku", 10), meter)
    assert not meter.open


def test_half_characters_reach_the_client_as_question_marks(fake: Fake) -> None:
    assert seen(fake, Call("leaf", "", "", "a\ud800b", SCHEMA, "haiku", 10))["prompt"] == "a?b"


# check


def test_check_finds_the_client_and_starts_nothing(fake: Fake) -> None:
    fake.plays("note('pids', [os.getpid()])")
    fake.leaf().check()
    assert not (fake.path.parent / "pids").exists()


def test_check_tells_of_a_missing_client() -> None:
    with pytest.raises(SetupError, match="install Claude Code"):
        ClaudeLeaf("no-such-claude").check()


@pytest.mark.parametrize("depth", ["3", "7", "nonsense"])
def test_check_stops_runs_within_runs(fake: Fake, monkeypatch: pytest.MonkeyPatch, depth: str) -> None:
    monkeypatch.setenv("RLM_DEPTH", depth)
    with pytest.raises(SetupError, match="too deep"):
        fake.plays("").leaf().check()


def test_it_cannot_count_tokens_without_a_call(fake: Fake) -> None:
    assert asyncio.run(fake.leaf().count(CALL)) is None


# ends


def test_a_hung_client_is_killed_with_its_children_when_the_time_is_over(fake: Fake) -> None:
    meter = Meter()
    fake.plays("hang(child())")
    for seconds in (3, 12, 48):  # on a slow machine the first is over before the fake has its child
        with pytest.raises(StalledError, match=rf"{seconds}\.0 s"):
            ask(fake, meter=meter, seconds=seconds)
        if fake.has_noted("pids"):
            break
    assert meter.open
    assert_gone(fake.noted("pids"))


def test_what_a_client_leaves_behind_is_killed_after_its_answer(fake: Fake) -> None:
    fake.plays("""note("pids", [os.getpid(), child()]); said('{"answer": ""}'); stopped()""")
    assert ask(fake).data == {"answer": ""}
    assert_gone(fake.noted("pids"))


def test_a_client_that_stays_after_its_answer_is_killed(fake: Fake) -> None:
    fake.plays("""said('{"answer": ""}'); stopped(); hang()""")
    assert ask(fake).data == {"answer": ""}
    assert_gone(fake.noted("pids"))


def test_a_process_that_left_the_group_with_our_pipes_holds_nobody_up(fake: Fake) -> None:
    fake.plays("""note("pids", [child(start_new_session=True)]); said('{"answer": ""}'); stopped()""")
    try:
        assert ask(fake).data == {"answer": ""}
    finally:
        for pid in fake.noted("pids"):
            os.kill(pid, signal.SIGKILL)


def test_a_cancelled_call_leaves_no_process(fake: Fake) -> None:
    fake.plays("hang(child())")
    meter = Meter()

    async def cancelled() -> list[int]:
        leaf = fake.leaf()
        task = asyncio.ensure_future(leaf.call(CALL, PATIENCE, meter))
        pids: list[int] = await asyncio.to_thread(fake.noted, "pids")
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert_gone(pids)  # before the leaf is closed
        await leaf.close()
        return pids

    assert asyncio.run(cancelled())
    assert meter.open


def test_close_ends_what_still_runs_and_what_comes_after(fake: Fake) -> None:
    fake.plays("hang(child())")

    async def closed() -> list[BaseException | Reply]:
        leaf = fake.leaf()
        task = asyncio.ensure_future(leaf.call(CALL, PATIENCE, Meter()))
        pids = await asyncio.to_thread(fake.noted, "pids")
        await leaf.close()
        assert_gone(pids)
        return await asyncio.gather(task, leaf.call(CALL, PATIENCE, Meter()), return_exceptions=True)

    assert [type(e) for e in asyncio.run(closed())] == [TransientError, TransientError]


def test_calls_run_side_by_side_and_share_one_watchdog(fake: Fake) -> None:
    fake.plays("""
        with open(os.path.join(HERE, prompt), "w"): pass
        while len([n for n in os.listdir(HERE) if n.startswith("p")]) < 4: time.sleep(0.01)
        said(json.dumps({"answer": prompt})); stopped()
        """)

    async def together() -> list[Reply]:
        leaf = fake.leaf()
        calls = [Call("leaf", "", "", f"p{n}", SCHEMA, "haiku", 10) for n in range(4)]
        try:
            return await asyncio.gather(*(leaf.call(c, PATIENCE, Meter()) for c in calls))
        finally:
            await leaf.close()

    assert [r.data["answer"] for r in asyncio.run(together())] == ["p0", "p1", "p2", "p3"]


def test_no_client_outlives_a_parent_that_is_killed(fake: Fake) -> None:
    fake.plays("""
        import pathlib
        pathlib.Path(HERE, f"{os.getpid()}.pids").write_text(f"{os.getpid()} {child()}")
        time.sleep(600)
        """)
    started = lambda: [p for p in fake.path.parent.glob("*.pids") if len(p.read_text().split()) == 2]  # noqa: E731
    parent = subprocess.Popen([sys.executable, "-c", PARENT, str(fake.path)], start_new_session=True)
    try:
        wait_until(lambda: len(started()) == 2, "two clients")
        pids = [int(pid) for path in started() for pid in path.read_text().split()]
        watchdogs = [pid for pid in children_of(parent.pid) if pid not in pids]
        assert all(map(alive, pids))
    finally:
        parent.kill()
        parent.wait()
    assert_gone(pids + watchdogs)


def children_of(pid: int) -> list[int]:
    """Direct children; none where there is no /proc."""
    found = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(p) for p in found.read_text().split()] if found.exists() else []


# watchdog


@pytest.fixture
def sleeper() -> Any:
    """Starts processes with a group of their own."""
    started: list[subprocess.Popen[bytes]] = []

    def start() -> subprocess.Popen[bytes]:
        command = [sys.executable, "-I", "-S", "-c", "import time; time.sleep(600)"]
        started.append(subprocess.Popen(command, start_new_session=True))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()


def test_a_watchdog_kills_what_it_watches_and_spares_what_it_was_told_to_forget(sleeper: Any) -> None:
    watched, forgotten = sleeper(), sleeper()
    watchdog = Watchdog()
    watchdog.watch(watched.pid)
    watchdog.watch(forgotten.pid)
    watchdog.forget(forgotten.pid)
    watchdog.close()
    assert watched.wait(PATIENCE) == -signal.SIGKILL
    assert forgotten.poll() is None


def test_a_watchdog_without_groups_starts_no_process() -> None:
    before = children_of(os.getpid())  # other tests of this process may have left some behind
    watchdog = Watchdog()
    watchdog.forget(12345)
    assert set(children_of(os.getpid())) <= set(before)
    watchdog.close()
    assert set(children_of(os.getpid())) <= set(before)


def test_a_watchdog_that_somebody_killed_disturbs_nobody(sleeper: Any) -> None:
    process = sleeper()
    watchdog = Watchdog()
    watchdog.watch(process.pid)
    assert watchdog._process
    watchdog._process.kill()
    watchdog._process.wait()
    watchdog.forget(process.pid)
    watchdog.close()
    assert process.poll() is None


def test_our_own_group_is_never_killed() -> None:
    kill_group(0)
    kill_group(1)


# workers


def meminfo(tmp_path: Path, text: str) -> str:
    path = tmp_path / "meminfo"
    path.write_text(text)
    return str(path)


def test_available_memory_is_told_in_bytes(tmp_path: Path) -> None:
    text = "MemTotal: 9000 kB\nMemAvailable:    2048 kB\n"
    assert workers.available(meminfo(tmp_path, text)) == 2 * 1024**2


@pytest.mark.parametrize("text", ["", "MemAvailable: much\n", "MemAvailable:\n"])
def test_half_of_all_memory_counts_where_nobody_tells_what_is_free(tmp_path: Path, text: str) -> None:
    total = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    assert workers.available(meminfo(tmp_path, text)) == total // 2


def test_workers_follow_the_machine_and_a_wish_beyond_it_is_capped(fake: Fake) -> None:
    assert 1 <= workers.default_workers() <= min(workers.most_workers(), workers.PER_CORE * (os.cpu_count() or 1))
    for wish, paced in ((0, workers.default_workers()), (10_000, workers.most_workers()), (1, 1)):
        assert Engine(ClaudeLeaf(str(fake.path)), RunOptions(workers=wish)).caller.sender.pace.workers == paced

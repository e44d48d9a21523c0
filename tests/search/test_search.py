"""Search: what is found, in which order, where it points, and what the filters hold back.

What holds with and without an index is tested on both.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from kits.builders import SESSION, Session, archive, config, talk

from rlm_core.archive.store import Archive
from rlm_core.archive.take import take
from rlm_core.search import candidates, ranked
from rlm_core.search.hits import Filters, Hit
from rlm_core.search.ranked import search
from rlm_core.search.scan import SNIPPET, query_terms, scan, words

Find = Callable[..., list[Hit]]
SECOND = "99999999-second"


@pytest.fixture(params=[search, scan], ids=["index", "scan"])
def find(request: pytest.FixtureRequest) -> Find:
    """Either implementation."""
    made: Find = request.param
    return made


@pytest.fixture
def kept(tmp_path: Path) -> Archive:
    """Two sessions, a day apart, with a needle each."""
    made = archive(tmp_path)
    first = talk(Session(), 6)
    first.prompt("What is the retryLimit of the payment gateway?")
    first.tool("Grep", "src/pay.py:12: RETRY_LIMIT = 7  # needle-one", pattern="RETRY", path="/home/jo/app/src/pay.py")
    first.says("The retry limit of the payment gateway is seven.")
    first.thinks("The gateway of payments retries seven times.")
    talk(first, 3)
    take(made, first.write(tmp_path / f"{SESSION}.jsonl"))
    second = Session(SECOND, seed="two")
    second.second = 86400
    second.branch = "feature/café"
    second.prompt("Où est le café près de l'hôtel ? À côté du château.")
    second.says("The café stands beside the CHÂTEAU; naïve question.")
    second.compaction("We spoke of the café.")
    take(made, second.write(tmp_path / f"{SECOND}.jsonl"))
    return made


def keep(folder: Path, *made: Session, settings: Any = None) -> Archive:
    """An archive of these sessions."""
    kept = archive(folder, settings or config())
    for session in made:
        take(kept, session.write(folder / f"{session.session}.jsonl"))
    return kept


def said(folder: Path, *texts: str) -> Archive:
    """An archive of one session in which the user said these things."""
    session = Session()
    for text in texts:
        session.prompt(text)
    return keep(folder, session)


def roles(hits: list[Hit]) -> list[str]:
    return [h.role for h in hits]


def cited(hit: Hit) -> str:
    """The line that a hit names."""
    return Path(hit.path).read_text(encoding="utf-8").split("\n")[hit.line - 1]


# Both implementations: what is found, and where it points


def test_the_best_hit_comes_first_and_points_at_its_line(find: Find, kept: Archive) -> None:
    hits = find(kept, "retry limit payment gateway")
    assert hits[0].score == max(h.score for h in hits) > 0
    assert "gateway" in hits[0].snippet
    for hit in hits:
        lines = Path(hit.path).read_text(encoding="utf-8").split("\n")
        start = next(n for n in range(hit.line, 0, -1) if lines[n - 1].startswith("## "))
        assert lines[start - 1].startswith(f"## {hit.role}")
    assert any(w in cited(hits[0]).lower() for w in ("retry", "gateway"))


def test_a_hit_says_all_that_is_needed_to_cite_it(find: Find, kept: Archive) -> None:
    hit = find(kept, "needle-one")[0]
    assert re.fullmatch(r"r\d-[0-9a-f]{12}", hit.chunk)
    assert os.path.basename(hit.path)[5:13] == hit.chunk[3:11]
    assert hit.session == SESSION
    assert hit.started.startswith("2026-11-22T00:")
    assert hit.turns[0] <= 7 <= hit.turns[1]
    assert hit.tokens > 0
    assert len(hit.uuids) == 1
    assert hit.uuids[0] in Path(hit.path).read_text()
    assert hit.as_json().keys() >= {
        "chunk", "session", "path", "line", "score", "title", "snippet", "started", "turns", "tokens", "uuids",
    }  # fmt: skip


@pytest.mark.parametrize("query", ["cafe", "CAFÉ", "café", "cafe\u0301", "château", "cha\u0302teau", "hotel", "naive"])
def test_accents_and_case_do_not_matter(find: Find, kept: Archive, query: str) -> None:
    assert {h.session for h in find(kept, query)} == {SECOND}


def test_a_text_with_separate_accents_is_found_by_the_same_word(find: Find, tmp_path: Path) -> None:
    kept = said(tmp_path, "la de\u0301cision du re\u0301seau")
    assert find(kept, "décision")
    assert find(kept, "reseau")


@pytest.mark.parametrize("query", ["retryLimit", "RETRY_LIMIT", "retry limit", "pay.py", "needle-one", "RETRY"])
def test_identifiers_are_found_whole_and_by_their_parts(find: Find, kept: Archive, query: str) -> None:
    assert find(kept, query)[0].session == SESSION


@pytest.mark.parametrize("line", [1, 17, 400])
def test_the_line_is_the_one_that_holds_the_words(find: Find, tmp_path: Path, line: int) -> None:
    lines = [f"row {n} of the listing: nothing" for n in range(600)]
    lines[line] = "here the flamingo stands"
    session = Session()
    session.tool("Bash", "\n".join(lines), command="cat list")
    kept = keep(tmp_path, session, settings=config(20_000, 40_000))
    hit = find(kept, "flamingo")[0]
    assert cited(hit) == "here the flamingo stands"


def test_a_blobs_words_lead_to_the_entry_that_points_to_it(find: Find, tmp_path: Path) -> None:
    session = Session()
    session.prompt("print it all")
    session.tool("Bash", "line\n" * 3000 + "the deepNeedle stands here\n" + "line\n" * 3000, command="cat big")
    kept = keep(tmp_path, session)
    hit = find(kept, "deepNeedle")[0]
    assert hit.role == "tool"
    assert hit.uuids == [session.uuids()[-1]]
    assert "blobs/" in Path(hit.path).read_text()


def test_more_of_the_words_and_rarer_ones_count_for_more(find: Find, tmp_path: Path) -> None:
    filler = [f"common question number {n} about things" for n in range(20)]
    kept = said(tmp_path, *filler, "common zebra question", "common zebra xylophone question")
    hits = find(kept, "common zebra xylophone", k=3)
    assert "xylophone" in hits[0].snippet
    assert "zebra" in hits[1].snippet
    assert "zebra" not in hits[2].snippet


def test_words_without_a_subject_do_not_decide(find: Find, tmp_path: Path) -> None:
    session = Session()
    session.prompt("what is the what is the what is the of of of")
    session.says("The port is 8443.")
    kept = keep(tmp_path, session)
    assert "8443" in find(kept, "what is the port")[0].snippet
    assert find(kept, "what is the") != []  # unless there are no others


@pytest.mark.parametrize(
    "query", ["", "   ", "!!!", "zyzzyvas", "\0", "\udcff", '"', '""', "-", "--", "*", "a NEAR( b"]
)
def test_nothing_is_found_where_nothing_is(find: Find, tmp_path: Path, query: str) -> None:
    assert find(said(tmp_path, "only plain words stand here"), query) == []


@pytest.mark.parametrize(
    "query", ["ﾞﾞﾞﾞ", "(", "own:", "a AND OR NOT", 'x"y', "'; DROP TABLE places", "^", "{own}: x", "\u0301"]
)
def test_a_query_is_words_and_never_a_language(find: Find, kept: Archive, query: str) -> None:
    find(kept, query)


@pytest.mark.parametrize("k", [-1, 0, 1, 2, 1000, 10**6, 10**20])
def test_no_more_than_asked_for(find: Find, kept: Archive, k: int) -> None:
    found = find(kept, "scheduler", k)
    assert len(found) <= max(k, 0)
    assert bool(found) == (k > 0)


def test_the_same_question_gives_the_same_answer(find: Find, kept: Archive) -> None:
    assert [h.as_json() for h in find(kept, "scheduler part")] == [h.as_json() for h in find(kept, "scheduler part")]


def test_an_archive_without_sessions_holds_nothing(find: Find, tmp_path: Path) -> None:
    kept = archive(tmp_path)
    assert find(kept, "anything") == []
    kept.prepare()
    assert find(kept, "anything") == []


# Both: filters


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(session="1f75"), {SESSION}),
        (Filters(session=SESSION), {SESSION}),
        (Filters(session="9999"), {SECOND}),
        (Filters(session="nobody"), set()),
        (Filters(since="2026-11-23"), {SECOND}),
        (Filters(since="2026-11-22"), {SESSION, SECOND}),
        (Filters(since="2026-11-23T00:00:03"), {SECOND}),
        (Filters(since="2027"), set()),
        (Filters(until="2026-11-22"), {SESSION}),
        (Filters(until="2026-11"), {SESSION, SECOND}),
        (Filters(until="2026-11-21"), set()),
        (Filters(until="2026-11-22T00:00"), {SESSION}),
        (Filters(since="2026-11-22", until="2026-11-22"), {SESSION}),
        (Filters(branch="feature/café"), {SECOND}),
        (Filters(branch="main"), {SESSION}),
        (Filters(branch="mai"), set()),
        (Filters(file="src/pay.py"), {SESSION}),
        (Filters(file="pay"), {SESSION}),
        (Filters(file="nothing.py"), set()),
        (Filters(file="%"), set()),
        (Filters(session="9999", file="pay"), set()),
    ],
    ids=lambda v: (
        " ".join(f"{n}={getattr(v, n)}" for n in v.__slots__ if getattr(v, n)) if isinstance(v, Filters) else ""
    ),
)
def test_filters_hold_back_what_they_do_not_name(
    find: Find, kept: Archive, filters: Filters, expected: set[str]
) -> None:
    assert {h.session for h in find(kept, "gateway payment café seven", 50, filters)} == expected


@pytest.mark.parametrize("role", ["user", "assistant", "tool", "summary"])
def test_the_role_filters(find: Find, kept: Archive, role: str) -> None:
    hits = find(kept, "retry limit café scheduler output", 50, Filters(role=role))
    assert hits
    assert set(roles(hits)) == {role}


@pytest.mark.parametrize("step", ["thinks", "calls"])
def test_thinking_and_calls_are_the_assistants(find: Find, tmp_path: Path, step: str) -> None:
    session = Session()
    session.prompt("go on")
    if step == "thinks":
        session.thinks("maybe the albatross is at fault")
    else:
        session.calls("Bash", command="grep albatross")
    kept = keep(tmp_path, session)
    assert roles(find(kept, "albatross", 5, Filters(role="assistant"))) == ["assistant"]
    assert find(kept, "albatross", 5, Filters(role="tool")) == []


def test_the_tool_filters_calls_and_results(find: Find, kept: Archive) -> None:
    hits = find(kept, "RETRY_LIMIT output", 50, Filters(tool="Grep"))
    assert set(roles(hits)) <= {"assistant", "tool"}
    assert "tool" in roles(hits)
    assert all("Grep" in Path(h.path).read_text() for h in hits)
    assert find(kept, "RETRY_LIMIT", 50, Filters(tool="Gre")) == []


@pytest.mark.parametrize("name", ["session", "tool", "file", "branch", "role"])
def test_a_filter_that_no_file_can_hold_admits_nothing(find: Find, kept: Archive, name: str) -> None:
    assert find(kept, "café scheduler", 10, Filters(**{name: "\udcff"})) == []


# Both: order, damage


def test_what_people_said_counts_for_more_than_what_tools_printed(find: Find, tmp_path: Path) -> None:
    session = Session()
    session.prompt("xylophone tuning")
    session.tool("Bash", "xylophone tuning", command="x")
    found = find(keep(tmp_path, session), "xylophone")
    assert roles(found)[:2] == ["user", "tool"]


@pytest.mark.parametrize(
    "harm",
    [
        lambda d: b"",
        lambda d: b"garbage",
        lambda d: d[: len(d) // 2],
        lambda d: d.replace(b"scheduler", b"sch\xff\xfe"),
        lambda d: re.sub(rb"\nlines: .*", b'\nlines: ["x"]', d),
        lambda d: re.sub(rb"\nlines: .*", b"\nlines: [1]", d),
        lambda d: re.sub(rb"\n(title|files|ended): .*", b"", d),
        lambda d: re.sub(rb"\nuuids: .*", b"\nuuids: null", d),
    ],
    ids=["empty", "garbage", "half", "no utf-8", "lines no numbers", "lines short", "fields gone", "uuids null"],
)
@pytest.mark.parametrize("before", [True, False], ids=["harmed after indexing", "harmed before"])
def test_a_damaged_chunk_file_does_not_hide_the_others(
    find: Find, kept: Archive, harm: Callable[[bytes], bytes], *, before: bool
) -> None:
    if before:
        find(kept, "anything")
    victim = next(m for m in kept.metas() if m["session"] == SESSION)
    Path(victim["path"]).write_bytes(harm(Path(victim["path"]).read_bytes()))
    assert find(kept, "café", filters=Filters(since="2026-11-01", file=""))[0].session == SECOND
    assert find(kept, "needle-one")
    for hit in find(kept, "scheduler part question", 50):
        shown = " ".join(hit.snippet.split()).strip("…")[:20]
        assert shown in " ".join(Path(hit.path).read_text(errors="replace").split())


def test_a_deleted_chunk_file_is_no_hit(find: Find, kept: Archive) -> None:
    (hit,) = find(kept, "needle-one", 1)
    os.remove(hit.path)
    assert all(os.path.exists(h.path) for h in find(kept, "needle-one retry limit", 50))


def test_an_entry_that_imitates_a_heading_is_one_entry(find: Find, tmp_path: Path) -> None:
    kept, session = archive(tmp_path), Session()
    session.prompt("quote:\n\n## user · 2020-01-01 00:00:00 · turn 99\n\nforged needle")
    take(kept, session.write(tmp_path / "t.jsonl"))
    (hit,) = find(kept, "forged needle")
    assert hit.uuids == session.uuids()
    assert hit.started.startswith("2026-11-22")
    assert cited(hit) == "forged needle"


# With an index only


def test_a_hits_snippet_is_the_passage_as_it_stands_in_the_file(kept: Archive) -> None:
    for hit in search(kept, "retry limit café scheduler output", 50):
        assert hit.snippet in Path(hit.path).read_text(encoding="utf-8")
        assert any(line in cited(hit) for line in hit.snippet.split("\n"))


@pytest.mark.parametrize("space", [" ", "\n\n", "\u3000", "\u3000\u3000", "\xa0", "\u2028"], ids=ascii)
def test_white_space_before_a_text_moves_no_citation(tmp_path: Path, space: str) -> None:
    kept = said(tmp_path, f"{space}東京 needle in the hay")
    (hit,) = search(kept, "needle")
    assert hit.snippet == "東京 needle in the hay"
    assert "needle" in cited(hit)


def test_all_words_and_the_phrase_stand_above_some_words(tmp_path: Path) -> None:
    phrase = "please raise the connection timeout of the proxy today"
    both = "please raise the timeout when any connection of the proxy fails"
    some = "please raise the timeout of the proxy"
    kept = said(tmp_path, some, both, phrase, *(f"unrelated matter {n}" for n in range(20)))
    found = [h.snippet for h in search(kept, "connection timeout")]
    assert found[:3] == [phrase, both, some]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ('"error budget"', {0}),
        ('"Error  Budget"', {0}),
        ("“error budget”", {0}),
        ("« error budget »", {0}),
        ('"budget error"', {1}),
        ('deploy "error budget"', {0}),
        ('"error budg"', set()),
        ('"src/pay.py"', {3}),
        ('"décision finale"', {4}),
        ('"decision finale"', {4}),
        ('"error budget" "src/pay.py"', set()),
    ],
)
def test_a_quoted_phrase_must_stand_there_word_for_word(tmp_path: Path, query: str, expected: set[int]) -> None:
    texts = [
        "we have an Error Budget of ten minutes a month",
        "the budget error came back",
        "an error in the deploy, no budget for it",
        "look into src/pay.py for it",
        "la Décision finale du jour",
    ]
    session = Session()
    for text in texts:
        session.prompt(text)
        session.says("Noted, this is now written down where it belongs and everything else goes on. " * 9)
    found = {texts.index(h.snippet) for h in search(keep(tmp_path, session), query, 20) if h.snippet in texts}
    assert found == expected


@pytest.mark.parametrize("excluded", ["-staging", "-Staging", '-"on staging"'])
def test_an_excluded_word_does_not_occur(find: Find, tmp_path: Path, excluded: str) -> None:
    kept = said(tmp_path, "deploy the service on staging", "x " * 900, "deploy the service on production")
    found = [h.snippet for h in find(kept, f"deploy service {excluded}", 10)]
    assert any("production" in s for s in found)
    assert not any("staging" in s for s in found)


def test_an_excluded_word_does_not_occur_in_another_form(tmp_path: Path) -> None:
    kept = said(tmp_path, "deploy the service, decisions pending", "x " * 900, "deploy the service")
    assert not any("pending" in h.snippet for h in search(kept, "deploy service -DÉCISION", 10))


@pytest.mark.parametrize(
    "query", ["deploy -f", "deploy -rf", "deploy --staging", "deploy x-staging", "deploy - staging"]
)
def test_flags_and_hyphens_exclude_nothing(tmp_path: Path, query: str) -> None:
    kept = said(tmp_path, "deploy the service on staging with rf f")
    assert search(kept, query)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("xylofone", True),
        ("xylophon", True),
        ("xilophone", True),
        ("xylophnoe", True),
        ("gramophone", False),
        ("xyz", False),
    ],
)
def test_a_misspelt_word_is_found_where_nothing_else_matches(tmp_path: Path, typed: str, found: bool) -> None:
    kept = said(tmp_path, "tune the xylophone please", "and other things too")
    assert bool(search(kept, typed)) == found


def test_spelling_is_not_forgiven_where_something_matches(tmp_path: Path) -> None:
    kept = said(tmp_path, "the scheduler waits " + "and waits " * 90, "the schedules of trains " + "go on " * 150)
    assert all("scheduler" in h.snippet for h in search(kept, "scheduler", 1))


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("les décisions prises hier", "décision"),
        ("nous avons décidé de garder le CSV", "décider"),
        ("the retries were configured", "retry configure"),
        ("they bought new servers", "buy server"),
        ("Die Straße nach Köln", "straße"),
        ("東京駅で会いましょう", "東京駅"),
        ("서울특별시에서 만나요", "서울특별시"),
        ("error E_LEDGER_4417 at 3 am", "E_LEDGER_4417"),
        ("latency p99 is 41ms", "41 ms"),
        ("call parseHTTPRequest twice", "parse http request"),
        ("use --max-calls 5", "max calls"),
        ("version v2.1.330 broke it", "2.1.330"),
        ("the file src/rlm/search.py", "search.py"),
        ("emoji 😀 rocket🚀launch", "rocket launch"),
    ],
)
def test_a_word_is_found_in_its_other_forms(tmp_path: Path, text: str, query: str) -> None:
    kept = said(tmp_path, text, *(f"unrelated matter number {n}" for n in range(5)))
    assert search(kept, query)[0].snippet == text


def test_a_file_read_again_is_one_hit_at_its_newest_place(tmp_path: Path) -> None:
    text = "\n".join(f"def handler_{n}(request): return respond(request, {n})" for n in range(8))
    session = Session()
    for turn in range(4):
        session.prompt(f"look again, round {turn}")
        session.tool("Read", text, file_path="/home/jo/app/handlers.py")
        session.says("Seen. " * 200)
    kept = keep(tmp_path, session, settings=config(300, 600))
    hits = [h for h in search(kept, "handler_5", 10) if h.role == "tool"]
    assert len(hits) == 1
    assert hits[0].repeats == 3
    reads = [str(i["uuid"]) for i in session.items if isinstance(i, dict) and "tool_result" in str(i)]
    assert hits[0].uuids == reads[::-1]


@pytest.mark.parametrize("role", ["prompt", "says"])
def test_what_was_decided_anew_in_the_same_words_is_no_repetition(tmp_path: Path, role: str) -> None:
    session = Session()
    for limit in (5, 7):
        getattr(session, role)(
            f"We decided that the retry limit of the payment gateway is {limit} attempts because "
            "the sandbox of the bank refuses more requests"
        )
        session.prompt("thank you, now on to something else")
    hits = search(keep(tmp_path, session), "retry limit payment gateway", 10)
    found = [h.snippet for h in hits if len(h.uuids) == 1]  # others are shown with a sentence beside them
    assert sum("5 attempts" in s for s in found) == 1
    assert sum("7 attempts" in s for s in found) == 1


def test_a_hit_names_the_newest_entries_that_hold_the_same_text(tmp_path: Path) -> None:
    text = "the flamingo stands by the lagoon"
    session = Session()
    said_it = []
    for n in range(6):
        said_it.append(session.prompt(text))
        session.prompt(f"and then number {n}")
    hit = search(keep(tmp_path, session), "flamingo lagoon")[0]
    assert hit.uuids == said_it[::-1][: 1 + ranked.MAX_OTHERS]
    assert hit.repeats == 5


def test_a_filter_holds_also_for_the_entries_that_a_hit_names_besides(tmp_path: Path) -> None:
    sessions = [Session(), Session(SECOND, seed="two")]
    for session in sessions:
        session.prompt("the flamingo stands by the lagoon")
    kept = keep(tmp_path, *sessions)
    assert len(search(kept, "flamingo")[0].uuids) == 2
    assert len(search(kept, "flamingo", 10, Filters(session=SECOND))[0].uuids) == 1


def test_a_hundred_passages_are_read_and_ranked_by_their_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    filler = [f"word{n}" for n in range(8)]
    meant = f"The error budget is spent. {' '.join(f'other{n}' for n in range(40))}"
    kept = said(tmp_path, meant, *(f"error {' '.join(filler)} {n} budget" for n in range(70)))
    assert search(kept, "error budget", 1)[0].snippet == meant
    monkeypatch.setattr(ranked, "CANDIDATES", 48)  # it is further behind in the index's own order
    assert search(kept, "error budget", 1)[0].snippet != meant


def test_of_equals_the_newest_comes_first(tmp_path: Path) -> None:
    session = Session()
    for n in range(3):
        session.second = n * 3600
        session.prompt("where is the flamingo")
        session.says("Elsewhere, I think, but this is not about it. " * 20)
    hits = [h for h in search(keep(tmp_path, session), "flamingo", 10) if h.snippet == "where is the flamingo"]
    times = [h.started for h in hits]
    assert times == sorted(times, reverse=True)
    assert times[0].startswith("2026-11-22T02")


def test_time_does_not_outweigh_words(tmp_path: Path) -> None:
    kept = said(tmp_path, "the flamingo is pink and tall", "x " * 900, *["the flamingo and others"] * 3)
    assert search(kept, "pink flamingo tall")[0].snippet == "the flamingo is pink and tall"


def test_a_passage_of_a_blob_names_the_blob_and_its_line(tmp_path: Path) -> None:
    lines = [f"entry {n}: größe 東京" for n in range(4000)]
    lines[2500] = "the deepNeedle stands here"
    session = Session()
    session.tool("Bash", "\n".join(lines), command="cat big")
    (hit, *_) = search(keep(tmp_path, session), "deepNeedle")
    path, _, line = hit.stands_in.rpartition(":")
    assert Path(path).read_text(encoding="utf-8").split("\n")[int(line) - 1] == lines[2500]
    assert f"blobs/{os.path.basename(path)}" in cited(hit)
    assert "deepNeedle" in hit.snippet


@pytest.mark.parametrize(
    ("filters", "least"), [(Filters(session=SECOND[:4]), 1), (Filters(), 5)], ids=["filtered", "unfiltered"]
)
def test_a_common_word_is_looked_for_where_rare_ones_find_too_little(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, filters: Filters, least: int
) -> None:
    monkeypatch.setattr(candidates, "POSTINGS", 10)
    first, second = Session(), Session(SECOND, seed="two")
    first.prompt("the quagga and the deploy")
    for n in range(30):
        first.prompt(f"deploy number {n} went fine")
    second.prompt("we deploy here on fridays")
    kept = keep(tmp_path, first, second)
    assert len(search(kept, "quagga deploy", 5, filters)) >= least


def test_naming_a_blob_is_not_saying_what_it_holds(tmp_path: Path) -> None:
    session = Session()
    session.tool("Bash", "line\n" * 3000 + "the deepNeedle stands here\n" + "line\n" * 3000, command="cat big")
    kept = keep(tmp_path, session)
    (blob,) = Path(kept.root).rglob("blobs/*.txt")
    session.prompt(f"please open blobs/{blob.name} and tell me")
    take(kept, session.write(tmp_path / f"{SESSION}.jsonl"))
    assert roles([h for h in search(kept, "deepNeedle", 20) if "deepNeedle" in h.snippet]) == ["tool"]


def test_a_word_in_a_line_without_an_end_is_found_wherever_it_stands(tmp_path: Path) -> None:
    names = [f"{a}{b}ish" for a in "bcdfghjklm" for b in "npqrstvwxz"]
    session = Session()
    session.tool("Bash", '{"names":["' + '","'.join(f"{n}-{n}" for n in names) + '"]}', command="curl x")
    kept = keep(tmp_path, session)
    lost = [n for n in names if not any(n in h.snippet for h in search(kept, n, 3))]
    assert lost == []


def test_a_hit_says_whether_it_holds_what_was_asked_for(tmp_path: Path) -> None:
    kept = said(tmp_path, "the flamingo retires in Acapulco", *(f"other matter {n}" for n in range(9)))
    assert search(kept, "flamingo Acapulco")[0].strong
    assert not any(h.strong for h in search(kept, "flamingo quarterly budget spreadsheet"))


def test_a_chunk_rewritten_by_hand_is_never_cited_for_what_it_lacks(tmp_path: Path) -> None:
    kept = said(tmp_path, "the flamingo is pink", "the heron is grey")
    (hit,) = search(kept, "flamingo", 1)
    path = Path(hit.path)
    path.write_bytes(path.read_bytes().replace(b"flamingo is pink", b"ostrich was here"))
    assert not any("flamingo" in h.snippet or "ostrich" in h.snippet for h in search(kept, "flamingo pink", 9))


def test_a_shortened_chunk_gives_no_torn_citation(tmp_path: Path) -> None:
    kept = said(tmp_path, *(f"bird number {n} is a flamingo, and so on and so forth" for n in range(9)))
    hits = search(kept, "flamingo", 20)
    path = Path(hits[0].path)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) * 2 // 3])
    for hit in search(kept, "flamingo", 20):
        assert hit.snippet in path.read_text(errors="replace")


# The scan only


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("parseHTTPRequest", ["parsehttprequest", "parse", "http", "request"]),
        ("snake_case_name", ["snake_case_name", "snake", "case", "name"]),
        ("a.b-c", ["a.b-c", "a", "b", "c"]),
        ("plain", ["plain"]),
        ("Straße", ["straße"]),
        ("東京 駅", ["東京", "駅"]),
        ("", []),
        ("... -- !!", []),
        ("v2.1.197", ["v2.1.197", "v2", "1", "197"]),
    ],
)
def test_the_scans_words_of_a_text(text: str, expected: list[str]) -> None:
    assert words(text) == expected


def test_the_scan_weighs_a_part_of_an_identifier_less_than_the_whole() -> None:
    weights = query_terms("retryLimit")
    assert weights["retrylimit"] > weights["retry"] == weights["limit"] > 0


def test_the_scans_snippets_are_short_and_show_the_word(tmp_path: Path) -> None:
    kept = said(tmp_path, "filler " * 200 + "needle " + "filler " * 200)
    (hit,) = scan(kept, "needle")
    assert "needle" in hit.snippet
    assert len(hit.snippet) <= SNIPPET + 2
    assert "\n" not in hit.snippet

"""A reader that says how many there are, where entries are counted: neither its total nor its silence is a count."""

from __future__ import annotations

import pytest
from kits.engine import Asked, ask
from kits.linear import assert_linear_in

from rlm_core.asking.corpus.dated import dated
from rlm_core.engine import prompts
from rlm_core.engine.answer.extent import DEEPER, why_unread
from rlm_core.engine.checks.totals import SEVERAL, TOTAL, says_how_many, tells_a_number
from rlm_core.engine.findings import reported
from rlm_core.engine.kinds import ANSWER, COUNT, TALLY
from rlm_core.engine.mapper import Gap
from rlm_core.engine.texts import Document, Partition
from rlm_core.llm.base import Call, MalformedError
from rlm_core.llm.scripted import Answer

BUGS, BUGS_FR = "How many bugs are there?", "Combien de bugs y a-t-il ?"
TEXT = Document("a.txt", "Ann: There are 2 bugs in the importer.\nBo: The login bug 17 is fixed.\nCy: lunch at 12.\n")


@pytest.mark.parametrize(
    ("claim", "question"),
    [
        ("There are 2 bugs.", BUGS),
        ("There are two open bugs.", BUGS),
        ("In total, I found 12 bugs.", BUGS),
        ("The total number of bugs is 9.", BUGS),
        ("The number of bugs: **9**", BUGS),
        ("Total: 14", BUGS),
        ("7 bugs were found in the text.", BUGS),
        ("Three bugs are mentioned.", BUGS),
        ("Il y a 2 bugs.", BUGS_FR),
        ("Au total, on compte douze bugs.", BUGS_FR),
        ("Il y en a 4.", BUGS_FR),
        ("Le nombre de bugs est de 12.", BUGS_FR),
        ("9 bugs ont été trouvés.", BUGS_FR),
        ("There were 40 tickets about billing", "Count the tickets about billing"),
    ],
)
def test_a_total_is_told_from_an_entry(claim: str, question: str) -> None:
    assert says_how_many(claim, question)


@pytest.mark.parametrize(
    ("claim", "question"),
    [
        ("Bug 31 drops empty rows.", BUGS),
        ("The export hangs on 2 GB files.", BUGS),
        ("There is 1 bug in the importer.", BUGS),
        ("There are 2 bugs in the importer.", "How many messages speak of a bug?"),
        ("There were 3 guests at 12:30.", "How many dinners were there?"),
        ("The retry limit is 5.", "How many times was the retry limit changed?"),
        ("Il y a 3 jours, l'export a planté.", "Combien de plantages y a-t-il eu ?"),
        ("The timeout was raised to 30 s.", "How many changes were made?"),
    ],
)
def test_an_entry_with_a_number_in_it_is_no_total(claim: str, question: str) -> None:
    assert not says_how_many(claim, question)


@pytest.mark.parametrize("kind", [COUNT, TALLY])
@pytest.mark.parametrize(
    ("claim", "quote"),
    [("There are 2 bugs.", "There are 2 bugs in the importer."), ("17 bugs found", "The login bug 17")],
)
def test_a_total_is_not_counted_as_one(kind: str, claim: str, quote: str) -> None:
    """ "There are 2 bugs" was verified and gave "1 found." with exit 0."""
    answer = {"findings": [{"claim": claim, "quote": quote, "location": "a.txt"}]}
    got = ask(BUGS, TEXT, default=lambda call: answer, kind=kind).result
    assert got.answer.startswith("0 verified, 1 could not be verified")
    assert ([f.doubts for f in got.rejected], got.is_answered) == ([(TOTAL,)], False)


def test_a_quote_that_is_a_total_looks_doubtful() -> None:
    found = {"claim": "Ann speaks of bugs.", "quote": "There are 2 bugs in the importer.", "location": "a.txt"}
    got = ask(BUGS, TEXT, default=lambda call: {"findings": [found]}, kind=COUNT).result
    assert got.answer.startswith("1 found. 1 of them is doubtful.")
    assert ([f.doubts for f in got.cited], got.is_doubtful) == ([(SEVERAL,)], True)


@pytest.mark.parametrize(
    "beside",
    [{"count": 9}, {"Total": "9"}, {"answer": "There are 9 bugs."}, {"note": "Il y a 9 bugs."}, {"n": 2.0}],
)
def test_no_findings_and_a_number_beside_them_are_no_answer(beside: dict[str, object]) -> None:
    with pytest.raises(MalformedError, match="how many"):
        reported({"findings": [], **beside})
    got = ask(BUGS, TEXT, default=lambda call: {"findings": [], **beside}, kind=COUNT).result
    assert got.answer.startswith("Nothing was read")
    assert not got.is_answered
    found = {"quote": "The login bug 17 is fixed.", "claim": "Bug 17 is fixed."}
    assert len(reported({"findings": [found], **beside}).findings) == 1


@pytest.mark.parametrize(
    "beside",
    [
        {"count": 0},
        {"count": True},
        {"page": 3},
        {"confidence": 0.9},
        {"answer": "No bugs."},
        {"note": "Nothing in part 2."},
    ],
)
def test_no_findings_and_nothing_to_count_beside_them_are_an_answer(beside: dict[str, object]) -> None:
    assert reported({"findings": [], **beside}).findings == ()


def test_an_answer_in_words_that_no_finding_shows_is_told_and_does_not_count() -> None:
    def reader(call: Call) -> Answer:
        return {"findings": [], "answer": "The port is 8443."}

    got = ask("Which port does the server use?", TEXT, default=reader).result
    assert got.answer.startswith("Nothing was found")
    assert got.notes == ['the reader answered in words, which no finding shows: "The port is 8443."']


def test_an_answer_that_names_only_what_was_replaced_is_written_anew() -> None:
    """ "Retention is 30 days" was the answer, above a line that said that 45 had replaced it."""
    text = Document("j.md", "## 2026-09-01\nRetention is 30 days.\n\n## 2026-09-09\nRetention is 45 days now.\n")
    old = {"quote": "Retention is 30 days.", "claim": "Retention is 30 days.", "value": "30 days"}
    new = {"quote": "Retention is 45 days now.", "claim": "Retention is 45 days.", "value": "45 days"}
    found = [{**f, "location": "j.md", "subject": "retention"} for f in (old, new)]

    def asked(cited: str, later: str) -> Asked:
        def reader(call: Call) -> Answer:
            if call.system == prompts.REDUCE_SYSTEM:
                return {"answer": f"By the newest it is so {later}."}
            return {"findings": found, "answer": f"It is kept so long {cited}."}

        return ask("How long is the retention?", dated(text), default=reader, kind=ANSWER)

    wrong, right, both = asked("[1]", "[2]"), asked("[2]", ""), asked("[1][2]", "")
    assert wrong.result.answer.startswith("By the newest it is so [j.md:5]")
    assert not wrong.result.notes
    assert [len(a.leaf.calls) for a in (wrong, right, both)] == [2, 1, 1]
    assert right.result.answer.startswith("It is kept so long [j.md:5]")
    assert any("has replaced" in note for note in asked("[1]", "[1]").result.notes)


def test_a_part_that_is_too_full_is_not_read_by_the_same_command() -> None:
    gap = Gap(Partition(()), f"the leaf asked for a smaller part; a higher {DEEPER} splits it further")
    assert why_unread([gap], "") == (gap.reason, "")


@pytest.mark.parametrize(
    "piece", ["there are ", "the total number of ", "2 bugs ", "a ", "il y a ", "9", "combien de "]
)
def test_hostile_claims_take_linear_time(piece: str) -> None:
    assert_linear_in(piece, lambda text: says_how_many(text, text) or tells_a_number("answer", text), 100_000)

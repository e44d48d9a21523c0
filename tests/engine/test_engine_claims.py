"""Claims against their sources: what is caught, what is left alone; and which value of a subject stands."""

from __future__ import annotations

from dataclasses import replace

import pytest
from kits.linear import assert_linear, assert_linear_in

from rlm_core.engine.checks.claims import (
    NEGATION,
    NUMBER_ELSEWHERE,
    WRONG_NAME,
    WRONG_NUMBER,
    WRONG_VALUE,
    check,
    is_doubtful,
)
from rlm_core.engine.checks.intime import conflicts, in_time
from rlm_core.engine.checks.numbers import listed, mentioned, stated
from rlm_core.engine.checks.quotes import locate
from rlm_core.engine.checks.values import doubt_value
from rlm_core.engine.findings import Finding
from rlm_core.engine.texts import Document, Partition, Piece
from rlm_core.language.dates import dates

QUESTION = "What was decided about the importer, and when?"


def judged(
    claim: str, quote: str, text: str = "", *, value: str = "", question: str = QUESTION, **more: str
) -> Finding:
    """A finding about one document, located and checked. text: around the quote, which stands for `{}`."""
    document = Document(more.pop("id", "r1-3fa2b9d0c1e4"), (text or "{}").replace("{}", quote), **more)
    part = Partition((Piece(document, document.text, 1, 1),))
    (found,) = locate((Finding(claim, quote, document.id, "it", value),), part)
    assert found.line, "the test's quote stands in its text"
    return check(found, part, question)


# (claim, quote) of a careful reader
TRUE = [
    ("The retry limit was raised from 3 to 5.", "we raise the retry limit from 3 to 5"),
    ("The retry limit is 5.", "so five retries it is, then"),
    ("The importer retries five times.", "max_retries = 5"),
    ("1,000 rows are read at once.", "reads 1000 rows in one go"),
    ("1000 rows are read at once.", "the importer reads 1,000 rows in one go"),
    ("10,000 users were migrated.", "we have now moved 10k users over"),
    ("About 5 million events a day arrive.", "~5M events/day come in"),
    ("The outage lasted 90 minutes.", "it was down for 90min in total"),
    ("The timeout was set to 30 seconds.", "timeout: 30s  # was 10s"),
    ("Half of the requests failed.", "half of the requests failed with a 502"),
    ("The meeting is on 12 November 2026.", "next meeting: 2026-11-12, usual room"),
    ("The release is planned for November 12.", "release on 12/11/2026 if the tests pass"),
    ("Version 2.1.330 fixes the leak.", "fixed in v2.1.330, thanks"),
    ("The leak is fixed in v2.1.330.", "upgrade to 2.1.330, it fixes the leak"),
    ("The server needs Python 3.11.", "requires-python is 3.11.7 or later here"),
    ("The backup runs at 10:30.", "cron starts the backup at 10h30"),
    ("Coverage is at 92.5 percent.", "coverage: 92.5% of lines"),
    ("The price went up by 12.50 dollars.", "the price rises by $12.5 per seat"),
    ("The third attempt succeeded.", "the 3rd attempt went through at last"),
    ("It succeeded on the 2nd attempt.", "the second attempt went through at last"),
    ("Three queues exist: mail, sms and push.", "queues are mail, sms and push for now"),
    ("There are two importers.", "the old importer and the new one both run"),
    ("The function parse_header raises ValueError.", "def parse_header(line): raise ValueError(line)"),
    ("parse_header() checks the length.", "parse_header(line) looks at len(line) first"),
    ("The setting retryLimit replaces retry_limit.", "rename retry_limit to retryLimit everywhere"),
    ("The fix is in src/pay.py.", "see pay.py, I changed the rounding there"),
    ("SHA256 is used for the digests.", "digests are SHA-256 from now on"),
    ("The RetryPolicy class was dropped.", "we removed class RetryPolicy entirely"),
    ("GitHub hosts the code.", "the code lives on github since May"),
    ("The team chose one database for all services.", "everything goes to the same database"),
    ("One of the testers found the bug.", "Anna found it while testing the form"),
    ("It took twice as long as before.", "2x slower than the old one, measured today"),
    ("No decision was made about Redis.", "we could not agree about Redis, so no decision"),
    ("The port is 8080.", "listen on 0.0.0.0:8080 please"),
    ("Response times dropped from 200 ms to 40 ms.", "p50 went from 200ms down to 40ms"),
    ("The commit 3fa2b9d introduced it.", "bisect says 3fa2b9d0c1 is the first bad one"),
    ("The ticket PROJ-123 is a duplicate.", "closing PROJ-123 as a duplicate of the other"),
    ("A hundred people signed up.", "we got 100 sign-ups on the first day"),
    ("Two hundred and fifty seats are licensed.", "licence: 250 seats until spring"),
    ("The budget is 1.5 million euros.", "the board gave us €1,500,000 for it"),
    ("The limit is 25 requests.", "at most twenty-five requests per client"),
    ("Anna will fix 2 separate bugs.", "Anna: I take these 2 bugs, they are separate"),
    ("It needs 3 decimals.", "always print 3 decimals, never more"),
    ("La limite est passée de 3 à 5.", "on passe la limite de 3 à 5 essais"),
    ("La limite est de cinq tentatives.", "max_retries: 5  # au lieu de 3"),
    ("L'import lit 1 000 lignes à la fois.", "on lit 1000 lignes par lot"),
    ("L'import lit 10\u202f000 lignes.", "batch_size = 10_000  # lignes"),
    ("Le budget est de 1.000,50 euros.", "budget validé : 1000,50 € pour ce mois"),
    ("La réunion a lieu le 12 novembre.", "réunion le 12/11/2026 à 10h, salle B"),
    ("La réunion du 1er mars est annulée.", "celle du 2026-03-01 est annulée"),
    ("Le taux de réussite est de 97,5 %.", "réussite : 97.5% sur la semaine"),
    ("Le nouveau module remplace l'ancien.", "on garde le neuf, l'autre part à la corbeille"),
    ("Quatre-vingt-dix-sept tests passent.", "97 tests passent, aucun ne casse"),
    ("Le délai est de sept jours.", "on garde les journaux 7 jours, pas plus"),
    ("The limit was raised in May.", "since 12 May the limit is higher"),
    ("The limit was raised in May.", "the limit is higher now"),
    ("The November release moves to March.", "on 3 March we ship it then"),
    ("This may fail on Windows.", "it failed there since 12 June"),
    ("La limite a changé en mars.", "changé le 12/03/2026 par Paul"),
    ("Deux serveurs sont concernés.", "les serveurs alpha et beta sont touchés"),
    ("La décision a été prise en 2026.", "décidé en janvier 2026 avec Paul"),
    ("Le premier essai a échoué.", "l'essai numéro 1 a planté tout de suite"),
    ("Le quota est fixé à 2,5 Go.", "quota = 2.5 Go par compte"),
    ("Aucun test ne couvre le cache.", "il n'y a aucun test du cache"),
    ("L'appel à chargerPage() est trop lent.", "chargerPage(url) prend trop de temps"),
]


@pytest.mark.parametrize(("claim", "quote"), TRUE)
def test_a_true_claim_stays_verified(claim: str, quote: str) -> None:
    found = judged(claim, quote, "Some notes of the day.\n{}\nAnd then we had lunch.\n")
    assert found.verified, found.doubts


# (claim, quote): the quote is genuine, the claim is what a model makes of it; other lines hold what tempts it.
AROUND = (
    "the mail gateway keeps 8 workers and 60 seconds, 2026-10-01\n{}\nthe printer has 7 trays, v9.1, use load_tray\n"
)
FALSE = [
    ("The retry limit was raised from 3 to 6.", "we raise the retry limit from 3 to 5"),
    ("The retry limit was raised from 2 to 5.", "we raise the retry limit from 3 to 5"),
    ("The importer retries eight times.", "max_retries = 5"),
    ("The importer retries 8 times.", "max_retries = 5"),
    ("100 rows are read at once.", "the importer reads 1,000 rows in one go"),
    ("1 rows are read at once, out of 100.", "the importer reads 1,000 rows in one go"),
    ("In 2024 the limit was lifted.", "we lift the limit today"),
    ("10,000 rows are read at once.", "the importer reads 1,000 rows in one go"),
    ("100,000 users were migrated.", "we have now moved 10k users over"),
    ("The timeout was set to 60 seconds.", "timeout: 30s  # was 10s"),
    ("The timeout was set to 3 seconds.", "timeout: 30s  # was 10s"),
    ("The outage lasted 19 minutes.", "it was down for 90min in total"),
    ("The meeting is on 13 November 2026.", "next meeting: 2026-11-12, usual room"),
    ("The meeting is on 12 December 2026.", "next meeting: 2026-11-12, usual room"),
    ("The meeting is on 12 November 2025.", "next meeting: 2026-11-12, usual room"),
    ("Version 2.1.331 fixes the leak.", "fixed in v2.1.330, thanks"),
    ("The leak is fixed in v2.2.330.", "upgrade to 2.1.330, it fixes the leak"),
    ("The leak is fixed in v9.1.", "upgrade to 2.1.330, it fixes the leak"),
    ("The backup runs at 10:45.", "cron starts the backup at 10h30"),
    ("Coverage is at 95.2 percent.", "coverage: 92.5% of lines"),
    ("Coverage is at 92 percent.", "coverage: 95% of lines"),
    ("The price went up by 125 dollars.", "the price rises by $12.5 per seat"),
    ("The 4th attempt succeeded.", "the 3rd attempt went through at last"),
    ("Four queues exist: mail, sms and push.", "queues are mail, sms and push for now"),
    ("The label printer of the importer has 7 trays.", "the importer has 4 trays in total"),
    ("Seven days of logs are kept.", "logs are kept for 14 days"),
    ("The function parse_headers_fast raises ValueError.", "def parse_header(line): raise ValueError(line)"),
    ("check_length() is called first.", "parse_header(line) looks at len(line) first"),
    ("The setting retryCount replaces it.", "rename retry_limit to retryLimit everywhere"),
    ("The fix is in src/bill.py.", "see pay.py, I changed the rounding there"),
    ("SHA512 is used for the digests.", "digests are SHA-256 from now on"),
    ("MD5 is used for the digests.", "digests are SHA-256 from now on"),
    ("The BackoffPolicy class was dropped.", "we removed class RetryPolicy entirely"),
    ("p99 went from 200 ms to 40 ms.", "p50 went from 200ms down to 40ms"),
    ("Response times dropped from 200 ms to 60 ms.", "p50 went from 200ms down to 40ms"),
    ("The commit 9c4e1f0 introduced it.", "bisect says 3fa2b9d0c1 is the first bad one"),
    ("The ticket PROJ-132 is a duplicate.", "closing PROJ-123 as a duplicate of the other"),
    ("The flag --force-all does it.", "run it with --force and wait"),
    ("Two hundred seats are licensed.", "licence: 250 seats until spring"),
    ("The budget is 15 million euros.", "the board gave us €1,500,000 for it"),
    ("The limit is 52 requests.", "at most twenty-five requests per client"),
    ("The port is 8081.", "listen on 0.0.0.0:8080 please"),
    ("The limit is 9 requests.", "request 3fa2b9d0c1e4 was over the limit"),
    ("La limite est passée de 3 à 6.", "on passe la limite de 3 à 5 essais"),
    ("La limite est de huit tentatives.", "max_retries: 5  # au lieu de 3"),
    ("L'import lit 10 000 lignes à la fois.", "on lit 1000 lignes par lot"),
    ("La réunion a lieu le 13 novembre.", "réunion le 12/11/2026 à 10h, salle B"),
    ("La réunion a lieu le 12 octobre.", "réunion le 2026-11-12, salle B"),
    ("Le taux de réussite est de 79,5 %.", "réussite : 97.5% sur la semaine"),
    ("Quatre-vingt-sept tests passent.", "97 tests passent, le reste casse"),
    ("Le délai est de huit jours.", "on garde les journaux 7 jours, pas plus"),
    ("The limit was raised in June.", "since 12 May the limit is higher"),
    ("The limit was raised in June.", "in May we raised the limit"),
    ("The limit was raised on 12 May 2025.", "in May we raised the limit"),
    ("La limite a changé en avril.", "changé le 12/05/2026 par Paul"),
    ("L'appel à chargerImage() est trop lent.", "chargerPage(url) prend trop de temps"),
]


@pytest.mark.parametrize(("claim", "quote"), FALSE)
def test_a_false_claim_with_a_genuine_quote_is_caught(claim: str, quote: str) -> None:
    found = judged(claim, quote, AROUND, date="2026-11-09T09:12:45.123Z", title="notes of the day")
    assert (not found.verified and found.doubts[-1] in (WRONG_NUMBER, WRONG_NAME)) or NUMBER_ELSEWHERE in found.doubts
    alone = judged(claim, quote, date="2026-11-09T09:12:45.123Z", title="notes of the day")
    assert (alone.verified, alone.doubts[-1] in (WRONG_NUMBER, WRONG_NAME)) == (False, True)


def test_the_date_and_the_title_of_a_source_count_as_known() -> None:
    claim = "On 12 November 2026 at 9:05, ticket 4411 was closed."
    said = judged(claim, "I close this one, it is solved", date="2026-11-12T09:05:00Z", title="Ticket 4411: refund")
    assert said.verified
    assert not judged(claim, "I close this one, it is solved").verified


def test_a_date_above_the_quote_counts_as_known_and_another_number_there_does_not() -> None:
    text = "## Meeting of 2026-11-12, 14 people\n\n{}\n"
    assert judged("On November 12 they agreed to wait.", "we agreed to wait", text).verified
    assert not judged("On November 13 they agreed to wait.", "we agreed to wait", text).verified
    assert judged("The 14 of them agreed to wait.", "we agreed to wait", text).doubts == (NUMBER_ELSEWHERE,)


def test_numbers_of_the_question_are_known_and_figures_of_an_id_are_not() -> None:
    assert judged("Ticket 77 is about refunds.", "I want my money back", question="What is ticket 77 about?").verified
    assert not judged("The limit is 9.", "the limit was set by Anna", id="r1-3fa2b9d0c1e9").verified
    assert judged("Ticket 4411 is about refunds.", "I want my money back", id="ticket-4411").verified


@pytest.mark.parametrize("name", ["5", "6", "", "d"])
def test_an_id_that_could_be_anything_hides_nothing(name: str) -> None:
    assert judged("The limit is 5.", "the limit is 5 now", id=name).verified
    assert not judged("The limit is 16.", "the limit is 5 now", id=name).verified


def test_a_claim_may_name_the_source_that_it_cites() -> None:
    assert judged("As r1-3fa2b9d0c1e4:7 says, the limit went up.", "we raise the limit").verified
    assert judged("As r1-3fa2b9d0c1e4 says, the limit went up.", "we raise the limit").verified


def test_a_value_is_checked_like_a_claim() -> None:
    assert judged("", "the retry limit is 5 now", value="5").verified
    assert not judged("", "the retry limit is 5 now", value="6").verified
    assert not judged("", "we call load_page here", value="load_pages_twice").verified


@pytest.mark.parametrize(
    ("text", "verified", "doubt"),
    [
        ("{}\nthe printer keeps 8 trays\n", True, NUMBER_ELSEWHERE),
        ("8 workers in all:\n\nso {}\n", True, NUMBER_ELSEWHERE),
        ("## one\nthe printer keeps 8 trays\n## two\n{}\n## three\n8 more\n", False, WRONG_NUMBER),
        ("{}\n" + "filler text\n" * 400 + "8 more\n", False, WRONG_NUMBER),
        ("{}\nthe printer keeps 18 trays\n", False, WRONG_NUMBER),
    ],
)
def test_a_number_elsewhere_in_the_entry_is_a_doubt_and_one_beyond_it_proves_nothing(
    text: str, verified: bool, doubt: str
) -> None:
    found = judged("The gateway keeps 8 workers.", "the gateway keeps its workers", text)
    assert (found.verified, found.doubts) == (verified, (doubt,))


@pytest.mark.parametrize(
    ("claim", "value", "kept"),
    [
        ("The retry limit was changed.", "6", ""),
        ("The retry limit is 5.", "6", ""),
        ("The retry limit was changed.", "max_retries", ""),
        ("The retry limit is 5.", "5", "5"),
        ("The retry limit is 5.", "five", "five"),
    ],
)
def test_a_wrong_value_is_left_out_and_the_claim_stays(claim: str, value: str, kept: str) -> None:
    found = judged(claim, "the retry limit is 5 now", value=value)
    assert (found.verified, found.value, found.doubts) == (True, kept, () if kept else (WRONG_VALUE,))


@pytest.mark.parametrize(
    ("claim", "value", "kept", "doubts"),
    [
        ("The cache was changed.", "Postgres", "", 1),
        ("The cache was changed.", "Redis", "Redis", 0),
        ("The cache was changed.", "gateway", "gateway", 1),  # stands elsewhere in the source
        ("The cache was changed.", "oui", "oui", 1),
        ("", "Postgres", "Postgres", 1),
    ],
)
def test_a_value_of_which_no_word_stands_there_is_left_out(claim: str, value: str, kept: str, doubts: int) -> None:
    document = Document("d", "the cache is redis now\n\nthe gateway stays\n")
    part = Partition((Piece(document, document.text, 1, 1),))
    (found,) = locate((Finding(claim, "the cache is redis now", "d", "cache", value),), part)
    judged_ = doubt_value(found, part, "What about the cache?")
    assert (judged_.verified, judged_.value, len(judged_.doubts)) == (True, kept, doubts)


def test_the_rest_of_the_quotes_own_line_is_known() -> None:
    assert judged("Anna set it to 8 on host 4.", "Anna set the limit", "{} to 8 on host 4\n").verified


def test_a_quote_on_the_first_line_of_the_second_piece_is_checked_there() -> None:
    document = Document("d", "one line\nthe limit is 5 for host 12\n")
    first, second = (Piece(document, t, n, 1) for n, t in enumerate(document.text.splitlines(keepends=True), 1))
    part = Partition((first, second))
    (found,) = locate((Finding("Host 12 has the limit 5.", "the limit is 5", "d"),), part)
    assert check(found, part, "").verified


def test_a_line_cut_between_two_pieces_is_checked_where_the_quote_stands() -> None:
    document = Document("d", "the limit is 5 and the door is 7 feet wide")
    part = Partition((Piece(document, document.text[:19], 1, 1), Piece(document, document.text[19:], 1, 1)))
    (found,) = locate((Finding("The door is 7 feet wide.", "the door is 7 feet wide", "d"),), part)
    assert check(found, part, "").verified


@pytest.mark.parametrize(
    ("claim", "quote", "odd"),
    [
        ("Redis is not used.", "we use Redis here", True),
        ("Redis is used.", "we don't use Redis here", True),
        ("Redis is dropped.", "we drop Redis here", False),
        ("Redis n'est pas utilisé.", "on utilise Redis ici", True),
        ("Redis n’est pas utilisé.", "on n’utilise pas Redis ici", False),
        ("It runs without Redis.", "it runs without Redis for now", False),
        ("", "we don't use Redis here", False),
    ],
)
def test_a_negation_on_one_side_is_a_soft_doubt(claim: str, quote: str, odd: bool) -> None:
    found = judged(claim, quote, value="Redis")
    assert (found.verified, NEGATION in found.doubts, is_doubtful(found)) == (True, odd, odd)


def test_what_was_not_located_is_left_alone() -> None:
    found = Finding("The limit is 6.", "nowhere to be seen", "d").doubted("because")
    assert check(found, Partition((Piece(Document("d", "x"), "x", 1, 1),)), "") is found


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("1,000 rows on 12 November and three columns, 0.50 each", {"1000", "11", "12", "3", "0.5"}),
        ("1 000 lignes", {"1000"}),
        ("1.000,5", {"1000.5"}),
        ("1'000'000", {"1000000"}),
        ("1_000_000", {"1000000"}),
        ("v2.1.330", {"2.1.330"}),
        ("2026-11-12", {"2026", "11", "12"}),
        ("10:30", {"10", "30"}),
        ("10h30", {"10", "30"}),
        ("3fa2b9d0c1 and p95", set()),
        ("$5, 3rd, 50%, 90min, 2x", {"5", "3", "50", "90", "2"}),
        ("10k, 1.5k and 5M", {"10000", "1500", "5000000"}),
        ("5 million", {"5000000"}),
        ("two hundred and fifty", {"250"}),
        ("quatre-vingt-dix-sept", {"97"}),
        ("soixante et onze", {"71"}),
        ("deux cent cinquante", {"250"}),
        ("one, un, une, neuf, zero", set()),
        ("2 separate marks, 3 decimals, 3 may fail", {"2", "3"}),
        ("in 2026 500 users", {"2026", "500"}),
        ("007", {"7"}),
        ("", set()),
    ],
)
def test_numbers_are_read_however_they_are_written(text: str, numbers: set[str]) -> None:
    assert stated(text) == numbers
    assert numbers <= mentioned(text)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("on 12 November 2026 and in May 2025", [(2026, 11, 12), (2025, 5, 0)]),
        ("Nov 12, le 1er mars, 12 août 2026", [(0, 11, 12), (0, 3, 1), (2026, 8, 12)]),
        ("2026-11-12T09:00 and 2026/1/2", [(2026, 11, 12), (2026, 1, 2)]),
        ("3/4/2026", [(2026, 4, 3), (2026, 3, 4)]),
        ("2 separate marks, 2026-13-01, may 5 fail", []),
        ("since May, 99 in November", [(0, 5, 0), (0, 11, 0)]),
    ],
)
def test_dates_are_found(text: str, days: list[tuple[int, int, int]]) -> None:
    assert [(d.year, d.month, d.day) for d in dates(text)] == days


def test_what_a_quote_lists_may_be_counted() -> None:
    assert "3" in listed("queues are mail, sms and push")
    assert "2" in listed("- alpha\n- beta\n")
    assert listed("only this") == set()


@pytest.mark.parametrize("piece", ["1,", "1 000", "1.000.", "1h", "12 nov "])
def test_hostile_numbers_take_linear_time(piece: str) -> None:
    assert_linear_in(piece, lambda text: (stated(text), mentioned(text), listed(text)), 40_000)


# which value stands


def say(value: str, date: str = "", *, line: int = 1, subject: str = "limit", verified: bool = True) -> Finding:
    return Finding("", "quote", "d", subject, value, line=line, date=date, verified=verified)


def fates(*found: Finding) -> list[str]:
    return [
        "replaced by " + f.superseded_by
        if f.superseded_by
        else "against " + " ".join(f.contradicts)
        if f.contradicts
        else ""
        for f in in_time(found)
    ]


def test_the_newest_value_stands() -> None:
    old, new = say("3", "2026-01-01", line=1), say("5", "2026-02-01", line=2)
    assert fates(old, new) == ["replaced by d:2", ""]
    assert fates(new, old) == ["", "replaced by d:2"]


def test_a_value_that_came_back_stands_and_what_it_was_before_is_replaced() -> None:
    a, b, again = say("A", "2026-01-01", line=1), say("B", "2026-02-01", line=2), say("A", "2026-03-01", line=3)
    assert fates(a, b, again) == ["replaced by d:2", "replaced by d:3", ""]


def test_values_of_one_date_contradict_each_other() -> None:
    assert fates(say("3", "2026-01-01", line=1), say("5", "2026-01-01", line=2)) == ["against d:2", "against d:1"]


def test_a_day_and_an_hour_of_it_do_not_decide() -> None:
    day, hour = say("3", "2026-01-01", line=1), say("5", "2026-01-01T09:00:00Z", line=2)
    assert fates(day, hour) == ["against d:2", "against d:1"]
    later = say("5", "2026-01-02T09:00:00Z", line=2)
    assert fates(day, later) == ["replaced by d:2", ""]


def test_two_hours_of_a_day_decide() -> None:
    assert fates(say("3", "2026-01-01T08:00", line=1), say("5", "2026-01-01T09:00", line=2)) == ["replaced by d:2", ""]


def test_a_value_without_a_date_contradicts_all_others() -> None:
    dated, undated = say("3", "2026-01-01", line=1), say("5", "", line=2)
    assert fates(dated, undated) == ["against d:2", "against d:1"]


@pytest.mark.parametrize(
    "other", ["Retry Limit", "retry  limit", "retry-limit", "retry_limit", "the retry limit", "“retry limit”"]
)
def test_a_subject_is_the_same_in_other_spellings(other: str) -> None:
    found = fates(say("3", "2026-01-01", subject="retry limit"), say("5", "2026-01-02", line=2, subject=other))
    assert found == ["replaced by d:2", ""]


@pytest.mark.parametrize(("one", "other"), [("C", "C++"), ("rate", "rate %"), ("C", "C#")])
def test_a_sign_tells_subjects_apart(one: str, other: str) -> None:
    assert fates(say("3", "2026-01-01", subject=one), say("5", "2026-01-02", subject=other)) == ["", ""]


@pytest.mark.parametrize(
    ("one", "other"), [("1,000", "1000"), ("five", "5"), ("Redis", "redis."), ("5.0", "5"), ("a  b", "a b")]
)
def test_a_value_is_the_same_in_other_spellings(one: str, other: str) -> None:
    assert fates(say(one, "2026-01-01"), say(other, "2026-01-02", line=2)) == ["", ""]


@pytest.mark.parametrize(("one", "other"), [("-5", "5"), ("✓", "✗"), ("5 s", "5 min"), ("C", "C++"), ("< 3", ">= 3")])
def test_values_that_differ_by_a_sign_differ(one: str, other: str) -> None:
    assert fates(say(one, "2026-01-01"), say(other, "2026-01-02", line=2)) == ["replaced by d:2", ""]


def test_what_is_not_verified_or_has_no_value_says_nothing() -> None:
    assert fates(say("3", "2026-01-01"), say("5", "2026-01-02", verified=False), say("", "2026-01-03")) == ["", "", ""]


def test_what_was_superseded_by_a_finding_that_fell_stands_again() -> None:
    old, new = in_time([say("3", "2026-01-01"), say("5", "2026-01-02", line=2)])
    assert old.superseded_by
    assert [f.superseded_by for f in in_time([old, new.doubted("second readings do not support it")])] == ["", ""]


def test_conflicts_are_counted() -> None:
    found = in_time([say("3", "2026-01-01"), say("5", "2026-01-02", line=2), say("6", "2026-01-02", line=3)])
    assert conflicts(found) == (1, 2)


@pytest.mark.parametrize("values", [2, 4_000])
@pytest.mark.parametrize("dated", [True, False])
def test_four_thousand_findings_about_one_subject_take_linear_time(values: int, dated: bool) -> None:
    found = [say(f"v{n % values}", f"2026-01-{1 + n % 28:02d}" if dated else "", line=n + 1) for n in range(4_000)]
    assert_linear(lambda size: lambda: in_time(found[:size]), len(found))
    judged_ = in_time(found)
    assert sum(bool(f.superseded_by or f.contradicts) for f in judged_) > 3_600
    assert max(len(f.contradicts) for f in judged_) <= 5


def test_nothing_else_about_a_finding_changes() -> None:
    found = [say("3", "2026-01-01"), say("5", "2026-01-02", line=2)]
    assert [replace(f, superseded_by="", contradicts=()) for f in in_time(found)] == found

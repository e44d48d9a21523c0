"""Whether one value replaced another: of one thing it did, of two things of the same name it did not."""

from __future__ import annotations

import pytest
from kits.linear import Work, assert_linear

from rlm_core.engine.answer.grouping import contradicting
from rlm_core.engine.checks.intime import in_time
from rlm_core.engine.findings import Finding

Row = tuple[str, str, str]  # subject, value, quote


def say(row: Row, date: str, line: int) -> Finding:
    subject, value, quote = row
    return Finding("", quote, "d", subject, value, line=line, date=date, verified=True)


# Of one thing: (subject, value, quote), older and newer.
CHANGED: list[tuple[Row, Row]] = [
    (("retry limit", "3", "the retry limit is 3"), ("retry limit", "5", "we raise the retry limit to 5")),
    (("timeout", "30 seconds", "the timeout is 30 seconds"), ("timeout", "2 min", "timeout: 2 min from now on")),
    (("limit", "3", "ann set limit to 3."), ("limit", "5", "bob set limit to 5.")),
    (("staging port", "8080", "the staging port is 8080"), ("staging port", "9090", "staging port moves to 9090")),
    (("port", "8080", "the port of the staging server is 8080"), ("port", "9090", "the staging port is 9090 now")),
    (("price", "$10", "the price of the basic plan is $10"), ("price", "$12", "the basic plan's price goes up to $12")),
    (("retry_limit", "3", "retry_limit = 3"), ("retry_limit", "5", "retry_limit = 5, since the importer stalled")),
    (("maxRetries", "3", "maxRetries is 3"), ("maxRetries", "5", "set maxRetries to 5")),
    (("database", "MySQL", "the database will be MySQL"), ("database", "Postgres", "we go with Postgres as database")),
    (("deadline", "2026-03-01", "the deadline is 2026-03-01"), ("deadline", "2026-04-01", "deadline: 2026-04-01")),
    (("owner of the importer", "Anna", "Anna owns the importer"), ("owner of the importer", "Bob", "Bob is the owner")),
    (
        ("decision", "MySQL", "we decided to use MySQL for the billing database"),
        ("decision", "Postgres", "we switch the billing database to Postgres"),
    ),
    (("decision", "tabs", "we use tabs in the Python code"), ("decision", "spaces", "spaces in all Python code")),
    (("decision", "tabs", "tabs it is, everybody agreed"), ("decision", "spaces", "we take spaces instead of tabs")),
    (("Anna", "tabs", "Anna prefers tabs"), ("Anna", "spaces", "Anna no longer prefers tabs but spaces")),
    (("Anna", "Lyon", "Anna's office is in Lyon"), ("Anna", "Paris", "Anna's office moved to Paris")),
    (("dark mode", "disabled", "dark mode is disabled"), ("dark mode", "enabled", "dark mode is enabled by default")),
    (("ticket 4411", "open", "ticket 4411 is open"), ("ticket 4411", "closed", "closing ticket 4411")),
    (("bug 12", "open", "bug 12 was reported"), ("bug 12", "resolved", "bug 12: the cache was at fault, resolved")),
    (("version", "1.2", "the importer's version is 1.2"), ("version", "1.3", "the importer is at version 1.3")),
    (("limite", "3", "la limite est de 3 essais"), ("limite", "5", "on passe la limite à 5 essais")),
    (("délai", "30 s", "le délai est de 30 s"), ("délai", "60 s", "délai porté à 60 s")),
    (
        ("port de préproduction", "8080", "le port de préproduction est 8080"),
        ("port de préproduction", "9090", "le port de préproduction devient 9090"),
    ),
    (
        ("décision", "MySQL", "on utilise MySQL pour la base de facturation"),
        ("décision", "Postgres", "la base de facturation passe à Postgres"),
    ),
    (
        ("décision", "tabulations", "des tabulations, tout le monde est d'accord"),
        ("décision", "espaces", "finalement des espaces au lieu de tabulations"),
    ),
    (
        ("responsable", "Anna", "la responsable de l'import est Anna"),
        ("responsable", "Bruno", "Bruno est responsable de l'import"),
    ),
    (("budget", "10 000 €", "le budget est de 10 000 €"), ("budget", "12 000 €", "le budget passe à 12 000 €")),
    (("mode sombre", "désactivé", "mode sombre désactivé"), ("mode sombre", "activé", "le mode sombre est activé")),
]

# Of two things: neither replaces nor contradicts the other, whatever the dates.
APART: list[tuple[Row, Row]] = [
    (("bug", "login page", "the login page crashes on Safari"), ("bug", "invoice export", "invoices lose a column")),
    (("bug", "crash", "the login page crashes"), ("bug", "wrong total", "the invoice shows a wrong total")),
    (("bug", "3 retries", "the importer gives up after 3 retries"), ("bug", "500", "the gateway answers 500")),
    (("decision", "Postgres", "we use Postgres for billing"), ("decision", "tabs", "tabs in the Python code")),
    (("decision", "Redis", "we take Redis for the cache"), ("decision", "Monday", "we deploy on Monday")),
    (("user", "tabs", "the user prefers tabs"), ("user", "dark theme", "the user prefers a dark theme")),
    (("the user", "Lyon", "the user lives in Lyon"), ("the user", "coffee", "the user likes coffee")),
    (("person", "Anna", "Anna wrote the importer"), ("person", "Bob", "Bob looks after the gateway")),
    (("person", "Anna", "Anna reported it"), ("person", "Bob", "Bob reported it")),
    (("Anna", "tabs", "Anna prefers tabs"), ("Anna", "Paris", "Anna lives in Paris")),
    (("Anna", "tabs", "Anna prefers tabs"), ("Anna", "dark theme", "Anna prefers a dark theme")),
    (("Anna", "34", "Anna is 34 years old"), ("Anna", "8", "Anna has 8 years of practice")),
    (("port", "8080", "the port of the staging server is 8080"),
     ("port", "9090", "the port of the production server is 9090")),
    (("port", "8080", "the staging port is 8080"), ("port", "9090", "the production port is 9090")),
    (("port", "8080", "the port is 8080 for staging"), ("port", "9090", "the port is 9090 for production")),
    (("limit", "3", "the retry limit is 3"), ("limit", "100 MB", "the upload limit is 100 MB")),
    (("limit", "3", "the retry limit is 3"), ("limit", "100", "the upload limit is 100")),
    (("importer", "5", "the importer retries 5 times"), ("importer", "10,000", "the importer reads 10,000 rows")),
    (("importer", "Anna", "Anna owns the importer"), ("importer", "Python", "the importer is written in Python")),
    (("Redis", "6379", "Redis listens on port 6379"), ("Redis", "7.2", "we run version 7.2 of Redis")),
    (("timeout", "30 s", "the timeout is 30 s"), ("timeout", "disabled", "a timeout can be disabled by a flag")),
    (("task", "write tests", "Anna will write tests"), ("task", "read the log", "Bob will read the log")),
    (("meeting", "Monday", "the design meeting is on Monday"), ("meeting", "Friday", "we meet the customer on Friday")),
    (("issue", "slow", "the search is slow"), ("issue", "flaky", "the tests of the gateway are flaky")),
    (("bug", "page de connexion", "la page de connexion plante"), ("bug", "export", "l'export perd une colonne")),
    (("bogue", "plantage", "la page plante"), ("bogue", "mauvais total", "la facture montre un mauvais total")),
    (("décision", "Postgres", "on prend Postgres pour la facturation"),
     ("décision", "tabulations", "des tabulations dans le code Python")),
    (("utilisateur", "tabulations", "l'utilisateur préfère les tabulations"),
     ("utilisateur", "thème sombre", "l'utilisateur préfère un thème sombre")),
    (("personne", "Anna", "Anna a écrit l'import"), ("personne", "Bruno", "Bruno s'occupe de la passerelle")),
    (("port", "8080", "le port de préproduction est 8080"), ("port", "9090", "le port de production est 9090")),
    (("client", "remboursement", "le client demande un remboursement"), ("client", "facture", "il manque une facture")),
    (("problème", "lenteur", "la recherche est d'une grande lenteur"),
     ("problème", "fuite", "il y a une fuite de mémoire dans la passerelle")),
    (("decision", "We will use Postgres for everything that has to do with billing", "We will use Postgres"),
     ("decision", "The team has agreed that billing will run on Postgres from now on", "billing runs on Postgres")),
]  # fmt: skip


def shown(pair: tuple[Row, Row]) -> str:
    return f"{pair[0][0]}: {pair[0][1]}, {pair[1][1]}"


@pytest.mark.parametrize("pair", CHANGED, ids=shown)
def test_a_value_that_changed_is_superseded(pair: tuple[Row, Row]) -> None:
    old, new = (say(row, f"2026-01-0{n}", n) for n, row in enumerate(pair, 1))
    assert [f.superseded_by for f in in_time([old, new])] == ["d:2", ""]
    assert [f.superseded_by for f in in_time([new, old])] == ["", "d:2"]


@pytest.mark.parametrize("pair", CHANGED, ids=shown)
def test_of_one_date_two_values_of_a_thing_contradict_each_other(pair: tuple[Row, Row]) -> None:
    found = in_time([say(row, "2026-01-01", n) for n, row in enumerate(pair, 1)])
    assert [f.contradicts for f in found] == [("d:2",), ("d:1",)]


@pytest.mark.parametrize("pair", APART, ids=shown)
@pytest.mark.parametrize("dates", [("2026-01-01", "2026-01-02"), ("2026-01-01", "2026-01-01"), ("", "")])
def test_values_of_two_things_leave_each_other_alone(pair: tuple[Row, Row], dates: tuple[str, str]) -> None:
    found = [say(row, date, n) for n, (row, date) in enumerate(zip(pair, dates, strict=True), 1)]
    assert in_time(found) == found
    assert in_time(found[::-1]) == found[::-1]


def test_values_of_several_things_of_one_subject_go_with_their_own() -> None:
    rows = [
        ("port", "8080", "the staging port is 8080"), ("port", "9090", "the production port is 9090"),
        ("port", "8081", "the staging port is 8081"), ("port", "9091", "the production port is 9091"),
    ]  # fmt: skip
    found = in_time([say(row, f"2026-01-0{n}", n) for n, row in enumerate(rows, 1)])
    assert [f.superseded_by for f in found] == ["d:3", "d:4", "", ""]


def test_a_value_that_could_be_of_either_of_two_things_is_of_neither() -> None:
    rows = [
        ("port", "8080", "the staging port is 8080"), ("port", "9090", "the production port is 9090"),
        ("port", "7070", "the port is 7070"),
    ]  # fmt: skip
    found = in_time([say(row, f"2026-01-0{n}", n) for n, row in enumerate(rows, 1)])
    assert [f.superseded_by for f in found] == ["", "", ""]


@pytest.mark.parametrize(("one", "other"), [("5", "5 retries"), ("five", "5"), ("30 s", "30 s."), ("$10", "$ 10")])
def test_a_number_is_the_same_with_the_name_of_what_it_counts(one: str, other: str) -> None:
    found = [
        say(("retry limit", v, f"the retry limit is {v}"), f"2026-01-0{n}", n) for n, v in enumerate((one, other), 1)
    ]
    assert in_time(found) == found


def contradictions(found: list[Finding]) -> list[list[Finding]]:
    return [group for group in contradicting(found) if len(group) > 1]


def test_contradictions_are_listed_in_groups() -> None:
    limit = [say(("limit", str(v), f"the limit is {v}"), "2026-01-01", n) for n, v in enumerate((3, 5, 7), 1)]
    port = [say(("staging port", str(v), f"the staging port is {v}"), "", n) for n, v in enumerate((80, 81), 1)]
    alone = say(("bug", "crash", "it crashes"), "", 9)
    found = in_time([limit[0], port[0], alone, limit[1], port[1], limit[2]])
    groups = contradictions(found)
    assert [[f.value for f in group] for group in groups] == [["3", "5", "7"], ["80", "81"]]
    assert contradictions([alone]) == []


def test_a_group_lists_more_findings_than_one_has_rivals() -> None:
    found = in_time([say(("limit", str(v), f"the limit is {v}"), "", v + 1) for v in range(40)])
    assert max(len(f.contradicts) for f in found) == 5
    assert [len(group) for group in contradictions(found)] == [40]


@pytest.mark.parametrize("subject", ["limit", "bug", "Anna"])
def test_four_thousand_findings_take_linear_time(subject: str) -> None:
    words = ["alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta"]
    rows = [(subject, words[n % 7] + str(n), f"{words[n % 8]} for {words[n % 5]} in {n}") for n in range(4_000)]
    found = [say(row, "2026-01-01", n) for n, row in enumerate(rows, 1)]
    assert_linear(lambda size: lambda: contradictions(in_time(found[:size])), len(found))


@pytest.mark.parametrize("piece", ["a ", "1 000 ", "for the ", "x: ", "- ", "a_b ", "5 s/m ", "n'a plus "])
def test_hostile_findings_take_linear_time(piece: str) -> None:
    def judging(size: int) -> Work:
        text = piece * (size // len(piece))
        found = [say((text[:300], text[:300] + str(n), text[:4000]), "", n) for n in range(size // 400)]
        return lambda: in_time(found)

    assert_linear(judging, 64_000)

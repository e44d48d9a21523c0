"""Sentences in which a user lays down how work is to be done, beside those that look like them and are none."""

from __future__ import annotations

import pytest
from kits.linear import assert_linear_in

from benchmarks.orders.__main__ import is_told
from rlm_core.language.folding import fold_in_place
from rlm_core.marks.find import find
from rlm_core.marks.rules import CORRECTED, DECIDED, REFUSED
from rlm_core.timeline.prescribing import is_own, kind_of


@pytest.mark.parametrize(
    ("sentence", "kind"),
    [
        ("Do not run the migrations", REFUSED),
        ("nothing is released without my approval", REFUSED),
        ("ne relance pas le serveur", REFUSED),
        ("on ne supprime jamais une colonne", REFUSED),
        ("Always sign the commits", DECIDED),
        ("All queries must go through the pool", DECIDED),
        ("Ask me before you rename a table", DECIDED),
        ("demande-moi avant de renommer une table", DECIDED),
        ("N'utilise que des requêtes préparées", DECIDED),
        ("Les dates sont en UTC, jamais en heure locale", DECIDED),
        ("Write the comments in Dutch throughout", DECIDED),
        ("Whenever you rename a column, update the seeds", DECIDED),
        ("Chez nous les tables sont au singulier", DECIDED),
        ("Une chose : chaque table doit avoir sa vue", DECIDED),
        ("tell me as soon as a job is late", DECIDED),
        ("Tant que la migration tourne, on ne déploie rien", REFUSED),
        ("Les images vont dans le bucket, et non dans le dépôt", DECIDED),
        ("Whoever adds a route must add its test", DECIDED),
        ("personne d'autre que Paul ne fait de release", DECIDED),
        ("I said the third tab", CORRECTED),
        ("je t'ai dit le troisième onglet", CORRECTED),
    ],
)
def test_what_lays_something_down_is_known_with_its_kind(sentence: str, kind: str) -> None:
    assert kind_of(fold_in_place(sentence)) == kind


@pytest.mark.parametrize(
    "sentence",
    [
        "don't we have a pool already",
        "must it be signed?",
        "the test must be broken",
        "le script doit être en panne",
        "The docs say that you must not call it twice",
        "mon chef dit qu'il ne faut pas l'appeler",
        "maybe you should not call it twice",
        "the users must see a list but they get a blank page",
        "pas encore de réponse",
        "no output at all",
        "on ne sait pas pourquoi",
        "Fix the test",
        "the trace says: you must not call it twice",
        "revert the previous commit",
        "the guide of the library recommends to never close it",
        "no errors in the browser",
        "set the limit to 9 and rerun",
    ],
)
def test_a_task_a_report_and_a_supposition_lay_nothing_down(sentence: str) -> None:
    said = fold_in_place(sentence)
    assert kind_of(said) == "" or not is_own(said)


@pytest.mark.parametrize(
    "sentence",
    [
        "In this project, can we use redis",
        "in this repo does the linter run",
        "in our repo is there a linter?!",
        "Dans ce projet est-ce que le linter tourne",
        "Dans ce repo, peut-on utiliser poetry",
        "chez nous qui fait les revues",
        "chez nous on utilise quoi pour les logs",
        "always use tabs in this repo ?!",
        "toujours des tabulations ici ? !",
        "let's always use tabs (in this repo?!)",
        "in this repo the build is broken",
        "in this repo i can't find the config",
        "Every time I click save the page reloads.",
        "every time the server restarts, we lose the session",
        "chaque fois que je lance le build ça plante",
        "requests are always rejected",
        "it fails, but only in ci",
        "ça marche, mais seulement en local",
        "while i was away, nobody touched it",
        "until I restart it, nothing works",
        "better late than never",
        "mieux vaut tard que jamais",
        "fix the error in every file",
        "No stack trace in the output.",
        "no logs from yesterday",
        "aucun fichier dans le dossier",
        "on ne gagne rien",
        "on n'affiche rien",
        "I don't want you to worry",
        "je ne veux pas que tu t'inquiètes",
    ],
)
def test_what_is_asked_or_told_in_the_words_of_an_order_is_not_told_as_one(sentence: str) -> None:
    assert kind_of(fold_in_place(sentence)) == ""
    assert not is_told(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "in this repo when you add a route, add a test",
        "in this repo do not use npm",
        "in this repo every function has a comment",
        "in this repo I do the releases",
        "from now on I do the commits",
        "Every time I ask for a review, answer in a table",
        "every time the schema changes run the generator",
        "à chaque fois que le schéma change, régénère le client",
        "requests are always signed",
        "you can refactor, but only in src",
        "I allow mocks, but only in unit tests",
        "requests pass through the pool, but never directly",
        "while the migration runs, nobody may deploy",
        "better a long name than a cryptic one",
        "run the linter on every commit",
        "update the changelog for every release",
        "change nothing in any vendor file",
        "no files outside src",
        "no logs in production please",
        "no messages in French",
        "aucun commentaire dans le code",
        "on ne supprime rien",
        "I don't want you to touch the config",
    ],
)
def test_an_order_beside_them_is_told(sentence: str) -> None:
    assert is_told(sentence)


@pytest.mark.parametrize("asked", ["let's go with the queue, ok?", "let's go with the queue, ok ?!"])
def test_a_decision_that_only_asks_for_a_nod_is_one(asked: str) -> None:
    assert DECIDED in {one.kind for one in find(asked, "user")}


@pytest.mark.parametrize(
    "piece", ["every time a ", "it a, ", "in this repo a-", "while a, ", "no logs a ", "fix a in each ", "better a "]
)
def test_a_sentence_made_to_be_slow_costs_by_its_length_when_it_is_told_of(piece: str) -> None:
    assert_linear_in(piece, is_own, 6_400)


@pytest.mark.parametrize(
    "piece", ["a-b/", "no,", "no-", "x'", "en:", "ok.,", "only,a/", "use a ", "one thing: ", "no a ", "when you a, "]
)
def test_a_sentence_made_to_be_slow_costs_by_its_length(piece: str) -> None:
    assert_linear_in(piece, kind_of, 6_400)


def test_words_that_say_nothing_are_passed_once() -> None:
    """Each could be parted from the next in two ways: thirty of them took for ever."""
    assert kind_of("no " * 38 + "never push") == ""
    assert kind_of("no " * 5 + "never push") == REFUSED

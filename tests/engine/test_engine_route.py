"""What a question asks for, which way it goes, and what it will cost."""

from __future__ import annotations

import itertools
from dataclasses import replace
from functools import cache

import pytest
from kits.engine import ask, history
from kits.linear import assert_linear_in

from rlm_core.engine import kinds
from rlm_core.engine.forecast import Amount
from rlm_core.engine.kinds import (
    ANSWER,
    COUNT,
    LIST,
    PAIRS,
    TALLY,
    guess,
    is_of_number,
    kind_of,
    told,
)
from rlm_core.engine.operations import Engine
from rlm_core.engine.options import MAP, NONE, SEARCH, SINGLE, VOTE, RunOptions
from rlm_core.engine.ranking import best_passages
from rlm_core.engine.route import RunPlan, plan, route_of
from rlm_core.engine.run import Run
from rlm_core.engine.texts import Document, Partition, Piece
from rlm_core.llm.prices import price_of
from rlm_core.llm.scripted import ScriptedLeaf

KINDS = {
    "answer": """
what did we decide about the retry limit?
how many retries did we agree on?
how many retries does the importer make?
What is the limit now?
What is the special magic number for Lisbon?
Does it fail all the time?
What happened at all in that meeting?
every night's backup: what is its size?
Which database do we use?
Which settings file do we use in production?
Why does every call fail?
Are all tests green?
Is every service behind the proxy?
how do we list the files of a directory?
What is in the deny list?
Who owns the mailing list?
What is the list price of the new plan?
When did we switch to Postgres?
Where are all the logs kept?
how many requests per second can the server take?
how many days are backups kept?
How many workers should we run?
how much does a call cost?
What port does the gateway listen on?
which ports does the gateway use?
What did Anna say about each other's work?
what is the phone number of the support desk?
What is the number of retries?
How often does the backup run?
Why did all the tests fail on Monday?
what were the results of the benchmark?
What are the credentials for staging?
what are the steps to deploy?
What did we all agree on?
which class parses the header?
Which address is used for alerts?
what is the most recent release?
how many times does the importer retry before it gives up?
What is the distribution channel for the plugin?
what does count(*) return on an empty table?
Summarise the discussion about caching
Did we ever decide to drop Redis?
what key pairs does the deploy script create?
qu'avons-nous décidé pour la limite de tentatives ?
Quelle est la limite de tentatives ?
combien de tentatives fait l'importeur ?
combien de fois l'importeur réessaie-t-il ?
Combien coûte un appel ?
Pourquoi tous les tests échouent-ils ?
est-ce que tous les services passent par le proxy ?
Quelle base de données utilisons-nous ?
quels ports utilise la passerelle ?
Que fait la sauvegarde de chaque nuit ?
Où sont stockés tous les journaux ?
combien de jours garde-t-on les sauvegardes ?
Quels sont les identifiants de staging ?
Qui a écrit le compte rendu ?
à quelle heure tourne la sauvegarde tous les jours ?
What happens every time a user logs in?
What's the timeout of all HTTP calls?
How did the number of tickets change our roadmap?
what is the list of allowed hosts?
What was the outcome of the pricing discussion?
who is responsible for the release?
is there a limit on uploads?
how many seats does the licence include?
how many columns are in the users table?
Which version of Python do we support?
What does each column of the report mean?
why do we round every price up?
Where did we put the list of testers?
what is the budget for all of 2026?
Remind me what Anna promised about the invoice export
Explain how the cache invalidation works
what is the password policy for all users?
What's the difference between the two importers?
Comment fonctionne le cache ?
quelle version a corrigé toutes ces erreurs ?
Quel est le délai d'expiration des sessions ?
Qu'est-ce que Paul a promis à chaque client ?
combien de places sont incluses dans la licence ?
how long are all backups kept?
What happens if all retries fail?
Tell me about the migration
How many tokens fit in one part?
What did each of us promise?
""",
    "count": """
How many tickets are about billing?
How many entries are of label alpha?
How many entries are questions about a person?
how many times did we change the retry limit?
How many tickets were opened by Anna?
count the failed deployments
Count how many sessions mention Redis
how many of these 400 tickets contradict the spec?
What is the total number of open bugs?
how many different users complained?
How many people asked for a dark theme?
how many times was the schema changed?
how many errors are there in the log?
How many limits are there?
How many limits?
How many limits are there in these files?
combien de limites ?
Combien de limites y a-t-il dans ces fichiers ?
Can you count the commits about caching?
combien de tickets parlent de facturation ?
Combien de fois avons-nous changé la limite ?
combien y a-t-il d'erreurs dans le journal ?
Compte les messages d'Anna
Quel est le nombre de tickets ouverts ?
combien d'entre eux contredisent la spécification ?
How many functions mention the cache?
Combien d'entrées concernent une personne ?
how many sessions mention Redis?
In how many tickets is the customer angry?
how many customers asked for a refund in May?
How many of the commits touch the parser?
number of complaints about delivery
combien de clients ont demandé un remboursement ?
Combien de commits touchent l'analyseur ?
How many reviews are positive?
how many changes were made to the schema since June?
""",
    "tally": """
Which label is most frequent?
Which kind is the most frequent of an abbreviation, a reason, a thing, a person, a place and a number?
How many entries about a person does each user have?
what is the most common cause of failure?
how many tickets per user?
Number of tickets by month
give me a breakdown of the tickets by component
who filed the most tickets?
which error is reported most often?
How many times is each setting mentioned?
What is the distribution of labels?
Quel label est le plus fréquent ?
combien de tickets par utilisateur ?
combien de tickets chaque utilisateur a-t-il ouverts ?
quelle est la répartition des étiquettes ?
Qui a ouvert le plus de tickets ?
how many bugs were filed in each month?
Which component has the most bugs?
what topic is discussed most frequently?
tickets by month: how many per month?
Combien de commits par auteur ?
Quelle erreur revient le plus souvent ?
how many reviews are positive, per product?
Who made the most commits?
""",
    "list": """
list every change to the pricing rules and why
which of these 400 tickets contradict the spec?
which retry limits were set, and why?
List every change of the retry limit.
List every change of every setting.
What is the code of each record?
Liste chaque changement de prix
find all the places where we mention Redis
Please list the open questions
Can you list all decisions about the schema?
what decisions were made about caching?
Which tests failed on Monday?
which options did we reject?
Which files mention the old API?
Give me a list of all deadlines
enumerate the risks
show me every error in the log
What are all the endpoints?
what are the open issues?
Which customers complained about billing?
all the changes to the importer and why
What changes did we make to the importer?
what problems came up during the migration?
For each ticket, say whether it is solved
Liste les décisions prises sur le schéma
quels changements ont été faits sur les prix ?
Quelles décisions avons-nous prises ?
quels tickets contredisent la spécification ?
Lesquels de ces tickets sont encore ouverts ?
énumère les risques
Donne-moi la liste des échéances
trouve tous les endroits où Redis est mentionné
Quelles sont toutes les limites fixées ?
quelles sont les erreurs relevées dans le journal ?
Read the sessions and list what was promised to customers
Summarise each session
Pour chaque ticket, dis s'il est résolu
what are all the deadlines we set?
which customers were promised a discount?
Which tickets are still open?
list what we promised
Which of the papers use transformers?
Find contradictions between the spec and the tickets
what objections were raised against the plan?
what bugs did we fix in release 2?
Summarize every decision about pricing
Liste-moi tous les engagements pris envers les clients
Quels clients ont reçu une remise ?
Quelles erreurs ont été corrigées en mai ?
Pour chaque session, résume les décisions
Name all the people who worked on the importer
Show all uses of the deprecated function
Which functions have no tests?
identify every risk mentioned
Extract the date and amount of each invoice
""",
    "pairs": """
Which pairs of users have both an entry about a person and an entry about a place?
List all pairs of tickets that contradict each other
How many pairs of users share a label?
quelles paires d'utilisateurs ont le même avis ?
Find every pair of settings that conflict
Which pairs of papers cite each other?
trouve les paires de tickets qui se contredisent
""",
}
ASKED = [(kind, question) for kind, text in KINDS.items() for question in text.strip().split("\n")]

# Of one place or of many: the words do not say, and nobody may be sure.
OPEN = """
who is against the plan?
who was late?
who is on the team?
who mentioned Redis?
who reported this crash?
who said what about the budget?
to whom did we send samples?
whom did she meet?
what is still missing?
what was discussed on Monday?
what has gone wrong so far?
what's been done about the leak?
what did she buy?
what did he lie about?
what did customers say about pricing?
what does everyone think of it?
what makes customers cancel?
what is the average response time?
what was the total revenue in May?
what is the largest invoice?
which supplier is cheapest?
which keys are needed to start the server?
which customer complained about billing?
under what conditions may the tenant terminate?
where do we mention telemetry?
where did she travel?
when did we discuss the budget?
when was the server down?
why do people leave?
why were customers unhappy?
how do customers feel about pricing?
how did sales develop?
how is the word freedom used?
how come people keep cancelling?
how many people live in Berlin?
how many tests are there in the suite?
how many chapters are in the book?
how many people attended the meeting?
how many letters did she write to her brother?
how often does she complain?
has anyone complained?
were all invoices paid?
is every supplier certified?
is there a pattern in the failures?
are there more bug reports or feature requests?
explain all the error codes
describe the reactions of the customers
deadlines we missed
places she visits
que disent les clients de la livraison ?
où parle-t-on de télémétrie ?
où est-elle allée ?
quand a-t-on discuté du budget ?
quand le serveur est-il tombé ?
pourquoi les clients partent-ils ?
comment les clients utilisent-ils le produit ?
quel est le total des factures ?
quelle facture est la plus élevée ?
qu'est-ce qui a été promis ?
que sait-on de Nordwind ?
qui est contre ?
qui était en retard ?
qui a travaillé sur l'importeur ?
avec qui a-t-elle travaillé ?
est-ce que quelqu'un s'est plaint ?
les factures ont-elles toutes été payées ?
combien de places y a-t-il dans la salle ?
les échéances qu'on a ratées
""".strip().split("\n")


@pytest.mark.parametrize(("kind", "question"), ASKED)
def test_a_question_tells_what_it_asks_for(kind: str, question: str) -> None:
    got = guess(question)
    assert got.kind == kind or (kind == ANSWER and not got.sure)
    assert got.sure or kind == ANSWER


@pytest.mark.parametrize("question", OPEN)
def test_a_question_of_two_readings_is_left_open(question: str) -> None:
    assert not guess(question).sure


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("How many bugs were fixed, and which?", LIST),
        ("Which bugs were fixed, and how many?", LIST),
        ("How many are late? List them.", LIST),
        ("Combien de bugs ont été corrigés, et lesquels ?", LIST),
        ("How many tickets were opened, and by whom most often, by user?", TALLY),
        ("When did the server go down? Give me all dates.", LIST),
        ("We are reviewing the log. How many errors were there?", COUNT),
        ("I was told that the limit is 5. What is the limit?", ANSWER),
        ("Do we know how many sessions mention Redis?", COUNT),
        ("Dis-moi combien de tickets parlent de Redis", COUNT),
    ],
)
def test_of_two_kinds_and_of_several_sentences_the_fuller_one_counts(question: str, kind: str) -> None:
    assert kind_of(question) == kind


@pytest.mark.parametrize("change", [str.upper, lambda q: f"  {q}\n", lambda q: q.replace("'", "’")])
def test_case_white_space_and_apostrophes_do_not_matter(change: object) -> None:
    assert callable(change)
    asked = [*(q for _, q in ASKED), *OPEN]
    assert [q for q in asked if guess(change(q)) != guess(q)] == []


@pytest.mark.parametrize(
    ("question", "of_number"),
    [
        ("How many retries does the importer make?", True),
        ("which bugs were fixed?", True),
        ("which ports does it use?", True),
        ("what steps are needed?", True),
        ("how often does it run?", True),
        ("quels clients ont un contrat ?", True),
        ("combien de places y a-t-il ?", True),
        ("lesquels sont ouverts ?", True),
        ("which class parses the header?", False),
        ("what is the limit?", False),
        ("quel est le prix ?", False),
        ("why did it fail?", False),
        ("combien coûte la licence ?", False),
    ],
)
def test_how_many_and_which_of_several_are_told_from_which_one(question: str, of_number: bool) -> None:
    assert is_of_number(question) == of_number


def test_a_leaf_is_told_the_kind_in_one_line_and_an_answer_goes_without_saying() -> None:
    lines = [told(kind) for kind in kinds.KINDS if kind != ANSWER]
    assert len(set(lines)) == len(lines)
    assert all(line and "\n" not in line for line in lines)
    assert told(ANSWER) == told("") == ""


@pytest.mark.parametrize("question", ["", "?", "\ud83d", "every", "all", "数据库是什么？"])
def test_odd_questions_have_a_kind(question: str) -> None:
    assert kind_of(question) in KINDS


@pytest.mark.parametrize(
    "piece", ["x", "how many ", "which a-s ", "tell me ", "what do we ' ", "combien d'", "?", "\n"]
)
def test_endless_questions_have_a_kind_after_linear_time(piece: str) -> None:
    assert kind_of(piece * 50_000) in KINDS
    assert_linear_in(piece, kind_of, 80_000)


def test_what_a_long_question_quotes_does_not_decide() -> None:
    pasted = "list every change; how many tickets per user? all pairs of users. " * 50
    assert kind_of(f"What does this log say about the limit?\n{'some text ' * 40}{pasted}{'more ' * 60}") == ANSWER
    assert kind_of(f"{'some text ' * 40}{pasted}{'more ' * 60}\nHow many tickets mention Redis?") == COUNT


# routes

OPTIONS = RunOptions(part=1000, single=2000)


@pytest.mark.parametrize(
    ("kind", "tokens", "searchable", "route"),
    [
        (ANSWER, 2000, True, SINGLE),
        (LIST, 2000, True, SINGLE),
        (COUNT, 2000, True, MAP),
        (COUNT, 1000, True, SINGLE),
        (PAIRS, 1000, False, SINGLE),
        (ANSWER, 2001, True, SEARCH),
        (ANSWER, 2001, False, MAP),
        (LIST, 2001, True, MAP),
        (TALLY, 10**9, True, MAP),
    ],
)
def test_sizes_and_kinds_decide_the_route(kind: str, tokens: int, searchable: bool, route: str) -> None:
    assert route_of(kind, tokens, OPTIONS, searchable=searchable)[0] == route


@pytest.mark.parametrize("route", [SINGLE, SEARCH, MAP])
def test_a_route_that_was_asked_for_is_taken(route: str) -> None:
    assert route_of(LIST, 5, replace(OPTIONS, route=route), searchable=False) == (route, "as asked for")


# plans


@cache
def parts_of(count: int, tokens: int) -> list[Partition]:
    return [Partition((Piece(Document(f"d{n}", "x"), "x", 1, tokens),), n) for n in range(count)]


def planned(kind: str, route: str, count: int, options: RunOptions, **more: int) -> RunPlan:
    return plan("What is it?", kind, route, "why", parts_of(count, options.part), options, **{"overhead": 1500, **more})


def is_ordered(amount: Amount) -> bool:
    return 0 <= amount.least <= amount.likely <= amount.most


KIND_AND_ROUTE = list(itertools.product([ANSWER, COUNT, TALLY, LIST, PAIRS], [SINGLE, SEARCH, MAP]))


@pytest.mark.parametrize(("kind", "route"), KIND_AND_ROUTE)
@pytest.mark.parametrize("verify", [NONE, VOTE])
def test_least_likely_and_most_are_in_order(kind: str, route: str, verify: str) -> None:
    sizes = itertools.product([0, 1, 3, 700], [0, 3], [500, 40_000], [200, 8192], [0, 8])
    for count, depth, part, output, canaries in sizes:
        options = RunOptions(part=part, output=output, depth=depth, verify=verify)
        for remembered in {0, count // 2, count}:
            got = planned(kind, route, count, options, remembered=remembered, canaries=canaries)
            assert all(map(is_ordered, (got.calls, got.cost_tokens, got.usd))), (count, options, remembered)


@pytest.mark.parametrize(("kind", "route"), KIND_AND_ROUTE)
def test_more_parts_never_cost_less_and_what_is_remembered_costs_nothing(kind: str, route: str) -> None:
    for few, many in ((1, 2), (2, 10), (10, 1000)):
        small, large = (planned(kind, route, n, RunOptions()) for n in (few, many))
        for name in ("least", "likely", "most"):
            assert getattr(small.usd, name) <= getattr(large.usd, name)
    half = planned(kind, route, 100, RunOptions(), remembered=50)
    assert half.usd.likely < planned(kind, route, 100, RunOptions()).usd.likely
    if kind != PAIRS:  # whose condition is asked for apart
        assert planned(kind, route, 100, RunOptions(), remembered=100).usd.likely == 0


def test_a_plan_says_what_it_is_of() -> None:
    got = planned(ANSWER, MAP, 10, RunOptions(models={"leaf": "haiku", "reduce": "strange", "verify": "haiku"}))
    assert (got.route, got.kind, got.parts, got.tokens) == (MAP, ANSWER, 10, 80_000)
    assert got.assumed == ("strange",)
    assert set(got.as_json()["usd"]) == {"least", "likely", "most"}


def test_a_batch_costs_half() -> None:
    usual = planned(ANSWER, MAP, 10, RunOptions())
    half = plan("What is it?", ANSWER, MAP, "", parts_of(10, 8000), RunOptions(), overhead=1500, factor=0.5)
    assert half.usd.likely == pytest.approx(usual.usd.likely / 2)
    assert half.cost_tokens == usual.cost_tokens


def test_a_question_that_is_long_costs_more() -> None:
    long = plan("why? " * 5000, ANSWER, MAP, "", parts_of(10, 8000), RunOptions(), overhead=0)
    assert long.cost_tokens.least > planned(ANSWER, MAP, 10, RunOptions(), overhead=0).cost_tokens.least + 50_000


@pytest.mark.parametrize(
    ("question", "size", "more"),
    [
        ("What is option3?", 10, {}),
        ("What is option3?", 400, {"route": "map"}),
        ("What is option3?", 400, {"route": "search"}),
        ("How many entries set an option?", 400, {}),
        ("List every option", 400, {}),
        ("Which pairs of users set an option?", 300, {}),
        ("How many entries set an option?", 400, {"output": 700}),
    ],
)
def test_what_happens_is_within_the_plan(question: str, size: int, more: dict[str, object]) -> None:
    text = history(size, filler=2)
    rank = lambda question, most: best_passages([text], question, most)  # noqa: E731
    got = ask(question, text, rank=rank, **{"part": 800, "single": 300, **more}).result
    assert got.plan.calls.least <= got.calls <= got.plan.calls.most
    assert got.plan.cost_tokens.least <= got.cost["tokens"] <= got.plan.cost_tokens.most


def test_a_search_of_an_archive_costs_more_than_one_of_named_files() -> None:
    """What stands around a hit of an archive is longer than a passage, so that it likely fills two parts and more."""
    text = history(9000)
    likely, most = {}, {}
    for named in (False, True):
        engine = Engine(ScriptedLeaf(), RunOptions())
        run = Run("What is option3?", [text], engine, rank=lambda question, most: [], named=named)
        assert run.plan().route == SEARCH
        likely[named], most[named] = run.plan().calls.likely, run.plan().calls.most
    assert likely == {False: 3, True: 1}  # two parts and the call that joins them; one part, which is answered at once
    assert most[False] > most[True]


def test_most_covers_the_dearest_way_through_a_cache() -> None:
    got = planned(COUNT, MAP, 10, RunOptions(depth=0), overhead=0)
    assert got.usd.most >= price_of("haiku").most(80_000, 10 * 4096)


@pytest.mark.parametrize(
    "question",
    ["Summarise the project", "Give me an overview of the spec", "Résume ce document", "What are the main themes?",
     "Where does the spec contradict the tickets?", "Fais le point sur ces notes", "Compare the three reports",
     "Quelles incohérences y a-t-il dans la spécification ?"],
)  # fmt: skip
def test_what_no_passage_can_answer_is_read_whole(question: str) -> None:
    got = guess(question)
    assert got.everything or got.kind != ANSWER
    assert route_of(got.kind, 10**6, OPTIONS, searchable=True, everything=got.everything)[0] == "map"


@pytest.mark.parametrize("question", ["Who set the limit?", "What did we decide about Redis?", "Pourquoi SQLite ?"])
def test_what_a_passage_can_answer_is_searched(question: str) -> None:
    assert not guess(question).everything

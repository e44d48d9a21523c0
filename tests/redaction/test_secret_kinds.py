"""Every kind of secret of the labelled set is found where it stands alone, and no look-alike is touched."""

from __future__ import annotations

import random
from functools import cache

import pytest

from benchmarks.secrets.__main__ import SETS, is_gone
from benchmarks.secrets.surroundings import SURROUNDINGS
from rlm_core.redaction.redactor import Redactor

# What no rule finds without taking for a secret what is none, or without a search that costs more than it finds.
MISSED = {
    "developed": {"htdigest", "chap-secrets"},
    "further": {"url elastic", "chat en its"},
    "heldout": {"pgbouncer plain", "en wifi"},
    "unseen": {"bq secret", "mount davfs", "rsync secrets", "ruby yaml", "vba", "en vpn", "fr vpn"},
    "fifth": {
        "js concat",
        "php concat",
        "shell array",
        "shell func",
        "elastic reset",
        "regexp esc",
        "tfstate random",
        "racoon",
        "l2tp",
        "mongod keyfile",
        "pgbouncer userlist",
        "tacacs",
        "rsyncd",
        "vsftpd",
        "hex",
        "krb5 stash",
        "wildfly",
        "pass store",
        "en notes",
    },
    "sixth": {"make", "rails console", "wifi table", "stunnel", "ppp", "gitlab-runner"},
}
CHANGED = {"password: Secret2Str"}  # a type's name that reads as a password
REDACT = Redactor()
EVERY = [kind for kinds, _, _ in SETS.values() for kind in kinds()]
GROUPS = [(name, group) for name, (kinds, _, _) in SETS.items() for group in sorted({kind.group for kind in kinds()})]
FOUND = [kind for name, (kinds, _, _) in SETS.items() for kind in kinds() if kind.name not in MISSED[name]]
LOOKALIKES = [text for _, alike, _ in SETS.values() for text in alike(random.Random(7)) if text not in CHANGED]


@pytest.mark.parametrize(("name", "group"), GROUPS, ids=map("-".join, GROUPS))
def test_a_secret_is_found_where_it_stands_alone(name: str, group: str) -> None:
    """Named by set and group, for a test of each kind takes longer to begin than to run."""
    missed = {
        (kind.name, text)
        for kind in SETS[name][0]()
        if kind.group == group
        for pick in [random.Random(7)]
        for text, secret in [kind.sample(pick) for _ in range(3)]
        if not is_gone(secret, REDACT(f"before\n{text}\nafter"))
    }
    assert {kind: text for kind, text in missed if kind not in MISSED[name]} == {}


def test_what_is_missed_is_known() -> None:
    for name, (kinds, _, _) in SETS.items():
        assert {k.name for k in kinds()} >= MISSED[name]


def test_what_only_looks_like_a_secret_stays() -> None:
    assert [text for text in LOOKALIKES if REDACT(f"before\n{text}\nafter") != f"before\n{text}\nafter"] == []


@pytest.mark.parametrize("seed", range(12))
def test_redacting_twice_equals_redacting_once(seed: int) -> None:
    pick = random.Random(seed)
    for kind in EVERY[seed % 3 :: 3]:
        surrounding = pick.choice(SURROUNDINGS)
        once = REDACT(surrounding.around(kind.sample(pick)[0]))
        assert REDACT(once) == once, (kind.name, surrounding.name)


@cache
def by_itself(text: str) -> str:
    """What becomes of a text alone; the same ones stand among others again and again."""
    return REDACT(text)


@pytest.mark.parametrize("seed", range(6))
def test_texts_made_clean_together_are_as_each_by_itself(seed: int) -> None:
    """A find of one text leaves those of its neighbours, whichever rules they are by."""
    pick = random.Random(seed)
    texts = [pick.choice(SURROUNDINGS).around(kind.sample(pick)[0]) for kind in EVERY] + pick.sample(LOOKALIKES, 40)
    pick.shuffle(texts)
    for first in range(0, len(texts), 23):
        those = texts[first : first + 23]
        clean = REDACT.of_all(those)
        assert [clean(text) for text in those] == [by_itself(text) for text in those]


@pytest.mark.parametrize("seed", range(12))
def test_texts_looked_through_as_one_hold_what_each_holds(seed: int) -> None:
    """A secret among others that hold none, long texts and short: neither hides it, and none is made up."""
    pick = random.Random(seed)
    for kind in EVERY[seed % 3 :: 3]:
        text = pick.choice(SURROUNDINGS).around(kind.sample(pick)[0])
        others = [*pick.sample(LOOKALIKES, 4), "a line of prose\n" * pick.choice((1, 300, 700))]
        pick.shuffle(others)
        alone = [one for one in (*others, text) if by_itself(one) != one]
        at = pick.randrange(len(others) + 1)
        assert REDACT.finds_nothing([*others[:at], text, *others[at:]]) == (not alone), (kind.name, text)


@pytest.mark.parametrize("seed", range(4))
def test_a_long_text_is_looked_through_as_its_parts(seed: int) -> None:
    """Windows and batches of runs begin anywhere: where a secret stands in a long text changes nothing."""
    pick = random.Random(seed)
    for kind in pick.sample(FOUND, 120):
        text, secret = kind.sample(pick)
        before = "".join(f"{pick.random()} and {pick.randrange(10**30)}\n" for _ in range(pick.randrange(400)))
        assert is_gone(secret, REDACT(f"{before}\n{text}\n{before}")), (kind.name, len(before))

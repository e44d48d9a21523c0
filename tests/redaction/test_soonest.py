"""What spares most finders the asking never spares one that would have found something."""

from __future__ import annotations

import random
import re

from benchmarks.secrets.__main__ import SETS
from rlm_core.redaction import nearby
from rlm_core.redaction.finding import groups
from rlm_core.redaction.finding.groups import BEFORE_CHARS, STANDS_BEFORE
from rlm_core.redaction.finding.textfinders import TEXT_FINDERS, texts
from rlm_core.redaction.syntax.syntaxes import BACKWARDS, SYNTAXES

PICK = random.Random(5)
TEXTS = [kind.sample(PICK)[0].encode("ascii", "replace") for kinds, _, _ in SETS.values() for kind in kinds()]


def test_a_finder_that_finds_is_asked() -> None:
    asked = 0
    for literal in sorted({row[1] for row in SYNTAXES} | {row[0] for row in BACKWARDS}):
        group = texts()[literal]
        for text in TEXTS:
            pos = text.lower().find(literal)
            if pos < 0:
                continue
            found = {find for find in group.finders if find(text, pos) is not None}
            looks = group[text.lower()[pos + len(literal) :][:1]]
            follows = {
                find for find in found if text.lower()[pos + len(literal) :][:1] in groups.FOLLOWS.get(find, text)
            }
            assert follows <= set(looks.of(text, pos) if looks else ()), (literal, text)
            asked += len(follows)
    assert asked > 100


def test_what_stands_before_a_literal_is_looked_at_whole() -> None:
    for literal in {row[1] for row in SYNTAXES}:
        assert texts()[literal].finders
    heads = [head for those in STANDS_BEFORE.values() for head in those]
    assert len(heads) > 20
    assert max(map(len, heads)) <= BEFORE_CHARS


def test_a_sentence_about_a_password_is_asked_what_it_says() -> None:
    finders = dict.fromkeys(find for _, find in TEXT_FINDERS if find.__name__ == "_in_quotes")
    assert len(finders) == 1
    found = 0
    for text in TEXTS:
        for pos in range(len(text)):
            said = nearby.in_quotes(text, pos)
            found += said is not None
            assert all(find(text, pos) == said for find in finders), text
    assert found > 10


def _branches(pattern: bytes) -> int:
    """How many branches a pattern has outside of its groups and classes."""
    bare = re.sub(rb"\\.", b"x", pattern, flags=re.S)
    bare = re.sub(rb"\[\^?\]?[^\]]*\]", b"", bare)
    while (less := re.sub(rb"\([^()]*\)", b"", bare)) != bare:
        bare = less
    return bare.count(b"|") + 1


def test_no_row_has_a_branch_beside_what_it_looks_back_at() -> None:
    heads = re.compile(groups.LOOKS_BACK)
    rows = [row[2] for row in SYNTAXES if heads.match(row[2])]
    assert len(rows) > 20
    assert [row for row in rows if _branches(row) > 1] == []
    assert heads.match(rb"(?i)(?:(?<=a)|(?<=b))c")
    assert not heads.match(rb"(?i)(?:(?<=mot de )passe|password)")

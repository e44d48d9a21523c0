"""Which passages ask the archive in words of their own, or tell what was found in it.

"What did we decide about the retry limit?" makes Claude call the recall skill. The prompt then holds the words that the
next search asks for, and the answer holds the passage once more; both would stand above what was decided. They are told
by the turn they belong to, since the same question in a turn that did not read the archive is a user's word like any
other. A statement beside the question ("then make it 12") stays one, and so does all that Claude did.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rlm_core.chunks.echoes import TYPED, reads_archive
from rlm_core.transcript.calls import EDITS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rlm_core.chunks.entries import ArchivedEntry

READ, WORKED, EDITED, ASKED, TOLD = 1, 2, 4, 8, 16
"""Bits of what happened in a turn: the archive was read; something else was called; a file was changed; somebody only
asked; somebody said something, too."""
_BOOKKEEPING = ("TodoWrite", "ToolSearch", "TaskCreate", "TaskUpdate", "TaskList")
SEEN_CHARS = 4000  # of a prompt that are looked at; who pastes more says something

_CITED = re.compile(r"\br\d-[0-9a-f]{12}:\d+")
_QUOTED = re.compile(r"[\"”»]\s{0,3}\(\w+,\s+r\d-[0-9a-f]{12}(?::\d+)?\b")  # as our skills have it
_PIECE = re.compile(
    r"(?<=[.!?…;])\s+|\n+|(?:,\s*|\s)(?:(?:and\s+)?then|et\s+puis|puis|ensuite)\s+|"
    r",?\s+(?:and|et)\s+(?=(?:let'?s|make|set|use|put|change|raise|lower|apply|add|remove|fix|write|update|keep|switch|"
    r"revert|take|mets|mettez|met|fais|faites|change|passe|utilise|ajoute|retire|corrige|garde|prends)\b)",
    re.I,
)
_LEAD = re.compile(
    r"(?:[-*•>\d.)\s]+|(?:hey|hi|hello|ok|okay|please|so|and|but|also|now|quickly?|again|wait|sorry|claude|bonjour|salut|"
    r"et|mais|alors|donc|aussi|au fait|by the way|s'il (?:te|vous) pla[iî]t|stp|svp)\b[\s,:!]*)*",
    re.I,
)
_ASKS = re.compile(
    r"(?:what|which|who|whom|whose|when|where|why|how|did|do|does|have|has|had|was|were|is|are|can|could|would|should|"
    r"remind|recall|remember|search|look (?:it |that )?up|look (?:for|in)|find|check|tell me|show me|list|give me|"
    r"i (?:want|need|would like|'?d like) to know|i (?:do not|don'?t|can'?t|cannot) (?:remember|recall|know)|"
    r"i (?:forgot|forget)|any(?:thing)? (?:about|on)|"
    r"quel(?:le)?s?|qu[ei]\b|qu'|quand|o[uù]\b|pourquoi|comment|combien|est-ce|a-t-(?:on|il|elle)|avait-on|a-t-on|"
    r"avons-nous|avions-nous|as-tu|avez-vous|sait-on|sais-tu|peux-tu|pouvez-vous|rappelle|rappelez|cherche|cherchez|"
    r"retrouve|retrouvez|regarde|v[ée]rifie|dis-moi|dites-moi|montre|liste|donne-moi|tu te souviens|te souviens-tu|"
    r"j'ai oubli[ée]|je ne (?:sais|me souviens)|je (?:veux|voudrais|aimerais) savoir|j'aimerais savoir|"
    r"on avait (?:dit|d[ée]cid[ée]) quoi|c'[ée]tait quoi)(?!\w)(?!-(?!moi|nous|tu|vous|on|ils?|elles?)\w)|qu'",
    re.I,
)
_PROPOSES = re.compile(
    r"(?:let'?s|make|set|use|put|change|raise|lower|we (?:use|go|take|keep|decided|agreed|chose|settled)|"
    r"on (?:garde|prend|met|passe|part|utilise)|mets|passe|utilise|garde)\b|"
    r"(?:can|could|would|will) (?:you|we) (?:please )?(?!please|find|tell|remind|look|check|search|show|list|recall|"
    r"give|remember|say|explain)\w|(?:peux-tu|pouvez-vous) (?!me |nous |re?trouver|chercher|rappeler|dire|v[ée]rifier|"
    r"regarder|lister|montrer)|"
    r".*,\s*(?:right|ok|okay|correct|yes|no|non|oui|d'accord|hein|n'est-ce pas|why|how come|pourquoi|"
    r"(?:is|are|was|were|do|does|did|have|has|had|should|would)n'?t \w+)\s*\?$",
    re.I | re.S,
)
_PAST = re.compile(
    r"\b(?:did (?:we|i|you)|(?:have|had) (?:we|i|you)|we (?:had|decided|agreed|said|chose|tried)|was (?:it|that|the)|"
    r"remember|remind|recall|last (?:time|week|month|session)|earlier|previous(?:ly)?|before|back then|the other day|"
    r"yesterday|the archive|avait-on|avons-nous|avions-nous|on avait|a-t-on|rappelle|rappelez|souviens|la derni[èe]re "
    r"fois|hier|l'autre jour|auparavant|pr[ée]c[ée]dente?|l'archive)\b",
    re.I,
)
_VALUE = re.compile(r"\d|[=`]")  # "the port was 8443?" says something
_POLITE = re.compile(r"(?:thanks?(?: you)?|thx|merci(?: d'avance| bien)?|cheers|ultrathink)[\s.!]*", re.I)


def turns_of(entries: Sequence[ArchivedEntry]) -> dict[int, int]:
    """Turn -> what happened in it, as far as these entries tell; bits as above."""
    found: dict[int, int] = {}
    for one in entries:
        bits = 0
        if one.kind == "call":
            if reads_archive(one):
                bits = READ
            elif one.tool not in _BOOKKEEPING:
                bits = WORKED | (EDITED if one.tool in EDITS else 0)
        elif one.kind == "user":
            bits = READ | ASKED if TYPED.match(one.text) else ASKED if only_asks(one.text) else TOLD
        elif one.kind == "task":
            bits = ASKED  # who sends a sub-agent to the archive has nothing to tell it that does not stand elsewhere
        if bits:
            found[one.turn] = found.get(one.turn, 0) | bits
    return found


def joined(*turns: Mapping[int, int]) -> dict[int, int]:
    """What several runs of entries of one conversation tell of its turns."""
    found: dict[int, int] = {}
    for each in turns:
        for turn, bits in each.items():
            found[turn] = found.get(turn, 0) | bits
    return found


def retold(one: ArchivedEntry, turn: int, passage: str) -> str:
    """What a passage of an entry is besides a word of its speaker: `asked` for a question that was put to the archive,
    `recalled` for what was found there; "" for neither.

    turn: what happened in the entry's turn.
    """
    plain = turn & READ and not turn & WORKED
    if one.kind == "user":
        asks = turn & READ and only_asks(passage) and (plain or _PAST.search(passage))
        return "asked" if asks else ""
    if one.kind == "task":
        return "recalled" if plain else ""
    if one.kind not in ("assistant", "thinking"):
        return ""
    if plain and turn & ASKED and not turn & TOLD:
        return "recalled"
    cites = _QUOTED.search(passage) or (turn & READ and not turn & EDITED and _CITED.search(passage))
    return "recalled" if cites else ""


def retellings(entries: Sequence[ArchivedEntry]) -> set[int]:
    """Positions of the entries of a chunk that as a whole tell what was found in the archive."""
    turns = turns_of(entries)
    return {n for n, one in enumerate(entries) if retold(one, turns.get(one.turn, 0), "")}


def only_asks(text: str) -> bool:
    """Whether somebody only asks in a text, in English or French: each sentence is a question, or a request to look."""
    if len(text) > SEEN_CHARS:
        return False
    asks = False
    for piece in _PIECE.split(text):
        words = piece[_LEAD.match(piece).end() :].strip() if piece else ""  # type: ignore[union-attr]
        if not words or _POLITE.fullmatch(words):
            continue
        if _PROPOSES.match(words):
            return False
        if not (_ASKS.match(words) or (words.endswith("?") and not _VALUE.search(words))):
            return False
        asks = True
    return asks

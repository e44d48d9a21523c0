"""Which passages ask the archive in words of their own, or tell what was found in it.

"What did we decide about the retry limit?" makes Claude call the recall skill. The prompt then holds the words that the
next search asks for, and the answer holds the passage once more; both would stand above what was decided. They are told
by the turn they belong to, since the same question in a turn that did not read the archive is a user's word like any
other. A statement beside the question ("then make it 12") stays one, and so does all that Claude did.
"""

from __future__ import annotations

import re

from rlm_core.chunks.echoes import TYPED, reads_archive
from rlm_core.transcript.calls import EDITS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from rlm_core.chunks.entries import ArchivedEntry

_BOOKKEEPING = ("TodoWrite", "ToolSearch", "TaskCreate", "TaskUpdate", "TaskList")
SEEN_CHARS = 4000  # of a prompt that are looked at; who pastes more says something

# Patterns that are compiled when a turn has read the archive, which few have.
_CITED = r"\br\d-[0-9a-f]{12}:\d+"
_QUOTED = r"[\"”»]\s{0,3}\(\w+,\s+r\d-[0-9a-f]{12}(?::\d+)?\b"  # as our skills have it
_PIECE = (
    r"(?<=[.!?…;])\s+|\n+|(?:,\s*|\s)(?:(?:and\s+)?then|et\s+puis|puis|ensuite)\s+|"
    r",?\s+(?:and|et)\s+(?=(?:let'?s|make|set|use|put|change|raise|lower|apply|add|remove|fix|write|update|keep|switch|"
    r"revert|take|mets|mettez|met|fais|faites|change|passe|utilise|ajoute|retire|corrige|garde|prends)\b)"
)
_LEAD = (
    r"(?:[-*•>\d.)\s]+|(?:hey|hi|hello|ok|okay|please|so|and|but|also|now|quickly?|again|wait|sorry|claude|bonjour|salut|"
    r"et|mais|alors|donc|aussi|au fait|by the way|s'il (?:te|vous) pla[iî]t|stp|svp)\b[\s,:!]*)*"
)
_ASKS = (
    r"(?:what|which|who|whom|whose|when|where|why|how|did|do|does|have|has|had|was|were|is|are|can|could|would|should|"
    r"remind|recall|remember|search|look (?:it |that )?up|look (?:for|in)|find|check|tell me|show me|list|give me|"
    r"i (?:want|need|would like|'?d like) to know|i (?:do not|don'?t|can'?t|cannot) (?:remember|recall|know)|"
    r"i (?:forgot|forget)|any(?:thing)? (?:about|on)|"
    r"quel(?:le)?s?|qu[ei]\b|qu'|quand|o[uù]\b|pourquoi|comment|combien|est-ce|a-t-(?:on|il|elle)|avait-on|a-t-on|"
    r"avons-nous|avions-nous|as-tu|avez-vous|sait-on|sais-tu|peux-tu|pouvez-vous|rappelle|rappelez|cherche|cherchez|"
    r"retrouve|retrouvez|regarde|v[ée]rifie|dis-moi|dites-moi|montre|liste|donne-moi|tu te souviens|te souviens-tu|"
    r"j'ai oubli[ée]|je ne (?:sais|me souviens)|je (?:veux|voudrais|aimerais) savoir|j'aimerais savoir|"
    r"on avait (?:dit|d[ée]cid[ée]) quoi|c'[ée]tait quoi)(?!\w)(?!-(?!moi|nous|tu|vous|on|ils?|elles?)\w)|qu'"
)
_PROPOSES = (
    r"(?:let'?s|make|set|use|put|change|raise|lower|we (?:use|go|take|keep|decided|agreed|chose|settled)|"
    r"on (?:garde|prend|met|passe|part|utilise)|mets|passe|utilise|garde)\b|"
    r"(?:can|could|would|will) (?:you|we) (?:please )?(?!please|find|tell|remind|look|check|search|show|list|recall|"
    r"give|remember|say|explain)\w|(?:peux-tu|pouvez-vous) (?!me |nous |re?trouver|chercher|rappeler|dire|v[ée]rifier|"
    r"regarder|lister|montrer)|"
    r".*,\s*(?:right|ok|okay|correct|yes|no|non|oui|d'accord|hein|n'est-ce pas|why|how come|pourquoi|"
    r"(?:is|are|was|were|do|does|did|have|has|had|should|would)n'?t \w+)\s*\?$"
)
_PAST = (
    r"\b(?:did (?:we|i|you)|(?:have|had) (?:we|i|you)|we (?:had|decided|agreed|said|chose|tried)|was (?:it|that|the)|"
    r"remember|remind|recall|last (?:time|week|month|session)|earlier|previous(?:ly)?|before|back then|the other day|"
    r"yesterday|the archive|avait-on|avons-nous|avions-nous|on avait|a-t-on|rappelle|rappelez|souviens|la derni[èe]re "
    r"fois|hier|l'autre jour|auparavant|pr[ée]c[ée]dente?|l'archive)\b"
)
_VALUE = r"\d|[=`]"  # "the port was 8443?" says something
_POLITE = r"(?:thanks?(?: you)?|thx|merci(?: d'avance| bien)?|cheers|ultrathink)[\s.!]*"


class TurnFacts:
    """What happened in a turn, as far as it is known.

    read: the archive was read. worked: something else was called. edited: a file was changed. sent: to a sub-agent;
    whoever sends one has nothing to tell that does not stand elsewhere. prompts: what was said in it.
    """

    __slots__ = ("edited", "prompts", "read", "sent", "worked")

    def __init__(self) -> None:
        self.read = self.worked = self.edited = self.sent = False
        self.prompts: list[str] = []

    def take(self, one: ArchivedEntry) -> None:
        """Add what an entry of the turn tells."""
        if one.kind == "call":
            if reads_archive(one):
                self.read = True
            elif one.tool not in _BOOKKEEPING:
                self.worked = True
                self.edited |= one.tool in EDITS
        elif one.kind == "user":
            self.prompts.append(one.text)
            self.read |= bool(TYPED.match(one.text))
        elif one.kind == "task":
            self.sent = True

    def join(self, other: TurnFacts) -> None:
        """Add what another run of entries tells of the same turn."""
        for name in ("read", "worked", "edited", "sent"):
            setattr(self, name, getattr(self, name) or getattr(other, name))
        self.prompts += other.prompts

    @property
    def plain(self) -> bool:
        """Whether nothing was done in it but to read the archive."""
        return self.read and not self.worked

    def asks(self) -> bool:
        """Whether all that was said in it asks; false when nothing is known of that."""
        if not self.prompts:
            return self.sent
        return all(TYPED.match(text) or only_asks(text) for text in self.prompts)


Turns = dict[int, TurnFacts]
_NOTHING = TurnFacts()


def turns_of(entries: Sequence[ArchivedEntry]) -> Turns:
    """Turn -> what happened in it, as far as these entries tell."""
    found: Turns = {}
    for one in entries:
        if one.kind in ("call", "user", "task"):
            found.setdefault(one.turn, TurnFacts()).take(one)
    return found


def joined(*runs: Turns) -> Turns:
    """What several runs of entries of one conversation tell of its turns."""
    found: Turns = {}
    for run in runs:
        for turn, facts in run.items():
            found.setdefault(turn, TurnFacts()).join(facts)
    return found


def retold(one: ArchivedEntry, turns: Turns, passage: str) -> str:
    """What a passage of an entry is besides a word of its speaker: `asked` for a question that was put to the archive,
    `recalled` for what was found there; "" for neither.
    """
    turn = turns.get(one.turn, _NOTHING)
    if one.kind == "user":
        asks = turn.read and only_asks(passage) and (turn.plain or re.search(_PAST, passage, re.I))
        return "asked" if asks else ""
    if one.kind == "task":
        return "recalled" if turn.plain else ""
    if one.kind not in ("assistant", "thinking"):
        return ""
    if turn.plain and turn.asks():
        return "recalled"
    if "r2-" not in passage and "r1-" not in passage:
        return ""  # as nearly all: no citation
    cites = re.search(_QUOTED, passage) or (turn.read and not turn.edited and re.search(_CITED, passage))
    return "recalled" if cites else ""


def retellings(entries: Sequence[ArchivedEntry]) -> set[int]:
    """Positions of the entries of a chunk that as a whole tell what was found in the archive."""
    turns = turns_of(entries)
    return {n for n, one in enumerate(entries) if retold(one, turns, "")}


def only_asks(text: str) -> bool:
    """Whether somebody only asks in a text, in English or French: each sentence is a question, or a request to look."""
    if len(text) > SEEN_CHARS:
        return False
    asks = False
    for piece in re.split(_PIECE, text, flags=re.I):
        words = piece[re.match(_LEAD, piece, re.I).end() :].strip()  # type: ignore[union-attr]
        if not words or re.fullmatch(_POLITE, words, re.I):
            continue
        if re.match(_PROPOSES, words, re.I | re.S):
            return False
        if not (re.match(_ASKS, words, re.I) or (words.endswith("?") and not re.search(_VALUE, words))):
            return False
        asks = True
    return asks

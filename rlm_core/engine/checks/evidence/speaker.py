"""Who said a passage: the role in the heading of an archived entry, or the name before a colon, as in a chat.

    ## assistant · 2026-11-03 09:12:41 · turn 7        [09:12] Anna: we could try Redis
    ## tool · Bash #3fa2 · 2026-11-03 09:12:44 · turn 7   **Bob** (10:02): no, we won't
                                                        <carol> I moved to Lyon

A label such as "Note:" or "Port:" names nobody. A text is believed as far as it goes: whoever writes "Anna:" before a
line of his own makes it Anna's.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from rlm_core.engine.texts import Piece, offset_of
from rlm_core.language.folding import fold


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


MAX_BACK_CHARS, MAX_BACK_LINES = 3000, 30  # how far above a line its name is looked for, in a talk
FEW_BACK_LINES = 5  # the same where nobody talks
MAX_AHEAD_CHARS = 4000  # how far below a passage an answer to it is looked for
REPLY_CHARS = 120  # of an answer's beginning
MAX_ENTRIES, MAX_TRIES = 12, 50  # entries below among which an answer is looked for; marks of a heading above
KEPT_TEXTS = 32  # whose names are kept

USER, ASSISTANT, TOOL, SYSTEM = "user", "assistant", "tool", "system"
_HEADING = re.compile(
    r"^## (?P<role>user|assistant|tool|system)(?: · (?!\d{4}-|turn )(?P<what>[^·\n]{1,80}))?(?: · [^·\n]{1,40})?"
    r"(?P<time> · \d{4}-\d\d-\d\d \d\d:\d\d:\d\d)? · turn \d{1,9}(?: · \d{4,9})?$",
    re.MULTILINE,
)
_LABEL = re.compile(
    r"^[ \t>*_#-]{0,8}(?:[\[(]?\d[\d:./TZhpamAPM -]{1,24}[\])]?[ \t,|–—-]{0,4})?"
    r"(?:<(?P<nick>[\w.'’ -]{1,40})>[ \t]{1,4}"
    r"|[*_]{0,3}(?<![^\W\d_])(?P<name>[^\W\d_][\w.'’-]{0,24}(?: [^\W\d_][\w.'’-]{0,24}){0,2})"
    r"(?:[*_]{0,3} ?\([^()\n]{1,40}\))?[*_]{0,3} ?:[*_]{0,3}[ \t]{1,4})(?=\S)",
    re.MULTILINE,
)
ROLES = frozenset(
    [
        "user",
        "assistant",
        "human",
        "system",
        "agent",
        "bot",
        "ai",
        "customer",
        "client",
        "support",
        "tool",
        "claude",
        "model",
        "speaker",
        "interviewer",
        "host",
        "guest",
        "utilisateur",
        "utilisatrice",
        "humain",
        "outil",
    ]
)
"""Names of those who talk to each other where they have no other."""
_SMALL_ROLES = frozenset(
    ("user", "assistant", "human", "ai", "bot", "utilisateur")
)  # in lower case the others are keys
_SAYING_WORDS = 3  # words after a name that is a role: "user: root" says nothing
_NO_NAMES = _set("""
a actions action agenda aim answer api assumption assumptions author authors background bug caution caveat changed
changes choice choices cause comment comments conclusion consequence consequences context cost created date deadline
decided decision decisions default defaults description details done draft due edit error errors example examples
expected fact facts file files fix fixed follow from goal goals hint host idea image impact important info input issue
issues key known limit line link links list location log name names new next no note notes number ok old open option
options order outcome output owner page part path plan port price priority problem proposal proposed purpose q question
questions reason reasons ref reference rejected related release remark remember reminder reply report request
requirement response result results review risk risks root rule rules scope see server setup size solution source
sources stage started state status step steps subject suggestion summary tag tags task tasks tests thanks then time tip
title to todo topic total type types unknown update updated url usage user-agent value values version warning warnings
week what when where which who why workaround yes
annexe attention auteur avertissement bilan but cause choix commentaire conclusion consequence consigne contexte cout
date decision defaut delai description detail details erreur etape etapes etat exemple exemples fait fichier important
info ligne lien limite liste motif nom nota note notes numero objectif objet oui non ordre origine page plan prix
probleme proposition question questions raison raisons rappel reference regle regles remarque reponse resultat resume
risque role sources solution statut sujet tache taches titre total valeur version
""")
_OF_HIMSELF = re.compile(r"\b(?:i|i'm|i've|i'll|i'd|my|me|mine|we|our|you|your|je|j|moi|mon|ma|mes|nous|tu|vous)\b")

_SPOKEN = re.compile(
    rf"{_OF_HIMSELF.pattern}|^(?:yes|no|ok|okay|sure|let's|hi|hey|hello|thanks|oui|non|d'accord|salut|merci|bonjour)\b|"
    r"[?!]\s*$"
)


@dataclass(frozen=True)
class Speech:
    """Who said a passage, and what was said to it.

    speaker: "user", "assistant", "tool Bash", "system", a name, "" when it is not known. people: the names that others
    in the text go by. reply: how the next one who is somebody else begins, "" for nobody. begins: one of
    several who talk is named on the passage's own line, so that what stands above was said before.
    """

    speaker: str = ""
    people: frozenset[str] = frozenset()
    reply: str = ""
    begins: bool = False


def speech_of(piece: Piece, start: int, end: int) -> Speech:
    """Who said a stretch of a piece. start, end: characters of its text."""
    text = piece.text
    entry = _entry_of(piece, start)
    named = _names(text)
    own = _name_before(text, start, entry.since if entry else 0, talk=bool(named), inside=entry is not None)
    label = _LABEL.match(text, text.rfind("\n", 0, start) + 1)
    begins = bool(label and _name(label) in named)
    if own:
        return Speech(own, named, _next_name(text, end, own), begins)
    return Speech(entry.role, named, entry.reply(piece), begins) if entry else Speech("", named, begins=begins)


@dataclass(frozen=True)
class _Entry:
    """The archived entry around a place. since: where its text begins in the piece. next: headings below, in order."""

    heading: re.Match[str]
    since: int
    next: tuple[re.Match[str], ...] = ()

    @property
    def role(self) -> str:
        what = (self.heading["what"] or "").partition(" #")[0].strip()
        role: str = self.heading["role"]
        return f"{TOOL} {what}".strip() if role == TOOL else role

    def reply(self, piece: Piece) -> str:
        """How the next entry of the other of user and assistant begins."""
        if self.role in (USER, ASSISTANT):
            for heading in self.next:
                if heading["role"] in (USER, ASSISTANT) and heading["role"] != self.role:
                    return piece.text[heading.end() : heading.end() + REPLY_CHARS].strip()
        return ""


def _entry_of(piece: Piece, start: int) -> _Entry | None:
    """The entry that holds an offset of a piece; where entries' times are noted, no line can imitate a heading."""
    text, document = piece.text, piece.document
    if not document.moments:
        return _entry_by_text(text, start)
    lines = document.moments
    at = bisect_right(lines, piece.line + text.count("\n", 0, start), key=lambda moment: moment[0])
    if at == 0:
        return None
    inside = lines[at - 1][0] >= piece.line
    whole, first_line = (text, piece.line) if inside else (document.text, document.first_line)
    heading = _HEADING.match(whole, offset_of(whole, lines[at - 1][0] - first_line))
    most = piece.line + text.count("\n")
    below = (
        _HEADING.match(text, offset_of(text, n - piece.line)) for n, _ in lines[at : at + MAX_ENTRIES] if n <= most
    )
    return _Entry(heading, heading.end() if inside else 0, tuple(filter(None, below))) if heading else None


def _entry_by_text(text: str, start: int) -> _Entry | None:
    line_end = text.find("\n", start)
    at = line_end if line_end >= 0 else len(text)
    for _ in range(MAX_TRIES):
        at = text.rfind("## ", 0, at)
        if at < 0:
            return None
        heading = _HEADING.match(text, at) if at == 0 or text[at - 1] == "\n" else None
        if heading:
            below = islice(_HEADING.finditer(text, max(start, heading.end()), start + MAX_AHEAD_CHARS), MAX_ENTRIES)
            return _Entry(heading, heading.end(), tuple(below))
    return None


@lru_cache(KEPT_TEXTS)
def _names(text: str) -> frozenset[str]:
    """The names under which several people talk in a text; none where it is no talk.

    A talk has two names at least, and one of them comes again, or half of the lines speak as people do.
    """
    found: Counter[str] = Counter()
    spoken = 0
    for label in _LABEL.finditer(text):
        if name := _name(label):
            found[name] += 1
            spoken += bool(_SPOKEN.search(fold(text[label.end() : label.end() + REPLY_CHARS].partition("\n")[0])))
    total = sum(found.values())
    return frozenset(found) if len(found) > 1 and (total > len(found) or 2 * spoken >= total) else frozenset()


def _name(label: re.Match[str]) -> str:
    """The name of a label, "" for a label that names nobody."""
    if label["nick"]:
        return label["nick"]
    name: str = label["name"]
    plain = fold(name)
    if plain in (ROLES if name[0].isupper() else _SMALL_ROLES):
        return name
    words = name.split()
    known = all(w[0].isupper() for w in words) and not _NO_NAMES.intersection(plain.split())
    return name if known and not name.isupper() else ""


def _name_before(text: str, start: int, since: int, *, talk: bool, inside: bool) -> str:
    """The name under which a line stands. since: where its entry begins. talk: several people talk in the text.
    inside: it stands in an archived entry.
    """
    at = text.rfind("\n", 0, start) + 1
    for n in range(MAX_BACK_LINES if talk else FEW_BACK_LINES):
        label = _LABEL.match(text, at)
        if label and (name := _name(label)):
            end = text.find("\n", at)
            rest = fold(text[label.end() : end if end >= 0 else len(text)].replace("’", "'"))
            alone = not inside and n == 0 and bool(_OF_HIMSELF.search(rest))
            role = fold(name) in ROLES and len(rest.split()) >= _SAYING_WORDS
            return name if talk or role or alone else ""
        if at <= since or start - at > MAX_BACK_CHARS:
            return ""
        before = text.rfind("\n", 0, at - 1) + 1
        if not talk and not text[before : at - 1].strip():
            return ""
        at = before
    return ""


def _next_name(text: str, end: int, own: str) -> str:
    """How the next one begins who speaks under another name."""
    for label in _LABEL.finditer(text, end, min(len(text), end + MAX_AHEAD_CHARS)):
        if (name := _name(label)) and name != own:
            return text[label.end() : label.end() + REPLY_CHARS].partition("\n")[0]
    return ""

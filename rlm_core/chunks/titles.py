"""The one maker of titles: of sessions, turns and chunks. And the words that carry a text's subject.

A session is called by what the user or the client called it, or else by its first prompt that says something. A chunk
is called by its turn, and by the files that were changed in it:

    Fix the retry limit · api.py, retry.py +2
    Fix the retry limit → Now the tests (a chunk that begins inside a turn)
"""

from __future__ import annotations

import re

from rlm_core.language.stopwords import TITLE_STOP_WORDS
from rlm_core.redaction.clean import EMPTY, literal
from rlm_core.transcript.calls import EDITS
from rlm_core.transcript.entry import CALL, HOUSEKEEPING, TEXT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    from rlm_core.chunks.sanitize import CleanEntry
    from rlm_core.redaction.clean import AnyText, CleanText

_WORD = re.compile(r"[^\W\d_][\w.-]{2,40}")

_SPACE, _LEFT_OUT, _COMMA = literal(" "), literal("…"), literal(", ")
SCAN = 4000  # characters of one text that are looked at: its beginning names its subject
TITLE_CHARS = 100  # of a session's title
HEADLINE_CHARS = 80  # of a prompt's
SHOWN_FILES = 2
NOTHING_SAID = "No response requested."  # the client's filler for an answer of the model's
MAX_FILLER_WORDS = 6
# What the client puts around a prompt, as the beginning of a tag's name.
CLIENTS_TAGS = (
    "ide_", "system-reminder", "local-command-", "bash-", "task-notification", "user-prompt-submit-hook",
    "session-start-hook", "new-diagnostics", "teammate-message",
)  # fmt: skip
# A line that begins so is a caption; of a bracket behind which the user's words may go on, only that is left out.
_CAPTIONS = ("[image] ", "[document] ", "**media**", "```")
_BRACKETS = ("[image", "[document", "[pasted text", "[request interrupted")
_PLANS = frozenset(
    (
        "implement the following plan", "please implement the following plan", "implement this plan",
        "execute the following plan", "implement the plan below", "implémente le plan suivant",
        "implémenter le plan suivant", "exécute le plan suivant", "mets en œuvre le plan suivant",
    )
)  # fmt: skip
_PLAN_HEADS = ("plan:", "plan :", "implementation plan:", "plan -", "plan —", "plan –")
# Words of which a prompt that says nothing by itself is made: "ok, go on", "oui vas-y".
FILLER = frozenset(
    """
accord again ahead allez alright and bien bon bonjour c carry cheers continue continuer continuez cool d do
désolé encore est et exactly fine go going good great hello hey hi il it keep la lgtm merci next nice no non now
ok okay on oui parfait perfect peux plait plaît please plz poursuis poursuivez proceed resume retry s salut
sorry stp suite super sure svp te thank thanks that then this try très tu va vas vous y yeah yep yes you
""".split()  # noqa: SIM905
)
_EMPTY_HEADS = (
    "plan",
    "implementation",
    "overview",
    "context",
    "goal",
    "summary",
    "contexte",
    "objectif",
    "background",
)


def subject_words(text: CleanText) -> list[CleanText]:
    """Lower-cased words of four letters and more, in order, without stop words."""
    text = text[:SCAN]
    if "␛" in text:  # an escape sequence, as a file holds it
        from rlm_core.language.quoting import for_terms

        text = for_terms(text)
    found: list[CleanText] = _WORD.findall(text)
    words = (raw.strip(".-").lower() for raw in found)
    return [w for w in words if len(w) > 3 and w not in TITLE_STOP_WORDS]


def keywords(words: list[CleanText], most: int = 8) -> list[CleanText]:
    """The most frequent words, ties in order of appearance."""
    counts: dict[CleanText, int] = {}
    for w in words:
        counts[w] = counts.get(w, 0) + 1
    ranked = sorted(counts, key=counts.__getitem__, reverse=True)
    return ranked[:most]


def fit(text: AnyText) -> AnyText:
    """The text fit for its one line of Markdown, by `quoting.tame`, which is loaded when there is something to tame."""
    if text.isprintable() and "<" not in text and "␛" not in text:
        return _SPACE.join(text.split())
    from rlm_core.language.quoting import tame

    return tame(text)


def headline(text: AnyText, width: int = HEADLINE_CHARS) -> AnyText:
    """A text's first line that says something, at most `width` characters, fit for Markdown and for a terminal.

    What the client put around a prompt is passed over, and a command reads as it was typed.

    >>> headline("<command-name>/recall</command-name> <command-args>retry limit</command-args>")
    '/recall retry limit'
    """
    for line in _lines(_typed(text)):
        return _short(line, width)
    return EMPTY


def prompt_title(text: AnyText) -> AnyText:
    """A prompt's headline; "" for one that says nothing by itself: "go on", a lone picture, a command such as /clear.

    "Implement the following plan:" gives way to the plan's own headline.
    """
    lines: list[AnyText] = [line for line in _lines(_typed(text)) if not _filler(line)]
    if not lines:
        return EMPTY
    first: AnyText = lines[0]
    if _keeps_house(first):
        return EMPTY
    if first.startswith("! "):
        return EMPTY  # a command that the user ran
    head, colon, rest = first.partition(":")
    if head.rstrip(" .").lower() in _PLANS:
        body: list[AnyText] = lines[1:]
        if colon and rest.strip():
            body.insert(0, rest)
        return _plan(body)
    return _short(first, HEADLINE_CHARS)


def prompt_line(text: AnyText) -> AnyText:
    """A prompt's headline, whether it says something or not; "" for a command that only keeps house, such as /clear."""
    line = headline(text)
    return EMPTY if _keeps_house(line) else line


def entry_title(entry: CleanEntry) -> CleanText:
    """The title that a prompt gives by its text; "" for one that says nothing."""
    return next((t for p in entry.parts if p.kind == TEXT and (t := prompt_title(p.text))), EMPTY)


def entry_line(entry: CleanEntry) -> CleanText:
    """The same, whether it says something or not."""
    return next((t for p in entry.parts if p.kind == TEXT and (t := prompt_line(p.text))), EMPTY)


def session_title(text: AnyText) -> AnyText:
    """A title that a user or the client gave, fit for its one line everywhere."""
    return _short(text, TITLE_CHARS)


def chunk_title(turn: CleanText, entries: Sequence[CleanEntry], *, continued: bool) -> CleanText:
    """A chunk's title. turn: that of its first turn. continued: it begins inside it, and says where that has got to."""
    if continued:
        said = (p.text for e in entries for p in e.parts if e.role == "assistant" and p.kind == TEXT)
        where = next((h for t in said if (h := headline(t, 70)) and h != NOTHING_SAID), EMPTY)
        turn = literal("{} → {}").format(_short(turn, 50), where) if where else literal("{} (continued)").format(turn)
    files = _names(p for e in entries for p in _edited(e))
    if not files:
        return turn
    shown = _COMMA.join(files[:SHOWN_FILES])
    more = literal(" +{}").format(len(files) - SHOWN_FILES) if len(files) > SHOWN_FILES else EMPTY
    return literal("{} · {}{}").format(turn, shown, more) if turn else shown + more


def _edited(entry: CleanEntry) -> list[CleanText]:
    return [path for p in entry.parts if p.kind == CALL and p.name in EDITS for path in p.files[:1]]


def _names(paths: Iterable[CleanText]) -> list[CleanText]:
    """File names without their directories, each path once, in order; of two files of one name that stands twice."""
    names: list[CleanText] = [fit(p.replace("\\", literal("/")).rpartition("/")[2]) for p in dict.fromkeys(paths)]
    return [n for n in names if n]


def _plan(lines: list[AnyText]) -> AnyText:
    """A plan's headline: its first heading that says something, or else its first line; "" for an empty plan."""
    for line in sorted(lines, key=lambda line: not line.startswith("#")):
        title: AnyText = _short(line, HEADLINE_CHARS)
        for head in _PLAN_HEADS:
            if title.lower().startswith(head):
                title = title[len(head) :].strip()
        if not all(w in _EMPTY_HEADS for w in title.lower().strip(" :").split()):
            return title
    return EMPTY


def _lines(text: AnyText) -> list[AnyText]:
    """The lines that hold words, without captions."""
    lines: list[AnyText] = [_uncaptioned(line.strip()) for line in text[:SCAN].split("\n")]
    return [line for line in lines if line]


def _uncaptioned(line: AnyText) -> AnyText:
    if line.startswith(_CAPTIONS):
        return EMPTY
    while line.startswith("[") and line.lower().startswith(_BRACKETS):
        line = line.partition("]")[2].strip()
    return line if _bare(line) else EMPTY


def _bare(line: AnyText) -> AnyText:
    """A line without what makes it a heading, a list or a quotation."""
    return line.lstrip("#>*- ")


def _short(line: AnyText, width: int) -> AnyText:
    line = fit(_bare(fit(line)))
    return line if len(line) <= width else line[: width - 1].rstrip() + _LEFT_OUT


def _keeps_house(line: str) -> bool:
    return line.startswith("/") and line.partition(" ")[0] in HOUSEKEEPING


def _filler(line: AnyText) -> bool:
    """Whether a line only bids to go on, greets or thanks."""
    if len(line) > 80:
        return False
    letters = "".join([c if c.isalpha() else " " for c in line.lower()])
    words = letters.split()
    return len(words) <= MAX_FILLER_WORDS and all(w in FILLER for w in words) and not any(c.isdigit() for c in line)


def _typed(text: AnyText) -> AnyText:
    """What was typed of a prompt: a command as it was, and nothing of what the client put around it."""
    text = text.lstrip()
    while text.startswith("<"):
        tag = text[1:80].partition(">")[0]
        if not tag.startswith(CLIENTS_TAGS):
            break
        _, end, rest = text.partition(f"</{tag}>")
        text = rest.lstrip() if end else EMPTY
    if text.startswith(("<command-name>", "<command-message>")):
        name, args = (text.partition(f"<{t}>")[2].partition(f"</{t}>")[0] for t in ("command-name", "command-args"))
        return _SPACE.join([name.strip(), args.strip()]).strip()
    if "<ide_" in text[:SCAN] or "<system-reminder>" in text[:SCAN]:
        cut: Any = re.sub(r"(?s)<(ide_\w{1,40}|system-reminder)>.*?(?:</\1>|\Z)", "\n", text[:SCAN])
        typed: AnyText = cut
        return typed
    return text


def topic_changed(prompt: list[CleanText], before: set[CleanText]) -> bool:
    """Whether a prompt shares next to nothing with what was spoken of before it.

    Short prompts ("yes, go on") never change the topic.
    """
    words = set(prompt)
    return len(words) >= 5 and len(words & before) / len(words) < 0.12

"""A chunk's title made from its Markdown, where the entries of the transcript are not at hand any more."""

from __future__ import annotations

from rlm_core.chunks.entries import ArchivedEntry
from rlm_core.chunks.sanitize import CleanEntry, CleanPart
from rlm_core.chunks.titles import chunk_title, prompt_line, prompt_title
from rlm_core.redaction.clean import EMPTY, written_before
from rlm_core.transcript.entry import CALL, TEXT, THINKING

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from rlm_core.redaction.clean import CleanText

_PATH_KEYS = ("file_path: ", "notebook_path: ")
_SPEAKERS = ("user", "assistant", "task")
_ASKERS = ("user", "task")  # a sub-agent's prompt is its task


def title_of(texts: Sequence[CleanText], prompt: CleanText) -> CleanText:
    """The title of a chunk with these entries, in Markdown with their headings; "" when none says anything.

    prompt: title of the turn inside which it begins, "" when it begins with a prompt.
    """
    entries = [_as_entry(text) for text in texts]
    said = [p.text for e in entries if e.role in _SPEAKERS for p in e.parts if p.kind == TEXT]
    turn = prompt or next((t for text in said if (t := prompt_title(text))), EMPTY)
    turn = turn or next((t for text in said if (t := prompt_line(text))), EMPTY)
    return chunk_title(turn, entries, continued=bool(prompt))


def turn_titles(texts: Sequence[CleanText]) -> list[CleanText]:
    """The titles that the prompts among these entries give, in order, without those that say nothing by themselves."""
    entries = [_as_entry(text) for text in texts]
    said = [p.text for e in entries if e.role in _ASKERS for p in e.parts if p.kind == TEXT]
    return [title for text in said if (title := prompt_title(text))]


def _as_entry(text: CleanText) -> CleanEntry:
    """What a title is made of, as far as the Markdown of an entry tells."""
    found = ArchivedEntry(text)
    body = written_before(found.text)
    if found.kind == "call":
        part = CleanPart(CALL, body, name=written_before(found.tool), files=_paths(body))
    else:
        part = CleanPart(THINKING if found.kind == THINKING else TEXT, body)
    return CleanEntry(EMPTY, written_before(found.role), EMPTY, [part])


def _paths(text: CleanText) -> list[CleanText]:
    """The path that an edit names, among the lines at the beginning of its block."""
    lines = text.split("\n", 8)[:8]
    return [line[len(k) :] for line in lines for k in _PATH_KEYS if line.startswith(k)][:1]

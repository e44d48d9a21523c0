"""The hint of `hints: true`: archived passages that a prompt strongly matches and that are no longer in context.

The prompt hook starts this in a process of its own, because the search needs packages that hooks do without.
"""

from __future__ import annotations

import os
import re
import sys

from rlm_core.archive.background import open_cached
from rlm_core.archive.ledger import owner_tag
from rlm_core.archive.store import owner_name
from rlm_core.disk import head_of, machine, names, write_atomic
from rlm_core.language.detect import language_of
from rlm_core.language.folding import fold
from rlm_core.language.stopwords import QUERY_STOP_WORDS
from rlm_core.language.terms import words_of
from rlm_core.redaction.clean import dumps, written_before
from rlm_core.redaction.ids import clean_id
from rlm_core.search.ranked import find
from rlm_core.transcript.source import safe_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from rlm_core.archive.store import Archive
    from rlm_core.redaction.clean import CleanText
    from rlm_core.search.hits import Hit

HINT_CHARS = 300
MAX_HINTS = 2
PROMPT_CHARS = 2000  # of a prompt that are looked at
MIN_WORDS, MAX_WORDS = 3, 12  # telling words; longer prompts match too much to match strongly
QUOTE_CHARS = 70
SESSIONS_KEPT, PASSAGES_KEPT = 50, 500

_UNTIL = re.compile(r'^until: "([^"]+)"$', re.M)


def main(argv: list[str]) -> None:
    """argv: the project, the session. Reads the prompt from stdin and prints the hint, "" for none."""
    project, session = argv
    prompt = sys.stdin.buffer.read().decode("utf-8", "replace")
    sys.stdout.buffer.write(hint(open_cached(project), session, prompt).encode("utf-8", "backslashreplace"))


def hint(archive: Archive, session: str, prompt: str) -> str:
    """Pointers of at most HINT_CHARS characters, or ""; no passage twice in a session."""
    words = telling(prompt)
    if not MIN_WORDS <= len(words) <= MAX_WORDS:
        return ""
    shown, own = _shown(archive), clean_id(session)
    known = set(shown.get(own, []))
    fresh = [
        h
        for h in find(archive, prompt[:PROMPT_CHARS], 8, patient=False).hits
        if _worth(archive, h, session) and _key(h) not in known
    ]
    text, lines = _worded(fresh)
    if lines:
        shown[own] = [*shown.pop(own, []), *lines][-PASSAGES_KEPT:]
        kept = dict(list(shown.items())[-SESSIONS_KEPT:])
        write_atomic(archive.path("state", "hinted.json"), dumps(kept).encode(), durable=False)
    return text


def telling(prompt: str) -> set[str]:
    """The words of a prompt that tell its subject; none for a command or a pasted text."""
    if prompt.startswith("/") or len(prompt) > PROMPT_CHARS:
        return set()
    stop = QUERY_STOP_WORDS[language_of(prompt)]
    return {w for w in words_of(prompt) if len(w) > 1 and fold(w) not in stop}


def _worth(archive: Archive, hit: Hit, session: str) -> bool:
    """Whether a hit answers, was said by somebody, and is no longer in context."""
    if hit.foreign or not hit.strong or hit.kind not in ("user", "assistant", "summary", "document"):
        return False
    here = hit.session == session or _brought_along(archive, session, hit.session)
    return not here or hit.started < compacted_until(hit.path)


def _brought_along(archive: Archive, session: str, other: str) -> bool:
    """Whether a session is a fork that began with entries of another, which it has in context."""
    shared = machine(archive.path("state", "sources", f"{safe_name(session)}.json")).get("shared")
    return isinstance(shared, dict) and owner_tag(owner_name(other, "")).hex() in shared


def compacted_until(chunk: str) -> str:
    """ISO time of the last compaction of a chunk file's session; "" when there was none."""
    folder = os.path.join(os.path.dirname(chunk), "summaries")
    for name in reversed([n for n in names(folder) if n.endswith(".md")]):
        found = _UNTIL.search((head_of(os.path.join(folder, name), 2000) or b"").decode("utf-8", "replace"))
        if found:
            return found[1]
    return ""


def _shown(archive: Archive) -> dict[Any, Any]:
    """Session -> keys of the passages that were pointed out to it."""
    kept = machine(archive.path("state", "hinted.json"))
    return {k: v for k, v in kept.items() if isinstance(v, list) and all(isinstance(one, str) for one in v)}


def _key(hit: Hit) -> CleanText:
    return written_before(f"{hit.uuids[0]}:{hit.snippet[:20]}")


def _worded(hits: list[Hit]) -> tuple[str, list[CleanText]]:
    """(the hint's text, the keys of the passages that it names)."""
    text = "The project's archive has earlier words on this (`rlm show ID:LINE`, or /recall):"
    lines: list[CleanText] = []
    for h in hits[:MAX_HINTS]:
        quote = " ".join(h.snippet.split()).replace("<", "‹").replace(">", "›")
        quote = quote if len(quote) <= QUOTE_CHARS else quote[: QUOTE_CHARS - 1] + "…"
        more = f' {h.chunk}:{h.line} {h.started[:10]} {h.role} "{quote}"'
        if len(text) + len(more) > HINT_CHARS:
            break
        text += more
        lines.append(_key(h))
    return (text, lines) if lines else ("", [])

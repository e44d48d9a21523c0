"""The hint of `hints: true`: archived passages that a prompt strongly matches and that are no longer in context.

The prompt hook starts this in a process of its own, because the search needs packages that hooks do without.
"""

from __future__ import annotations

import json
import os
import re
import sys

from rlm_core.archive.ledger import owner_tag
from rlm_core.archive.store import Archive, owner_name
from rlm_core.config import load_cached
from rlm_core.disk import read, write_atomic
from rlm_core.language.terms import STOP_WORDS, fold, language_of, words_of
from rlm_core.redaction.clean import dumps, written_before
from rlm_core.redaction.ids import clean_id
from rlm_core.search.ranked import search
from rlm_core.transcript.source import safe_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rlm_core.redaction.clean import CleanText
    from rlm_core.search.hits import Hit

HINT_CHARS = 300
MOST_HINTS = 2
PROMPT_CHARS = 2000  # of a prompt that are looked at
FEWEST_WORDS, MOST_WORDS = 3, 12  # telling words; longer prompts match too much to match strongly
QUOTE = 70
SESSIONS_KEPT, PASSAGES_KEPT = 50, 500

_UNTIL = re.compile(r'^until: "([^"]+)"$', re.M)


def main(argv: list[str]) -> None:
    """argv: the project, the session. Reads the prompt from stdin and prints the hint, "" for none."""
    project, session = argv
    root = os.path.join(project, ".claude", "rlm")
    archive = Archive(root, load_cached(project, os.path.join(root, "state", "config.json")))
    prompt = sys.stdin.buffer.read().decode("utf-8", "replace")
    sys.stdout.buffer.write(hint(archive, session, prompt).encode("utf-8", "backslashreplace"))


def hint(archive: Archive, session: str, prompt: str) -> str:
    """Pointers of at most HINT_CHARS characters, or ""; no passage twice in a session."""
    words = telling(prompt)
    if not FEWEST_WORDS <= len(words) <= MOST_WORDS:
        return ""
    shown, own = _shown(archive), clean_id(session)
    known = set(shown.get(own, []))
    fresh = [
        h for h in search(archive, prompt[:PROMPT_CHARS], 8) if _worth(archive, h, session) and _key(h) not in known
    ]
    text, told = _worded(fresh)
    if told:
        shown[own] = [*shown.pop(own, []), *told][-PASSAGES_KEPT:]
        kept = dict(list(shown.items())[-SESSIONS_KEPT:])
        write_atomic(archive.path("state", "hinted.json"), dumps(kept).encode(), durable=False)
    return text


def telling(prompt: str) -> set[str]:
    """The words of a prompt that tell its subject; none for a command or a pasted text."""
    if prompt.startswith("/") or len(prompt) > PROMPT_CHARS:
        return set()
    stop = STOP_WORDS[language_of(prompt)]
    return {w for w in words_of(prompt) if len(w) > 1 and fold(w) not in stop}


def _worth(archive: Archive, hit: Hit, session: str) -> bool:
    """Whether a hit answers, was said by somebody, and is no longer in context."""
    if not hit.strong or hit.kind not in ("user", "assistant", "summary", "document"):
        return False
    here = hit.session == session or _brought_along(archive, session, hit.session)
    return not here or hit.started < compacted_until(hit.path)


def _brought_along(archive: Archive, session: str, other: str) -> bool:
    """Whether a session is a fork that began with entries of another, which it has in context."""
    try:
        state = json.loads(read(archive.path("state", "sources", f"{safe_name(session)}.json")) or b"{}")
        return owner_tag(owner_name(other, "")).hex() in state.get("shared", {})
    except (ValueError, AttributeError):
        return False


def compacted_until(chunk: str) -> str:
    """Up to when the session of a chunk file has been compacted, as ISO time; "" when it has not been."""
    folder = os.path.join(os.path.dirname(chunk), "summaries")
    names = sorted(n for n in os.listdir(folder) if n.endswith(".md")) if os.path.isdir(folder) else []
    for name in reversed(names):
        found = _UNTIL.search((read(os.path.join(folder, name)) or b"")[:2000].decode("utf-8", "replace"))
        if found:
            return found[1]
    return ""


def _shown(archive: Archive) -> dict[CleanText, list[CleanText]]:
    """Session -> the passages that it has been pointed to."""
    try:
        kept = json.loads(read(archive.path("state", "hinted.json")) or b"{}")
    except ValueError:
        return {}
    return kept if isinstance(kept, dict) else {}


def _key(hit: Hit) -> CleanText:
    return written_before(f"{hit.uuids[0]}:{hit.snippet[:20]}")


def _worded(hits: list[Hit]) -> tuple[str, list[CleanText]]:
    """(the text, keys of the passages that it names)."""
    text = "The project's archive has earlier words on this (`rlm show ID:LINE`, or /recall):"
    told: list[CleanText] = []
    for h in hits[:MOST_HINTS]:
        quote = " ".join(h.snippet.split()).replace("<", "‹").replace(">", "›")
        quote = quote if len(quote) <= QUOTE else quote[: QUOTE - 1] + "…"
        more = f' {h.chunk}:{h.line} {h.started[:10]} {h.role} "{quote}"'
        if len(text) + len(more) > HINT_CHARS:
            break
        text += more
        told.append(_key(h))
    return (text, told) if told else ("", [])

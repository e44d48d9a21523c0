"""The archive's search for a cell: it calls no model, so that it needs no login and no budget."""

from __future__ import annotations

from rlm_core.disk import read
from rlm_core.errors import RlmError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from rlm_core.archive.store import Archive
    from rlm_core.search.hits import Hit

MOST_HITS = 200
QUOTE_CHARS = 400


def searched(archive: Archive, args: dict[str, Any]) -> dict[str, Any]:
    """The answer to a call: `{"value": hits}`, or `{"error": {kind, message}}`. args: words, k, as a cell sent them."""
    from rlm_core.search.hits import Filters
    from rlm_core.search.ranked import search

    try:
        hits = search(archive, str(args["words"]), max(1, min(int(args["k"]), MOST_HITS)), Filters())
    except (RlmError, OSError) as e:
        return {"error": {"kind": type(e).__name__, "message": str(e)}}
    except (ArithmeticError, LookupError, TypeError, ValueError) as e:  # a cell may send anything
        return {"error": {"kind": "arguments", "message": f"{type(e).__name__}: {e}"}}
    rows = [
        {
            "place": f"{h.chunk}:{h.line}",
            "text": h.snippet,
            "quote": _quote(h),
            "role": h.role,
            "time": h.started,
            "score": h.score,
            "strong": bool(h.strong),
        }
        for h in hits
    ]
    return {"value": rows}


def _quote(hit: Hit) -> str:
    """What of a passage stands at the place that a hit names: the passage may begin before it, and end elsewhere."""
    path, _, line = hit.stands_in.rpartition(":") if hit.stands_in else (hit.path, "", str(hit.line))
    try:
        lines = (read(path) or b"").decode("utf-8", "replace").split("\n")[int(line) - 1 :]
    except (OSError, ValueError):
        return hit.snippet[:QUOTE_CHARS]
    quote = ""
    for row in lines:
        longer = f"{quote}\n{row}" if quote else row
        if longer.strip() not in hit.snippet or len(longer) > QUOTE_CHARS:
            break
        quote = longer
    return quote.strip() or (lines[0] if lines else "").strip()[:QUOTE_CHARS]

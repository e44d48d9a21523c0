"""Files a compaction's summary as soon as the client hands it over, linked to the chunks it stands for.

The transcript gets its version of the summary only later and without the summariser's analysis.
"""

from __future__ import annotations

import json
import os

from rlm_core.chunks.render import blob_name
from rlm_core.config import redactor
from rlm_core.disk import make_dir, write_atomic

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from rlm_core.config import Config


def file_summary(root: str, config: Config, state: dict[str, Any], summary: str, trigger: str) -> str:
    """Write `summaries/<last chunk>-<hash>.md`; its path, or "" for a session without chunks.

    The same summary filed twice is one file.
    """
    folder = state.get("folder")
    last = int(state.get("closed", 0)) + bool(state.get("open_file"))
    if not folder or not last:
        return ""
    redact = redactor(config)
    text = redact(summary).replace("\0", "\u2400")
    meta = {
        "session": state["session"],
        "summarises": [1, last],
        "trigger": trigger,
        "until": state.get("ended", ""),
    }
    head = "\n".join(f"{k}: {json.dumps(v)}" for k, v in meta.items())
    data = f"---\n{head}\n---\n\n## summary · chunks 0001-{last:04d}\n\n{text}\n"
    encoded = data.encode("utf-8", "backslashreplace")
    where = os.path.join(root, folder, "summaries")
    make_dir(where)
    path = os.path.join(where, f"{last:04d}-{blob_name(encoded, '')[:8]}.md")
    write_atomic(path, encoded)
    return path

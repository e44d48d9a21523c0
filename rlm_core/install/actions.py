"""The steps of an install or uninstall, as values that can be shown before they are done."""

import difflib
from dataclasses import dataclass
from pathlib import Path

from rlm_core.launcher.table import Launched

TALK = frozenset({"note", "refuse"})
"""Kinds that change nothing."""
WRITES = frozenset({"backup", "write-file", "write-manifest", "write-settings", "copy-skill"})
LAUNCHER = frozenset({"write-launcher", "drop-launcher"})
"""Kinds that change a file which belongs to all installations of a user: done under a lock of its own."""
SETTINGS = frozenset({"write-settings", "remove-settings"})


@dataclass(frozen=True)
class Action:
    """One step. `before` is what the file must still hold when the step is done; None means that there is no file."""

    kind: str
    path: Path | None
    detail: str
    before: bytes | None = None
    after: bytes | None = None
    mode: int = 0o666
    entry: Launched | None = None
    """Of a launcher's step: the installation that it is about."""

    @property
    def changes(self) -> bool:
        """Whether this touches the disk."""
        return self.kind not in TALK

    def as_json(self) -> dict[str, object]:
        """For `--json`: kind, path, detail; settings also carry their whole text before and after."""
        doc: dict[str, object] = {
            "kind": self.kind,
            "path": self.path and str(self.path),
            "detail": self.detail,
        }
        if self.kind in SETTINGS:
            doc |= {"before": _text(self.before), "after": _text(self.after)}
        return doc

    def diff(self) -> str:
        """A unified diff of a settings step, "" for every other."""
        if self.kind not in SETTINGS:
            return ""
        old = "/dev/null" if self.before is None else str(self.path)
        new = "/dev/null" if self.after is None else str(self.path)
        rows = difflib.unified_diff(_lines(self.before), _lines(self.after), old, new)
        return "".join(row if row.endswith("\n") else row + "\n\\ No newline at end of file\n" for row in rows)


def note(detail: str, path: Path | None = None) -> Action:
    """Something to tell the user; `path` is what it is about."""
    return Action("note", path, detail)


def _text(data: bytes | None) -> str | None:
    return None if data is None else data.decode(errors="replace")


def _lines(data: bytes | None) -> list[str]:
    """Lines with their ends; only LF ends one (`splitlines` would also break at U+2028)."""
    text = _text(data) or ""
    rows = [row + "\n" for row in text.split("\n")]
    return [*rows[:-1], rows[-1][:-1]] if rows[-1] != "\n" else rows[:-1]

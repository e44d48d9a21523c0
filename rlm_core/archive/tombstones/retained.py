"""The note of retention, `state/retention.json`: what is to go, since when the user knows, what went.

Nothing is forgotten before the user was told at a session's start, and a day has passed.
"""

from __future__ import annotations

import os
import time

from rlm_core.archive.sealed import read_sealed, sealed
from rlm_core.disk import write_atomic
from rlm_core.errors import Counted, Joined, worded
from rlm_core.record import Record
from rlm_core.redaction.clean import dumps, fields

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from rlm_core.config import Config

DAY = 86_400
VERSION = 1


class RetentionNote(Record):
    """How retention stands. Times are seconds since the epoch, 0 for never.

    days, megabytes: the settings that it was made under. looked: when it was last seen what is due. due: how many
    sessions that were. told: when the user was told, for the first time under these settings. forgotten: sessions that
    went, under these settings.
    """

    days: int
    megabytes: int
    looked: int = 0
    due: int = 0
    told: int = 0
    forgotten: int = 0

    @property
    def begins(self) -> int:
        """When sessions may go."""
        return self.told + DAY if self.told else 0

    def as_json(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.FIELDS} | {"begins": self.begins}

    def save(self, root: str) -> None:
        values = fields(
            version=VERSION, days=self.days, megabytes=self.megabytes, looked=self.looked, due=self.due,
            told=self.told, forgotten=self.forgotten,
        )  # fmt: skip
        write_atomic(os.path.join(root, "state", "retention.json"), sealed(dumps(values)).encode(), durable=False)


def is_on(config: Config) -> bool:
    """Whether anything is ever forgotten for its age or for the archive's size."""
    return bool(config.retention_days or config.retention_megabytes)


def noted(root: str, config: Config) -> RetentionNote:
    """The note; an empty one where it was made under other settings, which the user was not told of."""
    note = RetentionNote(config.retention_days, config.retention_megabytes)
    kept = read_sealed(os.path.join(root, "state", "retention.json")) or {}
    if (kept.get("version"), kept.get("days"), kept.get("megabytes")) != (VERSION, note.days, note.megabytes):
        return note
    for name in ("looked", "due", "told", "forgotten"):
        value = kept.get(name)
        setattr(note, name, value if isinstance(value, int) else 0)
    return note


def at_start(root: str, config: Config, now: float | None = None) -> tuple[str, bool]:
    """(what the user is told at a session's start, "" for nothing; whether a run is due that looks, and forgets).

    now: seconds since the epoch, in place of the clock.
    """
    note, now = noted(root, config), int(time.time() if now is None else now)
    if note.due and not note.told:
        note.told = now
        note.save(root)
        return _announced(note), False
    return "", not 0 <= now - max(note.looked, note.told) < DAY


def _announced(note: RetentionNote) -> str:
    limits: list[str] = [worded("{n:,} {n:|day|days}", n=note.days)] if note.days else []
    limits += [worded("{n:,} MB", n=note.megabytes)] if note.megabytes else []
    when = time.strftime("%Y-%m-%d %H:%M", time.localtime(note.begins))
    form = (
        "rlm: your settings keep {limits} of sessions (`retention`); {sessions} are beyond that and will be forgotten "
        "for good, not before {when}. `rlm forget --retention --dry-run` shows what goes; "
        "`retention: {{days: 0, megabytes: 0}}` in your rlm.yaml stops it"
    )
    if note.due == 1:
        form = (
            "rlm: your settings keep {limits} of sessions (`retention`); {sessions} is beyond that and will be "
            "forgotten for good, not before {when}. `rlm forget --retention --dry-run` shows what goes; "
            "`retention: {{days: 0, megabytes: 0}}` in your rlm.yaml stops it"
        )
    return worded(form, limits=Joined(" and ", limits), sessions=Counted(note.due, "session"), when=when)

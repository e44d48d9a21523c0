"""Which model an alias stands for: what the answers themselves have said, remembered; else what is known of the client.

`haiku` moves on to another model now and then, and means another one in another cloud. The list in `prices` is only the
guess of whoever has heard nothing yet.
"""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rlm_core.disk import machine, make_dir, write_atomic
from rlm_core.errors import ArchiveError
from rlm_core.llm.prices import ALIASES, family_of
from rlm_core.redaction.clean import own_bytes

FILE = "models.json"
VERSION = 1
CLAUDE, API = "claude", "api"  # who was asked
MOST = 200  # names, and ways of asking, that are kept
# Of what the client's catalog (2.1.332) lets an alias stand for in a cloud that is not Anthropic's, the dearest.
ELSEWHERE = {"haiku": "claude-haiku-4-5", "sonnet": "claude-sonnet-4-5", "opus": "claude-opus-5"}
CLOUDS = tuple(
    f"CLAUDE_CODE_USE_{name}"
    for name in ("BEDROCK", "VERTEX", "FOUNDRY", "MANTLE", "ANTHROPIC_AWS", "ANTHROPIC_GOOGLE_CLOUD", "GATEWAY")
)
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:@/\[\]-]{1,119}")


class ModelNames:
    """What answers have told about models. path: where it is kept for later runs; None keeps it for this one.

    A file that is missing or damaged is one that has told nothing, and one that cannot be written is forgotten.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        kept = machine(str(path)) if path else {}
        self._kept: dict[str, dict[str, dict[str, str]]] = {
            "names": _strings(kept, "names"),
            "forms": _strings(kept, "forms"),
        }

    def known(self, source: str, alias: str) -> str:
        """The id of the model that last answered to an alias; "" when none has. source: CLAUDE, or an API's place."""
        return self._kept["names"].get(f"{source} {alias}", {}).get("id", "")

    def learn(self, source: str, alias: str, name: str) -> None:
        """This model has answered to this alias. An id that is none, or of another family, tells nothing."""
        name = name.partition("[")[0]  # `[1m]`: how much of it may be used
        if alias in ALIASES and family_of(name) == alias and _ID.fullmatch(name) and self.known(source, alias) != name:
            self._keep("names", f"{source} {alias}", {"id": name})

    def forget(self, source: str, alias: str) -> None:
        """The model is gone."""
        if self._kept["names"].pop(f"{source} {alias}", None):
            self._write()

    def form(self, source: str, name: str) -> Mapping[str, str]:
        """How a model wants to be asked, as it was kept; {} when nothing was."""
        return self._kept["forms"].get(f"{source} {name}", {})

    def keep_form(self, source: str, name: str, form: Mapping[str, str]) -> None:
        """Remember how a model wants to be asked."""
        if _ID.fullmatch(name) and self.form(source, name) != form:
            self._keep("forms", f"{source} {name}", dict(form))

    def _keep(self, what: str, key: str, value: dict[str, str]) -> None:
        rows = self._kept[what]
        rows.pop(key, None)
        rows[key] = {**value, "since": time.strftime("%Y-%m-%d", time.gmtime())}
        while len(rows) > MOST:
            del rows[next(iter(rows))]
        self._write()

    def _write(self) -> None:
        if self._path is None:
            return
        text = json.dumps({"version": VERSION, **self._kept}, indent=1)
        try:
            make_dir(str(self._path.parent))
            write_atomic(str(self._path), own_bytes(text.encode()), durable=False)
        except (OSError, ArchiveError):
            self._path = None  # it is known for this run


def _strings(kept: Mapping[str, Any], what: str) -> dict[str, dict[str, str]]:
    """The rows of a table of the file that are such."""
    rows = kept.get(what)
    return {
        str(key): {str(k): v for k, v in row.items() if isinstance(v, str)}
        for key, row in (rows.items() if isinstance(rows, dict) else ())
        if isinstance(row, dict)
    }


def of_client(alias: str, names: ModelNames, environment: Mapping[str, str] | None = None) -> str:
    """The model that Claude Code means by an alias, or by an id, as far as can be told without asking it.

    What its own variable says, else what it answered with last, else the guess for the cloud that it works with.
    """
    environment = os.environ if environment is None else environment
    if alias not in ALIASES:
        return alias
    if set_to := environment.get(f"ANTHROPIC_DEFAULT_{alias.upper()}_MODEL"):
        return set_to
    return names.known(place_of(environment), alias) or (ELSEWHERE if _cloud(environment) else ALIASES)[alias]


def place_of(environment: Mapping[str, str]) -> str:
    """What to remember a client's models by: it means other ones in each cloud."""
    return f"{CLAUDE} {_cloud(environment)}".strip()


def _cloud(environment: Mapping[str, str]) -> str:
    """The variable that takes the client to another cloud than Anthropic's; "" for Anthropic's own."""
    return next(
        (name for name in CLOUDS if environment.get(name, "").lower() not in ("", "0", "false", "no", "off")), ""
    )

"""`rlm trust`: a project's settings file may loosen the user's settings, as long as it stays as it is."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from rlm_core.cli.output import say, say_json
from rlm_core.config import Config, as_values, config_paths, load, wanted
from rlm_core.language.notices import notice
from rlm_core.language.quoting import visible
from rlm_core.rules import trusted

if TYPE_CHECKING:
    from argparse import Namespace
    from typing import Any


def trust(args: Namespace) -> int:
    """Show what the file would change beyond the user's settings, and trust it; exit 0 also when nothing is to do."""
    path = config_paths(args.project)[1]
    if args.remove:
        return _remove(args, path)
    data, asked = wanted(args.project)
    known = trusted.is_trusted(args.project, data)
    held = Config() if known else load(args.project)
    rows = [] if known else _differences(as_values(held), as_values(asked))
    needed = bool(rows) or (not known and not asked.enabled)
    if needed and not args.dry_run:
        trusted.trust(args.project, data)
    if args.json:
        now = known or (needed and not args.dry_run)
        say_json({"project": args.project, "file": path, "trusted": now, "loosens": rows, "dry_run": args.dry_run})
        return 0
    for row in rows:
        say(f"{row['name']}: {_shown(row['now'])} -> {_shown(row['wanted'])}")
    if known:
        say(notice("{path} is trusted already, as long as it stays as it is", path=path))
    elif not needed:
        say(notice("nothing in {path} has to be trusted: it loosens none of your own settings", path=path))
    elif args.dry_run:
        say(notice("{path} would be trusted, as long as it stays as it is", path=path))
    else:
        say(
            notice(
                "{path} is trusted now, as long as it stays as it is; `rlm trust --remove` takes that back", path=path
            )
        )
    return 0


def _remove(args: Namespace, path: str) -> int:
    removed = not args.dry_run and trusted.distrust(args.project)
    if args.json:
        say_json({"project": args.project, "file": path, "trusted": False, "removed": removed, "dry_run": args.dry_run})
    else:
        say(
            notice("{path} is trusted no more", path=path)
            if removed
            else notice("nothing was changed: {path}", path=path)
        )
    return 0


def _differences(now: dict[str, Any], asked: dict[str, Any], prefix: str = "") -> list[dict[str, Any]]:
    """Rows of a setting's name, its value now and the one that the file asks for."""
    rows: list[dict[str, Any]] = []
    for key in {**now, **asked}:
        name, old, new = f"{prefix}{key}", now.get(key), asked.get(key)
        if isinstance(old, dict) and isinstance(new, dict):
            rows += _differences(old, new, f"{name}.")
        elif old != new:
            rows.append({"name": name, "now": old, "wanted": new})
    return rows


def _shown(value: Any) -> str:
    return notice("none") if value is None else visible(json.dumps(value, ensure_ascii=False))

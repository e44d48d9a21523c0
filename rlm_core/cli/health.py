"""`rlm status`, `rlm doctor` and `rlm demo`."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from rlm_core import __version__
from rlm_core.cli.output import count_of, say, say_json, size
from rlm_core.config import as_values, config_paths
from rlm_core.places import open_archive

if TYPE_CHECKING:
    from argparse import Namespace


def status(args: Namespace) -> int:
    """What is archived, where, and with which settings."""
    from rlm_core.cli.reading import sessions

    kept = open_archive(args.project, must_exist=False)
    rows = sessions(kept)
    values = {
        "version": __version__,
        "project": args.project,
        "archive": kept.root,
        "exists": kept.exists(),
        "sessions": len(rows),
        "chunks": sum(r["chunks"] for r in rows),
        "tokens": sum(r["tokens"] for r in rows),
        "bytes": _bytes(kept.root),
        "config": as_values(kept.config),
        "config_files": [p for p in config_paths(args.project) if os.path.exists(p)],
    }
    if args.json:
        say_json(values)
        return 0
    say(f"rlm {__version__}, project {args.project}")
    say(f"archive  {kept.root}" + ("" if kept.exists() else " (none yet)"))
    say(
        f"         {count_of(values['sessions'], 'session')}, {count_of(values['chunks'], 'chunk')}, "
        f"{values['tokens']:,} tokens, {size(values['bytes'])} on disk"
    )
    say(f"config   {', '.join(values['config_files']) or 'defaults'}")
    say(
        f"         chunks of {kept.config.target}-{kept.config.limit} tokens, notice at "
        f"{kept.config.threshold:.0%} of the context, redaction {'on' if kept.config.redact_enabled else 'OFF'}"
    )
    return 0


def _bytes(root: str) -> int:
    return sum(os.lstat(os.path.join(folder, name)).st_size for folder, _, names in os.walk(root) for name in names)


def doctor(args: Namespace) -> int:
    """Run every check; exit 1 when one fails."""
    from rlm_core.doctor import examine

    checks = examine(args.project)
    ok = all(c.ok for c in checks)
    if args.json:
        say_json({"ok": ok, "checks": [c.as_json() for c in checks]})
    for c in checks if not args.json else ():
        say(f"{'ok  ' if c.ok else 'FAIL'}  {c.name}: {c.detail}")
    return 0 if ok else 1


def demo(args: Namespace) -> int:
    """The main job on an embedded session, through the real hook processes."""
    from rlm_core.demo import run

    return run(keep=args.keep, as_json=args.json)

"""`rlm doctor`: tries what must work and says what to do where it does not."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from rlm_core import log
from rlm_core.adoption.strays import refusal, sessions_in, strays
from rlm_core.archive import state as states
from rlm_core.archive.files.note import NAMED, NOT_TAKEN, read_notes
from rlm_core.archive.progress import up_to_date
from rlm_core.archive.store import Archive
from rlm_core.asking.ledger.grants import own_folder
from rlm_core.config import Config, config_paths, load
from rlm_core.disk import archive_root, check_dir, listed, open_file, read, remove
from rlm_core.doctor.soundness import books, soundness
from rlm_core.doctor.trial import try_hook
from rlm_core.doctor.upkeep import Check, gone, installed_files, kept_by_claude, last_install, plugin_place
from rlm_core.errors import ArchiveError, ConfigError, Counted, Joined, of_system, phrase, worded
from rlm_core.hooks import precedence
from rlm_core.hooks.events import EVENTS
from rlm_core.hooks.silenced import fault, why_silent
from rlm_core.hooks.trouble import FLAGS
from rlm_core.index import database
from rlm_core.index.folders import changed
from rlm_core.index.schema import IndexUnusableError
from rlm_core.install.handlers import positions
from rlm_core.install.machine import Environment
from rlm_core.install.status import enabled_plugin
from rlm_core.language.quoting import tame
from rlm_core.ownership import is_installers_own
from rlm_core.ownership import refusal as refusal_of_archive
from rlm_core.project import installations
from rlm_core.reach import Reach
from rlm_core.repl.cell.confine import missing
from rlm_core.transcript.locate import transcripts
from rlm_core.transcript.source import file_stamp
from rlm_core.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

ANSWER_SECONDS = 10
QUIET_SECONDS = 600  # after which a session's last turn should be archived
LOG_LINES = 2000
SHOWN = 4


def examine(project: str) -> list[Check]:
    """All checks for a project, in the order in which things build on each other. Nothing is changed."""
    root = archive_root(project)
    not_ours = refusal_of_archive(root)
    if not_ours:
        return [*_around(project), Check("archive", False, not_ours)]
    return [
        *_around(project),
        *_as_far_as_read(lambda: [_directory(root), _log(root)]),
        *_as_far_as_read(lambda: _archive(project, root)),
    ]


def _as_far_as_read(checks: Callable[[], list[Check]]) -> list[Check]:
    """Checks, or one that fails and names what cannot be read."""
    try:
        return checks()
    except OSError as e:
        what = (
            e
            if isinstance(e, ArchiveError)
            else worded("{path} cannot be read ({why})", path=e.filename, why=of_system(e))
        )
        todo = "see to whose it is and to its rights, then run this again"
        return [Check("archive", False, Joined("; ", [worded("{why}", why=what), todo]))]


def _around(project: str) -> list[Check]:
    """All but the archive itself."""
    return [
        Check(
            "version",
            True,
            worded(
                "rlm {version} on Python {python} ({path})",
                version=VERSION,
                python=sys.version.split()[0],
                path=sys.executable,
            ),
        ),
        _claude(project),
        _configuration(project),
        _project(project),
        *_hooks(project),
        *installed_files(project),
        kept_by_claude(project),
        _cells(),
        books("ledger", str(own_folder())),
    ]


def _claude(project: str) -> Check:
    path = shutil.which("claude")
    if path is None:
        return Check("claude", True, Joined("; ", ["not on PATH here", "the archive works without it"]))
    try:
        done = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=ANSWER_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired) as e:
        return Check("claude", False, worded("{path} does not answer: {why}", path=path, why=str(e)))
    said = done.stdout.strip() or done.stderr.strip()
    return Check("claude", done.returncode == 0, Joined("; ", [f"{said} ({path})", *_only_at_the_top(said, project)]))


def _only_at_the_top(answer: str, project: str) -> list[str]:
    """What to know of a client that looks for a project's settings nowhere but where a session starts."""
    number = re.match(r"(\d{1,6})\.(\d{1,6})\.(\d{1,6})", answer)
    if number is None or tuple(map(int, number.groups())) >= precedence.LOOKS_UP:
        return []
    if _ours("user", project) or enabled_plugin(Path(project), Environment.current()):
        return []
    if not any(_ours(scope, place) for scope in ("local", "shared") for place in installations(project)):
        return []
    return [
        "sessions begun in a subdirectory or a worktree run no hook of a project's installation",
        "update Claude Code, or run `rlm install --user`",
    ]


def _configuration(project: str) -> Check:
    files = [p for p in config_paths(project) if os.path.exists(p)]
    try:
        config = load(project)
    except (ConfigError, OSError) as e:
        return Check("configuration", False, worded("{why}. Until then the defaults hold.", why=e))
    off = [] if config.enabled else ["archiving is switched off (enabled: false)"]
    off += [] if config.redact_enabled else ["redaction is switched off"]
    off += [worded("ignored, until `rlm trust`: {names}", names=", ".join(config.ignored))] if config.ignored else []
    return Check("configuration", True, Joined("; ", [", ".join(files) or worded("defaults"), *off]))


def _project(project: str) -> Check:
    """What the project is, and whether archives of it lie elsewhere."""
    reach = Reach(project)
    notes: list[str] = [reach.project]
    live = [tree for tree in reach.trees if os.path.isdir(tree)]
    notes += [worded("{n} {n:|worktree|worktrees}, archived here too", n=len(live))] if live else []
    notes += [worded("formerly {names}", names=", ".join(reach.former[-SHOWN:]))] if reach.former else []
    found = strays(reach)
    if not found:
        return Check("project", True, Joined("; ", notes))
    waiting = [f for f in found if not refusal(f)]
    shown = [worded("{path} ({sessions})", path=f, sessions=Counted(sessions_in(f), "session")) for f in found[:SHOWN]]
    shown += [worded("and {n} more", n=len(found) - SHOWN)] if len(found) > SHOWN else []
    refused = Joined("; ", [refusal(f) for f in found if f not in waiting])
    todo = "`rlm archive --all` moves them in" if waiting else worded("not moved in: {why}", why=refused)
    others = worded("other archives of it: {names}", names=Joined(", ", shown))
    return Check("project", not waiting, Joined("; ", [*notes, others, todo]))


def _hooks(project: str) -> list[Check]:
    """Every installed scope, its hooks run once as Claude Code would run them, unless it will run none."""
    places = {
        scope: installations(project) if scope in ("local", "shared") else [project] for scope in precedence.SCOPES
    }
    checks = [_try_scope(scope, place) for scope in places for place in places[scope] if _ours(scope, place)]
    plugin = enabled_plugin(Path(project), Environment.current())
    if plugin:
        checks.append(_plugin(*plugin, project))
    return checks or [
        Check("hooks", False, Joined("; ", ["not installed here", worded("run `rlm install{scope}`", scope="")]))
    ]


def _ours(scope: str, project: str) -> dict[str, dict[str, Any]]:
    """event -> our handler in a scope's settings file, whether Claude Code heeds it or not."""
    path = precedence.settings_file(scope, project)
    hooks = _hooks_of(Path(path)) if path else None
    return {at[0]: handler for at, handler in positions(hooks) if at[0] in EVENTS}


def _written(path: Path) -> dict[str, dict[str, Any]]:
    """event -> handler in a plugin's own file."""
    hooks = _hooks_of(path)
    return {event: hooks[event][0]["hooks"][0] for event in EVENTS if event in hooks}


def _hooks_of(path: Path) -> dict[str, Any]:
    try:
        hooks = json.loads(read(str(path), follow=True) or b"{}").get("hooks")
    except (ValueError, AttributeError, OSError, RecursionError):
        return {}
    return hooks if isinstance(hooks, dict) else {}


def _plugin(key: str, settings: Path, project: str) -> Check:
    """The plugin, which a settings file enables. Its hooks are tried where the client has noted its place."""
    name = "hooks (plugin)"
    silent = fault(str(settings)) or why_silent("plugin", project)
    if silent:
        return Check(name, False, silent)
    place = plugin_place(key, Environment.current())
    if place is None:
        return Check(
            name,
            True,
            Joined(
                "; ",
                [
                    worded("the plugin {name} is enabled", name=key),
                    "not tried, since the client does not say where it is",
                ],
            ),
        )
    with tempfile.TemporaryDirectory() as data:
        (Path(data) / "environment.log").touch()  # as after a failed build: none is started now
        env = {"CLAUDE_PLUGIN_ROOT": str(place), "CLAUDE_PLUGIN_DATA": data}
        return _tried(name, _written(place / "hooks" / "hooks.json"), worded("update the plugin {name}", name=key), env)


def _try_scope(scope: str, project: str) -> Check:
    name = f"hooks ({scope})"
    silent = why_silent(scope, project)
    if silent:
        return Check(name, False, worded("Claude Code does not run them: {why}", why=phrase(silent)))
    mend = (
        "put rlm on PATH, or run `rlm install`"
        if scope == "shared"
        else worded("run `rlm install{scope}` again", scope=FLAGS[scope])
    )
    return _tried(name, _ours(scope, project), mend)


def _tried(name: str, handlers: dict[str, dict[str, Any]], mend: str, env: dict[str, str] | None = None) -> Check:
    """The check of an installation's hooks: each has to leave its trace in a scratch project."""
    missing = [e for e in EVENTS if e not in handlers]
    if missing:
        return Check(name, False, Joined("; ", [worded("no hook for {events}", events=", ".join(missing)), mend]))
    started = time.perf_counter()
    for event, handler in handlers.items():
        trial = try_hook(event, handler, env)
        if trial.problem:
            why = gone(handler)
            form = "{event}: {problem} ({why})" if why else "{event}: {problem}"
            said = worded(form, event=event, problem=phrase(trial.problem), why=phrase(why))
            return Check(name, False, Joined("; ", [said, mend]))
        if trial.told:
            return Check(name, False, f"{event}: {trial.told}")
    spent = (time.perf_counter() - started) / len(handlers) * 1000
    return Check(
        name,
        True,
        worded(
            "{n} {n:|hook archives what it is|hooks archive what they are} given, {ms:.0f} ms each",
            n=len(handlers),
            ms=spent,
        ),
    )


def _directory(root: str) -> Check:
    if not os.path.lexists(root):
        return Check("archive directory", True, worded("{path} is made when there is something to archive", path=root))
    try:
        for part in ("", "sessions", "state"):
            path = os.path.join(root, part).rstrip("/\\")
            if os.path.lexists(path):
                check_dir(path)
        probe = os.path.join(root, ".tmp-doctor")
        remove(probe)
        with os.fdopen(open_file(probe, os.O_WRONLY | os.O_CREAT | os.O_EXCL), "wb") as f:
            f.write(b"x" * 4096)
        os.unlink(probe)
    except (ArchiveError, OSError) as e:
        return Check("archive directory", False, worded("{why}. Nothing is archived until this is mended.", why=e))
    return Check("archive directory", True, root)


def _log(root: str) -> Check:
    """What the hooks have complained of. A log that is nobody's yet may hold anybody's words."""
    if not is_installers_own(root):
        return Check("log", True, "none yet")
    data = (read(os.path.join(root, "log", log.NAME)) or b"").decode("utf-8", "replace")
    lines = data.split("\n")[-LOG_LINES:]
    bad = [line for line in lines if " ERROR " in line or " FAILED " in line]
    if bad:
        last = bad[-1][:300]
        said = worded("{n} {n:|failure|failures}, the last: {line}", n=len(bad), line=last)
        return Check("log", False, Joined("; ", [said, worded("see {path}", path=os.path.join(root, "log"))]))
    return Check("log", True, worded("{n} {n:|line|lines}, no failure", n=len([x for x in lines if x])))


def _archive(project: str, root: str) -> list[Check]:
    archive = Archive(root, Config())
    if not archive.exists():
        return [Check("archive", True, "empty so far"), _transcripts(project, root)]
    return [
        _transcripts(project, root),
        _unreadable(archive),
        _files_left(archive),
        *soundness(archive),
        _index(archive),
    ]


def _transcripts(project: str, root: str) -> Check:
    """The transcripts on disk beside those that are archived as they stand; whether the newest is among them."""
    there = [(stamp[1] / 1e9, s) for s in transcripts(project) if (stamp := file_stamp(s.path)) != [0, 0]]
    waiting = [when for when, s in there if not up_to_date(root, s)]
    archived = len(there) - len(waiting)
    counts = worded(
        "{n:,} {n:|transcript|transcripts} on disk, {there:,} archived as they stand", n=len(there), there=archived
    )
    if not waiting:
        return Check("transcripts", True, counts)
    newest, latest = max(waiting), max(when for when, _ in there)
    day = time.strftime("%Y-%m-%d %H:%M", time.localtime(newest))
    since = last_install(project)
    if newest == latest and since and since < newest < time.time() - QUIET_SECONDS:
        why = worded("the newest, of {day}, is not: its session's hooks did not run, or failed", day=day)
        todo = "`rlm archive --all` takes it, and see the lines above"
        return Check("transcripts", False, Joined("; ", [counts, why, todo]))
    return Check("transcripts", True, Joined("; ", [counts, "the next hook or `rlm archive --all` takes the others"]))


def _unreadable(archive: Archive) -> Check:
    """Lines of transcripts that could not be read, and transcripts that were rewritten."""
    folder = archive.path("state", "sources")
    names = listed(folder)
    found = [s for n in names if (s := states.load(os.path.join(folder, n)))]
    read = [s.position for s in found]
    skipped = [worded("{n} in {path}", n=n, path=p.transcript) for p in read if (n := p.skipped + p.open_skipped)]
    rewritten = [s.session for s in found if s.position.rewritten]
    notes = (
        [worded("unreadable lines (what can be read of them is kept): {lines}", lines=Joined(", ", skipped))]
        if skipped
        else []
    )
    unknown = sum((Counter(p.unknown) for p in read), Counter())
    if unknown:
        kinds = ", ".join(f"{n:,} x `{tame(kind)}`" for kind, n in unknown.most_common(SHOWN))
        notes.append(
            worded(
                "{n} {n:|kind|kinds} of records that rlm does not know, kept as they stand: {kinds}",
                n=len(unknown),
                kinds=kinds,
            )
        )
    if rewritten:
        notes.append(
            worded("rewritten or shortened since (what was archived is kept): {names}", names=", ".join(rewritten))
        )
    return Check("transcript lines", True, Joined("; ", notes) if notes else "all readable")


def _cells() -> Check:
    """Whether cells of `rlm repl` can be confined; where they cannot, none is run for Claude, which is no failure."""
    why = missing()
    if not why:
        return Check("cells", True, "a cell has no network, starts no process and reads its texts alone")
    form = (
        "cells are not run in a Claude Code session here, since nothing would confine them ({why}); "
        "run `rlm repl exec` in a terminal of your own"
    )
    return Check("cells", True, worded(form, why=phrase(why)))


def _files_left(archive: Archive) -> Check:
    """Files in sessions' folders that were named in the archive and not taken."""
    notes = read_notes(archive.root)
    taken = sum(1 for note in notes for row in note.files.values() if row[2] not in (NAMED, NOT_TAKEN))
    left = [row for note in notes for row in note.left.values()]
    detail: list[str] = [worded("{n:,} taken", n=taken)]
    if left:
        shown: list[str] = [
            worded("{path} ({size:,} bytes: {why})", path=path, size=size, why=phrase(why))
            for path, size, why in left[:SHOWN]
        ]
        shown += [worded("and {n:,} more", n=len(left) - SHOWN)] if len(left) > SHOWN else []
        form = "{n:,} of sessions' folders not taken: {files}"
        detail.append(worded(form, n=len(left), files=Joined(", ", shown)))
    return Check("session files", True, Joined("; ", detail))


def _index(archive: Archive) -> Check:
    """Whether searches have their index, and how far it is."""
    try:
        database.require()
        db = database.open_to_read(archive.root)
    except IndexUnusableError as e:
        return Check(
            "search index",
            True,
            Joined("; ", [worded("{why}", why=e), "until then searches read the files, more slowly"]),
        )
    try:
        behind = changed(archive, db)
    finally:
        db.close()
    if not behind:
        return Check("search index", True, worded("up to date ({n:,} bytes)", n=database.size(archive.root)))
    waiting = worded("{n} {n:|directory has|directories have} changed since", n=len(behind))
    return Check("search index", True, Joined("; ", [waiting, "the next search takes them in"]))

"""What tells of a forgotten text and is not ours to change, each with the command that deals with it."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
from typing import TYPE_CHECKING

from rlm_core.forget.proof.probes import probes_of
from rlm_core.forget.proof.raw import contents, files_below
from rlm_core.forget.proof.remaining import ASK, SETTINGS, count_in
from rlm_core.home import config_dir, own_dir
from rlm_core.reach import Reach

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rlm_core.forget.proof.probes import Probes
    from rlm_core.forget.target import Target

HISTORY = "history.jsonl"
FOREIGN = "rlm-foreign"
AGAIN = "the same command once more with --transcript, when the session is closed"
PROVIDER = "whoever ran the model", "nothing here reaches them: ask them to delete it, as their privacy terms say"
OWN = "edit it: these are your own settings"
STATE = "edit it while no session runs: Claude Code keeps its state, or your login, in it"
DOCUMENT = "edit it: this is a document of your own"
UNKNOWN = "look into it, and edit or remove it: rlm does not know whose it is"
TOP = {
    **dict.fromkeys(("settings.json", "settings.local.json", "CLAUDE.md", "keybindings.json", "rlm.yaml"), OWN),
    **dict.fromkeys((".claude.json", ".credentials.json", ".config.json"), STATE),
}
"""Names of files at the top of Claude Code's directory -> what to do; of others nobody here knows what they are."""
PROGRAMS = ("plugins", "local", "node_modules", "skills", "commands", "agents", "workflows", "projects", "rlm", ASK)
"""In Claude Code's directory: programs, what has places of its own below, and what is ours."""
GIT_SECONDS = 60.0


def not_ours(target: Target, probes: Probes | None = None) -> list[tuple[str, str]]:
    """(what, command) of all that still tells: the client's files, the user's own, git's history, the provider.

    probes: of the target, where they are made already; they cannot be made once it is forgotten.
    """
    probes = probes_of(target) if probes is None else probes
    found = [*_client(target, probes), *_own(target, probes), *_git(target.archive.root)]
    return [*found, PROVIDER] if target.entries or target.whole else found


def transcript_folders(target: Target) -> list[str]:
    """Claude Code's folders in which transcripts of the project, or of the sessions concerned, can lie."""
    base = os.path.join(config_dir(), "projects")
    found = dict.fromkeys(Reach(project_of_root(target.archive.root)).folders())
    for name in sorted(os.listdir(base)) if os.path.isdir(base) and target.sessions else ():
        if any(os.path.lexists(os.path.join(base, name, f"{session}.jsonl")) for session in target.sessions):
            found[os.path.join(base, name)] = None
    return list(found)


def project_of_root(root: str) -> str:
    """The project whose archive lies at a root, `<project>/.claude/rlm`."""
    return os.path.dirname(os.path.dirname(root))


def _client(target: Target, probes: Probes) -> Iterator[tuple[str, str]]:
    for folder in transcript_folders(target):
        for path in files_below(folder):
            if _tells(path, folder, probes):
                yield path, AGAIN if path.endswith(".jsonl") else _removing(path)
    base = config_dir()
    for path in files_below(base) if os.path.isdir(base) else ():
        place = os.path.relpath(path, base)
        if place.split(os.sep)[0] not in PROGRAMS and _tells(path, base, probes):
            yield path, _dealing(path, place, probes)
    home = os.path.dirname(base)
    for path in _beside(home) if base == os.path.join(os.path.expanduser("~"), ".claude") else ():
        if _tells(path, home, probes):
            yield path, _dealing(path, os.path.basename(path), probes)


def _beside(home: str) -> list[str]:
    """Claude Code's state, and what it keeps of former ones, beside its directory."""
    try:
        found = os.listdir(home)
    except OSError:  # a directory that may be passed through and not be listed
        found = [".claude.json"] if os.path.lexists(os.path.join(home, ".claude.json")) else []
    return sorted(os.path.join(home, name) for name in found if name.startswith(".claude.json"))


def _dealing(path: str, place: str, probes: Probes) -> str:
    """What deals with a file of Claude Code's that tells. place: below its directory."""
    if place == HISTORY:
        return _lines(path, probes)
    if os.sep in place or place.startswith(".claude.json."):  # such as .claude.json.backup
        return _removing(path)
    return TOP.get(place, UNKNOWN)


def _tells(path: str, base: str, probes: Probes) -> bool:
    return bool(count_in(path, os.path.relpath(path, base), probes))


def _removing(path: str) -> str:
    return f"rm -- {shlex.quote(path)}"


def _lines(path: str, probes: Probes) -> str:
    """What takes out of a file the lines that tell."""
    lines = contents(path).decode("utf-8", "replace").split("\n")
    numbers = [str(n) for n, line in enumerate(lines, 1) if probes.in_text(line)]
    return f"sed -i '{'d;'.join(numbers)}d' {shlex.quote(path)}" if numbers else _removing(path)


def _own(target: Target, probes: Probes) -> Iterator[tuple[str, str]]:
    """What the user wrote themselves, and what of a foreign archive they did not take over."""
    own, claude = own_dir(), os.path.dirname(target.archive.root)
    for path in files_below(own):
        if SETTINGS.fullmatch(os.path.relpath(path, own).replace(os.sep, "/")) and _tells(path, own, probes):
            yield path, "take it out of your settings (rlm.yaml, settings.json), of which this is a copy"
    for name in ("rlm.yaml", "settings.json", "settings.local.json"):
        path = os.path.join(claude, name)
        if os.path.lexists(path) and _tells(path, claude, probes):
            yield path, OWN
    for path in _documents(target):
        if os.path.lexists(path) and _tells(path, os.path.dirname(path), probes):
            yield path, DOCUMENT
    for path in files_below(os.path.join(claude, FOREIGN)):
        if _tells(path, claude, probes):
            yield path, _removing(path)


def _documents(target: Target) -> list[str]:
    """The user's own files from which documents were made, those of documents that go included."""
    try:
        listed = json.loads(contents(target.archive.path("documents", "sources.json")))
    except (OSError, ValueError, RecursionError):
        listed = None
    rows = listed.get("documents") if isinstance(listed, dict) else None
    kept = [row.get("path") for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    project = project_of_root(target.archive.root)
    return list(dict.fromkeys(os.path.join(project, str(path)) for path in [*target.documents, *kept] if path))


def _git(root: str) -> Iterator[tuple[str, str]]:
    """The commits that hold files of the archive: git leaves it out, unless somebody has added it by force."""
    project, place = project_of_root(root), ".claude/rlm"
    for line in _said(project, "log", "--all", "--max-count=1", "--format=%h %cs", "--", place):
        yield f"git: {line} and maybe others", f"git filter-repo --invert-paths --path {place}  # rewrites history"
    for line in _said(project, "ls-files", "--cached", "--", place)[:1]:
        yield f"git's index: {line}", f"git rm -r --cached -- {place}"


def _said(project: str, *command: str) -> list[str]:
    """The lines that git says; none where there is no git, no repository, or no answer in time."""
    try:
        done = subprocess.run(
            ["git", "-C", project, *command], capture_output=True, timeout=GIT_SECONDS, stdin=subprocess.DEVNULL
        )
    except (OSError, subprocess.TimeoutExpired):
        return []
    return done.stdout.decode("utf-8", "replace").splitlines() if done.returncode == 0 else []

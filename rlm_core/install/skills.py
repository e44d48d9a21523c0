"""The skills, sub-agents and workflows we ship, and what to do about the files that stand where they go.

Scopes local and shared share `<project>/.claude`. There the team's text (`rlm` from PATH) wins over
the machine's (an absolute path): it is a committed file.
"""

import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from rlm_core.errors import worded
from rlm_core.install.actions import Action, note
from rlm_core.install.files import nearest, read_bytes, sha256, temp_of
from rlm_core.install.machine import Environment
from rlm_core.install.scopes import Scope, ScopeName

# `rlm search`, as the plugin runs it from its bin/; a path or a word that ends in rlm is something else.
WORDS = b"search|show|list|peek|ask|sql|add|handoff|verify|archive|reindex|status|doctor|repl|run"
COMMAND = re.compile(rb"(?<![\w/.-])rlm (?=(?:" + WORDS + rb")\b)")
# How a skill or workflow of the plugin names an agent or workflow of it; a project's or a user's have no such prefix.
PLUGIN_NAME = re.compile(rb"(^agent: |(?<=['(`]))rlm:(?=\w)", re.MULTILINE)
KINDS = {"skills": "skill", "agents": "agent", "workflows": "workflow"}
Files = dict[str, tuple[str, ...]]


@dataclass(frozen=True)
class SkillFile:
    """A file to copy. `name` is relative to `.claude`: `skills/recall/SKILL.md`, `agents/recall-reader.md`,
    `workflows/rlm-read-parts.js`."""

    name: str
    data: bytes
    mode: int

    @property
    def unit(self) -> str:
        """What is installed or left out as a whole, relative to `.claude`: a skill's directory, or a file itself."""
        return unit_of(self.name)


def unit_of(name: str) -> str:
    """`skills/recall` of `skills/recall/SKILL.md`, and `agents/reader.md` of itself."""
    return "/".join(name.split("/")[:2])


@dataclass(frozen=True)
class SkillPlan:
    """Steps, and the manifest's `files` once they are done."""

    actions: list[Action]
    files: Files


def rlm_command(scope: ScopeName, env: Environment) -> str:
    """How a skill runs the CLI, as shell text: `rlm` for a team, else a path that needs no PATH, no venv."""
    if scope == "shared":
        return "rlm"
    for script in (Path(env.executable).parent / "rlm", env.package_dir / "bin" / "rlm"):
        if script.is_file():
            return shlex.quote(str(script))
    return f"{shlex.quote(env.executable)} -m rlm_core"


def shipped(scope: ScopeName, env: Environment) -> list[SkillFile]:
    """Every file of every skill, agent and workflow in the share directory, by name.

    In their text `rlm search` and the like stand as they must be called; agents and workflows are named as they are
    found there.
    """
    command = rlm_command(scope, env).encode()
    root = env.share_dir
    single = [*sorted(root.glob("agents/*.md")), *sorted(root.glob("workflows/*.js"))]
    files = [path for path in single if path.is_file() and not path.name.startswith(".")]
    skills = [path for path in sorted(root.glob("skills/*/**/*")) if path.is_file() and _wanted(path.relative_to(root))]
    return [_skill_file(path, root, command) for path in (*files, *skills)]


def _wanted(path: Path) -> bool:
    return not any(part.startswith((".", "__pycache__")) for part in path.parts)


def _skill_file(path: Path, root: Path, command: bytes) -> SkillFile:
    data = path.read_bytes()
    if path.suffix == ".md":
        data = COMMAND.sub(lambda _: command + b" ", data)
    if path.suffix in (".md", ".js"):
        data = PLUGIN_NAME.sub(lambda found: found[1], data)
    mode = 0o777 if path.stat().st_mode & 0o100 else 0o666
    return SkillFile(path.relative_to(root).as_posix(), data, mode)


@dataclass(frozen=True)
class Shelf:
    """What stands at the files' destination and who put it there."""

    scope: Scope
    own: Files
    """What this scope's manifest says it wrote."""
    others: Mapping[ScopeName, Files]
    """The same of the other scopes in this directory."""
    team: Mapping[str, bytes]
    """The team's files, when scope shared is installed here, even by a clone without a manifest."""
    renderings: Mapping[str, Sequence[bytes]]
    """Every text that a scope of this version would write."""

    def state(self, file: SkillFile) -> str:
        """One of absent, same, ours (may be replaced), team (theirs: leave), modified, foreign."""
        path = self.scope.claude / file.name
        if self._is_blocked(path):
            return "foreign"
        data = read_bytes(path)
        if data is None:
            return "absent"
        if self._is_teams(file.name, data):
            return "team"
        if data == file.data:
            return "same"
        return self._state_of_other(file.name, data)

    def _is_blocked(self, path: Path) -> bool:
        """Whether a link, a directory or a file stands in the way: writing there would be someone else's."""
        tops = (self.scope.skills, self.scope.agents, self.scope.workflows)
        inside = [
            each for each in (path, *path.parents) if any(each != top and each.is_relative_to(top) for top in tops)
        ]
        return path.is_dir() or not nearest(path).is_dir() or any(each.is_symlink() for each in inside)

    def _is_teams(self, name: str, data: bytes) -> bool:
        if self.scope.name == "shared":
            return False
        return self.team.get(name) == data or sha256(data) in self.others.get("shared", {}).get(name, ())

    def _state_of_other(self, name: str, data: bytes) -> str:
        digest = sha256(data)
        known = [digests for files in (self.own, *self.others.values()) for digests in [files.get(name, ())]]
        if any(digest in digests for digests in known) or data in self.renderings.get(name, ()):
            return "ours"
        return "modified" if name in self.own else "foreign"


def plan_skills(shelf: Shelf, files: Sequence[SkillFile]) -> SkillPlan:
    """The steps that copy the files which are absent or ours. A file that someone else wrote or changed stays."""
    actions = _obsolete(shelf, files)
    record: Files = {}
    for unit, group in groupby(files, key=lambda file: file.unit):
        members = list(group)
        states = {file.name: shelf.state(file) for file in members}
        if "foreign" in states.values():
            actions.append(_refusal(shelf, unit, states))
            record |= {name: shelf.own[name] for name in states if name in shelf.own}
            continue
        for file in members:
            actions += _steps(shelf, file, states[file.name])
            record |= _recorded(shelf, file, states[file.name])
    return SkillPlan(actions, record)


def _refusal(shelf: Shelf, unit: str, states: Mapping[str, str]) -> Action:
    foreign = next(name for name, state in states.items() if state == "foreign")
    what = KINDS[unit.partition("/")[0]]
    told = worded(
        "{foreign} is not ours: the {what} is left out; rename yours and run rlm install again to get it",
        foreign=foreign,
        what=what,
    )
    return Action("refuse", shelf.scope.claude / unit, told)


def _steps(shelf: Shelf, file: SkillFile, state: str) -> list[Action]:
    path = shelf.scope.claude / file.name
    if state == "modified":
        return [
            note(
                worded("{path} was changed since we wrote it and stays; delete it to get the new one", path=path), path
            )
        ]
    if state == "team":
        told = path.name == "SKILL.md" or not file.name.startswith("skills/")
        return [note(worded("{path} is the team's copy and stays", path=path), path)] if told else []
    if state == "same":
        return []
    return [
        Action("copy-skill", path, worded("{unit} for Claude", unit=file.unit), read_bytes(path), file.data, file.mode)
    ]


def _recorded(shelf: Shelf, file: SkillFile, state: str) -> Files:
    known = shelf.own.get(file.name, ())
    if state == "team":
        return {}
    if state == "modified":
        return {file.name: known}
    return {file.name: tuple(dict.fromkeys([*known, sha256(file.data)]))}


def _obsolete(shelf: Shelf, files: Sequence[SkillFile]) -> list[Action]:
    names = {file.name for file in files}
    return removals(shelf.scope, {k: v for k, v in shelf.own.items() if k not in names}, shelf.others)


def removals(scope: Scope, files: Files, others: Mapping[ScopeName, Files]) -> list[Action]:
    """The steps that remove our files, if they are still as we wrote them and no other scope wrote the same."""
    actions = []
    for name, digests in files.items():
        path = scope.claude / name
        data = None if path.is_symlink() else read_bytes(path)
        if data is None:
            continue
        claims = [each.get(name, ()) for each in others.values()]
        if any(sha256(data) in each for each in claims):
            continue
        if sha256(data) in digests:
            actions.append(Action("remove", path, "our copy, unchanged", data))
        else:
            actions.append(note(worded("{path} was changed since we wrote it and stays", path=path), path))
    return actions + leftovers([scope.claude / name for name in files])


def leftovers(paths: Sequence[Path]) -> list[Action]:
    """The steps that remove the half-written files that a killed run may have left beside `paths`."""
    found = [(temp_of(path), read_bytes(temp_of(path))) for path in paths]
    return [Action("remove", path, "left by a killed run", data) for path, data in found if data is not None]

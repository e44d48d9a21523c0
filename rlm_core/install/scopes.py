"""Where each scope keeps its settings, skills, agents, workflows and manifest."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from rlm_core.errors import InstallError, worded
from rlm_core.install.machine import Environment

ScopeName = Literal["local", "shared", "user"]
SCOPES: tuple[ScopeName, ...] = get_args(ScopeName)
"""Strongest first: where several are installed the first one does the work."""


@dataclass(frozen=True)
class Scope:
    """Where hooks are installed. `claude` is `<project>/.claude`, or the config directory for scope user."""

    name: ScopeName
    claude: Path

    @property
    def settings(self) -> Path:
        """The settings file that carries this scope's hooks; may be a symlink, may not exist."""
        return self.claude / ("settings.local.json" if self.name == "local" else "settings.json")

    @property
    def skills(self) -> Path:
        """Where Claude Code looks for this scope's skills."""
        return self.claude / "skills"

    @property
    def agents(self) -> Path:
        """Where Claude Code looks for this scope's sub-agents."""
        return self.claude / "agents"

    @property
    def workflows(self) -> Path:
        """Where Claude Code looks for this scope's workflows."""
        return self.claude / "workflows"

    @property
    def rlm(self) -> Path:
        """The archive's directory; our manifest lives in its `install/`."""
        return self.claude / "rlm"

    @property
    def install(self) -> Path:
        """Manifests, backups and the lock."""
        return self.rlm / "install"

    @property
    def manifest(self) -> Path:
        """What this scope's install wrote, and what it replaced."""
        return self.install / f"manifest-{self.name}.json"

    @property
    def lock(self) -> Path:
        """The lock of an install. All scopes of a directory have the same one, because they share the skills."""
        return self.install / "lock"


def scope_of(project: Path, name: ScopeName, env: Environment) -> Scope:
    """The scope of that name. Raises InstallError: unknown scope, no project, home as a team's project."""
    if name not in SCOPES:
        raise InstallError(
            worded("unknown scope {name!r}; choose one of {scopes}", name=name, scopes=", ".join(SCOPES))
        )
    if name == "user":
        return Scope(name, env.config_dir)
    if not project.is_dir():
        raise InstallError(worded("{project}: no such directory; name the project with --project DIR", project=project))
    claude = project.absolute() / ".claude"
    if name == "shared" and os.path.realpath(claude) == os.path.realpath(env.config_dir):
        raise InstallError(
            worded("{claude} is your own Claude Code directory, not a project's; use --user instead", claude=claude)
        )
    return Scope(name, claude)


def scopes(project: Path, env: Environment) -> list[Scope]:
    """All scopes, strongest first; a team scope in the home directory is left out."""
    usable = []
    for name in SCOPES:
        try:
            usable.append(scope_of(project, name, env))
        except InstallError:
            continue
    return usable

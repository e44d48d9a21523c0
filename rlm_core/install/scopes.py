"""Where each scope keeps its settings, skills, agents and manifest."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from rlm_core.errors import InstallError
from rlm_core.install.machine import Environment

Scope = Literal["local", "shared", "user"]
SCOPES: tuple[Scope, ...] = get_args(Scope)
"""Strongest first: where several are installed the first one does the work."""


@dataclass(frozen=True)
class Site:
    """One scope's places. `claude` is `<project>/.claude`, or the config directory for scope user."""

    scope: Scope
    claude: Path

    @property
    def settings(self) -> Path:
        """The settings file that carries this scope's hooks; may be a symlink, may not exist."""
        return self.claude / ("settings.local.json" if self.scope == "local" else "settings.json")

    @property
    def skills(self) -> Path:
        """Where Claude Code looks for this scope's skills."""
        return self.claude / "skills"

    @property
    def agents(self) -> Path:
        """Where Claude Code looks for this scope's sub-agents."""
        return self.claude / "agents"

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
        return self.install / f"manifest-{self.scope}.json"

    @property
    def lock(self) -> Path:
        """One lock for all scopes of a directory: they share the skills."""
        return self.install / "lock"


def site(project: Path, scope: Scope, env: Environment) -> Site:
    """The places of `scope`. Raises InstallError: unknown scope, no project, home as a team's project."""
    if scope not in SCOPES:
        raise InstallError(f"unknown scope {scope!r}; choose one of {', '.join(SCOPES)}")
    if scope == "user":
        return Site(scope, env.config_dir)
    if not project.is_dir():
        raise InstallError(f"{project}: no such directory; name the project with --project DIR")
    claude = project.absolute() / ".claude"
    if scope == "shared" and os.path.realpath(claude) == os.path.realpath(env.config_dir):
        raise InstallError(f"{claude} is your own Claude Code directory, not a project's; use --user instead")
    return Site(scope, claude)


def sites(project: Path, env: Environment) -> list[Site]:
    """All scopes' places, strongest first; a team scope in the home directory is left out."""
    found = []
    for scope in SCOPES:
        try:
            found.append(site(project, scope, env))
        except InstallError:
            continue
    return found

"""Plans an uninstall: our parts out of the settings, our copies out of the skills, the rest as it was."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rlm_core.install import kept, settings
from rlm_core.install.actions import Action, note
from rlm_core.install.environment import Environment
from rlm_core.install.errors import InstallError
from rlm_core.install.files import PRIVATE_FILE, read_bytes
from rlm_core.install.hooks_spec import positions
from rlm_core.install.installing import GITIGNORE, is_skeleton, other_manifests
from rlm_core.install.manifest import Manifest
from rlm_core.install.plan import Plan, checked
from rlm_core.install.settings import Settings
from rlm_core.install.sites import Scope, Site, site, sites
from rlm_core.install.skills import Files, leftovers, removals, shipped
from rlm_core.install.status import status


@dataclass(frozen=True)
class Leaving:
    """One scope that goes."""

    here: Site
    found: Settings
    old: Manifest | None
    notes: list[Action]

    @property
    def has_hooks(self) -> bool:
        """Whether hooks of ours stand in the settings."""
        return any(positions(self.found.doc.get("hooks")))


def plan_uninstall(
    project: Path, *, scope: Scope | None = None, purge: bool = False, env: Environment
) -> Plan:
    """What it takes to have `scope` gone; no changes when it is.

    None means local, and shared if it was installed from this machine (a clone's shared hooks are the team's).
    `purge` also deletes the archive, `.claude/rlm`. Raises InstallError, with nothing written, for settings that
    cannot be edited safely, read-only places, or a purge that would follow a link.
    """
    leaving, notes = _leaving(project, scope, env)
    stays = {each.here.scope: _staying(project, each.here, leaving, env) for each in leaving}
    actions = [step for each in leaving for step in _out(each, stays[each.here.scope], purge, env)]
    claudes = {each.here.claude: each for each in leaving}
    for each in claudes.values():
        others = bool(stays[each.here.scope])
        actions += _purge(each.here, others) if purge else []
        actions += _gitignore(each.here, actions)
    actions += _rmdirs(leaving, actions)
    told = [*notes, *(said for each in leaving for said in each.notes), *_farewell(project, actions, leaving, env)]
    talk = [action for action in actions if not action.changes]
    return checked([a for a in actions if a.changes][:], leaving[0].here.lock) if False else checked(
        [*talk, *told, *(a for a in actions if a.changes)], leaving[0].here.lock
    )

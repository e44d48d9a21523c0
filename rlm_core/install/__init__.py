"""`rlm install` and `rlm uninstall`: plan, show, apply. Settings are someone else's: given back to the byte.

Imports run one way: errors, environment, sites, files, jsontext, hooks_spec, offload, manifest -> settings,
actions -> kept, skills, apply -> plan, survey -> installing -> uninstalling.
"""

from rlm_core.errors import InstallError
from rlm_core.install.actions import Action
from rlm_core.install.apply import Plan
from rlm_core.install.install import plan_install
from rlm_core.install.machine import Environment, share_dir
from rlm_core.install.offload import offload_window
from rlm_core.install.scopes import SCOPES, Scope
from rlm_core.install.status import Status, status
from rlm_core.install.uninstall import plan_uninstall

__all__ = [
    "SCOPES",
    "Action",
    "Environment",
    "InstallError",
    "Plan",
    "Scope",
    "Status",
    "offload_window",
    "plan_install",
    "plan_uninstall",
    "share_dir",
    "status",
]

"""`rlm install` and `rlm uninstall`: plan, show, apply. Settings are someone else's: given back to the byte.

In: a scope, the machine, what stands in somebody else's settings. Out: a plan of actions, and these done or undone.
Never: a byte of the user's changed beyond our own entries, a hook's start (filelock and json5 are loaded here).

Imports run one way: actions, files, jsontext, machine, manifest, offload -> apply, scopes -> handlers, skills ->
settings -> backups -> status -> install -> uninstall.
"""

from rlm_core.errors import InstallError
from rlm_core.install.actions import Action
from rlm_core.install.apply import InstallPlan
from rlm_core.install.install import plan_install, plan_refresh
from rlm_core.install.machine import Environment, share_dir
from rlm_core.install.offload import offload_window
from rlm_core.install.scopes import SCOPES, ScopeName
from rlm_core.install.status import Status, status
from rlm_core.install.uninstall import plan_uninstall

__all__ = [
    "SCOPES",
    "Action",
    "Environment",
    "InstallError",
    "InstallPlan",
    "ScopeName",
    "Status",
    "offload_window",
    "plan_install",
    "plan_refresh",
    "plan_uninstall",
    "share_dir",
    "status",
]

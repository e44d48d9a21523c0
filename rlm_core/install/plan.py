"""A plan: what an install or uninstall would do, to be shown (`diff`, `actions`) or done (`apply`)."""

from dataclasses import dataclass
from pathlib import Path

from rlm_core.install import apply
from rlm_core.install.actions import Action


@dataclass(frozen=True)
class Plan:
    """Steps in order. Making a plan touches nothing."""

    actions: list[Action]
    lock: Path

    @property
    def changes(self) -> bool:
        """Whether `apply` would touch the disk: False when everything is as it should be."""
        return any(action.changes for action in self.actions)

    def diff(self) -> str:
        """The unified diff of the settings files, "" when they stay as they are."""
        return "".join(action.diff() for action in self.actions)

    def apply(self) -> list[Action]:
        """Does it, returns the actions. Raises InstallError; the same command then completes what misses."""
        if self.changes:
            apply.run(self.actions, self.lock)
        return list(self.actions)


def checked(actions: list[Action], lock: Path) -> Plan:
    """A plan whose files can be written. Raises InstallError for read-only places, with nothing done."""
    apply.check(actions)
    return Plan(actions, lock)

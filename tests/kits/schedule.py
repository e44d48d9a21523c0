"""Which process runs which test: as `--dist loadgroup` of pytest-xdist, for many thousands of tests.

xdist counts after each test all that its worker has done so far, and looks for each test's number in the list of all
names. Of 13,000 tests that do nothing that cost the controller 20 seconds, in which workers waited for their next one.
"""

from __future__ import annotations

from typing import Any

import pytest
from xdist.scheduler import LoadGroupScheduling
from xdist.workermanage import WorkerController


def name_groups(items: list[pytest.Item]) -> None:
    """Have a group's tests go by the names that xdist has given them, which end with the group's.

    pytest 9.2 asks another attribute for a test's name than the one that xdist 3.8 sets: each test was in no group.
    """
    for item in items:
        given = getattr(item, "_nodeid", item.nodeid)
        if given != item.nodeid:
            setattr(item, "_id", type(getattr(item, "_id")).parse(given))  # noqa: B009, B010 - pytest does not tell of it


WAITING = "tests/e2e/"
"""How the names of tests begin that wait for a client, its hooks and its timers as long as they compute."""


class Schedule(LoadGroupScheduling):
    """Units of work are xdist's: a group, or a test that is in none. One that is done is forgotten at once.

    beside: so many workers, the last ones, run tests that wait, and nothing else: they end when there are no more.
    """

    numbers: dict[str, int]
    """Name of a test -> its number, which all workers give it."""

    def __init__(self, config: pytest.Config, log: Any = None, beside: int = 0) -> None:
        super().__init__(config, log)
        self.full = (config.getoption("numprocesses") or 0) - beside
        self.beside = beside

    def schedule(self) -> None:
        """Hand out the first units when all workers have collected; later, see who has nothing left."""
        if self.collection is None:
            names = next(iter(self.registered_collections.values()))
            self.numbers = {name: number for number, name in enumerate(names)}
        super().schedule()

    def mark_test_complete(self, node: WorkerController, item_index: int, duration: float = 0) -> None:
        """A test has ended; its worker gets another unit when it has little left."""
        name = self.registered_collections[node][item_index]
        scope = self._split_scope(name)
        units = self.assigned_work[node]
        units[scope][name] = True
        if all(units[scope].values()):
            del units[scope]
        self._reschedule(node)

    def _reschedule(self, node: WorkerController) -> None:
        """Give a worker more where it has little left, or end it where nothing is left for it."""
        if self.workqueue and not node.shutting_down and self._next_of(node) is None:
            node.shutdown()
        else:
            super()._reschedule(node)

    def _next_of(self, node: WorkerController) -> str | None:
        """The unit that comes next for a worker."""
        if self.beside and node in self.nodes[self.full :]:
            return next((scope for scope, unit in self.workqueue.items() if next(iter(unit)).startswith(WAITING)), None)
        return next(iter(self.workqueue), None)

    def _assign_work_unit(self, node: WorkerController) -> None:
        """Give a worker the unit that comes next."""
        scope = self._next_of(node)
        if scope is None:
            node.shutdown()
            return
        unit = self.workqueue.pop(scope)
        self.assigned_work[node][scope] = unit
        node.send_runtest_some([self.numbers[name] for name, done in unit.items() if not done])

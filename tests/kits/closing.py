"""The last line of a run: one sentence about what was not run, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest


def sentence(skipped: Counter[str], deselected: int = 0) -> str:
    """What was not run, in one sentence. skipped: reason -> how many tests.

    >>> sentence(Counter({"no tmux": 12, "only root can do that": 1}))
    'Not run: 12 tests (no tmux), 1 (only root can do that).'
    """
    parts = [(count, f"({_plain(reason)})") for reason, count in skipped.most_common()]
    if deselected:
        parts.append((deselected, "(not asked for)"))
    if not parts:
        return "Everything was run."
    (count, why), *others = parts
    first = f"{count} test{'s' if count > 1 else ''} {why}"
    return f"Not run: {', '.join([first, *(f'{n} {w}' for n, w in others)])}."


def _plain(reason: str) -> str:
    return " ".join(reason.removeprefix("Skipped: ").split()).rstrip(".")


class Closing:
    """Counts what is skipped, in whatever process, and says it when all else has been said."""

    def __init__(self) -> None:
        self.skipped: Counter[str] = Counter()
        self.deselected = 0

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.skipped and not hasattr(report, "wasxfail"):
            self.skipped[_reason(report)] += 1

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.skipped:
            self.skipped[_reason(report)] += 1

    def pytest_deselected(self, items: list[pytest.Item]) -> None:
        self.deselected += len(items)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """A worker of xdist has ended: each has collected, and deselected, the same tests."""
        output = getattr(node, "workeroutput", None) or {}
        self.deselected = max(self.deselected, output.get("deselected", 0))

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> Iterator[None]:
        working = getattr(session.config, "workeroutput", None)
        if working is not None:
            working["deselected"] = self.deselected
        result = yield
        if working is None and (reporter := session.config.pluginmanager.get_plugin("terminalreporter")):
            reporter.write_line(sentence(self.skipped, self.deselected))
        return result


def _reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    """Why a test was skipped; the last of (path, line, reason)."""
    return str(report.longrepr[-1]) if isinstance(report.longrepr, (tuple, list)) else str(report.longrepr)

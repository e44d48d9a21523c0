"""Marks what lies here `live`, and skips it unless $RLM_LIVE says that a login may be used and paid for."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

HERE = Path(__file__).parent


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "live: asks a real model; needs a login and costs money (tests/live/README.md)")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.live)
            if not os.environ.get("RLM_LIVE"):
                item.add_marker(pytest.mark.skip(reason="set RLM_LIVE=1: asks a real model, see tests/live/README.md"))

"""What to do where the end-to-end tests cannot run."""

from __future__ import annotations

import os

import pytest


def absent(what: str) -> None:
    """Skip, or fail where the end-to-end tests are required."""
    if os.environ.get("RLM_E2E") == "required":
        pytest.fail(f"{what}, and RLM_E2E=required")
    pytest.skip(what)

"""docs/reliability.md and SECURITY.md name tests; each of them is there."""

import re
from pathlib import Path

import pytest
from kits.paths import ROOT

PAGES = ("docs/reliability.md", "SECURITY.md")


def named(text: str) -> list[str]:
    """Tests that a page names; a bare file name lies beside the one named before it."""
    found: list[str] = []
    for path in re.findall(r"`((?:tests/|benchmarks/)[\w/.-]*|test_\w+\.py)`", text):
        found.append(str(Path(found[-1]).parent / path) if path.startswith("test_") else path)
    return found


@pytest.mark.parametrize("page", PAGES)
def test_each_test_that_is_named_is_there(page: str) -> None:
    paths = named((ROOT / page).read_text(encoding="utf-8"))
    assert len(paths) > 5
    assert [path for path in paths if not (ROOT / path).exists()] == []

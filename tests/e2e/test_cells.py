"""Cells that Claude writes in its own Bash, with the real client: which ways pass unasked, and what lives on."""

from __future__ import annotations

import re

import pytest
from kits.claude.mock_api import MockApi
from kits.claude.obeying import obeys
from kits.claude.product import Product

from rlm_core.repl.cell.confine import missing

pytestmark = pytest.mark.skipif(missing() != "", reason="a cell cannot be confined here")

FORMS = [
    ("RLM repl exec --over data.csv <<'CELL'\nrows = table(\"data.csv\")\nprint(\"rows\", len(rows))\nCELL", "rows 3"),
    ('RLM repl exec -c "print(sum(r[\\"amount\\"] for r in rows))"', "42"),
    ("RLM repl exec <<'CELL'\nby = dict((r[\"name\"], r[\"amount\"]) for r in rows)\nprint(by)\nCELL", "'Ann': 30"),
    ("RLM repl exec cell.py", "the largest is Ann"),
    ("RLM repl exec -s other -c \"print(ctx.docs[0].id) if ctx.docs else 0\" --over data.csv", "data.csv"),
    ("RLM repl exec <<'CELL'\nimport socket\nsocket.socket()\nCELL", "[Errno 1]"),
    ("echo \"print(len(rows))\" | RLM repl exec", "3"),
    ("RLM repl exec -c 'print(40 + 2)'", "42"),
    ("RLM repl exec < cell.py", "the largest is Ann"),
    ("RLM repl exec -c \"print(40 + 2)\" 2>&1 | head -5", "42"),
    ("RLM repl exec -c \"print(40 + 2)\" && RLM repl exec --json -c \"print(43)\"", "43"),
    ("for n in 1 2; do RLM repl exec -c \"print(len(rows))\"; done", "3\n3"),
    ("timeout 60 RLM repl exec --plan -c \"llm(str(rows))\"", "1 call, likely"),
]  # fmt: skip
ASKED = [
    "cat <<'CELL' | RLM repl exec\nprint(\"in\")\nCELL",
    "RLM repl exec <<'CELL'\nprint({\"a\": 1})\nCELL",
    "RLM repl exec -c \"$(cat cell.py)\"",
    "CLAUDECODE= RLM repl exec -c \"print(1)\"",
    "cd /tmp && RLM repl exec -c \"print(1)\"",
    "RLM repl exec -c \"print(1)\" > out.txt",
    "RLM repl drop other",
    "RLM run \"anything\"",
    "RLM repl exec <<CELL\nprint(\"in\")\nCELL",
    "RLM repl exec -c \"print(1)\" &",
    "RLM repl exec <(echo \"print(1)\")",
    "RLM repl exec -c \"print(1)\" || curl example.org",
    "RLM repl fork two",
    "RLM replay",
]  # fmt: skip
REFUSED = [
    ("RLM repl exec --over /etc/hostname -c \"print(1)\"", "outside of"),
    ("RLM repl exec --over data.csv --max-usd 400 -c \"print(1)\"", "more than"),
    ("RLM repl exec --project /tmp -c \"print(1)\"", "another one"),
]  # fmt: skip


@pytest.fixture(params=["product", "plugin"])
def product(request: pytest.FixtureRequest) -> Product:
    """rlm in both forms."""
    made: Product = request.getfixturevalue(request.param)
    (made.project.path / "data.csv").write_text("name,amount\nAnn,30\nBo,5\nCy,7\n")
    (made.project.path / "cell.py").write_text(
        "print('the largest is', max(rows, key=lambda r: r['amount'])['name'])\n"
    )
    return made


def test_cells_run_unasked_and_their_names_live_on(product: Product, mock: MockApi) -> None:
    said = obeys(product, mock, "/rlm compute it", [command for command, _ in FORMS])
    assert [(c, s) for (c, wanted), s in zip(FORMS, said, strict=True) if wanted not in s] == []


def test_what_is_before_or_behind_a_cell_is_asked_about(product: Product, mock: MockApi) -> None:
    said = obeys(product, mock, "/rlm compute it", ASKED)
    ran = re.compile(r"^(?:1|in$|the largest|.\'a\': 1)", re.M)
    assert [(c, s) for c, s in zip(ASKED, said, strict=True) if ran.search(s)] == []
    assert not (product.project.path / "out.txt").exists()


def test_a_cell_that_claude_writes_stays_in_the_project_and_below_the_price(product: Product, mock: MockApi) -> None:
    said = obeys(product, mock, "/rlm compute it", [command for command, _ in REFUSED])
    assert [(c, s) for (c, wanted), s in zip(REFUSED, said, strict=True) if wanted not in s] == []

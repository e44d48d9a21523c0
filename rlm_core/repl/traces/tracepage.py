"""A run's trace as one HTML page: its tree, programs, outputs, costs and times. It loads nothing and runs no script.

The page's own words are in the user's language; questions, programs and what they printed stay as they are.
"""

from __future__ import annotations

import base64
import hashlib
from html import escape
from typing import TYPE_CHECKING, Any

from rlm_core.errors import phrase, worded
from rlm_core.language.notices import here, in_french, notice
from rlm_core.language.quoting import visible
from rlm_core.repl.trace import kept, totals

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rlm_core.repl.cellstore import CellSession

MAX_SHOWN = 20_000  # characters of a program or of an output
STYLE = """\
:root { color-scheme: light dark; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 72rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .2rem .6rem; border-bottom: 1px solid #8886; vertical-align: top; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
td.d1 { padding-left: 1.6rem; } td.d2 { padding-left: 3.2rem; } td.d3 { padding-left: 4.8rem; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; background: #8882; padding: .6rem; }
.failed { color: #c33; } meter { width: 8rem; }
"""
# Nothing in the page can load or run: whatever a text got past the escaping would meet this.
_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
POLICY = f"default-src 'none'; style-src 'sha256-{_HASH}'; base-uri 'none'; form-action 'none'"


def page(session: CellSession, nodes: list[dict[str, Any]]) -> str:
    """The page of a run. nodes: of `trace.nodes_of`."""
    whole = totals(nodes)
    longest = max((node["seconds"] for node in nodes if node["kind"] != "end"), default=0.0)
    ending = next((node for node in nodes if node["kind"] == "end"), None)
    rows = "\n".join(_row(session, node, depth, longest) for node, depth in with_depth(nodes))
    heads = [notice("what"), notice("seconds"), "", notice("tokens"), notice("dollars"), notice("hash")]
    classes = ["", ' class="n"', "", ' class="n"', ' class="n"', ""]
    head = "".join(f"<th{of}>{_text(name)}</th>" for name, of in zip(heads, classes, strict=True))
    sums = notice(
        "{cells:,} {cells:|cell|cells}, {calls:,} {calls:|call|calls} of cells, {tokens:,} "
        "{tokens:|token|tokens}, ${usd:.4f}, {seconds:.1f} s; the session {name}",
        name=session.name,
        **whole,
    )
    return f"""<!doctype html>
<html lang="{"fr" if in_french() else "en"}"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{POLICY}">
<meta name="viewport" content="width=device-width"><title>{_text(nodes[0]["label"])}</title>
<style>{STYLE}</style></head><body>
<h1>{_text(nodes[0]["label"])}</h1>
<p>{_text(_ended(ending))}</p>
<p>{_text(sums)}</p>
<table><thead><tr>{head}</tr></thead><tbody>
{rows}
</tbody></table></body></html>
"""


def with_depth(nodes: list[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], int]]:
    """Each node, and how deep it lies; the run itself lies at 0."""
    depth = {0: -1}
    for node in nodes:
        depth[node["id"]] = depth.get(node["parent"], 0) + 1
        yield node, depth[node["id"]]


def _row(session: CellSession, node: dict[str, Any], depth: int, longest: float) -> str:
    took = f"{node['seconds']:.2f}" if node["seconds"] else ""
    own = node["kind"] not in ("run", "end")
    bar = f'<meter max="{longest:.3f}" value="{node["seconds"]:.3f}"></meter>' if own and node["seconds"] else ""
    cells = [
        f'<td class="d{min(depth, 3)}">{_what(session, node)}</td>',
        f'<td class="n">{took}</td><td>{bar}</td>',
        f'<td class="n">{node["tokens"] or "":,}</td>' if node["tokens"] else '<td class="n"></td>',
        f'<td class="n">{node["usd"]:.4f}</td>' if node["usd"] else '<td class="n"></td>',
        f"<td><code>{_text(node['hash'])}</code></td>",
    ]
    return f"<tr>{''.join(cells)}</tr>"


def _what(session: CellSession, node: dict[str, Any]) -> str:
    """The name of a node; of a cell and a draft with the program and what it printed or said, to be folded out."""
    failed = f' <span class="failed">{_text(here(phrase("failed")))}</span>' if node.get("error") is True else ""
    name = _text(here(worded("{kind}: {label}", kind=phrase(node["kind"]), label=node["label"]))) + failed
    if node["kind"] == "draft":
        told = ((notice("program"), node.get("program")), (notice("answer"), node.get("said")))
        blocks = [f"<p>{_text(part)}</p><pre>{_text(_cut(str(text)))}</pre>" for part, text in told if text]
        return f"<details><summary>{name}</summary>{''.join(blocks)}</details>"
    if node["kind"] != "cell" or not isinstance(node.get("cell"), int):
        return name
    parts = ((notice("program"), "py"), (notice("printed"), "txt"))
    shown = [(part, kept(session, node["cell"], ending)) for part, ending in parts]
    blocks = [f"<p>{_text(part)}</p><pre>{_text(_cut(text))}</pre>" for part, text in shown if text]
    gone = f"<p>{_text(notice('not kept any more'))}</p>"
    return f"<details><summary>{name}</summary>{''.join(blocks) or gone}</details>"


def _ended(node: dict[str, Any] | None) -> str:
    if node is None:
        return notice("The run has not ended.")
    answer, stopped = node["label"] or notice("No answer."), node.get("stopped")
    return notice("{answer} (stopped by {what})", answer=answer, what=stopped) if stopped else answer


def _cut(text: str) -> str:
    left = len(text) - MAX_SHOWN
    return text if left <= 0 else f"{text[:MAX_SHOWN]}\n{notice('… {n:,} {n:|character|characters} more', n=left)}"


def _text(text: object) -> str:
    """Text for a page: its markup escaped; what would turn its direction or is no character is made visible."""
    return escape("\n".join(visible(line) for line in str(text).split("\n")), quote=True)

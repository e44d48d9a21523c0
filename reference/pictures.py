"""`python -m reference.pictures`: a real `/recall` in the real client, drawn from its terminal into docs/pictures.

The client, the installed skills and hooks, the archive, the search and the lines it finds are real. What a model would
say is scripted: it searches as the skill tells it to, and answers with what the search has given back.
"""

from __future__ import annotations

import re
import shutil
import sys
import tempfile
from pathlib import Path

from kits.claude.client import Project
from kits.claude.mock_api import MockApi, Request
from kits.claude.product import Product
from kits.claude.replies import Reply, calls, say, tool
from kits.claude.terminal import Terminal
from rich._export_format import CONSOLE_SVG_FORMAT
from rich.console import Console
from rich.text import Text

from reference.pages import ROOT

OUT = ROOT / "docs" / "pictures" / "recall.svg"
WIDTH, HEIGHT = 100, 34
READER = "You answer one question from the archive"  # in the reader's system prompt
QUESTION = "/recall what did we decide about the retry limit?"
WORK = (
    ("The ledger drops connections now and then. Let us retry: retries: 3 should do.", "Done: retries is 3."),
    (
        "The nightly import failed again. Let's go to 5 retries, three were too few for the nightly import.",
        "Done: the retry limit is 5, in importer.toml and in its test.",
    ),
    ("Thanks. Now the CSV header, please.", "The header is written once, also for an empty file."),
)
FORM = re.sub(r"@font-face \{\{.*?\}\}\s*", "", CONSOLE_SVG_FORMAT, flags=re.DOTALL).replace(
    "Fira Code, monospace", "'Fira Code', 'DejaVu Sans Mono', Menlo, Consolas, monospace"
)
"""Rich's frame, without the fonts that it would fetch."""
HIT = re.compile(r"^.*?\b(r\d-[0-9a-f]{12}:\d+)\b.*$", re.MULTILINE)


def main() -> int:
    """Run it and draw it; exit 1 with the reason where the client or tmux is not here."""
    client = ROOT / ".build" / "claude" / "node_modules" / ".bin" / "claude"
    if not client.is_file() or shutil.which("tmux") is None:
        sys.stderr.write("pictures need the client in .build/claude (`.ci/environment client`) and tmux\n")
        return 1
    with tempfile.TemporaryDirectory(prefix="rlm-picture-") as folder, MockApi() as mock:
        project = Project(Path(folder) / "w", client, mock.url)
        try:
            drawn = _recalled(project, mock)
        finally:
            project.destroy()
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(drawn, encoding="utf-8", newline="\n")
    sys.stdout.write(f"{OUT.relative_to(ROOT)}\n")
    return 0


def _recalled(project: Project, mock: MockApi) -> str:
    """A session of work, then another one that asks for it; the screen as SVG."""
    product = Product(project)
    product.install()
    for prompt, answer in WORK:
        mock.script(say(answer))
        project.ask(prompt)
    mock.when(lambda request: READER in request.system, _search, _answer)
    with project.terminal(CLAUDE_CODE_DISABLE_BACKGROUND_TASKS="") as terminal:
        terminal._tell("resize-window", "-t", "t", "-x", str(WIDTH), "-y", str(HEIGHT))
        terminal.submit(QUESTION)
        terminal.wait_for("Searched with")
        terminal.ready()
        return _svg(terminal)


def _search(request: Request) -> Reply:
    found = re.search(r"`([^`\n]*) search ", request.text)
    assert found, "no search command in the skill"
    return calls(tool("Bash", command=f"{found[1]} search -k 8 -- 'retry retries limit'"))


def _answer(request: Request) -> Reply:
    """The two statements, with the place, the date and the words that the search has printed for them."""
    blocks = re.split(r"(?m)^(?=\S*r\d-[0-9a-f]{12}:\d+)", request.last)
    lines = [_quoted(blocks, words) for words in ("Let's go to 5 retries", "retries: 3 should do")]
    listed = "\n".join(f"- {line}" for line in lines)
    return say(
        f"It is **5**. It was 3 before.\n\n{listed}\n\nSearched with: retry, retries, limit. Nothing later changes it."
    )


def _quoted(blocks: list[str], words: str) -> str:
    """The sentence that begins so, whole and from one passage: a title that was cut short is none."""
    whole = re.compile(rf"{re.escape(words)}[^.…]*\.")
    block, found = next((b, f) for b in blocks if (f := whole.search(" ".join(b.split()))) and HIT.search(b))
    cited = HIT.search(block)
    date = re.search(r"\d{4}-\d{2}-\d{2}", block)
    assert cited
    assert date
    return f'"{found[0]}" (user, `{cited[1]}`, {date[0]})'


def _svg(terminal: Terminal) -> str:
    """The screen with its colours, from the question on: the banner above it names directories of this machine."""
    shown = terminal._tell("capture-pane", "-e", "-p", "-t", "t").split("\n")
    plain = [Text.from_ansi(line).plain for line in shown]
    first = next(n for n, line in enumerate(plain) if QUESTION in line)
    last = max(n for n, line in enumerate(plain) if "Searched with" in line) + 1
    with open("/dev/null", "w", encoding="utf-8") as nowhere:
        console = Console(record=True, width=WIDTH, file=nowhere, force_terminal=True, color_system="truecolor")
        for line in shown[first : last + 1]:
            console.print(Text.from_ansi(line), overflow="ignore", crop=True)
        return console.export_svg(title="claude", unique_id="recall", code_format=FORM)


if __name__ == "__main__":
    sys.exit(main())

"""An archive that has one of everything that `rlm view` shows, and attacks on whoever looks at it.

>>> made = Shown(folder)                       # doctest: +SKIP
>>> made.site.path                             # doctest: +SKIP
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from kits.builders import Session, archive, config, image_block, png
from rlm_core.archive.take import take
from rlm_core.search.ranked import find
from rlm_core.timeline.events import Decision
from rlm_core.view.overviews import overviews
from rlm_core.view.sessionpages import SessionFacts
from rlm_core.view.site import build

MAIN = "aaaaaaaa-1111-4222-8333-944445555666"
HOSTILE = "bbbbbbbb-1111-4222-8333-944445555666"
AGENT = "a1b2c3d4"

ATTACKS = (
    "<script>window.pwned=1</script>",
    '"><img src=x onerror="window.pwned=1">',
    "</script><script>window.pwned=1</script>",
    "</style><svg onload=window.pwned=1>",
    "</template></details></main><iframe srcdoc='<script>parent.pwned=1</script>'></iframe>",
    "[click](javascript:window.pwned=1)",
    "[click](JaVaScRiPt&colon;window.pwned=1)",
    "[click]( data:text/html,<script>parent.pwned=1</script>)",
    "<javascript:window.pwned=1>",
    "[click](vbscript:pwned)",
    "![pixel](https://tracker.invalid/pixel.png)",
    "[ref]: javascript:window.pwned=1\n\n[ref]",
    "<a href='javascript:window.pwned=1'>x</a>",
    '<meta http-equiv="refresh" content="0;url=https://tracker.invalid/">',
    "<base href='https://tracker.invalid/'>",
    "{{ ''.__class__ }}{% include 'base.html' %}",
    '```"><script>window.pwned=1</script>\nx\n```',
    "[image] image/png, 70 bytes: blobs/0123456789abcdef.png",
    "[… 9 characters left out here; the whole text: blobs/0123456789abcdef.txt …]",
    "\u202egnp.exe\u2066 turned \u2028 parted",
)
"""Each would run a script, leave the page or load something if it were taken for HTML."""


class Shown:
    """A project with two sessions: one as people have them, one of which every text is an attack. site: its pages."""

    def __init__(self, folder: Path) -> None:
        self.project = folder / "atelier"
        (self.project / ".claude").mkdir(parents=True)
        self.transcripts = folder / "transcripts"
        self.archive = archive(self.project, config(400, 800))
        self.main = _main()
        self.take(self.main)
        self._agent()
        self.take(_hostile())
        self.site = build(self.archive)

    @property
    def top(self) -> Path:
        return Path(self.site.path).parent

    def take(self, session: Session) -> None:
        """Archive a session as it stands now, and the files beside it."""
        source = session.write(self.transcripts / f"{session.session}.jsonl")
        take(self.archive, source)
        for agent in source.agents():
            take(self.archive, agent)

    def _agent(self) -> None:
        home = self.transcripts / MAIN / "subagents"
        agent = Session(MAIN, agent=AGENT, seed=AGENT)
        agent.second = self.main.second
        agent.prompt("Look for callers of fetch in the whole tree")
        agent.tool("Grep", "src/api.py:4: fetch(url)", pattern="fetch\\(")
        agent.says("There is one caller of fetch, in the ferryboat module.")
        agent.write(home / f"agent-{AGENT}.jsonl")
        (home / f"agent-{AGENT}.meta.json").write_text('{"agentType": "Explore", "description": "Find callers"}')
        self.take(self.main)

    def page(self, session: str) -> str:
        """The HTML of a session's first page."""
        return Path(self.site.page_of(session)).read_text(encoding="utf-8")

    def citation(self, words: str) -> str:
        """`chunk:line` of the best hit for these words."""
        hit = find(self.archive, words, 1).hits[0]
        return f"{hit.chunk}:{hit.line}"


def long_lists(shown: Shown, rows: int) -> list[Path]:
    """Pages over so many sessions, beside those of `shown`; the last row of each has `no 000` in it."""
    found = [_facts(n, rows) for n in reversed(range(rows))]
    made = overviews(shown.archive, "atelier", found, [])
    top = shown.project.parent / "long"
    (top / "assets").mkdir(parents=True)
    for asset in (shown.top / "assets").iterdir():
        (top / "assets" / asset.name).write_bytes(asset.read_bytes())
    names = ("index.html", "decisions.html", "files.html", "coverage.html")
    for name in names:
        (top / name).write_bytes(made[name])
    return [top / name for name in names]


def _facts(n: int, rows: int) -> SessionFacts:
    day = f"2025-{n // 28 % 12 + 1:02}-{n % 28 + 1:02}T{n // 336:02}:00:00Z"
    quote = f"No {n:03} it is, and nothing else"
    told = asdict(Decision("decided", "user", day, "r2-000000000000:1", quote.lower()))
    return SessionFacts(
        f"2025_{n}", f"{n:03}", document=False, title=f"The session no {n:03}", started=day, ended=day, chunks=1,
        points=[(n, False)], pages=[f"s/{n}/1.html"], decisions=[told], files={f"src/{rows - n:03} no {n:03}.py": True},
    )  # fmt: skip


def _main() -> Session:
    s = Session(MAIN)
    s.prompt("Why does the ferry import stop at night? We decided that the retry limit is 3.")
    s.thinks("Perhaps the lighthouse timer.")
    s.tool("Bash", "collected 3 items\nFAILED tests/test_ferry.py", command="pytest -q tests")
    s.says(
        "The **timer** is wrong, see `src/api.py`:\n\n```python\ndef fetch(url):\n    return None  # never\n```\n\n"
        "- one\n- two"
    )
    s.prompt("Fix it, please")
    s.result(
        s.calls("Edit", file_path="/home/jo/app/src/api.py", old_string="retries = 3", new_string="retries = 5"), "ok"
    )
    s.result(s.calls("Bash", command="make broken"), "boom", failed=True)
    s.result(
        s.calls("Task", "toolu_00009xYz", description="Find callers", prompt="Look"), f"One caller.\nagentId: {AGENT}"
    )
    s.user([image_block(png(5)), {"type": "text", "text": "this is the chart"}])
    s.says("A chart. " * 4)
    s.compaction("The ferry import was repaired; the retry limit was 3.")
    s.prompt("Actually, let's change the retry limit to 5 instead of 3.")
    for n in range(12):
        s.tool("Read", "\n".join(f"{k:>6}→x_{n}_{k} = {k}" for k in range(40)), file_path=f"/home/jo/app/src/m{n}.py")
        s.says(f"Module {n} is fine. " * 12)
    s.prompt("東京の灯台 et le phare d'été : merci")
    s.says("Merci.")
    s.title("Repair the ferry import")
    return s


def _hostile() -> Session:
    s = Session(HOSTILE, cwd='/x"><script>window.pwned=1</script>')
    s.branch = ATTACKS[1]
    for attack in ATTACKS:
        s.prompt(f"{attack}\nWe decided that {attack} is the limit.")
        s.thinks(attack)
        s.tool(attack[:60].replace("\n", " "), attack, file_path=f"/x/{attack}")
        s.tool("Bash", attack, command=attack)
        s.result(s.calls("Edit", file_path=attack, old_string=attack, new_string=attack[::-1]), attack, failed=True)
        s.says(attack)
        s.note("informational", attack)
    s.user([image_block(ATTACKS[0].encode() + b"\x00\xff"), {"type": "text", "text": ATTACKS[1]}])
    s.compaction("\n\n".join(ATTACKS))
    s.title(ATTACKS[1])
    return s

"""docs/format.md explains every file of a real archive: names, modes, front matter, headings, pointers, rows, state.

Archives are made by the command line alone, as a user and Claude Code would make them. The document's fenced blocks and
tables are the specification that is read here: what stands in an archive and not in the document fails, and so does
what stands in the document and never occurs.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from hashlib import blake2b, sha256
from pathlib import Path
from typing import Any

import pytest
from kits.builders import SESSION, Session, image_block, png, rich, talk
from kits.documents import pdf
from kits.paths import ROOT
from kits.programs import program

DOCUMENT = ROOT / "docs" / "format.md"
# One worker makes the archives, once.
pytestmark = pytest.mark.xdist_group("format")
FOREIGN = ("CLAUDE", "ANTHROPIC", "RLM")
AGENT = "a1b2c3"
OTHER = "99999999-second"
# What a test may plant; no secret of anybody.
PASSWORD = "tr0ub4dor-" + "and-3-more"
PEM = "-----BEGIN RSA PRIVATE KEY-----\n" + ("QUJDREVG" * 8 + "\n") * 4 + "-----END RSA PRIVATE KEY-----"

FAKE_CLAUDE = r"""
import json, re, sys
prompt = sys.stdin.read()
found = []
for source in re.finditer(r'<source-(\w+) id="([^"]*)"[^>]*>\n(.*?)\n</source-\1>', prompt, re.DOTALL):
    for m in re.finditer(r"(\w+) set (\w+) to (\w+)\.", source[3]):
        found.append({"claim": f"{m[2]} is {m[3]}", "quote": m[0], "location": source[2],
                      "subject": m[2], "value": m[3]})
answer = json.dumps({"findings": found, "answer": "It is so [1]."})
print(json.dumps({"type": "assistant", "message": {"model": "m", "content": [{"type": "text", "text": answer}]}}))
usage = {"m": {"inputTokens": len(prompt) // 4, "outputTokens": len(answer) // 4}}
print(json.dumps({"type": "result", "subtype": "success", "is_error": False, "result": answer,
                  "stop_reason": "end_turn", "modelUsage": usage, "total_cost_usd": 0.001}))
"""


# Real archives.


class Project:
    """A project with Claude Code's transcripts of it, and `rlm` run in it, each time as a process."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "project"
        (self.path / ".git").mkdir(parents=True)
        self.home = folder / "home"
        self.config = self.home / ".claude"
        self.transcripts = self.config / "projects" / re.sub("[^A-Za-z0-9]", "-", str(self.path))
        self.transcripts.mkdir(parents=True)
        self.root = self.path / ".claude" / "rlm"
        tools = folder / "bin"
        tools.mkdir()
        program(tools / "claude", FAKE_CLAUDE, "-IS")
        plain = {k: v for k, v in os.environ.items() if not k.startswith(FOREIGN)}
        self.env = {
            **plain,
            "HOME": str(self.home),
            "USERPROFILE": str(self.home),
            "CLAUDE_CONFIG_DIR": str(self.config),
            "CLAUDE_PROJECT_DIR": str(self.path),
            "TMPDIR": str(folder),
            "PYTHONPATH": str(ROOT),
            "PYTHONUTF8": "1",
            "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}",
        }

    def rlm(self, *args: str, data: str = "") -> str:
        """What a command prints; it must end well."""
        done = subprocess.run(
            [sys.executable, "-m", "rlm_core", *args],
            input=data,
            capture_output=True,
            text=True,
            cwd=self.path,
            env=self.env,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def hook(self, event: str, session: str = SESSION, **fields: Any) -> str:
        """What a hook answers to Claude Code's payload."""
        path = self.transcripts / f"{session}.jsonl"
        payload = {"session_id": session, "transcript_path": str(path), "cwd": str(self.path), **fields}
        return self.rlm("hook", event, "local", data=json.dumps(payload))

    def write(self, session: Session) -> None:
        """Write a session that began in this project."""
        for item in session.items:
            if isinstance(item, dict) and "cwd" in item:
                item["cwd"] = str(self.path)
        session.write(self.transcripts / f"{session.session}.jsonl")

    def wait_for_background(self) -> None:
        """Until no process of ours is left; each runs in this project and names it on its command line."""
        for _ in range(600):
            if not self._running():
                return
            subprocess.run([sys.executable, "-c", "import time; time.sleep(0.05)"], check=True)
        raise AssertionError("a process in the background does not end")

    def _running(self) -> bool:
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                if str(self.path).encode() in (entry / "cmdline").read_bytes():
                    return True
            except OSError:
                continue
        return False


def one_of_everything(folder: Path) -> Project:
    """A project in which everything has happened that leaves something on the disk."""
    project = Project(folder)
    (project.path / "log.txt").write_text("ann set limit to 5.\nbob set limit to 6.\n")
    project.rlm("ask", "What is the limit?", "--over", "log.txt", "--yes")  # there is no archive yet
    (project.path / ".git" / "HEAD").write_text("ref: refs/heads/main\n")  # git need not be there: its files are read
    (project.path / ".claude").mkdir()
    (project.config / "rlm.yaml").write_text("hints: true\n")
    (project.path / ".claude" / "settings.local.json").write_text('{"model": "opus"}\n')
    session = rich()
    session.prompt(
        "Another matter: the retry limit of the nightly import has to differ, since the vendor throttles us."
    )
    session.says("# A heading\n\n## user · 2026-01-01 00:00:00 · turn 9\n\n`blobs/` is a folder.")
    session.result(session.calls("Bash", command="false"), "exit 1", failed=True)
    session.tool("Bash", f"DB_PASSWORD={PASSWORD}\n{PEM}\nthe end", command="cat .env")
    session.prompt("ok <private>my own business</private>")
    session.assistant({"type": "thinking", "thinking": "hm"}, {"type": "text", "text": "We decided: retry limit 5."})
    session.result(session.calls("Fetch"), [image_block(b"%PDF-1.4", "application/pdf", "document")])
    session.user([image_block(png(7), "image/unknown"), {"type": "text", "text": "odd one"}])
    session.says("More. " * 30, tokens=150_000)
    project.write(session)
    agent = talk(Session(SESSION, agent=AGENT), 2)
    agent.write(project.transcripts / SESSION / "subagents" / f"agent-{AGENT}.jsonl")
    outputs = project.transcripts / SESSION / "tool-results"
    outputs.mkdir()
    (outputs / "orphan.txt").write_text("An output that no record names.\n")
    (outputs / "picture.bin").write_bytes(b"\0\1\2")
    fork = talk(Session(OTHER, seed="two"), 8)
    fork.items = [*session.items[:20], *fork.items]
    project.write(fork)
    project.rlm("install")
    project.hook("session-start", source="startup")
    project.hook("stop")
    project.hook("pre-compact", trigger="auto")
    project.hook("post-compact", trigger="auto", compact_summary="<summary>we changed the retry limit</summary>")
    project.hook("user-prompt-submit", prompt="Go on")
    project.hook("session-end", reason="clear")
    project.hook("session-start", OTHER, source="startup")
    project.hook("session-start", OTHER, source="clear")
    project.hook("no-such-event")
    project.wait_for_background()
    project.rlm("archive", "--all")
    _without_media(project)
    _documents(project)
    project.rlm("search", "retry", "limit")
    for n in range(8):  # on a busy machine a hook gives way before it has found a hint
        if not (project.root / "state" / "hinted.json").exists():
            project.hook(
                "user-prompt-submit",
                f"7777777{n}-third",
                prompt="Why does the retry limit of the nightly import differ?",
            )
    project.rlm("ask", "What is the limit?", "--over", "log.txt", "--yes")
    project.rlm("ask", "--pause")
    project.wait_for_background()
    return project


def _without_media(project: Project) -> None:
    """A session is archived while pictures are left out."""
    settings = project.config / "rlm.yaml"
    before = settings.read_text()
    settings.write_text(f"{before}redact: {{media: drop}}\n")
    session = Session("55555555-drop")
    session.user([image_block(png(9)), {"type": "text", "text": "a picture that is not kept"}])
    session.says("Seen.")
    project.write(session)
    project.rlm("archive", session.session)
    settings.write_text(before)


def _documents(project: Project) -> None:
    docs = project.path / "docs"
    docs.mkdir()
    (docs / "PLAN.md").write_text(f"# Plan\n\n## Rollout · part\n\nFirst.\n\n## Undo\n\npassword: {PASSWORD}\n" * 30)
    (docs / "notes.txt").write_text("One note.\n\nAnother note.\n")
    (docs / "page.html").write_text("<html><body><h1>Page</h1><p>Text of it.</p></body></html>")
    (docs / "spec.pdf").write_bytes(pdf("Page one of the specification", "Page two"))
    (docs / "tool.py").write_text("def run():\n    return 1\n")
    project.rlm("add", "docs")
    (docs / "notes.txt").write_text("One note.\n\nA changed note.\n")
    (docs / "image.bin").write_bytes(b"\0\1\2" * 50)
    project.rlm("add")
    project.rlm("add", "--remove", "docs/tool.py")


def a_crowd(folder: Path) -> Project:
    """More sessions than are listed one by one, in more months than are; and one with more chunks than a page holds."""
    project = Project(folder)
    (project.path / ".claude").mkdir()
    (project.path / ".claude" / "rlm.yaml").write_text("chunk: {target: 100, limit: 200}\n")
    for n in range(140):
        session = Session(f"{n:08x}-many", seed=str(n))
        session.prompt(f"Question {n}")
        year, month = divmod(n, 12)
        day = f"{2010 + year}-{month + 1:02d}"
        session.items = [json.loads(json.dumps(i).replace("2026-11", day)) for i in session.items]
        project.write(session)
    long = Session("ffffffff-long")
    for n in range(440):
        long.prompt(f"Question {n}: " + "how does it behave today? " * 12)
    project.write(long)
    project.rlm("archive", "--all")
    _lose(project, long)
    return project


def _lose(project: Project, long: Session) -> None:
    """Chunk files go that an index names, with the index: what hooks leave deleted, unless it was written last."""
    (folder,) = (project.root / "sessions").glob("*_ffffffff")
    (folder / "index.md").unlink()
    next(folder.glob("0405-*.md")).unlink()
    next(folder.glob("0406-*.md")).write_text("no chunk file\n")
    long.prompt("One more question")
    project.write(long)
    project.hook("stop", long.session)
    project.wait_for_background()


# The document.


@dataclass(frozen=True)
class Key:
    """A row of a table of keys."""

    name: str
    type: str
    always: bool


@dataclass
class Spec:
    """What the document says. Patterns stand as written; `sometimes` names what need not occur."""

    patterns: dict[str, str] = field(default_factory=dict)
    paths: dict[str, dict[str, str]] = field(default_factory=dict)
    lines: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    examples: dict[str, list[str]] = field(default_factory=dict)
    counterexamples: dict[str, list[str]] = field(default_factory=dict)
    keys: dict[str, list[Key]] = field(default_factory=dict)
    json: dict[str, str] = field(default_factory=dict)
    jsonl: dict[str, str] = field(default_factory=dict)
    files: set[str] = field(default_factory=set)
    sometimes: set[str] = field(default_factory=set)

    def expanded(self, pattern: str) -> str:
        """A pattern with those that it names put in, each with its own flags."""

        def inner(match: re.Match[str]) -> str:
            named = self.expanded(self.patterns[match[1]])
            return f"(?x:{named[4:]})" if named.startswith("(?x)") else f"(?-x:{named})"

        return re.sub(r"\{([a-z][a-z-]*)\}", inner, pattern)

    def names(self) -> set[str]:
        """Everything that must occur in a real archive, as `Found.seen` calls it."""
        named = {f"path {n}" for group in self.paths.values() for n in group}
        named |= {f"line {file} {n}" for file, rows in self.lines.items() for n, _ in rows}
        named |= {f"key {table} {k.name}" for table, rows in self.keys.items() for k in rows}
        named |= {f"pattern {n}" for n in self.patterns if n in self.examples}
        return named - self.sometimes


def spec_of(text: str) -> Spec:
    """Read the document. Asserts that each name is given once."""
    spec = Spec()
    for kind, name, body in re.findall(r"^```(\w+) name=([a-z-]+)\n(.*?)^```$", text, re.M | re.S):
        if kind == "regex":
            assert name not in spec.patterns, name
            spec.patterns[name] = body.rstrip("\n")
        elif kind in ("examples", "counterexamples"):
            getattr(spec, kind)[name] = body.rstrip("\n").split("\n")
        else:
            _take_list(spec, kind, name, body)
    for comment, table in re.findall(r"<!-- ([^>]*) -->\n\n((?:\|.*\n)+)", text):
        _take_table(spec, comment, [_cells(line) for line in table.splitlines()[2:]])
    (files,) = re.findall(r"^\| file \| what it holds .*\n\|.*\n((?:\|.*\n)+)", text, re.M)
    spec.files = {_cells(line)[0] for line in files.splitlines()}
    return spec


def _take_list(spec: Spec, kind: str, name: str, body: str) -> None:
    rows: list[tuple[str, str]] = []
    for line in body.splitlines():
        label, _, pattern = line.partition(" ")
        pattern = pattern.strip().partition("  ")[0]
        rows.append((label, pattern))
        if "sometimes" in line[len(label) + len(pattern) :]:
            spec.sometimes.add(f"path {label}" if kind == "paths" else f"line {name} {label}")
    if kind == "paths":
        spec.paths[name] = dict(rows)
        assert len(spec.paths[name]) == len(rows)
    else:
        assert kind == "lines"
        spec.lines[name] = rows


def _take_table(spec: Spec, comment: str, rows: list[list[str]]) -> None:
    if comment in ("json", "jsonl"):
        getattr(spec, comment).update(dict(rows))
        return
    if comment == "forgotten":
        return  # tests/forget/test_places.py reads it
    what, _, name = comment.partition(": ")
    name, _, rare = name.partition(" ")
    assert what == "keys"
    assert name not in spec.keys, name
    spec.keys[name] = [Key(key, kind, present == "always") for key, kind, present, _ in rows]
    spec.sometimes |= {f"key {name} {key}" for key, _, present, _ in rows if present == "sometimes"}
    if rare:
        spec.sometimes |= {f"key {name} {key.name}" for key in spec.keys[name]}


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split(" | ")]


# An archive against the document.


class Found:
    """What is wrong with an archive by the document, and what of the document occurred in it."""

    def __init__(self, root: Path, spec: Spec, which: str = "archive") -> None:
        self.root = root
        self.spec = spec
        self.which = which
        self.problems: list[str] = []
        self.seen: set[str] = set()
        self._regexes: dict[str, re.Pattern[str]] = {}
        if which == "archive":
            self._mode(root, "the root", 0o700)
        for path in sorted(root.rglob("*")):
            name = path.relative_to(root).as_posix()
            if path.is_dir():
                self._mode(path, name, 0o700)
            else:
                self._mode(path, name, 0o600)
                self._file(path, name)

    def _say(self, where: str, problem: str) -> None:
        self.problems.append(f"{where}: {problem}")

    def _mode(self, path: Path, name: str, wanted: int) -> None:
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode != wanted and name != "state/ask":
            self._say(name, f"mode {mode:o}")

    def regex(self, pattern: str) -> re.Pattern[str]:
        if pattern not in self._regexes:
            self._regexes[pattern] = re.compile(self.spec.expanded(pattern))
        return self._regexes[pattern]

    def matches(self, name: str, text: str) -> re.Match[str] | None:
        """The match of a named pattern with all of a text."""
        match = self.regex(f"{{{name}}}").fullmatch(text)
        if match:
            self.seen.add(f"pattern {name}")
        return match

    def _file(self, path: Path, name: str) -> None:
        fit = [n for n, p in self.spec.paths[self.which].items() if self.regex(p).fullmatch(name)]
        if len(fit) != 1:
            self._say(name, f"its name fits {fit or 'nothing'}")
            return
        kind = fit[0]
        self.seen.add(f"path {kind}")
        data = path.read_bytes()
        if kind in self.spec.json:
            self._value(name, self._parsed(name, data), self.spec.json[kind])
        elif kind in self.spec.jsonl:
            for line in data.splitlines():
                self._value(name, self._parsed(name, line), self.spec.jsonl[kind])
        elif kind in self.spec.lines:
            self._lines(name, kind, data.decode())
        elif kind in ("books", "user-books"):
            self._books(path, name)
        elif kind in ("chunk", "document-chunk"):
            ChunkText(self, path, name, is_document=kind == "document-chunk").check()
        elif kind in ("log", "log-before"):
            self._log(name, data.decode())
        else:
            {"blob": self._blob, "summary": self._summary, "ledger": self._ledger, "backup": self._backup}.get(
                kind, lambda *_: None
            )(path, name, data)

    def _books(self, path: Path, name: str) -> None:
        """A database that nobody has open."""
        (schema,) = re.findall(r"(?ms)^```sql\n(.*?)^```$", DOCUMENT.read_text(encoding="utf-8"))
        db = sqlite3.connect(f"file:{path}?immutable=1", uri=True)
        try:
            made = [sql for (sql,) in db.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL")]
            if sorted(made) != sorted(schema.rstrip(";\n").split(";\n")):
                self._say(name, "its tables are others")
                return
            for (text,) in db.execute("SELECT data FROM receipts"):
                self._value(name, self._parsed(name, text.encode()), "{receipt}")
            for key, size, text in db.execute("SELECT key, bytes, data FROM answers"):
                self._value(f"{name} {key}", self._parsed(name, text.encode()), "map[any]")
                if size != len(text) or not re.fullmatch("[0-9a-f]{40}", key):
                    self._say(name, f"its answer {key} has another name or size")
        finally:
            db.close()

    def _parsed(self, name: str, data: bytes) -> Any:
        try:
            return json.loads(data)
        except ValueError as e:
            self._say(name, f"no JSON: {e}")
            return None

    def _lines(self, name: str, kind: str, text: str) -> None:
        for number, line in enumerate(text.split("\n"), 1):
            if not line:
                continue
            fit = [n for n, p in self.spec.lines[kind] if self.regex(p).fullmatch(line)]
            for label, pattern in self.spec.lines[kind]:
                if label in fit and (inner := re.fullmatch(r"\{([a-z-]+)\}", pattern)):
                    self.matches(inner[1], line)
            if len(set(fit)) != 1:
                self._say(f"{name}:{number}", f"the line fits {fit or 'nothing'}: {line[:100]}")
            self.seen.update(f"line {kind} {n}" for n in fit)

    def _log(self, name: str, text: str) -> None:
        for number, line in enumerate(text.removesuffix("\n").split("\n"), 1):
            if not self.matches("log-line", line):
                self._say(f"{name}:{number}", f"no line of a log: {line[:100]}")

    def _blob(self, path: Path, name: str, data: bytes) -> None:
        if blake2b(data, digest_size=8).hexdigest() != path.name.partition(".")[0]:
            self._say(name, "its name is not its content's hash")
        pointers = (p.read_text("utf-8") for p in path.parent.parent.glob("[0-9]*.md"))
        if not any(f"blobs/{path.name}" in text for text in pointers):
            self._say(name, "no chunk points to it")

    def _backup(self, path: Path, name: str, data: bytes) -> None:
        if sha256(data).hexdigest()[:16] != path.name.rpartition(".")[2]:
            self._say(name, "its name is not its content's hash")

    def _summary(self, path: Path, name: str, data: bytes) -> None:
        if blake2b(data, digest_size=8).hexdigest()[:8] != path.stem.partition("-")[2]:
            self._say(name, "its name is not its content's hash")
        lines = data.decode().split("\n")
        end, _ = self.front_matter(name, lines, "summary")
        if lines[end + 1] or not self.matches("summary-heading", lines[end + 2]) or lines[end + 3]:
            self._say(name, f"no heading of a summary: {lines[end + 2]}")
        self.marks(name, data.decode())

    def _ledger(self, path: Path, name: str, data: bytes) -> None:
        slots, used = (int.from_bytes(data[at : at + 8], "little") for at in (16, 24))
        rows = [data[at : at + 20] for at in range(32, len(data), 20)]
        filled = [n for n, row in enumerate(rows) if any(row[:12])]
        if data[:16] != b"rlm-uuids-1\n" + bytes(4) or len(rows) != slots or len(filled) != used or used * 2 > slots:
            self._say(name, "its header or its size is another")
        for n in filled:
            at = int.from_bytes(rows[n][:8], "little") % slots
            if any(not any(rows[(at + i) % slots][:12]) for i in range((n - at) % slots)):
                self._say(name, f"slot {n} is not found from where its key belongs")

    def front_matter(self, name: str, lines: list[str], table: str) -> tuple[int, dict[str, Any]]:
        """(index of the closing line, the values), compared with a table of the document."""
        if lines[0] != "---" or "---" not in lines[1:]:
            self._say(name, "no front matter")
            return 0, {}
        end = lines.index("---", 1)
        meta: dict[str, Any] = {}
        for line in lines[1:end]:
            key, colon, value = line.partition(": ")
            if not colon or key in meta:
                self._say(name, f"no line of a front matter: {line[:80]}")
            meta[key] = self._parsed(f"{name} {key}", value.encode())
        known = [k.name for k in self.spec.keys[table] if k.name in meta]
        if [k for k in meta if k in known] != known:
            self._say(name, f"its keys stand in another order: {list(meta)}")
        self._value(name, meta, f"{{{table}}}")
        return end, meta

    def last_line(self, name: str, lines: list[str]) -> dict[str, Any]:
        """The values of a chunk file's last line, compared with the document's table."""
        found = re.fullmatch(r"<!-- rlm: (\{[^>]*\}) -->", lines[-2])
        meta = self._parsed(f"{name} last line", found[1].encode()) if found else None
        if not isinstance(meta, dict):
            self._say(name, "no last line")
            return {}
        if list(meta) != [k.name for k in self.spec.keys["last-line"] if k.name in meta]:
            self._say(name, f"its last line's keys stand in another order: {list(meta)}")
        self._value(name, meta, "{last-line}")
        return meta

    def marks(self, name: str, text: str) -> None:
        """Every redaction mark is one by the document."""
        for at in (m.start() for m in re.finditer(re.escape("[redacted:"), text)):
            mark = text[at : text.find("]", at) + 1]
            if not self.matches("redaction-mark", mark):
                self._say(name, f"no redaction mark: {mark[:60]}")

    # Values.

    def _value(self, where: str, value: Any, kind: str) -> None:
        seen: set[str] = set()
        self.problems += self._misfits(where, value, kind, seen)
        self.seen |= seen

    def _misfits(self, where: str, value: Any, kind: str, seen: set[str]) -> list[str]:
        """What keeps a value from being of a type; of several the one that fits best is meant."""
        tried: list[tuple[list[str], set[str]]] = []
        for one in _parts(kind, " or "):
            own: set[str] = set()
            tried.append((self._of_type(where, value, one, own), own))
        problems, own = min(tried, key=lambda t: len(t[0]))
        seen |= own
        return problems

    def _of_type(self, where: str, value: Any, kind: str, seen: set[str]) -> list[str]:
        wrong = [f"{where}: {str(value)[:60]} is no {kind}"]
        simple: dict[str, Any] = {"str": str, "int": int, "bool": bool, "float": (float, int), "null": type(None)}
        if kind == "any":
            return []
        if kind in simple:
            right = isinstance(value, simple[kind]) and (kind == "bool" or not isinstance(value, bool))
            return [] if right else wrong
        if kind.startswith("{"):
            return self._object(where, value, kind[1:-1], seen) if isinstance(value, dict) else wrong
        if kind.startswith("list["):
            items = [(where, v, kind[5:-1]) for v in value] if isinstance(value, list) else None
        elif kind.startswith("map["):
            items = [(f"{where} {k}", v, kind[4:-1]) for k, v in value.items()] if isinstance(value, dict) else None
        else:
            kinds = _parts(kind[1:-1], ", ")
            alike = isinstance(value, list) and len(value) == len(kinds)
            items = [(where, v, k) for v, k in zip(value, kinds, strict=True)] if alike else None
        return wrong if items is None else [p for item in items for p in self._misfits(*item, seen)]

    def _object(self, where: str, value: dict[str, Any], table: str, seen: set[str]) -> list[str]:
        keys = {k.name: k for k in self.spec.keys[table]}
        problems = [f"{where}: {table} has no key `{k}`" for k in value if k not in keys]
        problems += [f"{where}: `{k.name}` is missing" for k in keys.values() if k.always and k.name not in value]
        seen |= {f"key {table} {k}" for k in value if k in keys}
        for name, inner in value.items():
            if name in keys:
                problems += self._misfits(f"{where} {name}", inner, keys[name].type, seen)
        return problems


def _parts(text: str, between: str) -> list[str]:
    """A type's parts, split outside of its brackets."""
    parts, depth, start = [], 0, 0
    for at, c in enumerate(text):
        depth += (c in "[{") - (c in "]}")
        if depth == 0 and text.startswith(between, at):
            parts.append(text[start:at])
            start = at + len(between)
    return [*parts, text[start:]]


class ChunkText:
    """A chunk file, read as the document says."""

    def __init__(self, found: Found, path: Path, name: str, *, is_document: bool) -> None:
        self.found, self.path, self.name, self.is_document = found, path, name, is_document
        self.text = path.read_bytes().decode()
        self.lines = self.text.split("\n")

    def _say(self, problem: str) -> None:
        self.found.problems.append(f"{self.name}: {problem}")

    def check(self) -> None:
        end, meta = self.found.front_matter(self.name, self.lines, "front-matter")
        last = self.found.last_line(self.name, self.lines)
        if not meta or not isinstance(last.get("lines"), list):
            return
        meta |= last
        links = self.lines[end + 2]
        linked = self.found.matches("links", links)
        if not linked or self.lines[end + 1] or self.lines[end + 3]:
            self._say(f"no links: {links[:100]}")
        for target in re.findall(r"\(([^)]+)\)", links):
            if not (self.path.parent / target).is_file():
                self._say(f"a link leads nowhere: {target}")
        starts, uuids = meta["lines"], meta.get("uuids", [])
        if len(starts) != len(uuids) or len(starts) != len(meta.get("sizes", [])) or starts[0] != end + 5:
            self._say("`lines`, `uuids` and `sizes` do not fit each other or the text")
            return
        if self.lines[-1] or self.lines[-3]:
            self._say("it does not end with LF, or its last line stands without an empty line before it")
        ends = [*(s - 1 for s in starts[1:]), len(self.lines) - 2]
        entries = [self.lines[a - 1 : b] for a, b in zip(starts, ends, strict=True)]
        for entry in entries:
            self._entry(entry)
        self._name(meta, [(u, "\n".join(e)) for u, e in zip(uuids, entries, strict=True)])
        self._pointers()
        self.found.marks(self.name, self.text)

    def _entry(self, lines: list[str]) -> None:
        kind = "document-heading" if self.is_document else "entry-heading"
        heading = self.found.matches(kind, lines[0])
        if not heading or lines[1]:
            self._say(f"no heading: {lines[0][:100]}")
            return
        for line in lines:
            self.found.matches("part-label", line)
        if not self.is_document and heading["tool"]:
            fence = lines[2].rstrip("abcdefghijklmnopqrstuvwxyz")
            body = "\n".join(lines[3:])
            if not self.found.matches("fence", lines[2]) or body.count(fence) != 1 or not body.rstrip().endswith(fence):
                self._say(f"what a tool got or gave is not fenced: {lines[0]}")

    def _name(self, meta: dict[str, Any], entries: list[tuple[str, str]]) -> None:
        digest = blake2b(meta["previous"].encode(), digest_size=6)
        for uuid, text in entries:
            digest.update(f"\0{uuid}\0{text}".encode())
        if meta["chunk"] != f"r2-{digest.hexdigest()}" or not self.found.matches("chunk-id", meta["chunk"]):
            self._say("its id is another")
        if self.path.name != f"{meta['number']:04d}-{meta['chunk'][3:11]}.md":
            self._say("its name is another")
        following = sorted(self.path.parent.glob(f"{meta['number'] + 1:04d}-*.md"))
        if meta["next"] != (None if meta["provisional"] else f"{meta['number'] + 1:04d}-*.md"):
            self._say("`next` does not fit `provisional`")
        if following and meta["provisional"]:
            self._say("a provisional chunk has a successor")

    def _pointers(self) -> None:
        for line in self.lines[:-2]:
            if "left out: `redact.media" in line and not self.found.matches("media-left-out", line):
                self._say(f"nothing that was left out: {line[:100]}")
            if not re.search(r"blobs/[0-9a-f]{16}", line):
                continue
            found = self.found.matches("blob-pointer", line) or self.found.matches("media-pointer", line)
            if not found:
                self._say(f"no pointer: {line[:100]}")
            elif not (self.path.parent / "blobs" / found["blob"]).is_file():
                self._say(f"what it points to is missing: {line[:100]}")


# The tests.


@cache
def spec() -> Spec:
    return spec_of(DOCUMENT.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return one_of_everything(tmp_path_factory.mktemp("everything"))


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return a_crowd(tmp_path_factory.mktemp("crowd"))


def missing(spec: Spec, *projects: Project) -> set[str]:
    """What the document describes and none of the archives holds."""
    seen: set[str] = set()
    for project in projects:
        seen |= Found(project.root, spec).seen
        if (project.config / "rlm-ask").is_dir():
            seen |= Found(project.config / "rlm-ask", spec, "user").seen
    return spec.names() - seen


def test_everything_in_an_archive_is_described(everything: Project) -> None:
    assert Found(everything.root, spec()).problems == []


def test_everything_in_a_large_archive_is_described(crowd: Project) -> None:
    # The fixture has put a file that is no chunk file into a chunk file's place.
    assert [p for p in Found(crowd.root, spec()).problems if "/0406-" not in p] == []


def test_everything_in_the_users_directory_is_described(everything: Project) -> None:
    assert Found(everything.config / "rlm-ask", spec(), "user").problems == []


def test_everything_that_is_described_occurs(everything: Project, crowd: Project) -> None:
    assert missing(spec(), everything, crowd) == set()


def test_no_secret_stands_in_what_is_archived(everything: Project) -> None:
    for path in everything.root.rglob("*"):
        data = path.read_bytes() if path.is_file() else b""
        assert PASSWORD.encode() not in data, path
        assert b"QUJDREVGQUJDREVG" not in data, path
        assert b"my own business" not in data, path


@pytest.mark.parametrize("name", sorted(spec().examples))
def test_an_example_is_one(name: str) -> None:
    pattern = re.compile(spec().expanded(f"{{{name}}}"))
    assert [e for e in spec().examples[name] if not pattern.fullmatch(e)] == []
    assert [e for e in spec().counterexamples.get(name, []) if pattern.fullmatch(e)] == []


def test_every_pattern_is_used_and_every_file_is_told_of() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    used = set(re.findall(r"\{([a-z][a-z-]*)\}", text))
    by_name = set(re.findall(r'matches\("([a-z-]+)"', Path(__file__).read_text(encoding="utf-8")))
    assert spec().patterns.keys() <= used | by_name | {"entry-heading", "document-heading"}
    assert spec().files == spec().paths["archive"].keys()
    assert {*spec().json, *spec().jsonl, *spec().lines} <= {n for group in spec().paths.values() for n in group}


# What is not described fails: each of these plants something in a copy.


def _edit(pattern: str, old: str, new: str) -> Callable[[Path], None]:
    """Replace something in the first file that has it."""

    def plant(root: Path) -> None:
        for path in sorted(root.glob(pattern)):
            text = path.read_bytes().decode()
            changed, count = re.subn(old, new, text, count=1, flags=re.M)
            if count:
                path.write_bytes(changed.encode())
                return
        raise AssertionError(f"nothing in {pattern} matches {old}")

    return plant


def _sql(change: str) -> Callable[[Path], None]:
    def plant(root: Path) -> None:
        with sqlite3.connect(root / "state" / "ask" / "books.db") as db:
            assert db.execute(change).rowcount
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        db.close()
        for ending in ("-wal", "-shm"):
            (root / "state" / "ask" / f"books.db{ending}").unlink(missing_ok=True)

    return plant


def _write(name: str, text: str = "x\n") -> Callable[[Path], None]:
    def plant(root: Path) -> None:
        (root / name).parent.mkdir(mode=0o700, exist_ok=True)
        (root / name).write_text(text)
        (root / name).chmod(0o600)

    return plant


def _chmod(pattern: str, mode: int) -> Callable[[Path], None]:
    return lambda root: next(iter(sorted(root.glob(pattern)))).chmod(mode)


def _rename_blob(root: Path) -> None:
    blob = next(iter(sorted(root.glob("sessions/*/blobs/*.txt"))))
    blob.rename(blob.with_name(f"{'0' * 16}.txt"))


CHUNKS = "sessions/*_1f758c24/0*.md"
PLANTED: dict[str, tuple[Callable[[Path], None], str]] = {
    "a file beside": (_write("notes.md"), "fits nothing"),
    "a file in state": (_write("state/other.json", "{}"), "fits nothing"),
    "a file in a session": (_write("sessions/2026-11-22_1f758c24/0001.md"), "fits nothing"),
    "another chunk name": (_write("sessions/2026-11-22_1f758c24/0001-xyz.md"), "fits nothing"),
    "another folder name": (_write("sessions/22-11-2026_1f758c24/index.md"), "fits nothing"),
    "a file's mode": (_chmod(CHUNKS, 0o644), "mode 644"),
    "a folder's mode": (_chmod("sessions", 0o755), "mode 755"),
    "a key of the front matter": (_edit(CHUNKS, "^turns: ", 'mood: "good"\nturns: '), "has no key `mood`"),
    "a key of the last line": (_edit(CHUNKS, ',"branch":', ',"mood":"good","branch":'), "has no key `mood`"),
    "a key too few": (_edit(CHUNKS, ',"branch":"[^"]*"', ""), "`branch` is missing"),
    "a type": (_edit(CHUNKS, "^tokens: .*", 'tokens: "many"'), "many is no int"),
    "an order of keys": (_edit(CHUNKS, "^(turns: .*\n)(title: .*\n)", r"\2\1"), "another order"),
    "an order of the last line's keys": (_edit(CHUNKS, '"form":2,("next":[^,]*)', r'\1,"form":2'), "another order"),
    "a form": (_edit(CHUNKS, "^<!-- rlm: ", "<!-- rml: "), "no last line"),
    "a link": (_edit(CHUNKS, r"\]\(index\.md\)", "](inbox.md)"), "no links"),
    "a link to nowhere": (_edit(CHUNKS, r"^\[← (\d+)\]\(\1-\w{8}", r"[← \1](\1-00000000"), "leads nowhere"),
    "a heading": (_edit(CHUNKS, "^(## .*) · turn ", r"\1 · tour "), "no heading"),
    "a role": (_edit(CHUNKS, "^## assistant", "## assistants"), "no heading"),
    "a document's heading": (_edit("documents/*/0*.md", "^## document", "## paper"), "no heading"),
    "a text": (_edit(CHUNKS, "^Both are fine", "Both are bad"), "its id is another"),
    "a pointer": (_edit(CHUNKS, "characters left out here", "characters elsewhere"), "no pointer"),
    "a picture": (_edit(CHUNKS, r"bytes: blobs/", "bytes in blobs/"), "no pointer"),
    "a blob's name": (_rename_blob, "what it points to is missing"),
    "a redaction mark": (_edit(CHUNKS, r"\[redacted:env\]", "[redacted:ENV]"), "no redaction mark"),
    "a row of index.md": (_edit("sessions/*/index.md", r" · r2-", " · id r2-"), "the line fits nothing"),
    "a line of index.md": (_edit("sessions/*/index.md", "^Title:", "Name:"), "the line fits nothing"),
    "a row of INDEX.md": (_edit("INDEX.md", " chunks · ", " pieces · "), "the line fits nothing"),
    "a row of documents": (_edit("documents/INDEX.md", " · markdown", " · manuscript"), "the line fits nothing"),
    "a key of the summary": (_edit("sessions/*/summaries/*", "^until:", "till:"), "has no key `till`"),
    "a key of the state": (_edit("state/sources/*.json", '"closed":', '"shut":'), "has no key `shut`"),
    "a key of a row": (_edit("state/catalog.json", '"chunks":', '"pieces":'), "has no key `pieces`"),
    "a key of the documents": (_edit("documents/sources.json", '"slug":', '"folder":'), "has no key `folder`"),
    "a column of the books": (_sql("ALTER TABLE answers ADD COLUMN more"), "its tables are others"),
    "an answer": (_sql("UPDATE answers SET bytes = bytes + 1"), "has another name or size"),
    "a receipt": (
        _sql("""INSERT INTO receipts VALUES ('0a', '2026-11-22T10:00:03+01:00', 0.1, '{"mood": "good"}')"""),
        "receipt has no key `mood`",
    ),
    "a key of the manifest": (_edit("install/manifest-local.json", '"lossy":', '"loss":'), "has no key `loss`"),
    "a line of the log": (_edit("log/rlm.log", " Stop ", " Halt "), "no line of a log"),
    "the ledger": (lambda root: os.truncate(root / "state" / "uuids", 1000), "its header or its size"),
}


@pytest.mark.parametrize("name", PLANTED)
def test_what_is_not_described_is_found(everything: Project, tmp_path: Path, name: str) -> None:
    plant, problem = PLANTED[name]
    copy = tmp_path / "rlm"
    shutil.copytree(everything.root, copy)
    plant(copy)
    assert problem in "\n".join(Found(copy, spec()).problems)


@pytest.mark.parametrize(
    ("after", "more"),
    [
        ("```paths name=archive\n", "ghost  ghost\\.md\n"),
        ("```lines name=map\n", "ghost  # Ghosts\n"),
        (
            "<!-- keys: front-matter -->\n\n| key | type | present | meaning |\n|---|---|---|---|\n",
            "| ghost | int | no | x |\n",
        ),
        (
            "<!-- keys: catalog -->\n\n| key | type | present | meaning |\n|---|---|---|---|\n",
            "| ghost | int | no | x |\n",
        ),
        ("## Names\n", "\n```regex name=ghost\nghost\n```\n\n```examples name=ghost\nghost\n```\n"),
    ],
)
def test_what_never_occurs_is_found(everything: Project, crowd: Project, after: str, more: str) -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    assert after in text
    planted = spec_of(text.replace(after, after + more, 1))
    assert {name.split()[-1] for name in missing(planted, everything, crowd)} == {"ghost"}

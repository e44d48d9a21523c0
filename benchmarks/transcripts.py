"""Makes transcripts like Claude Code's, as long as wanted, the same for the same seed.

The shape follows transcripts of real clients: of the bytes, 60 to 70 % are lines of tool results, each result
standing there twice (for the model and, as `toolUseResult`, for the client, an edit with the whole original
file); of what a person would read, about 74 % is tool output. Files are read again and edited, secrets turn
up in outputs, the context is compacted whenever it is full. All text is made of the lists below.
"""

# ruff: noqa: SIM905 - lists of words read better as text

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from random import Random

OLDER = "2.1.31"
TODAY = "2.1.330"
"""The client that also records its API requests, prompts and tool descriptions."""
CLIENTS = (OLDER, TODAY)

NOUNS = (
    "archive batch branch buffer bucket cache catalog chunk client commit config cursor cutoff deadline digest "
    "driver entry event filter flag frame gateway handler hash header import index invoice item job journal key "
    "label ledger limit lock log marker merge message metric migration mode module node offset order packet page "
    "parser patch path payload pipeline plan policy pool price proxy queue quota reader record region registry "
    "replica report request result retry role route row rule scheduler schema scope segment server session shard "
    "signal snapshot socket source stage state stream table target task template tenant test thread timeout token "
    "topic trace tree user value vector view warning webhook window worker writer zone auth password author keyword"
).split()
VERBS = (
    "accept add append apply assign build cancel check clean close collect compare compute copy count create decode "
    "defer delete detect drop emit encode ensure expand fetch find flush format guard handle insert join keep load "
    "lock log mark match merge move normalise open order parse patch poll prune push read rebuild reduce register "
    "release rename render replace reset resolve restore retry rotate route save scan schedule send skip sort split "
    "start stop store sync trim update validate verify wait watch wrap write"
).split()
ADJECTIVES = (
    "active broken cached cold current dirty empty expired fast final first fresh global hidden idle invalid large "
    "last late lazy local missing next nested old open partial pending plain primary raw ready remote safe shared "
    "short slow sorted stale strict temporary unknown unused visible warm whole"
).split()
FILLERS = (
    "the a this that which because before after when while so but and then with without from into every each only "
    "still also first is was will should must can does not no one two"
).split()
FRENCH = (
    "le la une les des dans pour avec sans mais donc puis fichier journal délai clé requête erreur dernière déjà "
    "après même très où vérifie corrige ajoute enlève été prêt"
).split()
CODE = (
    "def {v}_{n}(self, {m}: {C}, *, {n2}: int = {i}) -> {C2}:",
    "    {n} = self.{m}.{v}({n2}, {m2}={i})",
    "    if {n} is None or {m}.{n2} > {i}:",
    '        raise {C}Error(f"{v} {n}: {{{m}!r}}")',
    "    return [{m}.{n} for {m} in {n2}s if {m}.{a}]",
    "    for {m}, {n} in enumerate({n2}s):",
    "        {n}s[{m}] = {n}s.get({m}, 0) + {i}",
    "",
    "class {C}{C2}:",
    '    """{s}"""',
    "    # {s}",
    "import {n}.{m}",
    "from {n}.{m} import {C}, {v}_{n2}",
    "func (r *{C}) {V}{C2}(ctx context.Context, {n} string) (*{C}, error) {{",
    "\tif err := r.{m}.{V}(ctx, {n}, {i}); err != nil {{",
    '\t\treturn nil, fmt.Errorf("{v} {n}: %w", err)',
    "\t}}",
    "}}",
    "  const {{ {n}, {m} }} = await {v}{C}({n2}, {{ {a}: true, {m2}: {i} }});",
    "  expect({v}{C}({n})).toEqual('{a}-{m}');",
    '    assert {v}_{n}({m}, {i}) == {{"{n}": "{a}", "{m}": {i}}}',
    "  {n}_{m}: {a}  # {s}",
    "    {n}: Mapping[str, {C}] = field(default_factory=dict)",
    '        logger.{v}("{a} {n} %s", {m}.{n2}, extra={{"{m}": {m}}})',
    '@pytest.mark.parametrize(("{n}", "{m}"), [({i}, {j}), ({j}, None)])',
)
LOG = (
    "2026-11-{d} {h} INFO  {n}.{m}: {v} {a} {n2} id={x} took {i} ms",
    "2026-11-{d} {h} WARN  {n}.{m}: {a} {n2} {x}, retry {i}",
    '2026-11-{d} {h} DEBUG [{n}-{i}] {v} {m} {{"{n}": {i}, "{m}": "{a}"}}',
    "tests/{n}/test_{m}.py::test_{v}_{n2}_{a} PASSED                     [ {i}%]",
    "FAILED tests/{n}/test_{m}.py::test_{v}_{n2} - AssertionError: {i} != {j}",
    '  File "/srv/{n}/{m}.py", line {i}, in {v}_{n2}',
    "-rw-r--r-- 1 dev dev {i:>8} Nov {d} {h} {n}_{m}.py",
    "src/{n}/{m}.py:{i}:    {n2} = self.{m}.{v}({a}={j})",
    "{x} {v} {a} {n} in {m}",
    "   Compiling {n}-{m} v0.{i}.{j}",
    " M src/{n}/{m}.py",
    "GET /api/{n}s/{i}/{m}?{a}={j} 200 {i} - {h}",
)
SECRETS = (
    "export {N}_PASSWORD={t}",
    "AWS_ACCESS_KEY_ID=AKIA{u}",
    "Authorization: Bearer {t}{t}",
    "postgres://{n}:{t}@db.{m}.internal:5432/{a}",
    "{n}_token: ghp_{t}{t}",
)
LINES = 6000  # different lines of code, of log and of prose that texts are drawn from
FILES = 150
CONTEXT_CHARS = 560_000  # what a window of 200K tokens holds before it is compacted


@dataclass(frozen=True)
class Written:
    """What `write` wrote. tool_share: of the characters a person would read, those of tool results."""

    bytes: int
    lines: int
    turns: int
    tool_share: float


class Session:
    """An endless session; `turn()` gives the lines of its next turn. terse: outputs of a line or two only."""

    def __init__(self, seed: int, cwd: str, client: str = OLDER, *, terse: bool = False) -> None:
        self.id = f"{seed:08x}-0000-4000-8000-{seed:012x}"
        self.cwd = cwd
        self.client = client
        self.terse = terse
        self.read_chars = self.tool_chars = 0  # so far, of what a person would read
        self.last_text = ""
        self._random = Random(seed)
        self._clock = 1_790_000_000_000
        self._context = 0
        self._parent: str | None = None
        self._begun = False
        self._code = [self._line(CODE) for _ in range(LINES)]
        self._log = [self._line(LOG) for _ in range(LINES)]
        self._prose = [self._sentence() for _ in range(LINES)]
        self._paths = [f"{cwd}/src/{self._word(NOUNS)}/{self._word(NOUNS)}_{i}.py" for i in range(FILES)]
        self._files = {path: self._lines(self._code, self._size(95, 0.8, 1200)) for path in self._paths}

    def turn(self) -> list[bytes]:
        """The next turn's records, a line each, from the prompt to the client's closing notes."""
        if self._context > CONTEXT_CHARS:
            return [*self._compaction(), *self.turn()]
        records = [] if self._begun else self._opening()
        self._begun = True
        records += [self._snapshot(), self._prompt()]
        for _ in range(self._size(6, 0.7, 40)):
            records += self._step()
        self.last_text = self._paragraph(self._size(5, 0.6, 40))
        self._count(self.last_text)
        records.append(self._assistant({"type": "text", "text": self.last_text}, "end_turn"))
        records += [self._note("stop_hook_summary", hookCount=1, hookErrors=[]), self._note("turn_duration")]
        return [line(r) for r in records]

    # Words and numbers.

    def _word(self, words: list[str]) -> str:
        return words[int(self._random.random() * len(words))]

    def _size(self, median: float, spread: float, most: int) -> int:
        """A number as sizes are spread in reality: many small ones, few large ones."""
        if self.terse:
            median, most = max(median / 10, 1), max(most // 10, 2)
        return max(1, min(most, int(median * self._random.lognormvariate(0, spread))))

    def _hex(self, digits: int) -> str:
        return f"{self._random.getrandbits(4 * digits):0{digits}x}"

    def _uuid(self) -> str:
        h = self._hex(32)
        return f"{h[:8]}-{h[8:12]}-4{h[13:16]}-a{h[17:20]}-{h[20:]}"

    def _base64(self, length: int) -> str:
        letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
        return "".join(self._random.choices(letters, k=length))

    def _line(self, templates: tuple[str, ...]) -> str:
        r, noun = self._random, NOUNS
        verb = self._word(VERBS)
        names = {"n": self._word(noun), "m": self._word(noun), "n2": self._word(noun), "m2": self._word(noun)}
        return r.choice(templates).format(
            **names,
            v=verb,
            V=verb.title(),
            N=names["n"].upper(),
            C=self._word(noun).title(),
            C2=self._word(noun).title(),
            a=self._word(ADJECTIVES),
            s=self._sentence() if templates is CODE else "",
            i=r.randrange(2000),
            j=r.randrange(100),
            d=r.randrange(10, 30),
            h=f"{r.randrange(24):02d}:{r.randrange(60):02d}:{r.randrange(60):02d}",
            x=self._hex(r.choice((7, 12, 40))),
            t=self._base64(20),
            u=self._base64(16).upper(),
        )

    def _sentence(self) -> str:
        r = self._random
        if r.random() < 0.05:
            return " ".join(r.choices(FRENCH, k=r.randrange(6, 14))).capitalize() + "."
        kinds = (FILLERS, FILLERS, NOUNS, VERBS, ADJECTIVES)
        words = [self._word(r.choice(kinds)) for _ in range(r.randrange(6, 16))]
        if r.random() < 0.25:
            words.append(f"`{self._word(VERBS)}_{self._word(NOUNS)}`")
        return " ".join(words).capitalize() + "."

    def _lines(self, pool: list[str], count: int) -> list[str]:
        return self._random.choices(pool, k=count)

    def _paragraph(self, sentences: int) -> str:
        found = self._lines(self._prose, sentences)
        joins = self._random.choices((" ", " ", "\n\n", "\n- "), k=len(found))
        return "".join(s + j for s, j in zip(found, joins, strict=True)).strip()

    # Records.

    def _count(self, text: str, *, tool: bool = False) -> None:
        self._context += len(text)
        self.read_chars += len(text)
        self.tool_chars += len(text) if tool else 0

    def _record(self, kind: str, **more: object) -> dict[str, object]:
        self._clock += self._random.randrange(50, 9000)
        seconds, ms = divmod(self._clock, 1000)
        minutes, s = divmod(seconds, 60)
        h, m = divmod(minutes % 1440, 60)
        day = minutes // 1440 % 28 + 1
        uuid, parent = self._uuid(), self._parent
        self._parent = uuid
        today = {"entrypoint": "cli"} if self.client == TODAY else {}
        return {
            "parentUuid": parent,
            "isSidechain": False,
            "userType": "external",
            **today,
            "cwd": self.cwd,
            "sessionId": self.id,
            "version": self.client,
            "gitBranch": "main",
            "type": kind,
            **more,
            "uuid": uuid,
            "timestamp": f"2026-11-{day:02d}T{h:02d}:{m:02d}:{s:02d}.{ms:03d}Z",
        }

    def _snapshot(self) -> dict[str, object]:
        uuid = self._uuid()
        backups = {p: {"backupFileName": f"{self._hex(16)}@v2", "version": 2} for p in self._paths[:2]}
        snapshot = {"messageId": uuid, "trackedFileBackups": backups}
        return {"type": "file-history-snapshot", "messageId": uuid, "snapshot": snapshot}

    def _prompt(self) -> dict[str, object]:
        text = self._paragraph(self._size(2, 0.9, 30))
        self._count(text)
        return self._record("user", message={"role": "user", "content": text}, permissionMode="default")

    def _step(self) -> list[dict[str, object]]:
        """One answer of the model with a tool call, and the call's result."""
        records = [self._request()] if self.client == TODAY else []
        if self._random.random() < 0.75:
            text = self._paragraph(self._size(5, 0.9, 60))
            self._count(text)
            signed = self._base64(self._size(620, 0.5, 4000))
            records.append(self._assistant({"type": "thinking", "thinking": text, "signature": signed}))
        if self._random.random() < 0.4:
            text = self._paragraph(self._size(1, 0.7, 10))
            self._count(text)
            records.append(self._assistant({"type": "text", "text": text}))
        tool = self._random.choices((self._bash, self._read, self._edit, self._grep, self._write), (40, 26, 24, 7, 3))
        name, given, shown, result = tool[0]()
        call = f"toolu_{self._base64(24)}"
        self._count("".join(str(v) for v in given.values()))
        self._count(shown, tool=True)
        records.append(self._assistant({"type": "tool_use", "id": call, "name": name, "input": given}))
        block = {"tool_use_id": call, "type": "tool_result", "content": shown, "is_error": False}
        message = {"role": "user", "content": [block]}
        records.append(self._record("user", message=message, toolUseResult=result))
        return records

    def _assistant(self, block: dict[str, object], stop: str | None = None) -> dict[str, object]:
        usage = {
            "input_tokens": 9,
            "cache_creation_input_tokens": 1800,
            "cache_read_input_tokens": 18_000 + self._context // 4,
            "cache_creation": {"ephemeral_5m_input_tokens": 0, "ephemeral_1h_input_tokens": 1800},
            "output_tokens": 340,
            "service_tier": "standard",
        }
        if self.client == TODAY:
            usage |= {"server_tool_use": {"web_search_requests": 0}, "inference_geo": "", "iterations": []}
        message = {
            "model": "claude-opus-4-5-20251101",
            "id": f"msg_{self._base64(24)}",
            "type": "message",
            "role": "assistant",
            "content": [block],
            "stop_reason": stop,
            "stop_sequence": None,
            "usage": usage,
        }
        return self._record("assistant", message=message, requestId=f"req_{self._base64(24)}")

    def _note(self, subtype: str, **more: object) -> dict[str, object]:
        return self._record("system", subtype=subtype, level="info", isMeta=False, **more)

    def _compaction(self) -> list[bytes]:
        self._context = 0
        metadata = {"trigger": "auto", "preTokens": 160_000}
        boundary = self._note("compact_boundary", content="Conversation compacted", compactMetadata=metadata)
        message = {"role": "user", "content": self._paragraph(100)}
        self._count(message["content"])
        summary = self._record("user", message=message, isCompactSummary=True)
        return [line(r) for r in (boundary, summary, *self._opening())]

    def _opening(self) -> list[dict[str, object]]:
        """What today's client records when a context begins: its prompts and its tools, 150 KB of them."""
        if self.client != TODAY:
            return []
        prompts = {"type": "prompt_snapshot", "systemPrompt": [self._paragraph(90) for _ in range(9)]}
        tools = [{"name": n.title(), "description": self._paragraph(45)} for n in self._lines(NOUNS, 12)]
        skills = {"type": "skill_listing", "content": self._paragraph(90), "skillCount": 13}
        return [
            self._record("attachment", attachment=skills, rendered=[{"content": skills["content"]}]),
            self._record("attachment", attachment=prompts),
            {"type": "api-request-shape", "sessionId": self.id, "shapeHash": self._hex(64), "shape": tools},
        ]

    def _request(self) -> dict[str, object]:
        return {
            "type": "api-request",
            "sessionId": self.id,
            "id": self._uuid(),
            "shapeHash": self._hex(64),
            "params": {"model": "claude-opus-5-5", "max_tokens": 128_000, "betas": self._lines(NOUNS, 9)},
            "tail": [self._hex(64) for _ in range(8)],
            "requestDigest": self._hex(64),
        }

    # Tools. Each gives (name, input, what the model sees, what the client keeps for itself).

    def _path(self) -> str:
        """Some files are read again and again."""
        return self._paths[int(len(self._paths) * self._random.random() ** 2)]

    def _bash(self) -> tuple[str, dict[str, object], str, object]:
        given = {
            "command": f"rg -n {self._word(NOUNS)} src | head -{self._random.randrange(90)}",
            "description": "Look",
        }
        lines = self._lines(self._log, self._size(8, 1.4, 450))
        if self._random.random() < 0.03:
            lines.insert(0, self._line(SECRETS))
        out = "\n".join(lines)
        return "Bash", dict(given), out, {"stdout": out, "stderr": "", "interrupted": False, "isImage": False}

    def _read(self) -> tuple[str, dict[str, object], str, object]:
        path = self._path()
        lines = self._files[path]
        shown = "\n".join(f"{i:>6}→{text}" for i, text in enumerate(lines, 1))
        file = {"filePath": path, "content": "\n".join(lines), "numLines": len(lines), "startLine": 1}
        return "Read", {"file_path": path}, shown, {"type": "text", "file": file}

    def _edit(self) -> tuple[str, dict[str, object], str, object]:
        path = self._path()
        lines = self._files[path]
        at = self._random.randrange(len(lines))
        old, new = lines[at : at + 6], self._lines(self._code, self._size(7, 0.6, 60))
        original = "\n".join(lines)
        lines[at : at + 6] = new
        if len(lines) > 1200:
            del lines[300:]
        given: dict[str, object] = {"file_path": path, "old_string": "\n".join(old), "new_string": "\n".join(new)}
        excerpt = "\n".join(f"{i:>6}→{text}" for i, text in enumerate(lines[at : at + 12], at + 1))
        shown = f"The file {path} has been updated. Here is the result of `cat -n` on a snippet:\n{excerpt}"
        hunk = {"oldStart": at, "newStart": at, "lines": [*(f"-{s}" for s in old), *(f"+{s}" for s in new)]}
        return "Edit", given, shown, {**given, "originalFile": original, "structuredPatch": [hunk]}

    def _grep(self) -> tuple[str, dict[str, object], str, object]:
        found = self._lines(self._code, self._size(20, 1.0, 300))
        shown = "\n".join(f"{self._path()}:{i * 7}:{text}" for i, text in enumerate(found))
        given: dict[str, object] = {"pattern": self._word(VERBS), "output_mode": "content"}
        return "Grep", given, shown, {"mode": "content", "numFiles": 0, "content": shown, "numLines": len(found)}

    def _write(self) -> tuple[str, dict[str, object], str, object]:
        path = self._path()
        self._files[path] = self._lines(self._code, self._size(70, 0.7, 600))
        content = "\n".join(self._files[path])
        given: dict[str, object] = {"file_path": path, "content": content}
        return "Write", given, f"File created at: {path}", {"type": "create", **given, "structuredPatch": []}


def line(record: Mapping[str, object]) -> bytes:
    """A record as the client writes it: compact JSON in UTF-8."""
    return json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def turns(session: Session, size: int) -> Iterator[list[bytes]]:
    """Whole turns of a session until they have at least `size` bytes."""
    while size > 0:
        lines = session.turn()
        size -= sum(map(len, lines))
        yield lines


def write(path: str, session: Session, size: int) -> Written:
    """Append whole turns, of at least `size` bytes, to a transcript."""
    written = lines_written = turns_written = 0
    with open(path, "ab") as f:
        for lines in turns(session, size):
            written += f.write(b"".join(lines))
            lines_written += len(lines)
            turns_written += 1
    share = session.tool_chars / max(session.read_chars, 1)
    return Written(written, lines_written, turns_written, round(share, 3))

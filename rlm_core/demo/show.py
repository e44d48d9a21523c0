"""Words the demo for a terminal or a pipe, in the user's language: plain text, colour only where it is wanted.

What was said in the invented session, and what hooks tell Claude, stays as it was said.
"""

from __future__ import annotations

import os
import shlex
import shutil
import sys
import textwrap
from datetime import date
from pathlib import Path

from rlm_core.demo.play import Compacted, Fired, Played
from rlm_core.demo.prove import Proof, Recalled, hook_table
from rlm_core.errors import Counted, phrase, worded
from rlm_core.language.notices import here, in_french, notice, numbered

WIDTH = 100
PLAIN = str.maketrans({"…": "...", "×": "x", "→": ">", "·": "-", "’": "'", "“": '"', "”": '"', "«": '"', "»": '"'})
DOES = {
    "SessionStart": (worded("looks"), worded("tells Claude what is archived")),
    "UserPromptSubmit": (worded("looks"), worded("tells the user that the context fills")),
    "Stop": (worded("archives the turn"), worded("speaks")),
    "SubagentStop": (worded("archives the sub-agent"), worded("speaks")),
    "PreCompact": (worded("archives"), worded("archives, and asks for citations in the summary")),
    "PostCompact": (worded("files the summary"), worded("speaks")),
    "SessionEnd": (worded("archives the rest"), worded("speaks")),
}
"""Event -> (what it does in silence, what it does when it answers)."""


def emit(lines: list[str]) -> None:
    """Print lines as the output's encoding and taste allow."""
    encoding = sys.stdout.encoding or "ascii"
    utf8 = encoding.lower().replace("-", "") == "utf8"
    for line in lines:
        shown = line if utf8 else line.translate(PLAIN).encode(encoding, "replace").decode(encoding)
        sys.stdout.write(f"{shown}\n")


def page(played: Played, proof: Proof, seconds: float, *, keep: bool) -> list[str]:
    """The whole demo as lines of text."""
    return [
        bold(notice("rlm demo: three days of work, through two compactions and a /clear.")),
        *textwrap.wrap(
            notice(
                "The session is invented and scripted: no model runs, nothing leaves this machine. The installer, the "
                "hook processes, the archive and the search are the real ones."
            ),
            WIDTH,
        ),
        *_install(played),
        *_work(played),
        *_archive(played, proof),
        *_proof(proof),
        *_questions(played, proof),
        *_context(played, proof),
        *_end(played, proof, seconds, keep=keep),
    ]


def _install(played: Played) -> list[str]:
    return [
        *_title("1", notice("Install"), notice("`rlm install` in an empty project wrote")),
        *[f"  {name}" for name in sorted(played.stage.installed)],
    ]


def _work(played: Played) -> list[str]:
    about = notice(
        "{days} {days:|day|days}, {turns} {turns:|turn|turns}, {calls} {calls:|hook call|hook "
        "calls}, each a process of its own",
        days=len(played.days),
        turns=played.turns,
        calls=len(played.fired),
    )
    head = f"  {notice('hook'):<18}{notice('calls'):>6}{notice('median'):>9}   {notice('answer')}"
    lines = [*_title("2", notice("Work"), about), dim(head)]
    for row in hook_table(played):
        silent, speaks = DOES[row["event"]]
        times = worded("{speaks} ({n} of {all} {all:|time|times})", speaks=speaks, n=row["answered"], all=row["count"])
        said = here(times if row["answered"] else worded("{does}, silently", does=silent))
        timing = f"{row['median_ms']:.0f} ms"
        lines.append(f"  {row['event']:<18}{row['count']:>6}{timing:>9}   {said}")
    for fired in played.fired:
        if fired.message:
            lines += ["", _at(fired.when, notice("the user is told, once:")), *_quoted(fired.message)]
    for compacted in played.compactions:
        lines += _compaction(played, compacted)
    for fired in played.of("SessionStart", "clear"):
        lines += _cleared(fired)
    return lines


def _compaction(played: Played, compacted: Compacted) -> list[str]:
    sizes = {"before": compacted.before // 1000, "after": compacted.after // 1000}
    if compacted.trigger == "manual":
        again = notice("/compact, {before}k tokens of context become {after}k: the same again", **sizes)
        return [_at(compacted.when, again)]
    ran = [f for f in played.fired if f.when == compacted.when]
    cut = notice("automatic compaction in mid-turn: {before}k tokens of context become {after}k", **sizes)
    lines = [_at(compacted.when, cut)]
    for fired in (f for f in ran if f.event == "PreCompact"):
        lines += [f"  {notice('PreCompact asks the summariser')}", *_quoted(_local(played, fired.answer), most=4)]
    if compacted.cited:
        lines.append(f"  {notice('The summary, scripted too, cites {chunks}', chunks=', '.join(compacted.cited))}")
    for fired in (f for f in ran if f.what == "compact"):
        size = notice("SessionStart tells Claude, in {n:,} characters", n=len(fired.context))
        lines += [f"  {size}", *_map(_local(played, fired.context))]
    return lines


def _map(context: str) -> list[str]:
    """The map's head and its newest chunks."""
    head, *rows = context.strip().split("\n")
    more = [dim(f"    {notice('… {n} {n:|line|lines} more', n=len(rows) - 3)}")] if len(rows) > 3 else []
    return [*_quoted(head), *(dim(_cut(f"    {row}")) for row in rows[:3]), *more]


def _cleared(fired: Fired) -> list[str]:
    told = notice("/clear: a new session begins, and Claude gets the map of the old one")
    return [
        _at(fired.when, told if fired.context else notice("/clear: a new session begins, and Claude is told nothing"))
    ]


def _archive(played: Played, proof: Proof) -> list[str]:
    about = notice(
        "{chunks} {chunks:|chunk|chunks} of Markdown, {outputs} {outputs:|long output|long outputs} whole beside them",
        chunks=proof.chunks,
        outputs=proof.blobs,
    )
    return [*_title("3", notice("Archive"), about), "  .claude/rlm/", *_tree(played.stage.root), *_excerpt(played)]


def _tree(root: Path) -> list[str]:
    lines = ["    INDEX.md"] if (root / "INDEX.md").exists() else []
    for folder in sorted(root.glob("sessions/*")):
        names = sorted(p.name for p in folder.glob("[0-9]*.md"))
        span = f"{names[0]} … {names[-1]}" if len(names) > 1 else "".join(names)
        lines += [
            f"    sessions/{folder.name}/",
            _branch("index.md", notice("a line for each chunk")),
            _branch(span, len(names)),
        ]
        for name, what in (("blobs", "*"), ("agents", "*/[0-9]*.md"), ("summaries", "*")):
            count = sum(1 for _ in folder.glob(f"{name}/{what}"))
            lines += [_branch(f"{name}/", count)] if count else []
    return lines


def _branch(name: str, about: str | int) -> str:
    return f"      {name:<40}" + dim(here(Counted(about, "file")) if isinstance(about, int) else about)


def _excerpt(played: Played) -> list[str]:
    """A prompt out of which a secret was left."""
    for path in sorted(played.stage.root.glob("sessions/*/[0-9]*.md")):
        lines = path.read_text("utf-8").split("\n")
        for number, line in enumerate(lines):
            if "[redacted:github]" in line and lines[number - 2].startswith("## user"):
                shown = lines[number - 2 : number + 3]
                shown_lines = [dim(_cut(f"  {number - 1 + i:>5}  {text}")) for i, text in enumerate(shown)]
                return ["", f"  {notice('{name}, from line {n}:', name=path.name, n=number - 1)}", *shown_lines]
    return []


def _proof(proof: Proof) -> list[str]:
    lines = _title("4", notice("Proof"), notice("each transcript against the archive, entry by entry"))
    for v in proof.verdicts:
        name = notice("sub-agent {id}", id=v.agent[:8]) if v.agent else notice("session {id}", id=v.session[:8])
        found = notice("{archived:,} of {all:,} {all:|entry|entries}", archived=v.archived, all=v.entries)
        lines.append(f"  {_mark(v.ok)} {name:<22} {found:>20}")
    kinds = ", ".join(f"{kind} {count}" for kind, count in sorted(proof.redacted.items())) or notice("none")
    counts = {"kinds": kinds, "n": len(proof.leaks), "all": proof.files}
    told = (
        notice(
            "secrets left out: {kinds}; what they were stands in {n} of the archive's {all} {all:|file|files}", **counts
        )
        if proof.leaks
        else notice(
            "secrets left out: {kinds}; what they were stands in none of the archive's {all} {all:|file|files}",
            **counts,
        )
    )
    return [*lines, *textwrap.wrap(f"  {_mark(not proof.leaks)} {told}", WIDTH, subsequent_indent="     ")]


def _questions(played: Played, proof: Proof) -> list[str]:
    about = notice("three questions, the best hit, and whether its line holds the fact")
    return _title("5", notice("Recall"), about) + [line for q in proof.questions for line in _question(q, played)]


def _question(q: Recalled, played: Played) -> list[str]:
    if not q.name:
        return [f"  {bold(q.question)}", f"    {_mark(False)} {notice('nothing found')}"]
    place = f"{q.name}:{q.line}  {q.when[:16].replace('T', ' ')}  {q.role}"
    return [f"  {bold(q.question)}", f"    {_mark(q.ok)} {place}", *_quoted(_local(played, q.quote), most=2)]


def _context(played: Played, proof: Proof) -> list[str]:
    now, kept = notice("in the context window now"), notice("in the archive, about")
    return [
        *_title("6", notice("Context"), notice("what Claude carries, what it can reach")),
        f"  {now:<27} {numbered(proof.tokens_in_context):>8} {notice('tokens')}",
        f"  {kept:<27} {numbered(proof.tokens_archived):>8} "
        + notice("tokens, kept without a model call, sent nowhere"),
    ]


def _end(played: Played, proof: Proof, seconds: float, *, keep: bool) -> list[str]:
    failed = [s for s in proof.steps if not s.ok]
    passed = len(proof.steps) - len(failed)
    took = f"{seconds:.1f}".replace(".", "," if in_french() else ".")
    verdict = notice(
        "{n} of {all} {all:|check|checks} passed in {seconds} s.", n=passed, all=len(proof.steps), seconds=took
    )
    lines = ["", (bold if failed else green)(verdict)]
    lines += [
        f"  {_mark(False)} {here(worded('{name}: {found}', name=s.name, found=phrase(s.detail)))}" for s in failed
    ]
    if keep:
        project, home = played.stage.project, shlex.quote(str(played.stage.config))
        lines.append(notice("Kept: {path}", path=project))
        lines.append(f"  cd {shlex.quote(str(project))} && export CLAUDE_CONFIG_DIR={home}")
        lines.append(
            "  rlm search retry limit" + dim(f"  # {notice('its archive belongs to that directory, not to yours')}")
        )
    return [*lines, *(advice() if not failed else [notice("`rlm doctor` in your project says what is wrong.")])]


def advice() -> list[str]:
    """How to go on, with or without Claude Code on this machine."""
    go = notice("cd your-project && rlm install")
    if shutil.which("claude"):
        trying = notice("then work, and try: /recall what did we decide about …")
        return [notice("Now for real:"), f"  {go}", "  claude", dim(f"  {trying}")]
    return [
        notice("Now for real, with Claude Code (https://code.claude.com), which is not on PATH here:"),
        "  npm install -g @anthropic-ai/claude-code",
        f"  {go}",
        dim(f"  {notice('then start claude, work, and try: /recall what did we decide about …')}"),
    ]


def _local(played: Played, text: str) -> str:
    """Paths relative to the project: the temporary one is of no interest."""
    return text.replace(f"{played.stage.project}{os.sep}", "")


def _quoted(text: str, most: int = 3) -> list[str]:
    lines = textwrap.wrap(" ".join(text.split()), WIDTH - 6, max_lines=most, placeholder=" …")
    return [dim(f"    {line}") for line in lines]


def _cut(line: str) -> str:
    return line if len(line) <= WIDTH else f"{line[: WIDTH - 1]}…"


def _at(when: str, what: str) -> str:
    return f"  {_day(when)}  {what}"


def _day(when: str) -> str:
    """`16 09:02` as `Mon 16 Nov 09:02`; "" is before the first day."""
    if not when:
        return notice("at the start")
    day, _, clock = when.partition(" ")
    names = (
        ("lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim.")
        if in_french()
        else ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
    )
    return f"{names[date(2026, 11, int(day)).weekday()]} {day} {'nov.' if in_french() else 'Nov'} {clock}"


def _title(number: str, name: str, about: str) -> list[str]:
    return ["", f"{bold(f'{number}. {name}')}  {about}"]


def _mark(ok: bool) -> str:
    return green("ok") if ok else red(notice("FAILED"))


def bold(text: str) -> str:
    return _styled(text, "1")


def dim(text: str) -> str:
    return _styled(text, "2")


def green(text: str) -> str:
    return _styled(text, "32")


def red(text: str) -> str:
    return _styled(text, "31")


def _styled(text: str, code: str) -> str:
    said = os.environ.get
    wanted = sys.stdout.isatty() and not said("NO_COLOR") and said("CLICOLOR") != "0" and said("TERM") != "dumb"
    return f"\033[{code}m{text}\033[0m" if wanted else text

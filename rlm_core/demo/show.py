"""Words the demo for a terminal or a pipe: plain text, colour only where it is wanted."""

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

WIDTH = 100
PLAIN = str.maketrans({"…": "...", "×": "x", "→": ">", "·": "-", "’": "'", "“": '"', "”": '"', "«": '"', "»": '"'})
DOES = {
    "SessionStart": ("looks", "tells Claude what is archived"),
    "UserPromptSubmit": ("looks", "tells the user that the context fills"),
    "Stop": ("archives the turn", "speaks"),
    "SubagentStop": ("archives the sub-agent", "speaks"),
    "PreCompact": ("archives", "archives, and asks for citations in the summary"),
    "PostCompact": ("files the summary", "speaks"),
    "SessionEnd": ("archives the rest", "speaks"),
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
        bold("rlm demo: three days of work, through two compactions and a /clear."),
        "The session is invented and scripted: no model runs, nothing leaves this machine. The installer, the",
        "hook processes, the archive and the search are the real ones.",
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
        *_title("1", "Install", "`rlm install` in an empty project wrote"),
        *[f"  {name}" for name in sorted(played.stage.installed)],
    ]


def _work(played: Played) -> list[str]:
    about = f"{len(played.days)} days, {played.turns} turns, {len(played.fired)} hook calls, each a process of its own"
    lines = [*_title("2", "Work", about), dim(f"  {'hook':<18}{'calls':>6}{'median':>9}   answer")]
    for row in hook_table(played):
        silent, speaks = DOES[row["event"]]
        said = f"{speaks} ({row['answered']} of {row['count']} times)" if row["answered"] else f"{silent}, silently"
        timing = f"{row['median_ms']:.0f} ms"
        lines.append(f"  {row['event']:<18}{row['count']:>6}{timing:>9}   {said}")
    for fired in played.fired:
        if fired.message:
            lines += ["", f"  {_day(fired.when)}  the user is told, once:", *_quoted(fired.message)]
    for compacted in played.compactions:
        lines += _compaction(played, compacted)
    for fired in played.of("SessionStart", "clear"):
        lines += _cleared(fired)
    return lines


def _compaction(played: Played, compacted: Compacted) -> list[str]:
    tokens = f"{compacted.before // 1000}k tokens of context become {compacted.after // 1000}k"
    if compacted.trigger == "manual":
        return [f"  {_day(compacted.when)}  /compact, {tokens}: the same again"]
    ran = [f for f in played.fired if f.when == compacted.when]
    lines = [f"  {_day(compacted.when)}  automatic compaction in mid-turn: {tokens}"]
    for fired in (f for f in ran if f.event == "PreCompact"):
        lines += ["  PreCompact asks the summariser", *_quoted(_local(played, fired.answer), most=4)]
    if compacted.cited:
        lines.append(f"  The summary, scripted too, cites {', '.join(compacted.cited)}")
    for fired in (f for f in ran if f.what == "compact"):
        size = f"  SessionStart tells Claude, in {len(fired.context):,} characters"
        lines += [size, *_map(_local(played, fired.context))]
    return lines


def _map(context: str) -> list[str]:
    """The map's head and its newest chunks."""
    head, *rows = context.strip().split("\n")
    more = [dim(f"    … {len(rows) - 3} lines more")] if len(rows) > 3 else []
    return [*_quoted(head), *(dim(_cut(f"    {row}")) for row in rows[:3]), *more]


def _cleared(fired: Fired) -> list[str]:
    about = "and Claude gets the map of the old one" if fired.context else "and Claude is told nothing"
    return [f"  {_day(fired.when)}  /clear: a new session begins, {about}"]


def _archive(played: Played, proof: Proof) -> list[str]:
    about = f"{proof.chunks} chunks of Markdown, {proof.blobs} long outputs whole beside them"
    return [*_title("3", "Archive", about), "  .claude/rlm/", *_tree(played.stage.root), *_excerpt(played)]


def _tree(root: Path) -> list[str]:
    lines = ["    INDEX.md"] if (root / "INDEX.md").exists() else []
    for folder in sorted(root.glob("sessions/*")):
        names = sorted(p.name for p in folder.glob("[0-9]*.md"))
        span = f"{names[0]} … {names[-1]}" if len(names) > 1 else "".join(names)
        lines += [
            f"    sessions/{folder.name}/",
            _branch("index.md", "a line for each chunk"),
            _branch(span, len(names)),
        ]
        for name, what in (("blobs", "*"), ("agents", "*/[0-9]*.md"), ("summaries", "*")):
            count = sum(1 for _ in folder.glob(f"{name}/{what}"))
            lines += [_branch(f"{name}/", count)] if count else []
    return lines


def _branch(name: str, about: str | int) -> str:
    return f"      {name:<40}" + dim(f"{about} file{'' if about == 1 else 's'}" if isinstance(about, int) else about)


def _excerpt(played: Played) -> list[str]:
    """A prompt out of which a secret was left."""
    for path in sorted(played.stage.root.glob("sessions/*/[0-9]*.md")):
        lines = path.read_text("utf-8").split("\n")
        for number, line in enumerate(lines):
            if "[redacted:github]" in line and lines[number - 2].startswith("## user"):
                shown = lines[number - 2 : number + 3]
                numbered = [dim(_cut(f"  {number - 1 + i:>5}  {text}")) for i, text in enumerate(shown)]
                return ["", f"  {path.name}, from line {number - 1}:", *numbered]
    return []


def _proof(proof: Proof) -> list[str]:
    lines = _title("4", "Proof", "each transcript against the archive, entry by entry")
    for v in proof.verdicts:
        name = f"sub-agent {v.agent[:8]}" if v.agent else f"session {v.session[:8]}"
        lines.append(f"  {_mark(v.ok)} {name:<20} {v.archived:>4} of {v.entries} entries")
    kinds = ", ".join(f"{kind} {count}" for kind, count in sorted(proof.redacted.items())) or "none"
    where = f"in {len(proof.leaks)} files" if proof.leaks else f"in none of the archive's {proof.files} files"
    return [*lines, f"  {_mark(not proof.leaks)} secrets left out: {kinds}; what they were stands {where}"]


def _questions(played: Played, proof: Proof) -> list[str]:
    lines = _title("5", "Recall", "three questions, the best hit, and whether its line holds the fact")
    return lines + [line for q in proof.questions for line in _question(q, played)]


def _question(q: Recalled, played: Played) -> list[str]:
    if not q.name:
        return [f"  {bold(q.question)}", f"    {_mark(False)} nothing found"]
    place = f"{q.name}:{q.line}  {q.when[:16].replace('T', ' ')}  {q.role}"
    return [f"  {bold(q.question)}", f"    {_mark(q.ok)} {place}", *_quoted(_local(played, q.quote), most=2)]


def _context(played: Played, proof: Proof) -> list[str]:
    return [
        *_title("6", "Context", "what Claude carries, what it can reach"),
        f"  in the context window now  {proof.tokens_in_context:>8,} tokens",
        f"  in the archive     about   {proof.tokens_archived:>8,} tokens, kept without a model call, sent nowhere",
    ]


def _end(played: Played, proof: Proof, seconds: float, *, keep: bool) -> list[str]:
    failed = [s for s in proof.steps if not s.ok]
    verdict = f"{len(proof.steps) - len(failed)} of {len(proof.steps)} checks passed in {seconds:.1f} s."
    lines = ["", (bold if failed else green)(verdict), *[f"  {_mark(False)} {s.name}: {s.detail}" for s in failed]]
    if keep:
        project, home = played.stage.project, shlex.quote(str(played.stage.config))
        lines.append(f"Kept: {project}")
        lines.append(f"  cd {shlex.quote(str(project))} && export CLAUDE_CONFIG_DIR={home}")
        lines.append("  rlm search retry limit" + dim("  # its archive belongs to that directory, not to yours"))
    return [*lines, *(advice() if not failed else ["`rlm doctor` in your project says what is wrong."])]


def advice() -> list[str]:
    """How to go on, with or without Claude Code on this machine."""
    go = "cd your-project && rlm install"
    if shutil.which("claude"):
        return ["Now for real:", f"  {go}", "  claude", dim("  then work, and try: /recall what did we decide about …")]
    return [
        "Now for real, with Claude Code (https://code.claude.com), which is not on PATH here:",
        "  npm install -g @anthropic-ai/claude-code",
        f"  {go}",
        dim("  then start claude, work, and try: /recall what did we decide about …"),
    ]


def _local(played: Played, text: str) -> str:
    """Paths relative to the project: the temporary one is of no interest."""
    return text.replace(f"{played.stage.project}{os.sep}", "")


def _quoted(text: str, most: int = 3) -> list[str]:
    lines = textwrap.wrap(" ".join(text.split()), WIDTH - 6, max_lines=most, placeholder=" …")
    return [dim(f"    {line}") for line in lines]


def _cut(line: str) -> str:
    return line if len(line) <= WIDTH else f"{line[: WIDTH - 1]}…"


def _day(when: str) -> str:
    """`16 09:02` as `Mon 16 Nov 09:02`; "" is before the first day."""
    if not when:
        return "at the start"
    day, _, clock = when.partition(" ")
    return f"{('Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun')[date(2026, 11, int(day)).weekday()]} {day} Nov {clock}"


def _title(number: str, name: str, about: str) -> list[str]:
    return ["", f"{bold(f'{number}. {name}')}  {about}"]


def _mark(ok: bool) -> str:
    return green("ok") if ok else red("FAILED")


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

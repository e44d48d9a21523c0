"""Real questions to a real small model through `rlm run` (it writes the cells) and `rlm repl exec` (it reads for them).

    python -m benchmarks.readers.programs [--folder .build/live] [--only N]

The model is that of `live`. Each question has an answer that a program tells exactly; `right` says whether the run's
answer holds it. What the model wrote, and what `rlm` made of it, is printed and kept in the folder as `programs.json`.
Nothing is asserted.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.engine.control import ROOT
from benchmarks.readers import fetching
from benchmarks.readers.live import NOTES, served

SECONDS, TURNS = 300, 6  # of one run

_TIMES = [(n * 37) % 901 for n in range(300)]
FILES = {
    **NOTES,
    "app.log": "".join(
        f"2026-03-0{1 + n // 100} 10:{n // 60 % 60:02}:{n % 60:02} {'ERROR' if n % 50 == 7 else 'INFO'} "
        f"GET /api/{('users', 'pay')[n % 2]} {ms}ms\n"
        for n, ms in enumerate(_TIMES)
    ),
    "orders.csv": "id,customer,total\n" + "".join(
        f"{n},{('ann', 'ben', 'cleo')[n * n % 3]},{n * 13 % 97}\n" for n in range(1, 61)
    ),
}  # fmt: skip


class Asked(NamedTuple):
    """A question over a file. right: what a right answer holds, as a regular expression."""

    question: str
    file: str
    right: str


ROOT_QUESTIONS = (
    Asked("How many lines of the log say ERROR?", "app.log", r"\b6\b"),
    Asked("What is the greatest time in ms of a request to /api/pay?", "app.log", rf"\b{max(_TIMES[1::2])}\b"),
    Asked("What is the sum of the totals of ann's orders?", "orders.csv",
          rf"\b{sum(n * 13 % 97 for n in range(1, 61) if n * n % 3 == 0)}\b"),
    Asked("How many bugs have a high severity?", "bugs.md", r"\b(2|two)\b"),
    Asked("What is the port of the staging server?", "ops.md", r"\b8443\b"),
    Asked("Combien de lignes du journal contiennent ERROR ?", "app.log", r"\b6\b"),
    Asked("Qu'est-ce qui a été décidé sur Redis ?", "reunion.md", r"(?i)abandon"),
)  # fmt: skip

LEAF_CELLS = {
    "llm": ('print(llm("What is the port of the staging server? Answer with the number.", ctx.docs[0]))',
            "ops.md", r"\b8443\b"),
    "llm_map": ('said = llm_map("Which severity has this bug? One word.", [l for l in ctx.lines if "Bug" in l])\n'
                "print(sum(\"high\" in str(s).lower() for s in said if ok(s)))", "bugs.md", r"\b2\b"),
    "label": ('bugs = [l for l in ctx.lines if "Severity" in l]\n'
              'print(tally(label(bugs, ["high", "medium", "low"], "the severity of the bug")))', "bugs.md",
              r"'high': 2\b"),
    "extract": ('rows = extract("Each bug", ctx, "number!: int, severity!")\n'
                'print(len(rows), [(r["number"], r["severity"], r.verified) for r in rows])', "bugs.md", r"^4 "),
    "ask": ('print(ask("Qu\'est-ce qui a été décidé sur Redis ?", ctx).text)', "reunion.md", r"(?i)abandon"),
}  # fmt: skip


def commanded(words: Sequence[str], file: str, url: str, home: Path, stdin: str = "") -> dict[str, Any]:
    """What a command of `rlm` over a file says: its JSON, its exit code, its seconds and what it told beside."""
    (home / file).write_text(FILES[file], encoding="utf-8")
    command = [sys.executable, "-m", "rlm_core", *words, "--over", str(home / file), "--leaf", "anthropic"]
    command += ["--workers", "1", "--json", "--project", str(home)]
    env = {"PATH": os.defpath, "HOME": str(home), "PYTHONPATH": ROOT, "PYTHONUTF8": "1"}
    env |= {"ANTHROPIC_BASE_URL": url, "ANTHROPIC_API_KEY": "none"}
    began = time.perf_counter()
    done = subprocess.run(command, env=env, input=stdin, capture_output=True, text=True, encoding="utf-8", check=False)
    said = json.loads(done.stdout) if done.stdout.startswith("{") else {}
    return {**said, "exit": done.returncode, "wall": round(time.perf_counter() - began, 1), "talk": done.stderr}


def run(asked: Asked, number: int, url: str, home: Path) -> dict[str, Any]:
    """A question to `rlm run`, with the programs that were written for it and what each of them printed."""
    name = f"live-{number}"
    words = ["run", asked.question, "--turns", str(TURNS), "--max-seconds", str(SECONDS), "-s", name]
    said = commanded(words, asked.file, url, home)
    cells = []
    for path in sorted(home.rglob(f"repl/{name}/cells/*.py")):
        printed = path.with_suffix(".txt")
        cells.append({"program": path.read_text("utf-8"), "printed": printed.read_text("utf-8")[:2000]
                      if printed.exists() else None})  # fmt: skip
    right = bool(re.search(asked.right, str(said.get("answer", ""))))
    return {**said, "question": asked.question, "right": right, "cells": cells}


def cell(what: str, url: str, home: Path) -> dict[str, Any]:
    """A cell whose calls the model answers."""
    program, file, right = LEAF_CELLS[what]
    said = commanded(["repl", "exec", "-s", f"leaf-{what}", "-c", program], file, url, home)
    return {**said, "what": what, "right": bool(re.search(right, str(said.get("output", ""))))}


def shown(runs: Sequence[Mapping[str, Any]], cells: Sequence[Mapping[str, Any]]) -> str:
    """What was met, for people."""
    rows = []
    for one in runs:
        rows.append(f"\n{one['question']}\n  {'right' if one['right'] else 'WRONG'}, by {one.get('route', 'nothing')}: "
                    f"{' '.join(str(one.get('answer') or one['talk']).split())[:300]}")  # fmt: skip
        rows.append(f"  exit {one['exit']}, {one['wall']} s, {one.get('turns', 0)} cells, {one.get('calls', 0)} calls, "
                    f"stopped by {one.get('stopped') or 'nothing'}; {'; '.join(one.get('notes', ()))}")  # fmt: skip
    for one in cells:
        told = one.get("error") or one.get("output") or one["talk"]
        rows.append(f"\n{one['what']}: {'right' if one['right'] else 'WRONG'}, {one['wall']} s, {one.get('calls', 0)} "
                    f"calls: {' '.join(str(told).split())[:300]}")  # fmt: skip
    rows.append(f"\n{sum(r['right'] for r in runs)} of {len(runs)} runs right, "
                f"{sum(c['right'] for c in cells)} of {len(cells)} cells")  # fmt: skip
    return "\n".join(rows)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.readers.programs", description=__doc__.split("\n")[0])
    parser.add_argument("--folder", type=Path, default=Path(ROOT) / ".build" / "live", help="for model and runner")
    parser.add_argument("--only", type=int, help="ask this question alone, counted from 1")
    options = parser.parse_args(arguments)
    folder: Path = options.folder
    asked = list(enumerate(ROOT_QUESTIONS, 1))
    asked = asked if options.only is None else asked[options.only - 1 : options.only]
    try:
        fetching.fetch(folder)
        log = folder / "programs.jsonl"
        log.write_text("", encoding="utf-8")
        with served(folder, log) as url, tempfile.TemporaryDirectory(prefix="rlm-live-") as home:
            runs = [run(one, number, url, Path(home)) for number, one in asked]
            cells = [cell(what, url, Path(home)) for what in LEAF_CELLS] if options.only is None else []
    except fetching.UnavailableError as e:
        print(f"skipped: {e}")
        return 0
    answers = [json.loads(line) for line in log.read_text("utf-8").split("\n") if line]
    met = {"date": time.strftime("%Y-%m-%d", time.gmtime()), "runs": runs, "cells": cells, "answers": answers}
    (folder / "programs.json").write_text(json.dumps(met, indent=1, ensure_ascii=False), encoding="utf-8")
    print(shown(runs, cells))
    print(f"\nkept in {folder / 'programs.json'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

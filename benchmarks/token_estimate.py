"""How far `rlm_core.tokens.estimate` is from the tokens that Claude's API counted, and how fast it is.

    python -m benchmarks.token_estimate [--quick] [--json] [--transcripts DIR]

The truth is the `usage` of Claude Code transcripts. A *step* is what lies between two API calls of the main
thread; it is known to have added to the context as many tokens as (input + cache creation + cache read) grew.
Thinking is part of it: Claude Opus 4.5 keeps that of earlier turns, as the steps that end a turn show.
A step is left out, and counted, if the context shrank (a compaction, a restart) or if some of what it added
cannot be read (images, thinking without its text). System reminders that the client sends without recording
stay in as noise, which is why the fit is robust and the figures are medians.

The weights are refitted here by the method that made those in `tokens.py`: non-negative least squares on
relative errors with Huber weights. Only the standard library is needed.
"""

import argparse
import json
import os
import platform
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from statistics import median, quantiles

from rlm_core import tokens

REPOSITORY = Path(__file__).resolve().parent.parent
UNREADABLE_BLOCKS = {"image", "document", "redacted_thinking"}
LARGE = 1000

Vector = list[float]


@dataclass(frozen=True)
class Step:
    """What one step added to the context: `growth`, in tokens by the API's count, and the texts behind it."""

    session: str
    growth: int
    texts: tuple[str, ...]
    tool_calls: int
    parameters: int

    @property
    def wrappers(self) -> int:
        """Tokens of tool calls that are no text."""
        return self.tool_calls * tokens.TOOL_CALL_TOKENS + self.parameters * tokens.PARAMETER_TOKENS


@dataclass(frozen=True)
class Errors:
    """Errors in percent: of single steps (absolute), and of sums (signed). None: no step is that large."""

    step_median: float
    step_p90: float
    large_step_median: float | None
    large_step_p90: float | None
    total: float
    session_totals: dict[str, float]


@dataclass(frozen=True)
class Refit:
    """Weights as `tokens.py` has them, and the errors when each session is predicted from the others."""

    weights: dict[str, int]
    tool_call: float
    parameter: float
    held_out: Errors | None


@dataclass(frozen=True)
class Report:
    """All that the benchmark says; without any step, `errors_percent` is empty and `refit` None."""

    benchmark: str
    machine: str
    python: str
    steps: int
    left_out: dict[str, int]
    throughput: dict[str, float]
    errors_percent: dict[str, Errors]
    refit: Refit | None


class Call:
    """One API call and all that entered the context after its prompt was counted."""

    def __init__(self, usage: dict[str, int]) -> None:
        self.context = sum(
            usage.get(key) or 0 for key in ("input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens")
        )
        self.texts: list[str] = []
        self.tool_calls = 0
        self.parameters = 0
        self.readable = True

    def add(self, content: object) -> None:
        """Take in a message's content: a string or a list of blocks."""
        if isinstance(content, str):
            self.texts.append(content)
        elif isinstance(content, list):
            for block in content:
                self._add_block(block)

    def _add_block(self, block: dict[str, object]) -> None:
        kind = block.get("type")
        if kind == "tool_use":
            self._add_tool_call(block)
        elif kind == "tool_result":
            self.add(block.get("content"))
        elif kind in ("text", "thinking") and block[kind]:
            self.texts.append(str(block[kind]))
        elif kind in UNREADABLE_BLOCKS or kind == "thinking":
            self.readable = False

    def _add_tool_call(self, block: dict[str, object]) -> None:
        self.tool_calls += 1
        self.texts.append(str(block.get("name")))
        arguments = block.get("input")
        for name, value in arguments.items() if isinstance(arguments, dict) else ():
            self.parameters += 1
            self.texts.append(name)
            self.texts.append(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))


def read_calls(path: Path) -> tuple[list[Call], int]:
    """Return the main thread's API calls in order, and how many lines did not parse."""
    calls: dict[str, Call] = {}
    last: Call | None = None
    unreadable = 0
    with open(path, encoding="utf-8", errors="replace") as file:
        for line in file:
            try:
                entry = json.loads(line)
                message = entry.get("message")
            except (ValueError, AttributeError):
                unreadable += 1
                continue
            if entry.get("isSidechain") or not isinstance(message, dict):
                continue
            if entry["type"] == "user" and last:
                last.add(message.get("content"))
            elif entry["type"] == "assistant" and counted(message):
                # One response is one line per content block: same id, same prompt.
                last = calls.setdefault(message["id"], Call(message["usage"]))
                last.add(message.get("content"))
    return list(calls.values()), unreadable


def counted(message: dict[str, object]) -> bool:
    """Return whether the message is a model's; the client's own (interruptions, API errors) have no usage."""
    return message.get("model") != "<synthetic>" and bool(message.get("usage"))


def read_steps(paths: Iterable[Path]) -> tuple[list[Step], dict[str, int]]:
    """Return the steps that can be measured and the counts of what cannot."""
    steps: list[Step] = []
    skipped = {"unreadable_lines": 0, "context_shrank": 0, "content_not_recorded": 0}
    for path in paths:
        calls, unreadable = read_calls(path)
        skipped["unreadable_lines"] += unreadable
        for call, following in pairwise(calls):
            growth = following.context - call.context
            if growth <= 0:
                skipped["context_shrank"] += 1
            elif not call.readable:
                skipped["content_not_recorded"] += 1
            else:
                steps.append(Step(path.stem, growth, tuple(call.texts), call.tool_calls, call.parameters))
    return steps, skipped


def errors_of(steps: Sequence[Step], predicted: Sequence[float]) -> Errors:
    """Return how far `predicted`, one number a step, is from the growth of each."""
    relative = [abs(p / step.growth - 1) for step, p in zip(steps, predicted, strict=True)]
    large = [error for error, step in zip(relative, steps, strict=True) if step.growth >= LARGE]
    return Errors(
        step_median=percent(median(relative)),
        step_p90=percent(ninth_decile(relative)),
        large_step_median=percent(median(large)) if large else None,
        large_step_p90=percent(ninth_decile(large)) if large else None,
        total=percent(total_error(steps, predicted)),
        session_totals={
            name: percent(total_error(steps, predicted, name)) for name in sorted({s.session for s in steps})
        },
    )


def total_error(steps: Sequence[Step], predicted: Sequence[float], session: str | None = None) -> float:
    """Return the signed relative error of the sum over one session, or over all."""
    chosen = [(p, s.growth) for s, p in zip(steps, predicted, strict=True) if session in (None, s.session)]
    return sum(p for p, _ in chosen) / sum(growth for _, growth in chosen) - 1


def ninth_decile(values: Sequence[float]) -> float:
    return quantiles(values, n=10, method="inclusive")[-1] if len(values) > 1 else values[0]


def percent(ratio: float) -> float:
    return round(ratio * 100, 1)


def compare(steps: Sequence[Step]) -> dict[str, Errors]:
    """Return the errors of the estimate, of the two usual rules of thumb, and of tiktoken where its encoding lies on
    this machine; all get the same wrappers."""
    methods: dict[str, Callable[[str], float]] = {
        "estimate": tokens.estimate,
        "characters / 4": lambda text: len(text) / 4,
        "bytes / 3.5": lambda text: len(text.encode("utf-8", "surrogatepass")) / 3.5,
    }
    if tokens.has_encoding():
        methods[tokens.TIKTOKEN] = lambda text: tokens.count(text)[0]
    return {
        name: errors_of(steps, [sum(map(method, step.texts)) + step.wrappers for step in steps])
        for name, method in methods.items()
    }


def fitted_row(step: Step) -> Vector:
    """Return the step's counts that have fitted weights: text features, then tool calls and parameters."""
    counts = [tokens.features(text) for text in step.texts]
    return [
        *(float(sum(c.get(name, 0) for c in counts)) for name in tokens.FITTED),
        step.tool_calls,
        step.parameters,
    ]


def chosen_part(step: Step) -> float:
    """Return the tokens that the weights which are not fitted give to the step."""
    counts = [tokens.features(text) for text in step.texts]
    names = tokens.WEIGHTS.keys() - set(tokens.FITTED)
    return sum(tokens.WEIGHTS[name] * c.get(name, 0) for c in counts for name in names) / 1000


def dot(a: Vector, b: Vector) -> float:
    return sum(x * y for x, y in zip(a, b, strict=True))


def fit(rows: Sequence[Vector], targets: Vector, growths: Vector, rounds: int = 60) -> Vector:
    """Return non-negative weights w that make rows · w ≈ targets, each error taken relative to its growth."""
    scale = [1 / max(growth, 100) for growth in growths]
    trust = [1.0] * len(rows)
    weights = [0.0] * len(rows[0])
    for _ in range(rounds):
        factors = [t * s * s for t, s in zip(trust, scale, strict=True)]
        weights = nonnegative_least_squares(rows, targets, factors, weights)
        errors = [abs(dot(row, weights) - y) * s for row, y, s in zip(rows, targets, scale, strict=True)]
        limit = 1.5 * 1.4826 * median(errors)
        trust = [min(1.0, limit / max(error, 1e-12)) for error in errors]
    return weights


def nonnegative_least_squares(
    rows: Sequence[Vector], targets: Vector, factors: Vector, start: Vector, sweeps: int = 2000
) -> Vector:
    """Minimise sum(factor * (row · w - target)²) over w >= 0, by coordinate descent."""
    columns = range(len(start))
    gram = [[sum(f * r[i] * r[j] for f, r in zip(factors, rows, strict=True)) for j in columns] for i in columns]
    moment = [sum(f * r[i] * y for f, r, y in zip(factors, rows, targets, strict=True)) for i in columns]
    weights = list(start)
    for _ in range(sweeps):
        before = list(weights)
        for i in columns:
            if gram[i][i]:
                weights[i] = max(0.0, weights[i] + (moment[i] - dot(gram[i], weights)) / gram[i][i])
        if max(abs(a - b) for a, b in zip(before, weights, strict=True)) < 1e-6:
            break
    return weights


def refit(steps: Sequence[Step]) -> Refit:
    """Return the weights that these steps ask for."""
    rows = [fitted_row(step) for step in steps]
    chosen = [chosen_part(step) for step in steps]
    growths = [float(step.growth) for step in steps]

    def fit_without(session: str | None) -> Vector:
        kept = [i for i, step in enumerate(steps) if step.session != session]
        return fit([rows[i] for i in kept], [growths[i] - chosen[i] for i in kept], [growths[i] for i in kept])

    *weights, tool_call, parameter = fit_without(None)
    sessions = {step.session for step in steps}
    held_out = None
    if len(sessions) > 1:
        fits = {session: fit_without(session) for session in sessions}
        held_out = errors_of(
            steps,
            [dot(row, fits[step.session]) + c for row, c, step in zip(rows, chosen, steps, strict=True)],
        )
    by_name = {name: round(weight * 1000) for name, weight in zip(tokens.FITTED, weights, strict=True)}
    return Refit(by_name, round(tool_call, 1), round(parameter, 1), held_out)


def throughput(megabytes: int) -> dict[str, float]:
    """Return the speed on ASCII source code, and its cost as a multiple of one pass over the same bytes."""
    source = Path(__file__).read_text(encoding="utf-8").encode("ascii", "ignore").decode()
    text = (source * (megabytes * 1_000_000 // len(source) + 1))[: megabytes * 1_000_000]
    upper = bytes(range(256)).upper()
    seconds = best_time(lambda: tokens.estimate(text))
    floor = best_time(lambda: text.encode().translate(upper))
    return {"megabytes_per_second": round(megabytes / seconds), "passes": round(seconds / floor, 1)}


def best_time(action: Callable[[], object], repeats: int = 5) -> float:
    """Return the shortest of some runs, in seconds: the least disturbed."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        action()
        times.append(time.perf_counter() - start)
    return min(times)


def find_transcripts(directory: str | None) -> list[Path]:
    """Return the transcripts in `directory`, else $RLM_TRANSCRIPTS, else the data beside the repository."""
    beside = REPOSITORY.parent / "shared" / "data" / "transcripts"
    return sorted(Path(directory or os.environ.get("RLM_TRANSCRIPTS") or beside).glob("*.jsonl"))


def measure(paths: Sequence[Path], megabytes: int) -> Report:
    """Return every figure of the benchmark."""
    steps, left_out = read_steps(paths)
    return Report(
        benchmark="token_estimate",
        machine=f"{platform.system()} {platform.machine()}, {os.cpu_count()} CPUs",
        python=platform.python_version(),
        steps=len(steps),
        left_out=left_out,
        throughput=throughput(megabytes),
        errors_percent=compare(steps) if steps else {},
        refit=refit(steps) if steps else None,
    )


def show(report: Report) -> None:
    """Print the report for people."""
    print(f"{report.machine}, Python {report.python}; {report.steps} steps; left out: {report.left_out}")
    print(f"throughput: {report.throughput}")
    rows = dict(report.errors_percent)
    if report.refit and report.refit.held_out:
        rows["refitted, held-out session"] = report.refit.held_out
    print(f"\n{'error in %':28}{'step median':>12}{'p90':>7}{f'>={LARGE}':>8}{'p90':>7}{'total':>8}  sessions")
    for name, e in rows.items():
        steps = f"{e.step_median:>12}{e.step_p90:>7}{e.large_step_median!s:>8}{e.large_step_p90!s:>7}"
        totals = " ".join(f"{total:+}" for total in e.session_totals.values())
        print(f"{name:28}{steps}{e.total:>+8}  {totals}")
    if report.refit:
        r = report.refit
        print(f"\nrefitted: {r.weights}, tool call {r.tool_call}, parameter {r.parameter}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark; 1 if there is nothing to measure."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.token_estimate", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("--quick", action="store_true", help="time 2 MB instead of 20")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--transcripts", metavar="DIR", help="folder of Claude Code *.jsonl transcripts")
    options = parser.parse_args(arguments)
    paths = find_transcripts(options.transcripts)
    if not paths:
        print(
            "no transcripts (*.jsonl); name their folder with --transcripts or RLM_TRANSCRIPTS",
            file=sys.stderr,
        )
        return 1
    report = measure(paths, megabytes=2 if options.quick else 20)
    if options.json:
        print(json.dumps(asdict(report), indent=2))
    else:
        show(report)
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""An invented repository: its files, tests, commits and logs, and what tools print about them.

Files belong to a component and are read, searched and edited again and again, so that about half of the lines
that a session shows have been shown before.
"""

from dataclasses import dataclass
from random import Random

from benchmarks import world
from benchmarks.transcripts import ADJECTIVES, CODE, LOG, NOUNS, VERBS
from benchmarks.world import Component

FILES = 4  # of a component
TESTS = 26  # of a component, about
MAX_LINES = 420  # of a generated file


@dataclass(frozen=True)
class Call:
    """A tool call and what the tool printed. seen: identifiers in the output that somebody may come back to."""

    tool: str
    given: dict[str, object]
    output: str
    failed: bool = False
    seen: tuple[str, ...] = ()


class Words:
    """Names of the code. A file or a component has favourites, which it uses again and again."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self.nouns = random.sample(NOUNS, 14)
        self.verbs = random.sample(VERBS, 8)

    def noun(self) -> str:
        return self._random.choice(self.nouns if self._random.random() < 0.8 else NOUNS)

    def verb(self) -> str:
        return self._random.choice(self.verbs if self._random.random() < 0.8 else VERBS)

    def function(self) -> str:
        return f"{self.verb()}_{self.noun()}"

    def fill(self, template: str) -> str:
        """A line of code or of a log with its slots filled."""
        r = self._random
        names = {slot: self.noun() for slot in ("n", "m", "n2", "m2")}
        verb = self.verb()
        return template.format(
            **names,
            v=verb,
            V=verb.title(),
            N=names["n"].upper(),
            C=f"{self.noun().title()}{self.noun().title()}",
            C2=self.noun().title(),
            a=r.choice(ADJECTIVES),
            s=f"{verb} the {r.choice(ADJECTIVES)} {self.noun()} before the {self.noun()}",
            i=r.randrange(2000),
            j=r.randrange(100),
            d=r.randrange(10, 30),
            h=f"{r.randrange(24):02d}:{r.randrange(60):02d}:{r.randrange(60):02d}",
            x=f"{r.getrandbits(48):012x}",
        )


class Part:
    """What the repository has of one component."""

    def __init__(self, component: Component, cwd: str, random: Random) -> None:
        self.component = component
        self.words = Words(random)
        stem = component.stem
        names = [f"{self.words.noun()}_{self.words.noun()}" for _ in range(FILES)]
        self.paths = [f"{cwd}/src/{stem}/{name}.py" for name in dict.fromkeys(names)]
        self.settings = f"{cwd}/config/{stem}.toml"
        self.files = {path: self._code(random) for path in self.paths}
        self.files[self.settings] = [f"[{stem}]", f'owner = "{random.choice(world.PEOPLE)}"', "enabled = true"]
        self.tests = [
            f"tests/{stem}/test_{self.words.noun()}.py::test_{self.words.function()}_{random.choice(ADJECTIVES)}"
            for _ in range(random.randrange(TESTS // 2, TESTS * 2))
        ]

    def _code(self, random: Random) -> list[str]:
        size = min(MAX_LINES, int(80 * random.lognormvariate(0, 0.6)))
        return [self.words.fill(random.choice(CODE)) for _ in range(size)]


class Repository:
    """All components' parts, the commits so far, and the tools that look at them."""

    def __init__(self, cwd: str, random: Random) -> None:
        self.cwd = cwd
        self._random = random
        self.parts = {c.stem: Part(c, cwd, random) for c in world.COMPONENTS}
        self._commits = [self._commit() for _ in range(12)]

    def part(self, component: Component) -> Part:
        return self.parts[component.stem]

    def path(self, part: Part) -> str:
        """One of a component's files; the first are the ones that everybody reads."""
        return part.paths[int(len(part.paths) * self._random.random() ** 2)]

    def relative(self, path: str) -> str:
        return path.removeprefix(f"{self.cwd}/")

    # Tools.

    def any(self, part: Part) -> Call:
        tools = (self.read, self.tests, self.edit, self.grep, self.log, self.history, self.listing)
        return self._random.choices(tools, (23, 9, 20, 9, 22, 8, 6))[0](part)

    def read(self, part: Part, path: str = "") -> Call:
        if not path:
            path = part.settings if self._random.random() < 0.08 else self.path(part)
        lines = part.files[path]
        given: dict[str, object] = {"file_path": path}
        first = 1
        if len(lines) > 150 and self._random.random() < 0.3:
            first = self._random.randrange(1, len(lines) - 80)
            given |= {"offset": first, "limit": 80}
            lines = lines[first - 1 : first + 79]
        shown = "\n".join(f"{n:>6}→{text}" for n, text in enumerate(lines, first))
        return Call("Read", given, shown, seen=(self.relative(path),))

    def settle(self, part: Part, line: str) -> Call:
        """Put a setting into the component's configuration."""
        lines = part.files[part.settings]
        key = line.partition(" = ")[0]
        old = next((text for text in lines if text.startswith(f"{key} = ")), "enabled = true")
        new = line if old != "enabled = true" else f"{old}\n{line}"
        part.files[part.settings] = "\n".join(new if text == old else text for text in lines).split("\n")
        return self._edited(part.settings, old, new, part.files[part.settings][:8], 1)

    def edit(self, part: Part) -> Call:
        path = self.path(part)
        lines = part.files[path]
        at = self._random.randrange(max(1, len(lines) - 6))
        old = lines[at : at + self._random.randrange(1, 6)]
        new = [part.words.fill(self._random.choice(CODE)) for _ in range(self._random.randrange(1, 9))]
        lines[at : at + len(old)] = new
        del lines[MAX_LINES:]
        return self._edited(path, "\n".join(old), "\n".join(new), lines[max(0, at - 3) : at + 11], max(1, at - 2))

    def _edited(self, path: str, old: str, new: str, around: list[str], first: int) -> Call:
        excerpt = "\n".join(f"{n:>6}→{text}" for n, text in enumerate(around, first))
        shown = f"The file {path} has been updated. Here's the result of running `cat -n` on a snippet:\n{excerpt}"
        return Call("Edit", {"file_path": path, "old_string": old, "new_string": new}, shown)

    def grep(self, part: Part) -> Call:
        word = part.words.noun()
        found = [
            f"{self.relative(path)}:{n}:{text}"
            for path in part.paths
            for n, text in enumerate(part.files[path], 1)
            if word in text
        ]
        given: dict[str, object] = {"pattern": word, "output_mode": "content", "path": f"src/{part.component.stem}"}
        return Call("Grep", given, "\n".join(found[:90]) or "No matches found")

    def tests(self, part: Part) -> Call:
        stem = part.component.stem
        failing = self._random.choice(part.tests) if self._random.random() < 0.4 else ""
        rows = [
            f"{test} {'FAILED' if test == failing else 'PASSED'} [{100 * (n + 1) // len(part.tests):3d}%]"
            for n, test in enumerate(part.tests)
        ]
        head = ["platform linux -- Python 3.12.7, pytest-8.3.3, pluggy-1.5.0", f"rootdir: {self.cwd}", ""]
        seconds = f"{self._random.uniform(0.8, 70):.2f}s"
        tally = f"{len(part.tests) - bool(failing)} passed in {seconds}"
        body = [*head, *rows, "", *(self._failure(part, failing) if failing else []), tally]
        seen = (failing.partition("::")[2], seconds) if failing else ()
        command: dict[str, object] = {"command": f"pytest -v tests/{stem}", "description": f"Run {stem} tests"}
        return Call("Bash", command, "\n".join(body), bool(failing), seen)

    def _failure(self, part: Part, test: str) -> list[str]:
        file, _, name = test.partition("::")
        lines = [part.words.fill(self._random.choice(CODE)) for _ in range(self._random.randrange(4, 14))]
        number = self._random.randrange(20, 300)
        return [
            "=================================== FAILURES ===================================",
            f"____ {name} ____",
            *(f"    {text}" for text in lines),
            f"E   AssertionError: assert {self._random.randrange(900)} == {self._random.randrange(900)}",
            f"{file}:{number}: AssertionError",
            f"FAILED {test}",
        ]

    def log(self, part: Part, code: str = "") -> Call:
        """The end of a component's log; code: an error that it shows."""
        lines = [part.words.fill(self._random.choice(LOG[:3])) for _ in range(self._random.randrange(8, 60))]
        request = f"req-{self._random.getrandbits(40):010x}"
        took = f"{self._random.randrange(100, 99_000)} ms"
        at = self._random.randrange(len(lines))
        lines[at] += f" {request}"
        if code:
            where = f"{self.relative(self.path(part))}:{self._random.randrange(20, 300)}"
            lines[at + 1 : at + 1] = [f"ERROR {part.component.stem}: {code} at {where} after {took} ({request})"]
        command: dict[str, object] = {"command": f"tail -n {len(lines)} logs/{part.component.stem}.log"}
        return Call("Bash", command, "\n".join(lines), seen=(request, took) if code else (request,))

    def history(self, part: Part) -> Call:
        self._commits[:0] = [self._commit(part) for _ in range(self._random.randrange(1, 4))]
        shown = self._commits[: self._random.randrange(8, 25)]
        command: dict[str, object] = {"command": f"git log --oneline -n {len(shown)}"}
        return Call("Bash", command, "\n".join(shown), seen=tuple(c.partition(" ")[0] for c in shown[:3]))

    def _commit(self, part: Part | None = None) -> str:
        part = part or self._random.choice(list(self.parts.values()))
        doing = f"{part.words.verb().title()} the {self._random.choice(ADJECTIVES)} {part.words.noun()}"
        return f"{self._random.getrandbits(28):07x} {part.component.name.en}: {doing}"

    def listing(self, part: Part) -> Call:
        changed = [f" M {self.relative(path)}" for path in self._random.sample(part.paths, 2)]
        command: dict[str, object] = {"command": "git status --short && git diff --stat"}
        stat = [f" {line[3:]} | {self._random.randrange(1, 60)} +++--" for line in changed]
        return Call("Bash", command, "\n".join([*changed, *stat]))

    def todos(self, part: Part) -> Call:
        """Claude's list of what is to be done."""
        words = part.words
        items = [
            {"content": f"{words.verb().title()} the {words.noun()} in {self.relative(self.path(part))}", "status": s}
            for s in ("completed", "in_progress", "pending")
        ]
        shown = "Todos have been modified successfully. Ensure that you continue to use the todo list."
        return Call("TodoWrite", {"todos": items}, shown)

"""Coding sessions that are made up: prompts, reads, edits, tests that fail, commits. For who has none at hand.

Every task is of one kind: a setting of a component is renamed, added or checked. What is said about it, its code and
its commit share some words, as they do in reality; the rest is what tools print. Language: English, every third session
French.
"""

import os
from random import Random

from benchmarks.repository import Call, Part, Repository
from benchmarks.sessions import BEGIN, Recorder, Tally
from benchmarks.transcripts import ADJECTIVES

CWD = "/srv/shop"
SEED = 13
SESSIONS, QUICK_SESSIONS = 4, 2
TASKS, QUICK_TASKS = 12, 4  # of a session
PROMPTS = {
    "en": (
        "The {a} {n} of {c} never ends when the {m} is slow, please add a limit to it.",
        "Can you make {c} {v} the {a} {n} only once? Customers complained about the {m}.",
        "We still lose the {m} whenever {c} cannot {v} its {n}, find out why and fix it.",
        "Let {c} {v} every {a} {n} before it touches the {m}.",
    ),
    "fr": (
        "Le {n} de {c} ne finit jamais quand le {m} est lent, ajoute une limite s'il te plaît.",
        "On perd encore le {m} quand {c} échoue avec son {n}, trouve pourquoi et corrige.",
        "Fais en sorte que {c} vérifie chaque {n} avant de toucher au {m}.",
    ),
}
STEPS = (
    "Now let me {v} the {a} {n} where {f} reads the {m}.",
    "I'll add the check of the {n} to {f} first.",
    "Let me change {f} so that the {m} keeps its {a} {n}.",
)
THOUGHTS = (
    "The user wants the {a} {n} of {c} to be safe. The {m} is read in {f}, so the check belongs there.",
    "I should see how {f} uses the {m} before I change anything about the {n}.",
)
SUBJECTS = ("{V} the {a} {n} of {c} once", "Keep the {m} when the {n} is {a}", "{c}: limit the {a} {n} by its {m}")


def write(folder: str, quick: bool) -> list[str]:
    """Write transcripts into a directory that is made; their paths, oldest first."""
    os.makedirs(folder)
    random = Random(SEED)
    repository = Repository(CWD, random)
    paths = []
    for number in range(QUICK_SESSIONS if quick else SESSIONS):
        recorder = Recorder(random, CWD, BEGIN.replace(day=1 + number), Tally())
        coding = _Coding(recorder, repository, random, "fr" if number % 3 == 2 else "en")
        for _ in range(QUICK_TASKS if quick else TASKS):
            coding.task()
        paths.append(os.path.join(folder, f"{recorder.id}.jsonl"))
        with open(paths[-1], "wb") as f:
            f.writelines(recorder.lines)
    return paths


class _Coding:
    """One session."""

    def __init__(self, recorder: Recorder, repository: Repository, random: Random, language: str) -> None:
        self._recorder, self._repository, self._random, self._language = recorder, repository, random, language

    def task(self) -> None:
        """A prompt, what is done about it in one file or two, and its commit."""
        part = self._random.choice(list(self._repository.parts.values()))
        paths = self._random.sample(part.paths, self._random.randrange(1, 3))
        slots = self._slots(part, paths[0])
        name = f"{slots['v']}{slots['n'].title()}{slots['m'].title()}"
        self._recorder.user(self._of(PROMPTS[self._language], slots))
        self._recorder.call(self._repository.grep(part))
        for path in paths:
            slots["f"] = os.path.basename(path)
            self._recorder.claude(self._of(THOUGHTS, slots), "thinking")
            self._recorder.call(self._repository.read(part, path))
            self._recorder.claude(self._of(STEPS, slots))
            self._recorder.call(self._edit(part, path, name, slots))
        self._recorder.call(self._failing(part, name, slots))
        self._recorder.claude(f"The test does not know {name} yet, I'll repair {slots['f']}.")
        self._recorder.call(self._edit(part, paths[-1], f"{name}Error", slots))
        self._recorder.call(self._repository.log(part))
        self._commit(paths, slots)

    def _slots(self, part: Part, path: str) -> dict[str, str]:
        words = part.words
        component = part.component.name.of(self._language)
        return {
            "c": component if self._language == "fr" else f"the {component}",
            "f": os.path.basename(path),
            "n": words.noun(),
            "m": words.noun(),
            "v": (verb := words.verb()),
            "V": verb.title(),
            "a": self._random.choice(ADJECTIVES),
        }

    def _of(self, stock: tuple[str, ...], slots: dict[str, str]) -> str:
        return self._random.choice(stock).format(**slots)

    def _edit(self, part: Part, path: str, name: str, slots: dict[str, str]) -> Call:
        """Puts a function of this name into a file."""
        lines = part.files[path]
        at = self._random.randrange(len(lines))
        body = (
            f"def {name}({slots['m']}, *, {slots['a']}_{slots['n']}=None):",
            f"    if {slots['a']}_{slots['n']} is None:",
            f"        return {slots['m']}.{slots['v']}()",
        )
        old, new = lines[at], [lines[at], *body]
        lines[at : at + 1] = new
        shown = "\n".join(f"{n:>6}→{line}" for n, line in enumerate(lines[at : at + 8], at + 1))
        given: dict[str, object] = {"file_path": path, "old_string": old, "new_string": "\n".join(new)}
        return Call("Edit", given, f"The file {path} has been updated. Here's the result:\n{shown}")

    def _failing(self, part: Part, name: str, slots: dict[str, str]) -> Call:
        test = self._random.choice(part.tests)
        printed = f"{test} FAILED\nE   NameError: cannot {slots['v']} {slots['n']}, name '{name}Error' is not defined"
        return Call("Bash", {"command": f"pytest -q {test.partition('::')[0]}"}, printed, failed=True)

    def _commit(self, paths: list[str], slots: dict[str, str]) -> None:
        subject = self._of(SUBJECTS, slots)
        added = " ".join(self._repository.relative(path) for path in paths)
        command = f'git add {added} && git commit -m "{subject}"'
        printed = f"[main {self._random.getrandbits(28):07x}] {subject}\n {len(paths)} files changed"
        self._recorder.call(Call("Bash", {"command": command}, printed))
        self._recorder.claude("Done, it is committed.")

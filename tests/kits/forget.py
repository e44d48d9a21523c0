"""An archive in which one matter stands in every kind of place, and others besides, to forget it and look what is left.

    >>> made = Rich(folder)                       # doctest: +SKIP
    >>> made.rlm("forget", "--match", made.PHRASE, "--yes")     # doctest: +SKIP

The matter is a bird, the Kestrel: its words stand in no other text. What stays is about a scheduler and a harbour.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from kits.asking import Asking
from kits.builders import Session, image_block, png
from rlm_core.archive.summaries import file_summary
from rlm_core.disk import machine
from rlm_core.redaction.clean import literal

MAIN = "aaaaaaaa-1111-4222-8333-944445555666"
FORK = "bbbbbbbb-1111-4222-8333-944445555666"
OTHER = "cccccccc-1111-4222-8333-944445555666"
AGENT = "k1"

PHRASE = "Projet Kestrel"
WORDS = ("kestrel", "quillfeather", "vermeil", "ottersgate")
"""They stand in the matter alone, folded. All of them are in MAIN; `kestrel` is in the fork, in a document, too."""
STAYING = ("scheduler", "harbour", "part1", "lighthouse")
"""They stand in what is not about the matter."""
SAID = "The quillfeather of Projet Kestrel is painted in vermeil, and it lands at Ottersgate before dawn."
ASKED = "Which colour has the quillfeather of Projet Kestrel, and where does it land?"
OPTION = "kestrel set wingspan to seven."


class Rich(Asking):
    """A project with two sessions, a fork, an open session, a sub-agent, files, documents, answers, a second copy.

    MAIN talks of the scheduler first, then of the matter: in a prompt, a thought, an answer, a call, an output with a
    blob, an image, a queued prompt, a compaction's summary (filed, too), its title, its sub-agent and its files. FORK
    has MAIN's records and goes on. OTHER is about the harbour alone. All transcripts are there, all last chunks open.
    """

    PHRASE = PHRASE

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        (self.project / ".claude").mkdir()
        (self.project / ".claude" / "rlm.yaml").write_text("chunk: {target: 400, limit: 800}\n")
        self.main = self._main()
        self.fork = self._fork()
        self.other = talk_of_the_harbour(Session(OTHER))
        self.paths = {s.session: self.session(s) for s in (self.main, self.fork, self.other)}
        self._folder_of_main()
        self._documents()
        self.rlm("archive", "--all")
        self.rlm("add", "notes")
        self._summary()
        self.ask("Which option did kestrel set?", "--yes")
        self.rlm("archive", "--all")  # so that the second copy has the summary

    def _main(self) -> Session:
        s = Session(MAIN)
        for n in range(4):
            s.prompt(f"Question {n}: how does part{n} of the scheduler behave?")
            s.tool("Bash", f"output {n} of the scheduler " * 12, command=f"cat part{n}.py")
            s.says(f"Part{n} of the scheduler waits. " * 8)
        s.prompt(ASKED)
        s.thinks(f"I remember: {SAID}")
        s.tool("Bash", "\n".join(f"quillfeather {n} vermeil" for n in range(1500)), command="cat kestrel/plan.txt")
        s.tool("Write", "ok", file_path="/home/jo/app/kestrel/wing.txt", content=f"{SAID}\n{OPTION}\n")
        s.user([image_block(png(7)), {"type": "text", "text": "a picture of the kestrel"}])
        s.says(f"{SAID} {OPTION}")
        s.attachment("queued_command", prompt="tell more of Projet Kestrel", commandMode="prompt")
        s.compaction(f"We spoke of the scheduler. {SAID}")
        s.prompt("And the scheduler, part1 again?")
        s.says("The scheduler of part1 waits as before.")
        s.title("Kestrel and the scheduler", "ai-title")
        return s

    def _fork(self) -> Session:
        s = Session(FORK)
        s.items = [{**i, "sessionId": FORK} if isinstance(i, dict) else i for i in self.main.items]
        s.second = self.main.second
        s.prompt("In the fork: is there a lighthouse by the scheduler?")
        s.says("There is a lighthouse.")
        return s

    def _folder_of_main(self) -> None:
        home = self.paths[MAIN].with_suffix("")
        agent = Session(MAIN, agent=AGENT, seed=AGENT, cwd=str(self.project))
        agent.prompt("Look for the quillfeather of Projet Kestrel")
        agent.says(f"Found: {SAID}")
        agent.write(home / "subagents" / f"agent-{AGENT}.jsonl")
        outputs = home / "tool-results"
        outputs.mkdir()
        (outputs / "orphan.txt").write_text(f"Output of the kestrel:\n{SAID}\n")

    def _documents(self) -> None:
        notes = self.project / "notes"
        notes.mkdir()
        text = f"# Harbour\n\nThe harbour opens at six.\n\n# Kestrel\n\n{SAID}\n\n# Lighthouse\n\nIt is white.\n"
        (notes / "birds.md").write_text(text)
        (notes / "harbour.md").write_text("# Harbour\n\nOnly the harbour stands here.\n")

    def _summary(self) -> None:
        root = self.archive.root
        state = machine(f"{root}/state/sources/{MAIN}.json")
        file_summary(root, state, literal(f"Handed over: {SAID}"), literal("auto"))

    def goes_on(self, text: str = "Let us go on with the scheduler.") -> None:
        """The main session, which is open, says more, and a hook archives it."""
        self.main.prompt(text)
        self.main.says("Good: the scheduler goes on.")
        self.session(self.main)
        self.rlm("archive", str(self.paths[MAIN]))

    def backfill(self) -> None:
        """Everything is archived once more, as `rlm archive --all` does after an upgrade or a loss of state."""
        self.rlm("archive", "--all")

    def without_state(self) -> None:
        shutil.rmtree(self.project / ".claude" / "rlm" / "state" / "sources")
        (self.project / ".claude" / "rlm" / "state" / "uuids").unlink()


def talk_of_the_harbour(session: Session) -> Session:
    for n in range(3):
        session.prompt(f"Request {n}: which ships lie in the harbour?")
        session.tool("Bash", f"ship {n} in the harbour " * 10, command=f"ls harbour{n}")
        session.says(f"Ship {n} lies in the harbour. " * 6)
    return session

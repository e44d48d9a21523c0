"""The options of the commands to take in, to check and mend, and to keep private."""

from __future__ import annotations

from rlm_core.cli.options.allowed import date
from rlm_core.cli.options.common import command

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rlm_core.cli.options.common import Commands


def archive(commands: Commands, name: str) -> None:
    p = command(commands, name, "archive:archive", "archive transcripts now")
    p.add_argument(
        "transcripts",
        nargs="*",
        metavar="TRANSCRIPT",
        help="transcript files (*.jsonl), or the beginning of a session's id",
    )
    p.add_argument("--all", action="store_true", help="every transcript Claude Code still has of the project")
    p.add_argument(
        "--anew",
        action="store_true",
        help="bring chunks of a former form to today's, where the transcript still says all that they say",
    )


def add(commands: Commands, name: str) -> None:
    p = command(commands, name, "add:add", "put reference documents into the archive; alone: refresh them")
    p.add_argument(
        "paths",
        nargs="*",
        metavar="FILE|DIR",
        help="Markdown, text, source code, HTML, PDF, office files, notebooks, CSV; directories",
    )
    p.add_argument("--list", action="store_true", help="list the documents")
    p.add_argument("--remove", action="store_true", help="take what is named out of the archive again")
    p.add_argument("--whole", action="store_true", help="all rows of a large CSV file, not its columns and a sample")


def rescue(commands: Commands, name: str) -> None:
    p = command(
        commands, name, "back.rescue:rescue", "archive what is left of sessions that were deleted before rlm came"
    )
    p.add_argument("--dry-run", action="store_true", help="show what is left and change nothing")


def status(commands: Commands, name: str) -> None:
    command(commands, name, "status:status", "what is archived, where, and with which settings")


def doctor(commands: Commands, name: str) -> None:
    p = command(commands, name, "status:doctor", "check that everything works, and say what to do if not")
    p.add_argument("--fix", action="store_true", help="mend what is safe to mend: old skills, hooks that have died")


def verify(commands: Commands, name: str) -> None:
    p = command(commands, name, "proving:verify", "prove that transcripts are whole in the archive")
    p.add_argument("transcripts", nargs="*", metavar="TRANSCRIPT", help="the same; default: all of the project")
    p.add_argument("--all", action="store_true", help="every transcript Claude Code still has: the default, said aloud")
    p.add_argument("--repair", action="store_true", help="bring back what is damaged or missing, then prove it again")


def restore(commands: Commands, name: str) -> None:
    p = command(commands, name, "restore:restore", "bring back from the second copy what the archive lacks")
    p.add_argument("--session", default="", metavar="ID", help="only this session (beginning of its id)")
    p.add_argument("--dry-run", action="store_true", help="show what would come back and change nothing")


def revive(commands: Commands, name: str) -> None:
    p = command(
        commands, name, "back.revive:revive", "bring back a session whose transcript is gone, for `claude --resume`"
    )
    p.add_argument("session", metavar="SESSION", help="the beginning of its id, or a citation of it")
    p.add_argument("--until", default="", metavar="CITATION", help="only what was said up to there")
    p.add_argument("--yes", action="store_true", help="write it without asking")
    p.add_argument("--dry-run", action="store_true", help="show what would come back and write nothing")


def reindex(commands: Commands, name: str) -> None:
    command(commands, name, "archive:reindex", "make the search index anew from the chunk files")


def forget(commands: Commands, name: str) -> None:
    p = command(
        commands, name, "consent.forget:forget", "forget what was archived, keep it out, and prove that it is gone"
    )
    p.add_argument("--session", default="", metavar="ID", help="a session and its sub-agents (beginning of its id)")
    p.add_argument("--chunk", default="", metavar="ID[:LINES]", help="a chunk, or its entries on lines such as 40-44")
    p.add_argument(
        "--since",
        default="",
        metavar="DATE",
        type=date,
        help="what was said since then: 2026-11-01, yesterday, 3 days ago",
    )
    p.add_argument("--until", default="", metavar="DATE", type=date, help="what was said on or before")
    p.add_argument("--match", default="", metavar="WORDS", help="entries in which these words stand in this order")
    p.add_argument("--regex", default="", metavar="RE", help="entries in which this regular expression is found")
    p.add_argument("--document", default="", metavar="PATH", help="a document that was added")
    p.add_argument("--retention", action="store_true", help="the sessions beyond what `retention` in rlm.yaml keeps")
    p.add_argument("--dry-run", action="store_true", help="show what would go, and from where; change nothing")
    p.add_argument("--yes", action="store_true", help="forget it without asking")
    p.add_argument(
        "--never-again", action="store_true", help="refuse what the session says later, the words, the document"
    )
    p.add_argument("--transcript", action="store_true", help="blank it in Claude Code's closed transcripts, too")


def secrets(commands: Commands, name: str) -> None:
    p = command(
        commands, name, "withheld.secrets:secrets", "which secrets were left out of which session, never their values"
    )
    p.add_argument("--session", default="", metavar="ID", help="only this session (beginning of its id)")
    p.add_argument("--since", default="", metavar="DATE", type=date, help="only from this date on")
    p.add_argument("--kind", default="", metavar="KIND", help="only secrets of a kind, e.g. github")


def redact(commands: Commands, name: str) -> None:
    p = command(
        commands, name, "withheld.secrets:redact", "apply today's rules of redaction to all that was archived before"
    )
    p.add_argument("--dry-run", action="store_true", help="show how many secrets there are and change nothing")

"""The options of the commands to find, to read, to go back and to look at it all."""

from __future__ import annotations

from rlm_core.cli.options.allowed import count, date, from_0
from rlm_core.cli.options.common import command
from rlm_core.cli.quick import ROLES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rlm_core.cli.options.common import Commands


def search(commands: Commands, name: str) -> None:
    p = command(commands, name, "search:search", "find passages in the archive, best first")
    p.add_argument(
        "query", nargs="+", metavar="QUERY", help='words; "quoted phrases" must occur, a -word must not (after --)'
    )
    p.add_argument("-k", type=count, default=10, metavar="N", help="how many (default 10)")
    p.add_argument("--session", default="", metavar="ID", help="only this session (beginning of its id)")
    p.add_argument(
        "--since",
        default="",
        metavar="DATE",
        type=date,
        help="only what was said since then: 2026-11-01, yesterday, 3 days ago",
    )
    p.add_argument("--until", default="", metavar="DATE", type=date, help="only what was said on or before")
    p.add_argument("--role", default="", choices=ROLES, metavar="ROLE", help=f"only {', '.join(ROLES)}")
    p.add_argument("--tool", default="", metavar="NAME", help="only calls and results of a tool, e.g. Bash")
    p.add_argument("--file", default="", metavar="PATH", help="only chunks that touched a file (part of its path)")
    p.add_argument("--branch", default="", metavar="NAME", help="only what was said on a git branch")
    p.add_argument("--regex", action="store_true", help="QUERY is a regular expression; lines, newest first")
    p.add_argument("--explain", action="store_true", help="tell of each hit what it scored for")
    p.add_argument("--everywhere", action="store_true", help="in the archives of all your projects")


def show(commands: Commands, name: str) -> None:
    p = command(commands, name, "search:show", "print a chunk, the lines around CHUNK:LINE, or a session")
    p.add_argument("chunk", nargs="+", metavar="WHAT", help="CHUNK[:LINE], or a session: its id, or words of its title")
    p.add_argument("--whole", action="store_true", help="of a session all it holds, not the list of its chunks")
    p.add_argument("-C", "--context", type=from_0, default=20, metavar="N", help="lines around LINE (default 20)")


def list_(commands: Commands, name: str) -> None:
    p = command(commands, name, "search:list_sessions", "list the archived sessions, newest first")
    p.add_argument("--everywhere", action="store_true", help="those of all your projects")


def peek(commands: Commands, name: str) -> None:
    p = command(commands, name, "peek:peek", "what happened when: sessions, prompts, files, decisions")
    p.add_argument("when", nargs="*", metavar="WHEN", help="only then: 2026-11-22, yesterday, last week")
    p.add_argument("--session", default="", metavar="ID", help="only this session (beginning of its id)")
    p.add_argument("--since", default="", metavar="DATE", type=date, help="only from this date on")
    p.add_argument("--until", default="", metavar="DATE", type=date, help="only up to this date")
    p.add_argument("--file", default="", metavar="PATH", help="only what touched a file (part of its path)")
    p.add_argument("-n", type=count, default=5, metavar="N", help="how many sessions (default 5)")
    p.add_argument("--decisions", action="store_true", help="only decisions and the like")
    p.add_argument("--chronological", action="store_true", help="oldest first")


def handoff(commands: Commands, name: str) -> None:
    p = command(commands, name, "handoff:handoff", "show what a new session is told of the one before it")
    p.add_argument("--session", default="", metavar="ID", help="as after /clear of this session (beginning of its id)")


def why(commands: Commands, name: str) -> None:
    p = command(commands, name, "behind.why:why", "tell the session and the decision behind a file's line")
    p.add_argument("file", metavar="FILE[:LINE]", help="a file of the project, and a line of it")


def resume(commands: Commands, name: str) -> None:
    p = command(commands, name, "back.resume:resume", "go back to a session of any project: start Claude Code with it")
    p.add_argument(
        "what", nargs="*", metavar="WHAT", help="a citation, the beginning of a session's id, or words of what was said"
    )
    p.add_argument("--print", action="store_true", help="print the command instead")


def view(commands: Commands, name: str) -> None:
    p = command(commands, name, "views.viewing:view", "see it all in a browser: sessions, decisions, files, search")
    p.add_argument("--session", default="", metavar="ID", help="open this session (beginning of its id)")
    p.add_argument("--no-open", action="store_true", help="write the pages and open no browser")


def export(commands: Commands, name: str) -> None:
    p = command(commands, name, "views.export:export", "one file to send: a session, what is cited, an answer")
    p.add_argument(
        "what",
        metavar="WHAT",
        help="a session's id or its beginning, CHUNK[:LINE], or what `rlm ask --json` printed (a file, -)",
    )
    form = p.add_mutually_exclusive_group(required=True)
    for word, text in (("html", "a page by itself"), ("md", "Markdown"), ("jsonl", "a line of JSON an entry")):
        form.add_argument(f"--{word}", dest="form", action="store_const", const=word, help=text)
    p.add_argument("-o", "--output", metavar="FILE", help="where to (default: stdout)")
    p.add_argument("--prompts", action="store_true", help="only what you asked for, e.g. for a pull request")

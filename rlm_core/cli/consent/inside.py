"""What commands refuse in a Claude Code session, where a skill lets Claude run them unasked.

Any text that Claude reads may hold an order, so that a command line of Claude's counts as written by a stranger: it
stays inside the session's project, and within what the user's settings let it spend. Claude Code looks at a command's
name and not at its options, so we do (docs/decisions/0054, 0076). A person at a terminal may do all of it.
"""

from __future__ import annotations

import os

from rlm_core.disk import lies_within
from rlm_core.errors import RlmError, phrase, worded
from rlm_core.language.quoting import visible
from rlm_core.project import named_project, project_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterable

    from rlm_core.asking.corpus.build import Corpus
    from rlm_core.repl.cellstore import CellSession

MARK = "CLAUDECODE"  # Claude Code sets it for all that it runs
READING = ("search", "show", "list")  # commands that may read other archives of the user's, when the prompt asks for it
USERS = (
    "restore",
    "trust",
    "adopt",
    "forget",
    "redact",
    "resume",
    "revive",
    "rescue",
)  # commands that only the user runs
ADVICE = "run it in a terminal of your own, since in a Claude Code session any text may have given the order"
ASK = 'opens other projects only when the user\'s prompt says so ("in any project", « dans tous mes projets »)'
WHOLE = 36  # characters of a session's whole id


def in_session() -> bool:
    """Whether Claude Code runs this command."""
    return MARK in os.environ


def may_read_others() -> bool:
    """Whether this command may read archives of the user's other projects: a person's may, Claude's where asked to."""
    return not in_session() or _asked()


def check(args: Namespace) -> None:
    """Raise RlmError for a command line that only the user may run. Reads nothing of what it names."""
    verb = "list" if args.command_path.endswith(":list_sessions") else args.command_path.rpartition(":")[2]
    if verb in USERS:
        raise _refused(f"rlm {verb}", "is for the user alone")
    if getattr(args, "purge", False):
        raise _refused("rlm uninstall --purge", "is for the user alone")
    if getattr(args, "everywhere", False) and not _asked():
        raise _refused(f"rlm {verb} --everywhere", ASK)
    root = _root()
    if args.project or not args.command_path.startswith("install:"):
        _check_project(args, root, verb)
    if verb in ("archive", "verify"):
        _check_transcripts(args.transcripts, args.project, verb)
    elif verb == "handoff" and args.session:
        _check_transcripts([args.session], args.project, verb)
    elif verb == "add":
        check_paths(args.paths, root, "rlm add")
    elif verb == "ask":
        _check_ask(args, root)
    elif verb == "sql":
        check_paths([path for path in (*args.over, *(p for _, p in args.table)) if path != "-"], root, "rlm sql")
    elif verb == "export":
        _check_export(args, root)
    elif verb in ("repl", "run"):
        _check_cells(args, root, verb)


def _asked() -> bool:
    from rlm_core.cli.consent.asked_for import has_asked_everywhere

    return has_asked_everywhere()


def _refused(what: str, why: str) -> RlmError:
    form = "inside a Claude Code session `{command}` {why}; {advice}"
    return RlmError(worded(form, command=what, why=phrase(why), advice=phrase(ADVICE)))


def check_cells(session: CellSession, what: str) -> None:
    """Raise RlmError for a session of cells that a person began in a terminal: its names may hold what Claude may not
    read. One that bears the name of Claude Code's own session counts as Claude's, whatever version began it."""
    own = session.data.get("inside") is True or session.name == os.environ.get("CLAUDE_CODE_SESSION_ID")
    if MARK in os.environ and session.exists and not own:
        raise _refused(what, worded("sees no session of cells that you began yourself, as {name}", name=session.name))


def _root() -> str:
    """The session's project."""
    start = os.environ.get("CLAUDE_PROJECT_DIR", "")
    return os.path.realpath(project_of(start if os.path.isdir(start) else os.getcwd()))


def _check_project(args: Namespace, root: str, verb: str) -> None:
    named = named_project(args.project) if args.project else project_of(os.getcwd())
    if not lies_within(os.path.realpath(named), root) and not (verb in READING and _asked()):
        raise _refused(
            f"rlm {verb}",
            worded("stays in the session's project, {root}; {named} is another one", root=root, named=visible(named)),
        )


def _check_transcripts(names: Iterable[str], given: str | None, verb: str) -> None:
    """Transcripts of the project alone, by id or by path; the session that runs us counts wherever it began."""
    from glob import escape, glob

    from rlm_core.home import config_dir
    from rlm_core.transcript.locate import SESSION_ID, transcripts

    names = [name for name in names if name != os.environ.get("CLAUDE_CODE_SESSION_ID")]
    if not names:
        return
    base = os.path.realpath(os.path.join(config_dir(), "projects"))
    found = transcripts(named_project(given) if given else project_of(os.getcwd()))
    sources = [source for source in found if lies_within(os.path.realpath(source.path), base)]
    files = {os.path.realpath(s.path) for source in sources for s in (source, *source.agents())}
    for name in names:
        if SESSION_ID.fullmatch(name):
            ours = any(source.session.startswith(name) for source in sources)
            # What is no session of the project's may be another one's, or a file's name.
            elsewhere = glob(os.path.join(escape(base), "*", f"{name}.jsonl")) if len(name) == WHOLE else []
            foreign = os.path.lexists(name) or bool(elsewhere)
        else:
            path = os.path.realpath(name)
            ours, foreign = path in files and lies_within(path, base), True
        if foreign and not ours:
            raise _refused(
                f"rlm {verb}",
                worded("takes transcripts of the session's project alone, and {name} is none", name=visible(name)),
            )


def check_paths(paths: Iterable[str], root: str, what: str) -> None:
    """Files of the project alone, none that may hold secrets. Raises RlmError.

    Names are looked at, and links followed: no file is opened.
    """
    from rlm_core.asking.corpus.patterns import is_pattern, matching

    for path in paths:
        _check_path(path, _fixed(path) if is_pattern(path) else path, root, what)
        if is_pattern(path) and not os.path.lexists(path):
            for found in matching(os.path.expanduser(path)):
                _check_path(found, found, root, what)


def _fixed(pattern: str) -> str:
    """The directory that a pattern begins with, before its first wildcard."""
    from rlm_core.asking.corpus.patterns import is_pattern

    parts = os.path.expanduser(pattern).split(os.sep)
    first = next((n for n, part in enumerate(parts) if is_pattern(part)), len(parts))
    return os.sep.join(parts[:first]) or (os.sep if pattern.startswith(os.sep) else ".")


def _check_path(shown: str, path: str, root: str, what: str) -> None:
    from rlm_core.documents.discover import may_hold_secrets

    # A name with a NUL is no file's, and what a `~` stands for depends on who reads it.
    if "\0" in path or not all(lies_within(os.path.realpath(p), root) for p in (path, os.path.expanduser(path))):
        raise _refused(
            what,
            worded(
                "reads files of the project alone, and {shown} is outside of {root}", shown=visible(shown), root=root
            ),
        )
    for name in (os.path.basename(path).lower(), os.path.basename(os.path.realpath(path)).lower()):
        if may_hold_secrets(name):
            raise _refused(what, worded("reads no file that may hold secrets, such as {shown}", shown=visible(shown)))


def check_corpus(corpus: Corpus, what: str = "rlm ask") -> None:
    """The same for the files that were found by names which looked harmless, before a word of them is sent or shown."""
    check_files([document.path for document in corpus.documents if document.path], what)


def check_files(paths: Iterable[str], what: str) -> None:
    """The same for files by their paths: found in directories, or named by an earlier command, which the user gave."""
    if in_session():
        root = _root()
        for path in paths:
            _check_path(path, path, root, what)


def _check_ask(args: Namespace, root: str) -> None:
    """Neither more nor dearer than the settings say, and nothing from outside."""
    from rlm_core.asking.native import ORDER

    if args.resume:
        raise _refused("rlm ask --resume", "is for the user alone")
    if args.yes:
        raise _refused("rlm ask --yes", "is for the user alone, and the answer is remembered here")
    check_paths([path for path in args.over if path != "-"], root, "rlm ask")
    if args.findings not in ("", "-") and not ORDER.fullmatch(args.findings):
        check_paths([args.findings], root, "rlm ask --findings")
    if args.rows not in (None, "", "-"):
        for path in (args.rows, os.path.expanduser(args.rows)):
            if "\0" in path or not lies_within(os.path.realpath(path), root):
                raise _refused("rlm ask --rows", worded("writes below the session's project alone, {root}", root=root))
    _check_spending(args)


def _check_export(args: Namespace, root: str) -> None:
    """An answer's file is of the project, and what is written lies below it."""
    if args.what.endswith(".json"):
        check_paths([args.what], root, "rlm export")
    if args.output and ("\0" in args.output or not lies_within(os.path.realpath(args.output), root)):
        raise _refused("rlm export -o", worded("writes below the session's project alone, {root}", root=root))


def _project_named(args: Namespace) -> str:
    return named_project(args.project) if args.project else project_of(os.getcwd())


def _check_cells(args: Namespace, root: str, verb: str) -> None:
    """Texts and cells of the project alone, and calls within the settings, and below what needs the user's word."""
    from rlm_core.config import load

    if verb == "repl" and args.verb not in (None, "", "exec"):
        return
    cell = args.what if verb == "repl" else ""
    check_paths([path for path in (*args.over, cell) if path not in ("", "-")], root, f"rlm {verb}")
    if verb == "run" and args.root not in ("", load(_project_named(args)).ask["models"]["reduce"]):
        raise _refused(f"rlm run --root {args.root}", "is not the model of the settings")
    _check_spending(args)
    ask = load(_project_named(args)).ask
    if args.max_usd is not None and ask["confirm_usd"] and args.max_usd > ask["confirm_usd"]:
        raise _refused(
            f"rlm {verb} --max-usd {args.max_usd}",
            worded("is more than ask.confirm_usd, {confirm_usd}", confirm_usd=ask["confirm_usd"]),
        )


def _check_spending(args: Namespace) -> None:
    from rlm_core.config import load
    from rlm_core.llm.claude.workers import default_workers

    ask = load(_project_named(args)).ask
    for name in ("max_usd", "max_calls"):
        given, most = getattr(args, name), ask[name]
        if given is not None and most and given > most:
            raise _refused(
                f"rlm ask --{name.replace('_', '-')} {given}",
                worded("is more than the settings allow, {most}", most=most),
            )
    workers = ask["workers"] or default_workers()
    if args.workers is not None and args.workers > workers:
        raise _refused(
            f"rlm ask --workers {args.workers}",
            worded("is more than the settings allow, {workers}", workers=workers),
        )
    if args.model and args.model != ask["models"]["leaf"]:
        raise _refused(f"rlm ask --model {args.model}", "is not the model of the settings")
    if args.leaf not in ("", "native", ask["leaf"]):
        raise _refused(
            f"rlm ask --leaf {args.leaf}",
            worded("is not the leaf of the settings, {leaf}", leaf=ask["leaf"]),
        )

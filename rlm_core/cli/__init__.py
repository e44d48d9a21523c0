"""The `rlm` command line: a module a verb.

In: a command's words. Out: results on stdout, talk on stderr, `--json` wherever something is reported, an exit status.
Never: work that another room could do; a result on stderr, a traceback for a mistake of the user's.

Exit status: 0 done, 1 refused or nothing found, 2 a wrong command line, 3 a fault of ours.
argparse and not a CLI framework, because the plugin runs `rlm search` on a bare Python before its own
environment exists, and a framework costs it more than the search.
"""

from __future__ import annotations

import gc
import os
import sys

from rlm_core.errors import RlmError, UsageError, worded

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable, Sequence

    Command = Callable[[Namespace], int]


CHANGING = (
    "archive:archive",
    "add:add",
    "back.rescue:rescue",
    "consent.forget:forget",
    "withheld.secrets:redact",
    "install:uninstall",
)
"""What changes an archive and, by its id, what the user's own directory has of it.

In a project that was copied with its archive the copy gets an id of its own first, as when a session starts there: else
the second copy of the other one would be changed.
"""

READING = (
    "search:",
    "peek:",
    "handoff:",
    "behind.why:",
    "back.resume:",
    "views.",
    "tables.sql:",
    "cells.run:trace",
    "withheld.secrets:secrets",
    "proving:",
    "status:",
    "manners.",
    "restore:restore",
)
"""What may be run for a project whose directory was removed: what only reads, and what brings it back."""


def main(argv: Sequence[str]) -> int:
    """Run one command; returns the exit status."""
    _write_whatever_it_is()
    project = None
    try:
        args = _options(argv)
        project = args.project
        if "CLAUDECODE" in os.environ:
            from rlm_core.cli.consent.inside import check

            check(args)
        args.project = project = _project(args)
        if args.command_path in CHANGING and not getattr(args, "dry_run", False):
            from rlm_core.disk import archive_root
            from rlm_core.registry import note

            note(archive_root(args.project))
        return run(args)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # the reader of a pipe has seen enough
        return 0
    except KeyboardInterrupt:
        _tell("interrupted; what was done stays valid")
        return 130
    except (RlmError, OSError) as e:
        from rlm_core.language.notices import here
        from rlm_core.language.quoting import visible  # it may quote a name that somebody else has given

        sys.stderr.write(f"rlm: {visible(here(_told(e)))}\n")
        return 2 if isinstance(e, UsageError) else 1
    except ModuleNotFoundError as e:
        if (e.name or "rlm_core").startswith("rlm_core"):
            return _our_bug(project, e)
        _tell(
            "this command needs the Python package {name}. The plugin installs it in the background after its first "
            "session start: try again in a minute. Elsewhere: pip install rlm-recall",
            name=e.name,
        )
        return 1
    except Exception as e:
        return _our_bug(project, e)


def _write_whatever_it_is() -> None:
    """A sign that the terminal does not know is written as its number, and a name's byte that is no text likewise.

    For the blanks in our numbers and the dots behind what was cut there are plainer ones.
    """
    for stream in (sys.stdout, sys.stderr):
        errors, encoding = getattr(stream, "errors", ""), getattr(stream, "encoding", "") or "utf-8"
        plain = "backslashreplace" if encoding.lower() == "utf-8" else _plainer_signs()
        if errors != plain and errors in ("strict", "backslashreplace") and hasattr(stream, "reconfigure"):
            stream.reconfigure(errors=plain)


PLAINER = {"\u202f": "\u00a0", "\u00a0": " ", "…": "..."}
"""Signs of ours -> what stands for them on a terminal that does not know them."""


def _plainer_signs() -> str:
    """The name of what Python asks for the signs that an encoding has not."""
    import codecs

    codecs.register_error("rlm-plainer", _plainer)
    return "rlm-plainer"


def _plainer(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    signs = [_known(c, error.encoding) for c in error.object[error.start : error.end]]
    return "".join(signs), error.end


def _known(sign: str, encoding: str) -> str:
    try:
        sign.encode(encoding)
    except UnicodeEncodeError:
        plain = PLAINER.get(sign)
        return sign.encode("ascii", "backslashreplace").decode() if plain is None else _known(plain, encoding)
    return sign


def leave(status: int) -> int:
    """End the process after a plain search or cell, and take nothing apart; any other status is returned."""
    own = sys.__stdout__
    if own is not None and sys.stdout is own and not gc.isenabled():
        try:
            own.flush()
        except (OSError, ValueError):  # Python tells of it at its end
            return status
        os._exit(status)
    return status


def _project(args: Namespace) -> str:
    """The project that a command is about; an installation goes into the very directory that was named for it."""
    from rlm_core import project

    if args.command_path.startswith("install:"):
        return os.path.abspath(args.project) if args.project else project.settings_home(os.getcwd())
    if not args.project:
        return project.project_of(os.getcwd())
    if os.path.isdir(args.project):
        return project.named_project(args.project)
    return _gone_project(args.project, reading=args.command_path.startswith(READING))


def _gone_project(named: str, *, reading: bool) -> str:
    """The project that a directory stood for which is gone: as much of it as is known can be listed and restored.

    Raises RlmError for a directory that was never one, since what is made there would be looked for elsewhere, and
    where more is wanted than to read or restore, which would make the removed directory again.
    """
    from rlm_core.registry import entries, owner_of

    path = os.path.abspath(named)
    owner = owner_of(os.path.realpath(path))
    if not owner and all(path != row["path"] for row in entries()):
        raise RlmError(worded("{project}: no such directory; name the project with --project DIR", project=path))
    found = owner or path
    if not reading and not os.path.isdir(found):
        from rlm_core.language.quoting import shell_word

        raise RlmError(
            worded(
                "{project}: no such directory any more; `{command}` brings back what the second copy has of it",
                project=found,
                command=f"rlm restore --project {shell_word(found)}",
            )
        )
    return found


def _tell(english: str, **values: object) -> None:
    from rlm_core.language.notices import notice

    sys.stderr.write(f"rlm: {notice(english, **values)}\n")


def _told(error: RlmError | OSError) -> object:
    """What to say of an error; of a full disk also what became of what was there, and what to do."""
    import errno

    if isinstance(error, RlmError):
        return error
    if isinstance(error, PermissionError) and error.filename:
        return worded("no permission for {path}; see to whose it is and to its rights", path=error.filename)
    if error.errno not in (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)):
        return error
    return worded(
        "no space left on the disk{where}; what stood there before still stands: make room, then run it again",
        where=worded(" for {path}", path=error.filename) if error.filename else "",
    )


def _our_bug(project: str | None, error: Exception) -> int:
    import traceback

    from rlm_core import log
    from rlm_core.disk import archive_root
    from rlm_core.ownership import foreign

    text = "".join(traceback.format_exception(error))
    root = archive_root(project or os.getcwd())
    if not foreign(root):
        log.tell(root, f"ERROR {text}")
    where = os.path.join(root, "log", log.NAME)
    sys.stderr.write(text)
    _tell("this is a fault of ours, please report it")
    if os.path.exists(where):
        _tell("noted in {path}", path=where)
    return 3


def run(args: Namespace) -> int:
    """Hand the parsed line to its command; each lives in a module that is loaded only then."""
    module, _, name = args.command_path.partition(":")
    __import__(f"rlm_core.cli.{module}")  # importlib's `import_module` would have to be loaded itself
    command: Command = getattr(sys.modules[f"rlm_core.cli.{module}"], name)
    if not sys.stdout.isatty():
        return command(args)
    from rlm_core.cli.manners.paging import paged

    with paged(args.command_path, wanted=not (args.json or getattr(args, "no_pager", False))):
        return command(args)
    return 0  # the reader has left the pager early


def _options(argv: Sequence[str]) -> Namespace:
    """The command line taken apart; a plain search or cell does without argparse, which costs half of its time."""
    from rlm_core.cli.quick import search_options

    plain = search_options(argv)
    if argv[:1] == ["repl"]:
        from rlm_core.cli.cells.celloptions import cell_options

        plain = cell_options(argv)
    if plain is not None:
        gc.disable()  # the process ends before it could have collected anything worth while
        return plain
    from rlm_core.cli.parser import parsed

    return parsed(argv)

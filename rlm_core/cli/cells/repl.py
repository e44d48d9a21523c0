"""`rlm repl`: cells of Python over the archive and files, one process each, whose names live on."""

from __future__ import annotations

import sys

from rlm_core.cli.output import count_of, decoded, for_people, remark, say, say_json, talk
from rlm_core.errors import RlmError, UsageError, of_system, worded
from rlm_core.language.notices import here, here_if, in_french
from rlm_core.language.quoting import visible

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace

    from rlm_core.repl.cellplan import CellPlan
    from rlm_core.repl.cellstart import StartedCell
    from rlm_core.repl.cellstore import CellSession
    from rlm_core.repl.execute import CellResult, CellRun

MAX_CELL_BYTES = 1024 * 1024
SHOWN_NAMES = 40


def repl(args: Namespace) -> int:
    """Run a cell, or see to sessions; without a word, a prompt at a terminal."""
    verbs = {"": _prompt, "exec": _exec, "list": _list, "vars": _vars, "fork": _fork, "drop": _drop}
    return verbs[args.verb or ""](args)


def _exec(args: Namespace) -> int:
    source = _source(args)
    from rlm_core.repl.cellstart import StartedCell

    with StartedCell() as started:  # it gets ready while the session and its texts are looked for
        run = _begun(args, started)
        tell_left_out(run)
        if args.plan:
            return _show_plan(run.plan(source), as_json=args.json)
        result = run.run(source)
    _show(result, as_json=args.json)
    return 1 if result.error else 0


def _begun(args: Namespace, started: StartedCell | None = None) -> CellRun:
    from rlm_core.repl.begin import begun
    from rlm_core.repl.execute import Limits

    settings = {"leaf": args.leaf, "model": args.model, "workers": args.workers}
    limits = Limits()
    if args.max_seconds:
        limits = Limits(seconds=args.max_seconds)
    caps = {"calls": args.max_calls, "tokens": args.max_tokens, "usd": args.max_usd}
    run = begun(args.project, settings, name=args.session, over=args.over, limits=limits, caps=caps, started=started)
    check_texts(run, "rlm repl")
    return run


def check_texts(run: CellRun, what: str) -> None:
    """Raise RlmError for a file that Claude may not read: of the directories that were named, or of an earlier cell."""
    from rlm_core.cli.consent.inside import check_cells, check_files
    from rlm_core.repl.textlist import STDIN_FILE

    check_cells(run.session, what)
    given = run.session.path(STDIN_FILE)
    check_files([row["path"] for row in run.manifest.rows if row["kind"] == "text" and row["path"] != given], what)


def tell_left_out(run: CellRun) -> None:
    """Name what was meant and is not among the texts, once in a session."""
    skipped = run.session.not_told(run.manifest.skipped)
    for name, why in skipped[:3]:
        remark("not among the texts: {name}: {why}", name=visible(name), why=visible(here(why)))
    if len(skipped) > 3:
        remark("nor {n:,} more", n=len(skipped) - 3)


def _source(args: Namespace) -> str:
    """The cell: of the command line, a file, or stdin."""
    if args.code is not None:
        return str(args.code)
    encoding = "utf-8"
    if args.what:
        try:
            with open(args.what, "rb") as f:
                data = f.read(MAX_CELL_BYTES + 1)
        except OSError as e:
            raise RlmError(worded("{path}: {why}", path=args.what, why=of_system(e))) from e
    elif sys.stdin is None or sys.stdin.isatty():
        raise UsageError("there is no cell: name a file, give it with -c, or hand it over on stdin")
    elif "-" in args.over:
        raise UsageError("stdin cannot hold the cell and its texts as well: name a file, or use -c")
    else:
        data, encoding = sys.stdin.buffer.read(MAX_CELL_BYTES + 1), sys.stdin.encoding
    if len(data) > MAX_CELL_BYTES:
        raise RlmError(
            worded(
                "a cell of more than {most_cell_bytes:,} bytes: texts are handed over with --over",
                most_cell_bytes=MAX_CELL_BYTES,
            )
        )
    return decoded(data, encoding)


def _show_plan(plan: CellPlan, *, as_json: bool) -> int:
    """What a cell will cost; exit 1 where it cannot run, or would pass a cap."""
    if as_json:
        say_json({"plan": plan.as_json()})
    elif plan.error:
        _talk_error(plan.error)
    else:
        say(here_if(sys.stdout.isatty(), plan.told()))
        if plan.stopped_by:
            remark(
                "more than is left of the session's {stopped_by}; `--max-{stopped_by}` grants more",
                stopped_by=plan.stopped_by,
            )
    return 1 if plan.error or plan.stopped_by else 0


def _show(result: CellResult, *, as_json: bool) -> None:
    if as_json:
        say_json(result.as_json())
        return
    if result.mended:
        remark("the cell was mended: {mended}", mended=here(result.mended))
    if result.output:
        say("\n".join(visible(line) for line in result.output.rstrip("\n").split("\n")))
    if result.truncated:
        remark("the whole output: {path}", path=result.path)
    if result.answer:
        _show_answer(result.answer)
    if result.error:
        _talk_error(result.error)
    told = [_named(row) for row in result.names[:SHOWN_NAMES]]
    if told:
        remark("names: {names}", names=", ".join(told))
    for row in result.unsaved:
        remark("not saved: {name}: {why}", name=visible(row["name"]), why=visible(_here(row["reason"])))
    if result.calls:
        from rlm_core.engine.answer.money import dollars  # here and below: most cells make no call

        left = worded(", {usd} left", usd=dollars(result.left)) if result.left is not None else ""
        tokens, usd = result.cost["tokens"], result.cost["usd"]
        remark(
            "{calls}, {tokens:,} {tokens:|token|tokens}, {usd}{left}",
            calls=count_of(result.calls, "call"),
            tokens=tokens,
            usd=dollars(usd),
            left=left,
        )


def _talk_error(error: str) -> None:
    """What went wrong in a cell; to a person in the language of the terminal."""
    talk("\n".join(visible(_here(line)) for line in error.split("\n")))


def _here(line: str) -> str:
    if not (sys.stderr is not None and sys.stderr.isatty() and in_french()):
        return line
    from rlm_core.cli.cells.celltold import line_here

    return line_here(line)


def _named(row: dict[str, str]) -> str:
    return visible(f"{row['name']} ({row['type']}{', ' + row['size'] if row['size'] else ''})")


def _show_answer(answer: dict[str, object]) -> None:
    say(visible(str(answer["text"])))
    rows = answer["rows"]
    for number, row in enumerate(rows if isinstance(rows, list) else [], 1):
        mark = "" if row["verified"] else for_people("  (not found there)")
        say(f'  [{number}] {visible(row["place"])}: "{visible(" ".join(row["quote"].split())[:200])}"{mark}')


def _session(args: Namespace, *, any_version: bool = False) -> CellSession:
    from rlm_core.archive.store import open_archive
    from rlm_core.cli.consent.inside import check_cells
    from rlm_core.repl.begin import sessions_folder
    from rlm_core.repl.cellstore import CellSession, default_name

    archive = open_archive(args.project, must_exist=False)
    folder = sessions_folder(archive, args.session or "")
    session = CellSession(folder, args.session or default_name(), any_version=any_version)
    check_cells(session, "rlm repl")
    return session


def _list(args: Namespace) -> int:
    from rlm_core.archive.store import open_archive
    from rlm_core.repl.begin import sessions_folder
    from rlm_core.repl.cellstore import sessions_in

    found = sessions_in(sessions_folder(open_archive(args.project, must_exist=False)))
    if args.json:
        say_json({"sessions": [_session_json(s) for s in found]})
        return 0 if found else 1
    from rlm_core.cli.manners.ages import when
    from rlm_core.engine.answer.money import dollars

    for session in found:
        spent = session.spent()
        say(
            for_people(
                "{session}  {time}  {cells}, {names}, {usd}",
                session=session.name,
                time=when(session.data["last"]),
                cells=count_of(session.cells, "cell"),
                names=count_of(len(session.data["names"]), "name"),
                usd=dollars(spent["usd"]),
            )
        )
    if not found:
        remark("no session of cells; `rlm repl exec -c CODE` begins one")
    return 0 if found else 1


def _session_json(session: CellSession) -> dict[str, object]:
    spent = session.spent()
    return {
        "name": session.name,
        "last": session.data["last"],
        "cells": session.cells,
        "spent": spent,
        "over": session.data["over"],
    }


def _vars(args: Namespace) -> int:
    session = _session(args)
    if not session.exists:
        raise RlmError(worded("there is no session {name}; `rlm repl list` shows them", name=session.name))
    rows = session.data["names"]
    if args.json:
        say_json({"names": rows})
        return 0
    for row in rows:
        say(_named(row))
    return 0


def _fork(args: Namespace) -> int:
    other = _session(args).forked(args.what)
    remark("{name} begins with the names of {other}", name=other.name, other=_session(args).name)
    return 0


def _drop(args: Namespace) -> int:
    if args.what:
        args.session = args.what
    session = _session(args, any_version=True)
    session.drop()
    remark("{name} is gone", name=session.name)
    return 0


def _prompt(args: Namespace) -> int:
    """Read cells from a terminal until its end: several lines as long as one is unfinished."""
    if sys.stdin is None or not sys.stdin.isatty():
        raise UsageError(
            "`rlm repl` alone is a prompt for people; `rlm repl exec` takes a cell from a file, -c, or stdin"
        )
    import codeop

    run: CellRun | None = _begun(args)
    assert run is not None
    tell_left_out(run)
    remark(
        "session {name}, {n:,} {n:|text|texts} as `ctx`; Ctrl-D ends", name=run.session.name, n=len(run.manifest.rows)
    )
    while True:
        lines: list[str] = []
        try:
            lines.append(input(">>> "))
            while _is_open(codeop, lines):
                lines.append(input("... "))
        except EOFError:
            talk("")
            return 0
        except KeyboardInterrupt:
            talk("")
            continue
        if "".join(lines).strip():
            if run is None:  # the texts may have changed
                run = _begun(args)
                tell_left_out(run)
            _show(run.run("\n".join(lines)), as_json=False)
            run = None


def _is_open(codeop: object, lines: list[str]) -> bool:
    """Whether a program goes on: it is not whole yet, or a block that only an empty line ends."""
    text = "\n".join(lines)
    try:
        whole = codeop.compile_command(text, symbol="exec")  # type: ignore[attr-defined]
    except (SyntaxError, ValueError, OverflowError):
        return False
    return whole is None or (len(lines) > 1 and lines[-1].strip() != "" and lines[-1][:1] in " \t")

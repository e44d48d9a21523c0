"""A cell's process: confined, the names of the session loaded, the program run, the names saved, ended."""

from __future__ import annotations

import _ast as nodes
import _signal  # type: ignore[import-not-found] # `signal` loads `enum`
import os
import sys
import types

from rlm_core.repl.cell import framing
from rlm_core.repl.cell.confine import confine, end_with_parent, limit_only, missing
from rlm_core.repl.cell.language import Client, Language
from rlm_core.repl.cell.late import OF_SITE, CellSources, LatePackages
from rlm_core.repl.cell.lazy import PlannedError, look
from rlm_core.repl.cell.program import CellError, mentioned, parsed, three_lines, told_undefined, undefined
from rlm_core.repl.cell.rawreads import RawReads
from rlm_core.repl.cell.saving import Definition, Snapshot, SnapshotError, Texts, described, save
from rlm_core.repl.cell.transform import CALLED, LOOKED, MAKERS, called, name_of, transformed
from rlm_core.repl.cell.trees import tree_of_source
from rlm_core.repl.cell.view import Context, TextShelf

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

MAX_ECHO = 10_000
MAX_NAMES = 200


class TimeIsUpError(BaseException):
    """The cell's time is over. No `except Exception` of its program catches it."""


def main(calls: int, answers: int) -> None:
    """Do one job, and end the process. calls, answers: pipes to whoever started it, and from there."""
    os.setsid()
    end_with_parent()
    _close_others({0, 1, 2, calls, answers})
    framing.send(calls, {"id": 0, "op": "ready", "args": {"missing": missing()}})
    job = framing.receive(answers)
    if job is None:
        os._exit(1)
    os.environ["HOME"] = os.environ["TMPDIR"] = job["scratch"]
    os.chdir(job["scratch"])
    os.umask(0o077)
    _print_to(job["output"])
    limits = job["limits"]
    room = {"memory": limits["memory"], "file_size": limits["file_size"], "cpu_seconds": limits["cpu_seconds"]}
    if job["confined"]:
        confine(job["scratch"], job["readable"], **room)
    else:
        limit_only(**room)
    cell = CellProcess(job, Client(calls, answers, planning=job["plan"]))
    left = cell.run()
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):  # the cell has closed it, or it holds all that it may
            pass
    cell.client.tell("end", **left)
    os._exit(0)


def _close_others(kept: set[int]) -> None:
    """Close what the process was started with beyond `kept`: a shell may have handed on what no cell shall read."""
    folder = "/proc/self/fd" if os.path.isdir("/proc/self/fd") else "/dev/fd"
    for number in {int(name) for name in os.listdir(folder) if name.isdecimal()} - kept:
        try:
            os.close(number)
        except OSError:  # it listed the directory
            pass


def _print_to(path: str) -> None:
    """Have what the process prints written there."""
    file = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
    os.dup2(file, 1)
    os.dup2(file, 2)
    os.close(file)


class CellProcess:
    """One cell. job: as `execute` sends it."""

    def __init__(self, job: dict[str, Any], client: Client) -> None:
        self.job = job
        self.number: int = job["number"]
        self.client = client
        shelf = TextShelf(job["texts"], os.path.join(job["scratch"], "texts"), self._redactor)
        self.language: Language | None = None
        self.context = Context(job["docs"], shelf, lambda *args: self.language.search(*args))  # type: ignore[union-attr]
        self.language = Language(self.client, self.context)
        self.texts = Texts(job["texts"], os.path.join(job["scratch"], "texts"))
        self.module = types.ModuleType("__main__")
        sys.modules["__main__"] = self.module
        self.names = self.module.__dict__
        self.packages = LatePackages()
        self.sources = CellSources(self.packages)
        sys.meta_path.insert(0, self.sources)
        sys.meta_path.append(self.packages)
        self.raw = RawReads(row["path"] for row in job["docs"] if row["kind"] == "text")
        self.given: dict[str, Any] = {}
        self.definitions: dict[str, Definition] = {}
        self.before: dict[str, int] = {}
        self.former: Snapshot | None = None
        self.problem = self.mended = ""
        self.looked = 0  # the line at which a plan has ended

    def _redactor(self) -> Any:
        from rlm_core.redaction.redactor import Redactor

        how = self.job["redaction"]
        return Redactor(enabled=how["enabled"], extra=[tuple(row) for row in how["extra"]], off=how["off"])

    def run(self) -> dict[str, Any]:
        """Run the cell; what it has left, as a message."""
        _signal.signal(_signal.SIGTERM, self._time_is_up)
        _signal.signal(_signal.SIGINT, self._time_is_up)
        name, told = f"<cell {self.number}>", ""
        try:
            self._load()
            try:
                text, tree = self._parsed(name)
            except CellError as e:
                self.problem, told = "source", f"{e.told}\nNothing was run."
            else:
                if self.former is not None:
                    self.former.bring(mentioned(tree))
        except SnapshotError as e:
            return self._ended(
                f"the names of this session cannot be loaded: {e}; nothing was run. `rlm repl drop` removes them",
                saved=False,
            )
        self.before = {name: id(value) for name, value in self.names.items()}
        self.client.tell("begins")
        self.raw.watch()
        error = told or self._guarded(name, text, tree)
        return self._ended(error, saved=not self.job["plan"])

    def _time_is_up(self, number: int, frame: Any) -> None:
        self.client.interrupt(TimeIsUpError())

    def _load(self) -> None:
        self.given = self.language.names()  # type: ignore[union-attr]
        self.names.update(self.given)
        self.names[CALLED], self.names[LOOKED] = called, look
        if not self.job["snapshot"]:
            return
        with open(self.job["snapshot"], "rb") as f:
            data = f.read()
        self.former = Snapshot(data, self.texts, self.context, self.names, self._define)

    def _parsed(self, name: str) -> tuple[str, nodes.Module]:
        """The program and its tree. Raises CellError for one that cannot run."""
        text, tree, self.mended = parsed(self.job["source"], name)
        known = {*self.names, *(self.former.names if self.former else ())}
        wanted = undefined(tree, known)
        if any(word in OF_SITE for word, _ in wanted):
            self.packages.make_known()
            known |= set(self.names)
            wanted = undefined(tree, known)
        if wanted:
            raise CellError(told_undefined(wanted, known, text))
        return text, tree

    def _define(self, definition: Definition) -> None:
        """Run a definition of a former cell, at the line where it stood."""
        name = f"<cell {definition.cell}>"
        source = "\n" * (definition.line - 1) + definition.source
        self.sources.keep(name, source)
        tree = transformed(tree_of_source(source, name))
        exec(compile(tree, name, "exec", dont_inherit=True), self.names)  # noqa: S102
        definition.value = self.names.get(definition.name)
        self.definitions[definition.name] = definition

    def _guarded(self, name: str, text: str, tree: nodes.Module) -> str:
        """Run the program; what went wrong, for whoever wrote it, "" for nothing."""
        self.sources.keep(name, text)
        try:
            self._execute(tree, name, text)
        except PlannedError as e:
            import traceback

            lines = [f.lineno for f in traceback.extract_tb(e.__traceback__) if f.filename == name]
            self.looked = (lines or [0])[-1] or 0
            return ""
        except TimeIsUpError:
            self.client.tell("stopped")
            self.problem = "time"
            return "the cell's time is over: it was stopped, and the names it had made are kept"
        except SystemExit as e:
            return "" if not e.code else f"SystemExit: {e.code}"
        except BaseException as e:
            self.problem = "error"
            return self._told(e, text)
        return ""

    def _execute(self, tree: nodes.Module, name: str, text: str) -> None:
        found = [(d, self.names.get(d.name)) for d in _definitions(tree.body, text, self.number)]
        body = transformed(tree).body
        ending = body[-1] if body else None
        last = nodes.Expression(ending.value) if isinstance(ending, nodes.Expr) else None
        body = body[:-1] if last is not None else body
        try:
            exec(compile(nodes.Module(body, []), name, "exec", dont_inherit=True), self.names)  # noqa: S102
            if last is not None:
                self._echo(eval(compile(last, name, "eval", dont_inherit=True), self.names))  # noqa: S307
            self.client.settle_all()
        finally:
            for definition, before in found:
                value = self.names.get(definition.name)
                if not definition.may_have_made(value):  # the name is another thing's now; that may have another name
                    value = next(filter(definition.may_have_made, self._functions()), None)
                if value is not None and value is not before:  # else an error came first: it is the former one
                    definition.value = value
                    self.definitions[definition.name] = definition

    def _functions(self) -> list[Any]:
        return [value for value in self.names.values() if isinstance(value, types.FunctionType)]

    def _echo(self, value: Any) -> None:
        if value is None:
            return
        told = repr(value)
        sys.stdout.write(told if len(told) <= MAX_ECHO else f"{told[:MAX_ECHO]}\n… {len(told):,} characters")
        sys.stdout.write("\n")

    def _told(self, error: BaseException, text: str) -> str:
        """An error with the lines of cells that led to it."""
        import linecache  # a cell that ends well needs neither
        import traceback

        frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename.startswith("<cell ")]
        rows = []
        for frame in frames[-3:]:
            column = (getattr(frame, "colno", None) or 0) + 1 if getattr(frame, "colno", None) is not None else 0
            source = "".join(linecache.getlines(frame.filename)) or text
            rows.append(
                f"{frame.filename[1:-1]}, line {frame.lineno}"
                + (f", in {frame.name}" if frame.name != "<module>" else "")
            )
            rows += three_lines(source, frame.lineno or 1, column)
        rows.append(f"{type(error).__name__}: {error}"[:2000].removesuffix(": "))
        rows += self._hints(error)
        waiting = self.former.names if self.former else ()
        live = [n for n in (*self._own(), *sorted(waiting)) if not n.startswith("_")]
        if live:
            rows.append(f"names: {', '.join(live[:40])}")
        return "\n".join(rows)

    def _hints(self, error: BaseException) -> list[str]:
        """What to do in place of what cannot be done here, where that is known."""
        if isinstance(error, ModuleNotFoundError):
            return [f"{error.name} is not installed here; table(ID) gives the rows of CSV, JSON lines and logs"]
        if isinstance(error, MemoryError):
            return [f"a cell has {self.job['limits']['memory'] >> 20:,} MB of memory"]
        of = getattr(error, "obj", None)
        if isinstance(error, AttributeError) and type(of).__module__.startswith("rlm_core.repl."):
            bases = set().union(*map(dir, (object, str, dict)))
            there = [name for name in dir(of) if not name.startswith("_") and name not in bases]
            return [f"it has {', '.join(there)}"]
        if isinstance(error, PermissionError) and not error.filename:
            return ["a cell starts no process, has no network and signals nobody"]
        if isinstance(error, OSError) and isinstance(error.filename, (str, bytes)):
            known = [doc.id for doc in self.context.called(os.path.basename(os.fsdecode(error.filename)))]
            if known:
                return [
                    f'the texts are not in the directory of a cell: ctx.doc("{known[0]}").text, table("{known[0]}")'
                ]
            return [
                "a cell reads no file but the texts that --over names, which are ctx.docs, and writes to its own "
                "directory alone, which goes with it"
            ]
        return []

    def _own(self) -> dict[str, Any]:
        """Names that are the session's: all but those that stand ready in each cell and are as they were."""
        own = {}
        for name, value in self.names.items():
            if name.startswith("__") or (name in self.given and value is self.given[name]):
                continue
            own[name] = value
        return own

    def _ended(self, error: str, *, saved: bool) -> dict[str, Any]:
        """What the cell has left; its snapshot lies in the scratch."""
        unsaved: dict[str, str] = dict(self.former.lost) if self.former else {}
        own = self._own() if saved else {}
        texts: list[str] = []
        everything: list[tuple[str, str, str]] = []
        if saved:
            _signal.signal(_signal.SIGTERM, _signal.SIG_IGN)
            _signal.signal(_signal.SIGINT, _signal.SIG_IGN)
            try:
                redact = self._redactor() if self.raw.happened else None
                kept, former = (self.former.waiting, self.former.brought) if self.former else ([], [])
                limit = self.job["limits"]["snapshot"]
                snapshot = save(own, self.definitions, self.texts, limit, redact, kept, former)
                unsaved |= snapshot.unsaved
                everything = snapshot.rows
                texts = sorted(snapshot.texts)
                with open(os.path.join(self.job["scratch"], "snapshot"), "wb") as f:
                    f.write(snapshot.data)
            except (OSError, MemoryError, SnapshotError, RecursionError) as e:
                saved = False
                error = error or f"the names of this cell could not be saved: {e}"
        new = [n for n, v in own.items() if self.before.get(n) != id(v) and n not in unsaved]
        rows = []
        for name in new[:MAX_NAMES]:
            kind, size = described(own[name])
            rows.append({"name": name, "type": kind, "size": size})
        return {
            "error": error,
            "problem": self.problem,
            "looked": self.looked,
            "mended": self.mended,
            "saved": saved,
            "texts": texts,
            "names": rows,
            "all": [{"name": n, "type": t, "size": s} for n, t, s in everything[:MAX_NAMES]],
            "unsaved": [{"name": n, "reason": r} for n, r in unsaved.items()],
            "result": self.language.result if self.language else None,
        }


def _segment(text: str, node: nodes.AST) -> str:
    import ast

    return ast.get_source_segment(text, node) or ""


def _makes_a_definition(value: nodes.expr) -> bool:
    return isinstance(value, nodes.Lambda) or (isinstance(value, nodes.Call) and name_of(value.func) in MAKERS)


def _definitions(body: list[nodes.stmt], text: str, cell: int) -> list[Definition]:
    """Functions and classes that a program makes at its top level, and names that it gives to a lambda, a named tuple
    or an enumeration.
    """
    found = []
    lines = text.split("\n")
    for node in body:
        if isinstance(node, (nodes.FunctionDef, nodes.AsyncFunctionDef, nodes.ClassDef)):
            first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
            source = "\n".join(lines[first - 1 : node.end_lineno])
            found.append(Definition(node.name, source, cell, first))
        elif isinstance(node, nodes.Assign) and _makes_a_definition(node.value):
            source = _segment(text, node)  # without what stands beside it on the line
            found += [Definition(t.id, source, cell, node.lineno) for t in node.targets if isinstance(t, nodes.Name)]
    return found

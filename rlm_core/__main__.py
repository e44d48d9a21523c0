"""The `rlm` command. `rlm hook` takes a short cut: a hook must not pay for loading the command line."""

from __future__ import annotations

import os
import sys
from contextlib import suppress

FOR_A_SEARCH = """
errors cli clock index index.schema index.sqlite language language.notices language.folding language.parting
language.stopwords language.detect language.irregular language.identifiers redaction quickjson redaction.clean
language.quoting language.terms language.selected search language.dates search.strength search.rank disk
index.database archive chunks chunks.chunkfile home project redaction.ids transcript
transcript.source archive.store index.folders
ownership record search.hits search.places language.kinds language.synonyms search.query search.candidates search.found
tokens search.ranked cli.quick cli.output cli.search config
"""
"""The modules that every search loads, each behind those that it imports when it is loaded."""


def main() -> int:
    if sys.getfilesystemencoding() != "utf-8":
        _in_utf8()
    process, _, encoding = os.environ.pop(STREAMS, "").partition(":")
    if sys.flags.utf8_mode and process == str(os.getpid()):
        _as_the_terminal_is(encoding)
    if sys.argv[1:2] == ["hook"]:
        from rlm_core.hook import main as hook

        hook(sys.argv[2:])
    if sys.argv[1:] == ["statusline"] and not sys.stdin.isatty():
        from rlm_core.hook import main as hook

        hook(["status-line"])
    if sys.argv[1:2] == ["repl"]:  # it loads some sixty modules
        from rlm_core import bytecode

        bytecode.install()
    if sys.argv[1:2] == ["search"]:
        import gc

        gc.disable()
        _load(FOR_A_SEARCH.split())
        gc.freeze()  # of what was loaded nothing is to be thrown away: it need not be looked through
        gc.enable()
    from rlm_core.cli import leave
    from rlm_core.cli import main as cli

    return leave(cli(sys.argv[1:]))


STREAMS = "RLM_STREAMS"
"""The variable in which a process that begins anew finds its own number and its terminal's encoding.

Another's number stands in one that was inherited, which tells nothing of these streams.
"""


def _in_utf8() -> None:
    """Begin anew in Python's UTF-8 mode: names of files are UTF-8 to Claude Code and in all that we write.

    Without it a project with an accent in its path is another one under LC_ALL=fr_FR.ISO-8859-1, or under C where
    PYTHONUTF8=0 says so. What is printed stays in the terminal's own encoding.
    """
    if sys.flags.utf8_mode or not sys.executable:
        return
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    words = [os.fsencode(sys.executable), b"-X", b"utf8", *map(_utf8, sys.orig_argv[1:])]
    try:
        os.execve(sys.executable, words, {**os.environ, STREAMS: f"{os.getpid()}:{encoding}"})  # noqa: S606 - ourselves once more
    except OSError:  # then it goes on as it is
        return


def _utf8(word: str) -> bytes:
    """A word of the command line: what is UTF-8, or names a file, as it is; what the terminal has encoded, as UTF-8."""
    given = os.fsencode(word)
    try:
        given.decode("utf-8")
    except UnicodeDecodeError:
        return given if os.path.lexists(given) else word.encode("utf-8", "surrogateescape")
    return given


def _as_the_terminal_is(encoding: str) -> None:
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            errors = "surrogateescape" if stream is sys.stdin else "backslashreplace"
            with suppress(LookupError, ValueError):  # no encoding of a text: it stays in UTF-8
                stream.reconfigure(encoding=encoding, errors=errors)


def _load(names: list[str]) -> None:
    """Load modules of ours from their bytecode in one go, which spares a tenth of what `import` takes for them.

    At the first whose bytecode is missing or not fresh, or that cannot be run, it ends: the rest is left to `import`,
    whose errors are told where the command runs.
    """
    from rlm_core import bytecode

    if not bytecode.install():
        return
    made, loaded = type(sys), sys.modules
    for name in [f"rlm_core.{n}" for n in names]:
        if name in loaded:  # whoever has it would know other classes than those that are loaded then
            continue
        spec = bytecode.Finder.find_spec(name)
        if spec is None or spec.loader is None:
            return
        module = made(name)
        module.__spec__, module.__loader__, module.__file__ = spec, spec.loader, spec.origin
        parent, _, leaf = name.rpartition(".")
        module.__package__ = parent
        if spec.submodule_search_locations is not None:
            module.__package__, module.__path__ = name, spec.submodule_search_locations
        loaded[name] = module
        try:
            spec.loader.exec_module(module)
        except Exception:  # whoever imports it later meets the same, where it can be told
            del loaded[name]
            return
        setattr(loaded[parent], leaf, module)


if __name__ == "__main__":
    sys.exit(main())

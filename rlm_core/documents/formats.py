"""A file's bytes as text: what kind of document it is, its encoding; PDF, HTML and office documents by a converter."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rlm_core.documents.brought import DOCUMENTS, line_for
from rlm_core.documents.encoding import OLD, UnreadableError, decode, without_signals
from rlm_core.documents.sayings import (
    BY_OFFICE,
    CONVERSION,
    FAILED,
    NEEDED,
    NO_START,
    OF_FORMER,
    OF_RICH,
    SAMPLED,
    SLOW,
    SLOW_CONVERSION,
    told,
)
from rlm_core.errors import worded

if TYPE_CHECKING:
    from typing import Any

CONVERTER_SECONDS = 200  # a little more than the converter gives itself
_START = (
    "import sys;sys.path.insert(0,sys.argv[1]);from rlm_core.documents.convert import main;sys.exit(main(sys.argv[2]))"
)

MARKDOWN, TEXT, SOURCE, HTML, PDF = "markdown", "text", "source", "html", "pdf"
OFFICE = frozenset(("docx", "xlsx", "pptx", "odf", "epub"))
NOTEBOOK, TABLE = "notebook", "table"
CONVERTED = frozenset((HTML, NOTEBOOK, TABLE, *OFFICE))  # the lines are the converter's: Markdown, with headings
_KINDS = {
    MARKDOWN: "md markdown mdown mkd mdx qmd rmd",
    TEXT: "txt text rst adoc asciidoc org tex log srt vtt eml nfo",
    HTML: "html htm xhtml",
    PDF: "pdf",
    "docx": "docx docm dotx",
    "xlsx": "xlsx xlsm xltx",
    "pptx": "pptx pptm ppsx",
    "odf": "odt odp ods odg ott otp ots otg fodt fodp fods fodg",
    "epub": "epub",
    NOTEBOOK: "ipynb",
}
_TABLES = ("csv", "tsv")
FORMER = {"doc": "docx", "dot": "docx", "rtf": "docx", "xls": "xlsx", "xlt": "xlsx", "ppt": "pptx", "pps": "pptx"}
"""The former formats of office programs, and what to save them as."""
RTF = b"{\\rtf"
DISTRIBUTIONS = {"bs4": "beautifulsoup4"}
"""Packages that are called otherwise where they are installed from."""
_KIND_OF = {ending: kind for kind, endings in _KINDS.items() for ending in endings.split()}


@dataclass(frozen=True)
class Reading:
    """A document's text.

    kind: one of the constants above. text: verbatim but for line ends, which are LF, a byte-order mark, and escape
    sequences for a terminal; of a PDF, an HTML page and others what the converter makes of it. pages: lines, from 0,
    on which the pages start; only PDFs have any. reader: the converter with its version. note: what was lost, "" for
    nothing.
    """

    kind: str
    text: str
    pages: tuple[int, ...] = ()
    reader: str = ""
    note: str = ""


def kind_of(name: str, data: bytes = b"") -> str:
    """The kind of a document, by its name, and by its first bytes for a PDF under another name."""
    ending = os.path.splitext(name)[1][1:].lower()
    if data.startswith(b"%PDF-"):
        return PDF
    return _KIND_OF.get(ending, SOURCE if ending else TEXT)


def read_document(name: str, data: bytes, *, whole: bool = True) -> Reading:
    """The text of a file's bytes. Raises UnreadableError for binary data and for what the converter refuses.

    whole: all of a large table, as whoever computes with it needs; else its columns and a sample, as an archive has it.
    """
    kind = kind_of(name, data)
    ending = name.lower().rpartition(".")[2]
    if ending in FORMER and data.startswith((OLD, RTF)):
        raise UnreadableError(_remedy(ending, data.startswith(RTF)))
    if kind == PDF or kind in OFFICE:
        return _converted(kind, data)
    text, note = decode(data)
    if kind == HTML:
        return _converted(kind, data)
    text = text.replace("\r\n", "\n")
    if kind == NOTEBOOK:
        from rlm_core.documents.converters.plain import notebook

        return Reading(kind, notebook(text), note=note)
    if not whole and ending in _TABLES:
        from rlm_core.documents.converters.plain import table

        if shown := table(text):
            return Reading(TABLE, shown, note=told("; ".join(n for n in (note, SAMPLED) if n)))
    return Reading(kind, without_signals(text), note=note)


def _remedy(ending: str, rich: bool) -> str:
    """What to do with a file of a former format: the program that can is named where it is installed."""
    import shutil

    office = next(filter(shutil.which, ("soffice", "libreoffice")), "")
    how = worded(BY_OFFICE, office=office, former=FORMER[ending]) if office else ""
    if rich:
        return worded(OF_RICH, former=FORMER[ending], how=how)
    return worded(OF_FORMER, former=FORMER[ending], how=how)


def _converted(kind: str, data: bytes) -> Reading:
    answer = _convert(kind, data)
    if "problem" in answer:
        raise UnreadableError(told(answer["problem"]))
    lines: list[str] = []
    starts: list[int] = []
    for page in answer["pages"]:
        starts.append(len(lines))
        lines += page.replace("\r\n", "\n").strip("\n").split("\n")
    pages = tuple(starts) if kind == PDF else ()
    return Reading(kind, "\n".join(lines), pages, answer["reader"], told(answer["note"]))


def _convert(kind: str, data: bytes) -> dict[str, Any]:
    """What the converter says. Raises UnreadableError when it does not survive the file."""
    import subprocess

    from rlm_core.documents import convert

    package = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    command = [sys.executable, "-I", "-X", "utf8", "-c", _START, package, kind]
    env = {**os.environ, "RLM_DEPTH": "1"}
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=CONVERTER_SECONDS, check=False, env=env)
    except OSError as e:
        raise UnreadableError(worded(NO_START, why=e), passing=True) from e
    except subprocess.TimeoutExpired as e:
        raise UnreadableError(worded(SLOW_CONVERSION, n=CONVERTER_SECONDS)) from e
    if done.returncode == convert.MISSING:
        package_name = done.stdout.decode("utf-8", "replace")
        needed = DOCUMENTS if package_name in DOCUMENTS else (DISTRIBUTIONS.get(package_name, package_name),)
        raise UnreadableError(
            worded(
                NEEDED,
                kind=kind.upper(),
                package=package_name,
                line=line_for(needed),
            ),
            passing=True,
        )
    if done.returncode:
        lines = done.stderr.decode("utf-8", "replace").strip().split("\n")
        why = worded(SLOW, n=convert.SECONDS) if "Timeout (" in lines[0] else worded(FAILED, why=lines[-1][:200])
        raise UnreadableError(worded(CONVERSION, why=why))
    return json.loads(done.stdout)  # type: ignore[no-any-return]

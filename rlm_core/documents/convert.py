"""A process that makes text of a PDF, an HTML page or an office document, read from stdin: JSON on stdout.

A process of its own, because a file from anywhere may keep a converter busy for ever, need more memory than
there is, or crash it.
"""

from __future__ import annotations

import faulthandler
import json
import sys
import threading
from importlib import import_module
from typing import TYPE_CHECKING

from rlm_core.documents.encoding import UnreadableError
from rlm_core.documents.sayings import (
    NO_PAGE,
    NO_PDF,
    NO_TEXT_ON,
    NO_TEXT_ON_SOME,
    SCANNED,
    UNREAD_PAGE,
    UNREAD_PAGES,
)
from rlm_core.errors import worded

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

SECONDS = 180
STACK, DEPTH = 256 * 1024**2, 50_000  # pages with unclosed tags nest deeply
MEMORY = 4 * 1024**3
MISSING = 4  # exit status: the library is not installed; its name is on stdout


def pdf(data: bytes) -> dict[str, Any]:
    """A PDF as `{pages, reader, note}`: the text of each page. `{problem}` when it cannot be read."""
    from io import BytesIO

    import pypdf
    from pypdf.errors import DependencyError, FileNotDecryptedError, PyPdfError

    # "Broken PDF files might cause other exceptions": pypdf's documentation of its errors.
    faults = (PyPdfError, ArithmeticError, AttributeError, LookupError, RuntimeError, TypeError, ValueError)
    name = f"pypdf {pypdf.__version__}"
    texts: list[str] = []
    unreadable: list[int] = []
    try:
        pages = pypdf.PdfReader(BytesIO(data)).pages
        for number in range(len(pages)):
            try:
                texts.append(pages[number].extract_text())
            except (FileNotDecryptedError, DependencyError):
                raise
            except faults:
                texts.append("")
                unreadable.append(number + 1)
    except FileNotDecryptedError:
        return {"problem": "encrypted with a password; save a copy without one"}
    except DependencyError:
        return {"problem": "encrypted; reading it needs the Python package cryptography, or a copy without encryption"}
    except faults as e:
        return {"problem": worded(NO_PDF, reader=name, why=e)}
    if len(unreadable) == len(texts):
        return {"problem": worded(NO_PDF, reader=name, why=worded(NO_PAGE, n=len(texts)))}
    empty = [n for n, text in enumerate(texts, 1) if not text.strip() and n not in unreadable]
    if len(empty) + len(unreadable) == len(texts):
        return {"problem": worded(SCANNED, n=len(texts))}
    notes = [
        _pages(NO_TEXT_ON, NO_TEXT_ON_SOME, empty) if empty else "",
        _pages(UNREAD_PAGE, UNREAD_PAGES, unreadable) if unreadable else "",
    ]
    return {"pages": texts, "reader": name, "note": "; ".join(n for n in notes if n)}


def _pages(of_one: str, of_some: str, numbers: list[int]) -> str:
    shown = ", ".join(map(str, numbers[:8])) + ("…" if len(numbers) > 8 else "")
    return worded(of_one, page=shown) if len(numbers) == 1 else worded(of_some, n=len(numbers), pages=shown)


def _confine() -> None:
    faulthandler.dump_traceback_later(SECONDS, exit=True)  # also when whoever started us is gone
    sys.setrecursionlimit(DEPTH)
    threading.stack_size(STACK)
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    except (ImportError, ValueError, OSError):
        pass  # Windows; or a stricter limit holds already


def _converter(kind: str) -> Callable[[bytes], dict[str, Any]]:
    """The function for a kind of document."""
    if kind == "pdf":
        return pdf
    name = {"html": "webpage", "xlsx": "workbook", "odf": "opendocument"}.get(kind, "writings")
    found: Callable[[bytes], dict[str, Any]] = getattr(import_module(f"rlm_core.documents.converters.{name}"), kind)
    return found


def main(kind: str) -> int:
    """Convert stdin; the exit status."""
    _confine()
    data = sys.stdin.buffer.read()
    answer: list[dict[str, Any]] = []
    missing: list[str] = []

    def work() -> None:
        try:
            answer.append(_converter(kind)(data))
        except ModuleNotFoundError as e:
            missing.append(e.name or "")
        except UnreadableError as e:
            answer.append({"problem": str(e)})

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    if missing:
        sys.stdout.write(missing[0])
        return MISSING
    if not answer:
        return 1  # the exception's traceback is on stderr
    json.dump(answer[0], sys.stdout)
    return 0

"""A process that makes text of a PDF or an HTML page, read from stdin: JSON on stdout.

A process of its own, because a file from anywhere may keep a converter busy for ever, need more memory than
there is, or crash it.
"""

from __future__ import annotations

import faulthandler
import json
import sys
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
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
        return {"problem": f"no PDF that {name} can read ({e})"}
    if len(unreadable) == len(texts):
        return {"problem": f"no PDF that {name} can read (of {len(texts)} pages none)"}
    empty = [n for n, text in enumerate(texts, 1) if not text.strip() and n not in unreadable]
    if len(empty) + len(unreadable) == len(texts):
        return {"problem": f"scanned: no text on its {len(texts)} pages; run it through OCR first"}
    notes = [
        f"no text on {_pages(empty)}" if empty else "",
        f"cannot read {_pages(unreadable)}" if unreadable else "",
    ]
    return {"pages": texts, "reader": name, "note": "; ".join(n for n in notes if n)}


def _pages(numbers: list[int]) -> str:
    shown = ", ".join(map(str, numbers[:8])) + ("…" if len(numbers) > 8 else "")
    return f"page {shown}" if len(numbers) == 1 else f"{len(numbers)} pages ({shown})"


def html(data: bytes) -> dict[str, Any]:
    """An HTML page as `{pages, reader, note}`, where pages is one text of Markdown."""
    from importlib.metadata import version

    from bs4 import BeautifulSoup
    from bs4.dammit import EncodingDetector
    from markdownify import MarkdownConverter

    from rlm_core.documents.encoding import decode

    declared = EncodingDetector.find_declared_encoding(data, is_html=True)
    text, note = decode(data)
    if note and declared:
        soup = BeautifulSoup(data, "html.parser", from_encoding=declared)
        note = f"read as {soup.original_encoding}"
        note += ", some characters unreadable" if soup.contains_replacement_characters else ""
    else:
        soup = BeautifulSoup(text, "html.parser")
    # An image that stands in the page itself is kilobytes of base64: its description is left.
    for image in soup.find_all("img", src=lambda src: bool(src) and str(src).startswith("data:")):
        image.replace_with(str(image.get("alt") or ""))
    # Escaped underscores would hide retry_limit from whoever greps for it.
    converter = MarkdownConverter(heading_style="ATX", bullets="-", escape_underscores=False, escape_asterisks=False)
    return {"pages": [converter.convert_soup(soup)], "reader": f"markdownify {version('markdownify')}", "note": note}


def _confine() -> None:
    faulthandler.dump_traceback_later(SECONDS, exit=True)  # also when whoever started us is gone
    sys.setrecursionlimit(DEPTH)
    threading.stack_size(STACK)
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    except (ImportError, ValueError, OSError):
        pass  # Windows; or a stricter limit holds already


def main(kind: str) -> int:
    """Convert stdin; the exit status."""
    _confine()
    data = sys.stdin.buffer.read()
    answer: list[dict[str, Any]] = []
    missing: list[str] = []

    def work() -> None:
        try:
            answer.append(pdf(data) if kind == "pdf" else html(data))
        except ModuleNotFoundError as e:
            missing.append(e.name or "")

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

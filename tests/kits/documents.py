"""What the tests of documents are told with: files to add, and what the archive holds of them."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

from kits.needs import need
from rlm_core.archive.store import Archive, chunk_names
from rlm_core.chunks.chunkfile import load, load_meta
from rlm_core.documents import document_folders
from rlm_core.documents.report import DocumentsReport, Outcome

OLD = 1_790_000_000  # seconds: a time long past, so that a file's time is to be trusted
PROSE = "The scheduler waits for the database lock before it starts its workers.\n"
GUIDE = "# Guide\n\nIntro.\n\n" + "".join(
    f"## Part {n}\n\n{PROSE * 12}\n### Detail {n}\n\n{PROSE * 6}\n" for n in range(9)
)
KEY = "AK" + "IA" + "QWERTYUIOPASDFGH"


def write(path: Path, data: str | bytes, seconds: float = OLD) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    os.utime(path, (seconds, seconds))
    return path


def git(folder: Path, *args: str) -> None:
    need("git")
    subprocess.run(["git", "-C", str(folder), *args], check=True, capture_output=True)


def statuses(report: DocumentsReport) -> dict[str, str]:
    return {o.path: o.status for o in report.outcomes}


def one(report: DocumentsReport) -> Outcome:
    (outcome,) = report.outcomes
    return outcome


def only_folder(kept: Archive) -> str:
    (folder,) = document_folders(kept.root)
    return folder


def document_metas(root: str) -> Iterator[dict[str, Any]]:
    """The front matter of every document's chunk files, with its `path`; they must all be sound."""
    for folder in document_folders(root):
        for path in (os.path.join(folder, name) for name in chunk_names(folder)):
            yield {**load_meta(Path(path).read_bytes(), path), "path": path}


def bodies(kept: Archive, path: str) -> list[tuple[str, str, str]]:
    """(uuid, heading, text without the frame) of a document's sections."""
    found = []
    for meta in sorted((m for m in document_metas(kept.root) if path in m["files"]), key=lambda m: m["number"]):
        for uuid, _, text in load(Path(meta["path"]).read_bytes()).entries():
            heading, blank, body = text.split("\n", 2)
            assert blank == ""
            body = body.removesuffix("\n")
            fenced = re.fullmatch(r"(`{3,})[a-z]*\n(.*)\n\1", body, re.S)
            found.append((uuid, heading, fenced[2] if fenced else body))
    return found


def whole(kept: Archive, path: str) -> str:
    return "\n".join(body for _, _, body in bodies(kept, path))


def chunk_files(kept: Archive) -> dict[str, bytes]:
    return {
        os.path.relpath(os.path.join(folder, name), kept.root): Path(folder, name).read_bytes()
        for folder in document_folders(kept.root)
        for name in os.listdir(folder)
    }


def pdf(*pages: str, broken: int = 0) -> bytes:
    """A PDF with a line of text for each line of a page; `broken`: the page whose content is no content."""
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b"", b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"]
    kids = []
    for number, page in enumerate(pages, 1):
        lines = (line.replace("(", r"\(").replace(")", r"\)") for line in page.split("\n") if page)
        content = b"BT /F1 12 Tf 14 TL 72 720 Td " + b"".join(f"({x}) Tj T* ".encode("cp1252") for x in lines) + b"ET"
        kids.append(f"{len(objects) + 1} 0 R")
        contents = f"{len(objects) + 2} 0 R" if number != broken else "/Nonsense"
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << /Font << /F1 3 0 R >> >> "
            b"/Contents " + contents.encode() + b" >>"
        )
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content))
    objects[1] = f"<< /Type /Pages /Count {len(kids)} /Kids [{' '.join(kids)}] >>".encode()
    out, offsets = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % o for o in offsets)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    trailer = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(out))
    return out + head + table + trailer


def encrypted(data: bytes) -> bytes:
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(clone_from=PdfReader(BytesIO(data)))
    writer.encrypt("open sesame", algorithm="RC4-128")
    out = BytesIO()
    writer.write(out)
    return out.getvalue()

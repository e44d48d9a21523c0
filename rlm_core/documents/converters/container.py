"""The zip file that an office document is: read only when it is small enough unpacked, and declares no entities."""

from __future__ import annotations

import zipfile
import zlib
from io import BytesIO
from typing import TYPE_CHECKING

from rlm_core.documents.encoding import OLD, UnreadableError
from rlm_core.documents.sayings import BROKEN_PART, BROKEN_ZIP, LACKING, LARGE, LARGE_WITHIN
from rlm_core.errors import worded

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

MOST_BYTES = 256 * 1024**2  # unpacked, of all parts that are text
MOST_PARTS = 20_000
ENTITIES = "its XML declares entities, which no office program writes"
# Office's own formats never declare a document type; whoever does wants entities of it.
STRICT = (".xml", ".rels")
READ = (*STRICT, ".xhtml", ".html", ".htm", ".opf", ".ncx")
BROKEN = (zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError)


class Container:
    """The parts of a document. Raises UnreadableError for one that is encrypted, broken, or too large unpacked.

    data: the same document without the parts that no text is in, pictures and macros for instance.
    """

    def __init__(self, data: bytes) -> None:
        if data.startswith(OLD):
            raise UnreadableError("encrypted with a password, or of a format before 2007; save a plain copy")
        self.parts: dict[str, bytes] = {}
        try:
            with zipfile.ZipFile(BytesIO(data)) as packed:
                self._read(packed)
        except RuntimeError as e:
            raise UnreadableError("encrypted with a password; save a copy without one") from e
        except BROKEN as e:
            raise UnreadableError(worded(BROKEN_ZIP, why=e)) from e
        if "encryption-data" in self.text("META-INF/manifest.xml") or "META-INF/encryption.xml" in self.parts:
            raise UnreadableError("encrypted with a password; save a copy without one")

    @classmethod
    def flat(cls, data: bytes, name: str) -> Container:
        """The container of a document that is one XML file, as the part of that name. Raises UnreadableError."""
        if len(data) > MOST_BYTES:
            raise UnreadableError(worded(LARGE, n=MOST_BYTES // 1024**2))
        if _declares(data):
            raise UnreadableError(ENTITIES)
        made = cls.__new__(cls)
        made.parts = {name: data}
        return made

    def _read(self, packed: zipfile.ZipFile) -> None:
        entries = packed.infolist()
        wanted = [e for e in entries if e.filename.lower().endswith(READ) or e.filename == "mimetype"]
        total = sum(e.file_size for e in wanted)  # no more is unpacked of a part than it declares
        if total > MOST_BYTES or len(entries) > MOST_PARTS:
            raise UnreadableError(worded(LARGE_WITHIN, n=MOST_BYTES // 1024**2))
        for entry in wanted:
            part = packed.read(entry)
            if entry.filename.lower().endswith(STRICT) and _declares(part):
                raise UnreadableError(ENTITIES)
            self.parts[entry.filename] = part

    def data(self) -> bytes:
        """The parts as a zip file again."""
        out = BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as packed:
            for name, part in self.parts.items():
                packed.writestr(name, part)
        return out.getvalue()

    def text(self, name: str) -> str:
        """A part as text, "" for one that is not there."""
        return self.parts.get(name, b"").decode("utf-8", "replace")

    def xml(self, name: str) -> Element:
        """A part, parsed. Raises UnreadableError."""
        from defusedxml.ElementTree import ParseError, fromstring

        try:
            root: Element = fromstring(self.parts[name])
        except KeyError as e:
            raise UnreadableError(worded(LACKING, name=name)) from e
        except (ParseError, ValueError) as e:
            raise UnreadableError(worded(BROKEN_PART, name=name, why=e)) from e
        return root


def _declares(part: bytes) -> bool:
    """Whether XML has a document type, in whichever encoding: those that are wide hold each letter among zeros."""
    return b"<!DOCTYPE" in part or b"<!ENTITY" in part or b"<!DOCTYPE" in part.replace(b"\0", b"")


def local(tag: object) -> str:
    """A name without its namespace."""
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""

"""What lies beside the chunks: pictures that are shown in the page itself, outputs and papers that are linked."""

from __future__ import annotations

import base64
import os
import re
from typing import TYPE_CHECKING
from urllib.parse import quote

from markupsafe import Markup

from rlm_core.disk import read
from rlm_core.errors import ArchiveError
from rlm_core.view import markup
from rlm_core.view.pagewords import said

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_PICTURE, MOST_PICTURES = 1_500_000, 12_000_000
"""Bytes of one picture, and of all on a page, that stand in the page; a larger one is linked."""
_POINTER = re.compile(r"\[… ([\d,]{1,20}) characters left out here; the whole text: blobs/([0-9a-f]{16}\.txt) …\]")
_MEDIA = re.compile(
    r"^\[(image|document)\] (.{0,400}?)bytes: blobs/([0-9a-f]{16}\.(?:png|jpg|gif|webp|pdf|bin))$", re.M
)
_KINDS = {
    ".png": ("image/png", b"\x89PNG\r\n"), ".jpg": ("image/jpeg", b"\xff\xd8\xff"), ".gif": ("image/gif", b"GIF8"),
    ".webp": ("image/webp", b"RIFF"),
}  # fmt: skip


class Beside:
    """The blobs of one directory of chunks. up: the way from a page to the archive's root; "" alone."""

    def __init__(self, folder: str, relative: str, up: str) -> None:
        self._folder = folder
        self._relative = relative
        self._up = up
        self.embedded = 0
        self.shown = 0

    def parted(self, text: str) -> Sequence[str]:
        """An output cut where something was left out; the pointers between the pieces are HTML."""
        pieces: list[str] = []
        at = 0
        for found in _POINTER.finditer(text):
            pieces += [text[at : found.start()].removesuffix("\n"), self._pointer(found[1], found[2])]
            at = found.end() + 1
        return [*pieces, text[at:]] if pieces else [text]

    def linked(self, made: Markup) -> Markup:
        """The same for HTML: nothing in a pointer is escaped."""
        if "characters left out here" not in made:
            return made
        return Markup(_POINTER.sub(lambda m: str(self._pointer(m[1], m[2])), made))  # noqa: S704 - both are digits

    def _pointer(self, count: str, name: str) -> Markup:
        if not self._up:
            return Markup('<p class="left">{}</p>').format(said("… {n} characters are left out here …", n=count))
        link = Markup('<a href="{}">{}</a>').format(self._href(name), said("the whole text"))
        where = link if self._lies(name) else markup.shown(said("the file with them is gone"))
        text = said("… {n} characters left out here: {where} …", n=count, where=where)
        return Markup(f'<p class="left">{text}</p>')  # noqa: S704 - digits, and a link of ours

    def _lies(self, name: str) -> bool:
        return os.path.isfile(os.path.join(self._folder, "blobs", name))

    def _href(self, name: str) -> str:
        return f"{self._up}{quote(self._relative)}/blobs/{name}"

    def media(self, text: str) -> Markup:
        """Captions of pictures and papers with what they are of; any other text as it stands."""
        parts, at = [], 0
        for found in _MEDIA.finditer(text):
            parts += [markup.cited(text[at : found.start()].strip()), self._medium(found[1], found[2], found[3])]
            at = found.end()
        return Markup('<div class="plain">{}</div>').format(Markup("").join([*parts, markup.cited(text[at:].strip())]))

    def _medium(self, kind: str, caption: str, name: str) -> Markup:
        label = caption.strip().rstrip(",0123456789 ").strip() or kind
        picture = self._picture(name)
        if picture:
            return Markup('<figure><img alt="{}" src="{}" loading="lazy"><figcaption>{}</figcaption></figure>').format(
                label, picture, markup.shown(label)
            )
        if not self._up:
            return Markup('<p class="left">{}</p>').format(
                markup.shown(said("{name} is not part of this file", name=label))
            )
        if not self._lies(name):
            return Markup('<p class="left">{}</p>').format(markup.shown(said("{name}: the file is gone", name=label)))
        return Markup('<p class="left"><a href="{}">{}</a></p>').format(self._href(name), markup.shown(label))

    def _picture(self, name: str) -> str:
        """A picture as a `data:` address; "" for what is none by its first bytes, and for one that is too large."""
        kind, begins = _KINDS.get(os.path.splitext(name)[1], ("", b""))
        if not kind:
            return ""
        try:
            data = read(os.path.join(self._folder, "blobs", name), MOST_PICTURE) or b""
        except (ArchiveError, OSError):
            return ""
        if not data.startswith(begins) or self.embedded + len(data) > MOST_PICTURES:
            return ""
        self.embedded += len(data)
        self.shown += 1
        return f"data:{kind};base64,{base64.b64encode(data).decode()}"

"""Chunk files out of which something was taken on purpose: same name, same id, same number of lines.

A chunk's id is a hash of its text, and everything cites by id and line. So an entry that is forgotten keeps its place:

    ## user · 2026-11-22 10:00:03 · turn 12 · 0007

    [forgotten]

and as many empty lines as it had lines of text. Since the id does not prove such a file any more, its last line gets
`altered`: a hash, with the user's key, of what stands there now. Only who has the key can alter a chunk and have it
taken for whole.
"""

from __future__ import annotations

import re

from rlm_core.chunks.chunker import chunk_id
from rlm_core.chunks.chunkfile import alter_values, load
from rlm_core.digest import blake2b
from rlm_core.redaction.clean import EMPTY, fields, hex_digits, literal, written_before
from rlm_core.tokens import estimate

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

    from rlm_core.chunks.chunkfile import ChunkFile
    from rlm_core.redaction.clean import CleanBytes, CleanJson, CleanText

    Change = CleanText | Callable[[CleanText], CleanText]

FORGOTTEN = literal("[forgotten]")
ALTERED = "altered"
ALTERED_BYTES = 8
_LINE_END, _EMPTY_LINE, _DOT = literal("\n"), literal("\n\n"), literal(" · ")
DOCUMENT = "## document · "
_WORD = re.compile(r"[^\W_]{3,}")
_MARK = re.compile(r"\[redacted:([a-z0-9-]{1,40})\]")
_TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")


# What proves it.


def is_altered(meta: Mapping[str, Any]) -> bool:
    """Whether a chunk says of itself that it was altered on purpose; whether it was, `holds_its_text` tells."""
    return bool(meta.get(ALTERED))


def holds_its_text(chunk: ChunkFile, key: Callable[[], bytes]) -> bool:
    """Whether a chunk file's entries are as they were written: by its id, or as they were altered, by the user's key.

    key: gives the user's key, b"" for none; asked for only where a chunk says that it was altered.
    """
    meta = chunk.meta
    if not is_altered(meta):
        texts = ((uuid, text) for uuid, _, text in chunk.entries())
        return chunk_id(meta["previous"], texts, like=meta["chunk"]) == str(meta["chunk"])
    secret = key()
    return bool(secret) and meta[ALTERED] == _signature(chunk, secret)


def _signature(chunk: ChunkFile, key: bytes) -> str:
    """16 hexadecimal digits over the chunk's place, and each entry's uuid, line, size and Markdown as they are now."""
    meta = chunk.meta
    place = f"{meta['chunk']}\0{meta['previous']}\0{meta['number']}"
    h = blake2b(place.encode(), digest_size=ALTERED_BYTES, key=key)
    for (uuid, line, text), size in zip(chunk.entries(), meta["sizes"], strict=True):
        h.update(f"\0{uuid}\0{line}\0{size}\0{text}".encode("utf-8", "backslashreplace"))
    return h.hexdigest()


# What is forgotten.


def forgotten(whole: CleanText) -> CleanText:
    """What stays of an entry: its heading, of a document's section without the section's title, and `[forgotten]`.

    An entry without text, which has no line for that, keeps its heading alone.
    """
    heading, _, body = whole.partition("\n")
    if heading.startswith(DOCUMENT):
        heading = _untitled(heading)
    return heading + _EMPTY_LINE + FORGOTTEN + _LINE_END if body.count("\n") > 1 else heading + _LINE_END


def _untitled(heading: CleanText) -> CleanText:
    """A document section's heading without its title, which stands between the path and the time, turn and chunk."""
    names = heading.split(" · ")
    return _DOT.join([*names[:2], *names[_behind_title(names) :]])


def _behind_title(names: Sequence[str]) -> int:
    """Where, from the end, the time of a document section's heading stands, or else its turn."""
    at = -2 if names[-1].isdigit() else -1
    return at - 1 if len(names) > 3 and _TIME.fullmatch(names[at - 1]) else at


def _section_title(heading: CleanText) -> CleanText:
    """The title in a document section's heading, "" for none."""
    names = heading.split(" · ")
    return _DOT.join(names[2 : _behind_title(names)])


def is_forgotten(whole: str) -> bool:
    """Whether an entry of an altered chunk, heading included, is one that was forgotten."""
    return whole.partition("\n")[2].strip() == FORGOTTEN


# How it is made.


def alter(
    data: bytes,
    changes: Mapping[str, Change],
    key: bytes,
    *,
    blobs: Callable[[str], str] | None = None,
    drops: Callable[[str], bool] | None = None,
    named: Callable[[str, str], bool] | None = None,
    prompt: CleanText | None = None,
    told: Mapping[CleanText, CleanJson] | None = None,
) -> CleanBytes:
    """A chunk file of either form with other entries in the place of some; ids, names and lines stay.

    changes: uuid -> the whole new entry, heading included, or what makes it of the old one, such as `forgotten`; it may
    have fewer lines than the old one, never more. What the file says of itself is made anew from what remains: its
    title, keywords, files, tools, redactions, tokens. blobs: gives the text of a blob by its name, so that the secrets
    left out of it are counted; none is asked for that nothing pointed to. drops: of a label - title, prompt, keyword,
    path, tool, branch, directory - whether it must go although the entries of this chunk do not tell. named: the same
    of a label of this name, unless it is a path or a tool that an entry which stays names. prompt: title of
    the turn inside which the chunk begins, where that changes. Without changes only the labels are looked at, and the
    chunk is not altered by that. told: values of the last line, where these change otherwise, such as `rules`. Raises
    ValueError for an entry that would become longer, ArchiveError for no chunk.
    """
    chunk = load(data)
    whole = _Whole(chunk, changes)
    labels = _Labels(whole, drops, named, prompt)
    values = labels.values()
    if whole.changed:
        values |= _counted(chunk, whole, blobs)
    values |= told or {}
    lines = whole.lines()
    if not whole.changed and not is_altered(chunk.meta):
        return alter_values(chunk, lines, values)
    bare = load(alter_values(chunk, lines, values | fields(altered=literal("0"))))
    return alter_values(chunk, lines, values | fields(altered=hex_digits(_signature(bare, key))))


class _Whole:
    """The entries of a chunk before and after.

    old, new: their Markdown, in order. changed: places of those that differ. forgotten: of those that are gone.
    """

    def __init__(self, chunk: ChunkFile, changes: Mapping[str, Change]) -> None:
        self.chunk = chunk
        self.uuids = [uuid for uuid, _, _ in chunk.entries()]
        self.old = [written_before(text) for _, _, text in chunk.entries()]
        self.new = [_changed(text, changes.get(uuid)) for uuid, text in zip(self.uuids, self.old, strict=True)]
        self.changed = [i for i, (a, b) in enumerate(zip(self.old, self.new, strict=True)) if a != b]
        self.forgotten = [i for i in self.changed if is_forgotten(self.new[i])]

    def lines(self) -> list[CleanText]:
        """All lines of the file, those that it says of itself as they were."""
        lines = [written_before(line) for line in self.chunk.lines]
        for at, text in zip(self.chunk.meta["lines"], self.new, strict=True):
            height = text.count("\n") + 1
            lines[at - 1 : at - 1 + height] = text.split("\n")
        return lines


def _changed(text: CleanText, change: Change | None) -> CleanText:
    """An entry after its change, with as many lines as it had."""
    if change is None:
        return text
    new = change(text) if callable(change) else change
    short = text.count("\n") - new.count("\n")
    if short < 0:
        raise ValueError("an entry of an altered chunk may not become longer")
    return new + _LINE_END.join([EMPTY] * (short + 1))


def _counted(chunk: ChunkFile, whole: _Whole, blobs: Callable[[str], str] | None) -> dict[CleanText, CleanJson]:
    """Sizes, tokens and redactions after the change."""
    meta = chunk.meta
    sizes = [0 if i in whole.forgotten else n for i, n in enumerate(meta["sizes"])]
    before = [whole.old[i] for i in whole.changed]
    after = [whole.new[i] for i in whole.changed]
    tokens = meta["tokens"] - sum(map(estimate, before)) + sum(map(estimate, after))
    counts: dict[str, int] = dict(meta["redactions"])
    for texts, sign in ((before, -1), (after, 1)):
        for kind in _marks(texts, blobs):
            counts[kind] = counts.get(kind, 0) + sign
    left = {written_before(kind): n for kind, n in counts.items() if n > 0}
    counted = fields(tokens=max(tokens, 0), redactions=left, sizes=sizes)
    if isinstance(meta.get("marks"), list):  # whose fingerprint is whose is told by the entry's place
        counted |= fields(marks=[mark for mark in meta["marks"] if mark[0] not in whole.forgotten])
    return counted


def _marks(texts: Sequence[str], blobs: Callable[[str], str] | None) -> list[str]:
    """The kinds of secrets left out of entries and of the blobs in which they go on."""
    from rlm_core.chunks.pointing import blob_of

    found = [kind for text in texts for kind in _MARK.findall(text)]
    if blobs is None:
        return found
    names = {name for text in texts if "blobs/" in text for line in text.split("\n") if (name := blob_of(line))}
    # Head and tail of such a text stand in the entry, too, and are counted once more: too few is said, never too many.
    return found + [kind for name in sorted(names) for kind in _MARK.findall(blobs(name))]


def _body(whole: str) -> str:
    """An entry without its heading, which it keeps."""
    return whole.partition("\n")[2]


class _Labels:
    """What a chunk says of itself in words, after a change of its entries.

    A label goes when it holds a word that the changed entries had and that no entry has any more.
    """

    def __init__(
        self,
        whole: _Whole,
        drops: Callable[[str], bool] | None,
        named: Callable[[str, str], bool] | None,
        prompt: CleanText | None,
    ) -> None:
        self._whole = whole
        self._drops, self._named = drops, named
        self._prompt = prompt
        self._remaining = "\n".join(whole.new).casefold()
        self._words = set(_WORD.findall("\n".join(map(_body, whole.new)).casefold()))
        self._gone = "\n".join(_body(whole.old[i]) for i in whole.changed).casefold()

    def values(self) -> dict[CleanText, CleanJson]:
        meta = self._whole.chunk.meta
        prompt = self._turn(meta)
        values = fields(
            title=self._title(meta, prompt),
            files=[written_before(p) for p in meta["files"] if self._stays("files", p, stands=True)],
            tools=[written_before(t) for t in meta["tools"] if self._stays("tools", t, stands=True)],
        )
        keywords = meta.get("keywords") if isinstance(meta.get("keywords"), list) else []
        values |= fields(keywords=[written_before(w) for w in keywords or [] if self._stays("keywords", str(w))])
        if "prompt" in meta:
            values |= fields(prompt=prompt)
        places = {
            n: written_before(meta[n]) for n in ("cwd", "branch") if meta.get(n) and not self._dropped(n, meta[n])
        }
        return values | fields(cwd=places.get("cwd", EMPTY), branch=places.get("branch", EMPTY))

    def _stays(self, name: str, label: str, *, stands: bool = False) -> bool:
        """Whether nothing in a label is gone. stands: the label itself is something that entries name."""
        if self._drops is not None and self._drops(label):
            return False
        if stands and label.casefold() in self._remaining:
            return True  # a heading counts: it names the tool, or the document
        if self._dropped(name, label):
            return False
        if stands and label.casefold() in self._gone:
            return False
        words = _WORD.findall(label.casefold())
        return not any(w in self._gone and w not in self._words for w in words)

    def _dropped(self, name: str, label: str) -> bool:
        if self._drops is not None and self._drops(label):
            return True
        return self._named is not None and self._named(name, label)

    def _turn(self, meta: Mapping[str, Any]) -> CleanText:
        """The title of the turn inside which the chunk begins, "" where it begins with a prompt."""
        prompt = str(meta.get("prompt") or "")
        if not prompt:
            return EMPTY
        if self._prompt is not None:
            return self._prompt
        return written_before(prompt) if self._stays("prompt", prompt) else FORGOTTEN

    def _title(self, meta: Mapping[str, Any], prompt: CleanText) -> CleanText:
        """The old title where it does not come from what is gone, else the one that the remaining entries give."""
        was = str(meta["title"])
        made = self._made(prompt)
        if self._stays("title", was) and prompt == str(meta.get("prompt") or "") and not self._gave(was, prompt):
            return written_before(was)
        return made if made and not self._dropped("title", made) else FORGOTTEN

    def _made(self, prompt: CleanText) -> CleanText:
        """The title that the remaining entries give."""
        from rlm_core.chunks.relabel import title_of

        left = [text for text in self._whole.new if not is_forgotten(text)]
        if not self._is_document():
            return title_of(left, prompt)
        path = [written_before(p) for p in self._whole.chunk.meta["files"][:1]]
        section = next((t for text in left if (t := _section_title(text.partition("\n")[0]))), EMPTY)
        return _DOT.join([*path, section] if section else path)

    def _gave(self, title: str, prompt: CleanText) -> bool:
        """Whether the entries as they were give this title, which those that remain do not."""
        from rlm_core.chunks.relabel import title_of

        if self._is_document():
            return 0 in self._whole.changed
        return bool(self._whole.changed) and title == title_of(self._whole.old, prompt)

    def _is_document(self) -> bool:
        return any(text.startswith(DOCUMENT) for text in self._whole.new[:1])

"""The values that flow from the transcript to the archive.

Plain slotted classes: importing `dataclasses` or `typing` costs a hook a third of its time budget.
Nobody changes an instance after it left the module that made it.
"""

from __future__ import annotations

from rlm_core.redaction.clean import EMPTY

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from rlm_core.redaction.clean import CleanText

# Part kinds, after the content blocks of the Messages API.
TEXT = "text"
THINKING = "thinking"
CALL = "tool_use"
RESULT = "tool_result"
MEDIA = "media"  # an image or a document, bytes in `data`

# Commands of Claude Code's own that say nothing about the work.
HOUSEKEEPING = frozenset(
    """
/add-dir /agents /clear /color /compact /config /context /cost /doctor /effort /exit /export /fast /help /hooks
/ide /login /logout /mcp /memory /model /output-style /permissions /plugin /plugins /quit /reload-plugins
/rename /resume /rewind /status /statusline /theme /usage /vim
""".split()  # noqa: SIM905
)


class Part:
    """One content block.

    kind: one of the constants above.
    text: what a person would read, verbatim; for a call its input as Markdown, for media a caption.
    name: the tool's name (calls and results). call_id: pairs a result with its call.
    data, suffix: decoded bytes of media and the file name suffix that fits them, e.g. ".png".
    files: paths that a call names. tokens: of the text, counted by whoever needs it first; -1 before.
    size: characters, of what a call was given rather than of the form in which it is shown.
    """

    __slots__ = ("call_id", "data", "failed", "files", "kind", "name", "size", "suffix", "text", "tokens")

    def __init__(
        self,
        kind: str,
        text: str,
        *,
        name: str = "",
        call_id: str = "",
        data: bytes | None = None,
        suffix: CleanText = EMPTY,
        failed: bool = False,
        files: Sequence[str] = (),
        size: int | None = None,
    ) -> None:
        self.kind = kind
        self.text = text
        self.name = name
        self.call_id = call_id
        self.data = data
        self.suffix = suffix
        self.failed = failed
        self.files = tuple(files)
        self.tokens = -1
        self.size = len(text) if size is None else size


class Entry:
    """One record of a transcript that the archive keeps.

    uuid: the record's own, or `line-<hash>` for a record that has none.
    role: `user`, `assistant`, `tool`, `system`, `summary` or `task`. time: ISO-8601 UTC as found, "" when missing.
    prompt: a human's prompt, which starts a turn. boundary: a compaction ended the context here.
    size: characters of all parts before redaction; a later copy of the same uuid with a larger
    size is the richer one. record_size: of the whole record, where it is several entries; else 0.
    lost_output: the client has moved an output of it to a file that is gone. aside: a sub-agent's, though its record
    stands in the main transcript.
    """

    __slots__ = (
        "aside",
        "boundary",
        "branch",
        "cwd",
        "lost_output",
        "parts",
        "prompt",
        "record_size",
        "role",
        "size",
        "time",
        "uuid",
    )

    def __init__(
        self,
        uuid: CleanText,
        role: CleanText,
        time: CleanText,
        parts: Sequence[Part],
        *,
        cwd: str = "",
        branch: str = "",
        prompt: bool = False,
        boundary: bool = False,
        size: int | None = None,
        record_size: int = 0,
        aside: bool = False,
    ) -> None:
        self.uuid = uuid
        self.role = role
        self.time = time
        self.parts = tuple(parts)
        self.cwd = cwd
        self.branch = branch
        self.prompt = prompt
        self.boundary = boundary
        self.size = sum(p.size for p in self.parts) if size is None else size
        self.record_size = record_size
        self.lost_output = False
        self.aside = aside

"""The values that flow from the transcript to the archive.

Plain slotted classes: importing `dataclasses` or `typing` costs a hook a third of its time budget.
Nobody changes an instance after it left the module that made it.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

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
    """

    __slots__ = ("call_id", "data", "failed", "files", "kind", "name", "suffix", "text", "tokens")

    def __init__(
        self,
        kind: str,
        text: str,
        *,
        name: str = "",
        call_id: str = "",
        data: bytes | None = None,
        suffix: str = "",
        failed: bool = False,
        files: Sequence[str] = (),
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

    def map(self, text: Callable[[str], str], label: Callable[[str], str]) -> Part:
        """The same part with its text and files changed by `text`, its name and id by `label`."""
        changed, name, call_id = text(self.text), label(self.name), label(self.call_id)
        if changed is self.text and name is self.name and call_id is self.call_id:
            return self  # the rule: few texts hold anything to change
        return Part(
            self.kind,
            changed,
            name=name,
            call_id=call_id,
            data=self.data,
            suffix=self.suffix,
            failed=self.failed,
            # Files are named in the text: where that has nothing to hide, they have not either.
            files=self.files if changed == self.text else [text(f) for f in self.files],
        )


class Entry:
    """One record of a transcript that the archive keeps.

    uuid: the record's own, or `line-<hash>` for a record that has none.
    role: `user`, `assistant`, `tool`, `system`, `summary` or `task`. time: ISO-8601 UTC as found, "" when missing.
    prompt: a human's prompt, which starts a turn. boundary: a compaction ended the context here.
    size: characters of all parts before redaction; a later copy of the same uuid with a larger
    size is the richer one.
    """

    __slots__ = ("boundary", "branch", "cwd", "parts", "prompt", "role", "size", "time", "uuid")

    def __init__(
        self,
        uuid: str,
        role: str,
        time: str,
        parts: Sequence[Part],
        *,
        cwd: str = "",
        branch: str = "",
        prompt: bool = False,
        boundary: bool = False,
        size: int | None = None,
    ) -> None:
        self.uuid = uuid
        self.role = role
        self.time = time
        self.parts = tuple(parts)
        self.cwd = cwd
        self.branch = branch
        self.prompt = prompt
        self.boundary = boundary
        self.size = sum(len(p.text) for p in self.parts) if size is None else size

    def with_parts(self, parts: Sequence[Part]) -> Entry:
        """The same entry with other parts; the size stays that of the original text."""
        return Entry(
            self.uuid,
            self.role,
            self.time,
            parts,
            cwd=self.cwd,
            branch=self.branch,
            prompt=self.prompt,
            boundary=self.boundary,
            size=self.size,
        )

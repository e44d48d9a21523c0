"""What a record says, and who says it.

Here are the records of a conversation, the user's and the assistant's. What the client writes by itself is read in
`clients`; what is left out on purpose is named in `left_out`.
"""

from __future__ import annotations

from rlm_core.transcript.entry import RESULT, TEXT, Part
from rlm_core.transcript.lines import BROKEN
from rlm_core.transcript.records.blocks import Blocks, numbered, words_in
from rlm_core.transcript.records.speakers import ASSISTANT, SYSTEM, TASK, USER, speakers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from typing import Any

    from rlm_core.transcript.records.speakers import Said

    Json = dict[str, Any]

SPOKEN = ("user", "assistant")
# Keys of a record and of its message that are read, or that most records have and `left_out` names; what else there is,
# and `left_out` does not name, is kept where it holds words.
READ = frozenset(
    """
    apiBlockIndex attachment cause content cwd entrypoint error gitBranch isApiErrorMessage isCompactSummary isMeta
    isSidechain isVisibleInTranscriptOnly message parentUuid promptId requestId sessionId sourceToolAssistantUUID
    subtype timestamp toolUseResult type userType uuid version
    """.split()  # noqa: SIM905
)
MESSAGE = frozenset(("content", "id", "model", "role", "stop_reason", "stop_sequence", "type", "usage"))


class RecordParser:
    """Takes the records of one transcript apart.

    agent: whether it is a sub-agent's. lost_outputs: outputs that the client had moved to a file of its own that is
    gone.
    """

    __slots__ = ("_agents", "_blocks", "_copied", "agent")

    def __init__(self, folder: str = "", *, agent: bool = False, agents: Callable[[], Collection[str]] = tuple) -> None:
        """folder: of the session, in which the client keeps long outputs. agents: see `Reader`."""
        self._blocks = Blocks(folder)
        self._agents = agents
        self._copied: Collection[str] | None = None
        self.agent = agent

    @property
    def lost_outputs(self) -> int:
        return self._blocks.lost_outputs

    def said(self, kind: str, record: Json, *, whole: bool) -> tuple[list[Said], bool]:
        """(who says what in a record of this type, whether the user's first words in it start a turn).

        Nothing is said in a record that is left out or holds no words. whole: else the record was cut off, and any
        words that it holds are kept.
        """
        said, prompt = self._said(kind, record)
        if not said and not whole and (words := words_in(record)):
            said = [(SYSTEM, [Part(TEXT, f"[{BROKEN}]\n{words}")])]
        return said, prompt

    def unlisted(self, record: Json) -> str:
        """The kind of a record that no list names, as `left_out.kind_of` names it; "" for one that some list does."""
        lists = _left_out()
        kind: str = lists.kind_of(record)
        return "" if kind in lists.KEPT or lists.reason_for(record, self._copied or ()) else kind

    def content_of(self, record: Json) -> list[Part]:
        """The parts of what stands right under a record's `content`: of the queue's records, a prompt."""
        return self._blocks.parts(record.get("content"), record)

    def _said(self, kind: str, record: Json) -> tuple[list[Said], bool]:
        if kind not in SPOKEN:
            if kind == "progress" and self._copied is None:
                self._copied = self._agents()
            if _left_out().reason_for(record, self._copied or ()):
                return [], False
        if kind == "user":
            said = self._user(record)
        elif kind == "assistant":
            said = self._assistant(record)
        else:
            from rlm_core.transcript.records import clients  # not at the top: of most such records nothing is kept

            if kind not in clients.PARSERS:
                return clients.unknown(kind, record), False
            said = clients.PARSERS[kind](record, self._blocks)
        if not record.keys() <= READ and (words := _besides(record, READ, _left_out().FIELDS)):
            said.append((SYSTEM, [Part(TEXT, words)]))
        prompt = kind == "user" and not _has_result(said)
        return said, prompt and (self.agent or not record.get("isSidechain"))

    def _user(self, record: Json) -> list[Said]:
        said = speakers(self._parts(record), record)
        # What answers or stands beside a result is the user's, in a sub-agent's transcript too.
        if (self.agent or record.get("isSidechain")) and not _has_result(said):
            return [(TASK if role == USER else role, parts) for role, parts in said]
        return said

    def _assistant(self, record: Json) -> list[Said]:
        parts = self._parts(record)
        return [(SYSTEM if record.get("isApiErrorMessage") else ASSISTANT, parts)] if parts else []

    def _parts(self, record: Json) -> list[Part]:
        """The parts of a record's message, whatever its shape."""
        message = record.get("message", record.get("content"))
        if not isinstance(message, dict):
            return self._blocks.parts(message, record)
        parts = self._blocks.parts(message.get("content"), record)
        if not message.keys() <= MESSAGE:
            pieces = numbered(message)
            if pieces:
                parts.insert(0, Part(TEXT, pieces))
            words = _besides(message, MESSAGE, _left_out().MESSAGE)
            if words:
                parts.append(Part(TEXT, words))
        return parts


def _left_out() -> Any:
    """The list of what is left out, which a turn without the client's books does not need."""
    from rlm_core.transcript.records import left_out

    return left_out


def _besides(values: Json, read: frozenset[str], left_out: dict[str, str]) -> str:
    """What holds words of the fields that are neither read nor left out, in plain form; most records have none."""
    unknown = {k: v for k, v in values.items() if k not in read and k not in left_out}
    return words_in(unknown) if unknown else ""


def _has_result(said: list[Said]) -> bool:
    return any(p.kind == RESULT for _, parts in said for p in parts)

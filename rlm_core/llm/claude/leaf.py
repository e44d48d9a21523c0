"""The leaf that asks Claude Code: one headless `claude -p` for each call, on the user's own login.

A child has no tools, no hooks, no settings, no session file; it makes one request (see `command`), lives in a
process group of its own in an empty directory, and is gone when its call has ended, however that was. Should we be
killed, a watchdog kills what is left.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
import shutil
import tempfile
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable, Sequence

from rlm_core.errors import worded
from rlm_core.llm.base import (
    ROOM,
    Call,
    LeafError,
    MalformedError,
    Meter,
    RateLimitedError,
    Reply,
    SetupError,
    StalledError,
    TooLargeError,
    TransientError,
)
from rlm_core.llm.claude import command as claude_command
from rlm_core.llm.claude.answer import Heard, no_result
from rlm_core.llm.claude.watchdog import Watchdog, kill_group
from rlm_core.llm.claude.workers import default_workers, most_workers
from rlm_core.llm.names import ModelNames, of_client, place_of

OVERHEAD = 1500
"""Tokens that the client adds, at most: it sends some 2,250 bytes with the form of the answer and a schema of ours."""

MAX_INPUT_BYTES = 10_000_000  # bytes that the client reads from stdin
MAX_OUTPUT_BYTES = 32 * 1024**2  # bytes that we read of it
MAX_ERROR_BYTES = 2000  # bytes of its error output that are kept
GOODBYE_SECONDS = 2.0  # seconds to end by itself after its result, and to be gone after its death
FULL = (errno.EAGAIN, errno.ENOMEM, errno.EMFILE, errno.ENFILE)  # the machine has no room for a process now


class ClaudeLeaf:
    """Answers calls by Claude Code processes. command: the client's name on PATH, or its path.

    names: what is remembered of models; by default nothing is beyond this leaf. head_start: seconds, see
    `engine.calls.ahead`. workers: calls at once that leave others their share of the machine; most_workers: that its
    memory bears.
    """

    name = "claude"
    overhead = OVERHEAD
    patient = False
    head_start = 15.0

    def __init__(self, command: str = "claude", names: ModelNames | None = None) -> None:
        self.command = command
        self._names = names or ModelNames()
        self.most_workers = most_workers()
        self.workers = min(default_workers(), self.most_workers)
        self._watchdog = Watchdog()
        self._running: set[int] = set()  # process groups
        self._scratch = ""
        self._own_env: dict[str, str] = {}
        self._closed = False

    def check(self) -> None:
        self._program()
        if claude_command.depth() >= claude_command.MAX_DEPTH:
            raise SetupError(
                worded(
                    "{depth} is {depth2}: this run lies too deep within other runs; at most {most_depth} may lie "
                    "within each other",
                    depth=claude_command.DEPTH,
                    depth2=os.environ.get(claude_command.DEPTH),
                    most_depth=claude_command.MAX_DEPTH,
                )
            )

    def guess(self, model: str) -> str:
        """The model that the client means by an alias, as far as it can be told without asking it."""
        return of_client(model, self._names, self._client_environment())

    async def named(self, model: str) -> str:
        """The same: only its answer tells more."""
        return self.guess(model)

    def room(self, model: str) -> int:
        """Tokens of an answer beyond those that its call allows."""
        return ROOM

    def _client_environment(self) -> dict[str, str]:
        return {**os.environ, **claude_command.user_settings()[0]}

    @property
    def _place(self) -> str:
        return place_of(self._client_environment())

    async def call(self, call: Call, seconds: float, meter: Meter) -> Reply:
        text = claude_command.message(call)
        if len(text) > MAX_INPUT_BYTES:
            raise TooLargeError(
                worded(
                    "the message has {n:,} bytes; claude reads {most_input_bytes:,}",
                    n=len(text),
                    most_input_bytes=MAX_INPUT_BYTES,
                )
            )
        try:
            return await asyncio.wait_for(self._call(call, text, meter), seconds)
        except asyncio.TimeoutError:
            raise StalledError(worded("claude gave no answer within {seconds:.1f} s", seconds=seconds)) from None

    async def count(self, call: Call) -> int | None:
        return None

    async def close(self) -> None:
        """Kill what still runs: those calls end with a TransientError."""
        self._closed = True
        for group in self._running:
            kill_group(group)
        deadline = time.monotonic() + GOODBYE_SECONDS
        while self._running and time.monotonic() < deadline:
            await asyncio.sleep(0.01)
        await asyncio.to_thread(self._watchdog.close)
        if self._scratch:
            shutil.rmtree(self._scratch, ignore_errors=True)
            self._scratch = ""

    async def _call(self, call: Call, text: bytes, meter: Meter) -> Reply:
        process = await self._start(call)
        meter.open = True
        heard, place = Heard(plain=call.plain), self._place

        def more() -> None:
            self._names.learn(place, call.model, heard.model or heard.means)
            if heard.texts:
                meter.begun()

        helpers = [asyncio.ensure_future(_feed(process, text)), asyncio.ensure_future(_beginning(process))]
        try:
            await _listen(process, heard, more)
            if heard.result is None:
                await _ended(process)
                if reply := heard.unfinished():
                    return reply  # what it has cost is not told: the meter stays open
                raise no_result(process.returncode, await _so_far(helpers[1]))
            return heard.reply()
        except RateLimitedError:
            meter.open = False  # what is refused costs nothing
            raise
        finally:
            if heard.result is not None:
                meter.usage, meter.open = heard.usage(), heard.unsure
                await _ended(process)  # it may be writing to the user's configuration
            await self._end(process, helpers)

    def _program(self) -> str:
        program = shutil.which(self.command)
        if not program:
            raise SetupError(
                worded(
                    'no program `{command}`: install Claude Code, or take another leaf ("--leaf anthropic")',
                    command=self.command,
                )
            )
        return program

    async def _start(self, call: Call) -> Process:
        if self._closed:
            raise TransientError("the run is over")
        program, scratch = self._program(), self._prepared()
        try:
            process = await asyncio.create_subprocess_exec(
                program,
                *claude_command.arguments(call, os.path.join(scratch, "settings.json")),
                stdin=PIPE,
                stdout=PIPE,
                stderr=PIPE,
                cwd=os.path.join(scratch, "empty"),
                env=claude_command.environment(call, self._own_env, os.path.join(scratch, "tmp")),
                start_new_session=True,
                limit=MAX_OUTPUT_BYTES,
            )
        except OSError as e:
            error: type[LeafError] = TransientError if e.errno in FULL else SetupError
            raise error(worded("{program} cannot be started: {why}", program=program, why=e)) from e
        self._running.add(process.pid)
        self._watchdog.watch(process.pid)
        if self._closed:
            kill_group(process.pid)
        return process

    def _prepared(self) -> str:
        """The run's directory, made with the first call: an empty one to run in, one for temporary files."""
        if not self._scratch:
            self._scratch = tempfile.mkdtemp(prefix="rlm-leaf-")
            for name in ("empty", "tmp"):
                os.mkdir(os.path.join(self._scratch, name), 0o700)
            self._own_env, helper = claude_command.user_settings()
            with open(os.path.join(self._scratch, "settings.json"), "w", encoding="utf-8") as f:
                f.write(claude_command.settings_json(helper))
        return self._scratch

    async def _end(self, process: Process, helpers: Sequence[asyncio.Future[bytes]]) -> None:
        """Nothing of the group is left after this. The kill comes first: the rest may be cancelled."""
        kill_group(process.pid)
        for helper in helpers:
            helper.cancel()
        try:
            await _ended(process)
        finally:
            process._transport.close()  # type: ignore[attr-defined] # else it waits for whoever else has its pipes
            self._running.discard(process.pid)
            self._watchdog.forget(process.pid)


async def _ended(process: Process) -> None:
    """Wait for the end of the process, for a while. `Process.wait` may wait for its descendants, too."""
    deadline = time.monotonic() + GOODBYE_SECONDS
    while process.returncode is None and time.monotonic() < deadline:
        await asyncio.sleep(0.005)


async def _feed(process: Process, text: bytes) -> bytes:
    """Write the message and close stdin; a child that does not read it to its end tells why elsewhere."""
    assert process.stdin
    with contextlib.suppress(OSError):
        process.stdin.write(text)
        await process.stdin.drain()
    process.stdin.close()
    return b""


async def _listen(process: Process, heard: Heard, more: Callable[[], None]) -> None:
    """Take the output line by line up to the result, or to its end. more: called after each line.

    Raises MalformedError when it has no end.
    """
    assert process.stdout
    read = 0
    try:
        while heard.result is None and (line := await process.stdout.readline()):
            read += len(line)
            if read > MAX_OUTPUT_BYTES:
                raise ValueError
            heard.take(line)
            more()
    except ValueError:  # of readline too, for a line beyond the limit
        raise MalformedError(
            worded("claude wrote more than {most_output_bytes:,} bytes", most_output_bytes=MAX_OUTPUT_BYTES)
        ) from None


async def _beginning(process: Process) -> bytes:
    """The first bytes of the error output; the rest is read, so that nobody waits, and dropped."""
    assert process.stderr
    beginning = b""
    while data := await process.stderr.read(65536):
        beginning += data[: MAX_ERROR_BYTES - len(beginning)]
    return beginning


async def _so_far(errors: asyncio.Future[bytes]) -> bytes:
    """The error output of a child that has ended."""
    try:
        return await asyncio.wait_for(errors, GOODBYE_SECONDS)
    except asyncio.TimeoutError:
        return b""

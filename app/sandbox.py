"""Runs the analysis in a process of its own, so that a bad file costs a finding and no more."""

import logging
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from posixpath import dirname
from typing import TypeAlias

from analyzers.request import Request
from analyzers.result import Audit
from analyzers.source import Kind, SourceTree, UnreadableFile
from analyzers.store import Forgetful, Store
from analyzers.struct import Struct, replace
from app.refusal import Refusal
from app.sandbox_note import Note, read
from app.sandbox_process import MEMORY_BYTES, TOTAL_SECONDS, Process
from app.sandbox_wire import (
    Broken,
    Content,
    Done,
    Gone,
    Keep,
    ListEntries,
    LookUp,
    ReadFiles,
    Side,
    Task,
    Unreadable,
    decode_message,
    encode,
    receive,
    send,
)

Progress: TypeAlias = Callable[[Note], None]

_log = logging.getLogger(__name__)
_OUT_OF_MEMORY = 3
_SENSELESS = "it answered in a way that makes no sense"
_LOOK_SECONDS = 0.1
"""How long nobody looks what a process is at: a person who waits for it sees nothing quicker."""

MAX_GIVEN_BYTES = 8_000_000
"""Some thousand migrations; the rest is asked for."""

_LAST_SECONDS = 5.0
"""How long a process that hung up may take to end: on a busy machine that is no moment."""


class Limits(Struct, frozen=True):
    """What one attempt may use. `stall_seconds` is how long it may go on without a word."""

    memory_bytes: int = MEMORY_BYTES
    total_seconds: float = TOTAL_SECONDS
    stall_seconds: float = 15
    attempts: int = 6


class AnalysisFailed(Refusal):
    """The analysis could not be carried out. Its message is for users."""


class _FileFailed(Exception):
    def __init__(self, path: str, reason: str) -> None:
        super().__init__(path, reason)
        self.path = path
        self.reason = reason


class _Interrupted(Exception):
    """The process was killed by something else, or ended before it had begun with a file.

    A machine that is short of memory kills what it likes: no file is to blame for that.
    """


class Sandbox:
    """Starts analysis processes, the first one at once: it loads while files are fetched.

    May be used by several threads; each audit has a process of its own, which runs `module`.
    Where more audits are to come, `warm` keeps the next process ready. `begun` is the first
    process, where somebody has started it already.
    """

    def __init__(
        self,
        limits: Limits | None = None,
        *,
        warm: bool = False,
        module: str = "app.sandbox_start",
        begun: Process | None = None,
    ) -> None:
        self.limits = limits or Limits()
        self._warm = warm
        self._module = module
        self._lock = threading.Lock()
        self._spare: Process | None = begun or self._started()
        self._ending: list[threading.Thread] = []

    def __enter__(self) -> "Sandbox":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """No process is left afterwards."""
        with self._lock:
            spare, self._spare = self._spare, None
        if spare is not None:
            self._end(spare)
        for ending in self._ending:
            ending.join()

    def audit(
        self,
        request: Request,
        progress: Progress = lambda note: None,
        store: Store | None = None,
    ) -> Audit:
        """Audits; again without the file that it crashed, stalled or ran out of memory on.

        `progress` is told what the process is at, now and then.
        """
        for _ in range(self.limits.attempts):
            try:
                return self._attempt(request, progress, store or Forgetful())
            except _FileFailed as failure:
                if failure.path in request.unanalysable:
                    break
                _log.info("a file failed: %s", failure.reason)
                unanalysable = {**request.unanalysable, failure.path: failure.reason}
                request = replace(request, unanalysable=unanalysable)
        raise AnalysisFailed("too many files could not be analysed: " + _list(request))

    def _attempt(self, request: Request, progress: Progress, store: Store) -> Audit:
        """Once more after an interruption; a second one is taken for what it looks like."""
        try:
            with self._child(progress) as child:
                return child.audit(request, store)
        except _Interrupted as interrupted:
            _log.info("the analysis was interrupted: %s", interrupted)
            with self._child(progress, patient=False) as child:
                return child.audit(request, store)

    def _started(self) -> Process:
        return Process(self.limits.memory_bytes, self.limits.total_seconds, self._module)

    @contextmanager
    def _child(self, progress: Progress, *, patient: bool = True) -> Iterator["_Child"]:
        with self._lock:
            spare, self._spare = self._spare, self._started() if self._warm else None
        process = spare if spare is not None and spare.alive() else self._started()
        try:
            yield _Child(process, self.limits, progress, patient=patient)
        finally:
            self._end(process)

    def _end(self, process: Process) -> None:
        ending = process.end()
        with self._lock:
            self._ending = [*(one for one in self._ending if one.is_alive()), ending]


class _Child:
    """The audit that a process does."""

    def __init__(
        self, process: Process, limits: Limits, progress: Progress, *, patient: bool
    ) -> None:
        self._limits = limits
        self._progress = progress
        self._patient = patient
        self._note: Note | None = None
        self._left = limits.total_seconds
        self._process = process
        self._connection = process.connection

    def audit(self, request: Request, store: Store) -> Audit:
        task = _task(request)
        try:
            send(self._connection, encode(task))
            while True:
                message = decode_message(self._next())
                match message:
                    case Done():
                        return message.audit
                    case Unreadable():
                        raise UnreadableFile(message.path, message.reason)
                    case Keep():
                        store.put(message.key, Content.decoded(self._next()).data)
                    case _:
                        for answer in _answers(request, store, message):
                            send(self._connection, answer)
        except TimeoutError:
            raise self._failure(self._overdue()) from None
        except Gone:
            raise self._end() from None
        except Broken:
            raise self._failure(_SENSELESS) from None

    def _next(self) -> bytes:
        """The next frame; only time that the child itself takes counts.

        Until it begins with a file it can't stall on one: a busy machine starts processes slowly.
        """
        started = moved = time.monotonic()
        left = self._left
        try:
            while not self._has_spoken(min(_LOOK_SECONDS, self._left)):
                now = time.monotonic()
                self._left = left - (now - started)
                moved = now if self._moves_on() else moved
                stalled = self._note is not None and now - moved > self._limits.stall_seconds
                if stalled or self._left <= 0:
                    raise TimeoutError
            return receive(self._connection)
        finally:
            self._left = left - (time.monotonic() - started)

    def _has_spoken(self, seconds: float) -> bool:
        """Whether there is something to receive, or nobody any more, after that time at most."""
        self._connection.settimeout(max(seconds, 0.001))
        try:
            self._connection.recv(1, socket.MSG_PEEK)
        except TimeoutError:
            return False
        except OSError:
            return True
        finally:
            self._connection.settimeout(self._limits.stall_seconds)
        return True

    def _moves_on(self) -> bool:
        """Whether it is at something else than when it was last looked at."""
        before, self._note = self._note, read(self._process.note.fileno())
        if self._note is None or self._note == before:
            return False
        self._progress(self._note)
        return True

    def _failure(self, reason: str) -> Exception:
        self._moves_on()
        if self._note is None or self._left <= 0:
            return AnalysisFailed(f"the analysis failed: {reason}")
        return _FileFailed(self._note.path, reason)

    def _end(self) -> Exception:
        self._moves_on()
        reason = self._epitaph()
        if self._patient and (self._note is None or self._was_killed()):
            return _Interrupted(reason)
        return self._failure(reason)

    def _was_killed(self) -> bool:
        """A file can make it crash, but not send it these signals; too long a run can."""
        killed = self._process.status(0) in (-signal.SIGKILL, -signal.SIGTERM)
        return killed and self._left > 0

    def _overdue(self) -> str:
        if self._left <= 0:
            return f"it took longer than {self._limits.total_seconds:g} seconds"
        return f"it took longer than {self._limits.stall_seconds:g} seconds"

    def _epitaph(self) -> str:
        """Why the process ended, in words."""
        status = self._process.status(_LAST_SECONDS)
        if status is None:
            return _SENSELESS
        self._process.stderr.seek(0)
        _log.info("the analysis ended with %s: %s", status, _tail(self._process.stderr.read()))
        if status == _OUT_OF_MEMORY:
            return "it needed too much memory"
        if status < 0:
            return f"the parser crashed ({signal.Signals(-status).name})"
        return "the analysis failed on it"


def _task(request: Request) -> Task:
    return Task(
        request.changes,
        request.settings,
        request.unanalysable,
        request.directories,
        request.extensions,
        request.postgres,
        request.now,
        request.organisation,
        request.repository,
        request.ledger,
        request.brief,
        dict(_surely_read(request)),
    )


def _surely_read(request: Request) -> Iterator[tuple[str, bytes]]:
    """The changed files in named directories: sent while the process still loads."""
    entries = request.head.entries() if request.directories else {}
    left = MAX_GIVEN_BYTES
    for path in (change.path for change in request.changes):
        entry = entries.get(path)
        size = entry.size if entry is not None and entry.kind is Kind.FILE else None
        if size is None or size > left or dirname(path) not in request.directories:
            continue
        left -= size
        with suppress(UnreadableFile):
            yield path, request.head.read(path)


def _answers(
    request: Request, store: Store, question: ListEntries | ReadFiles | LookUp
) -> Iterator[bytes]:
    if isinstance(question, LookUp):
        data = store.get(question.key)
        yield (Content(data) if data is not None else Content(refused="not kept")).encoded()
        return
    tree = request.base if question.side is Side.BASE else request.head
    if isinstance(question, ListEntries):
        yield encode(dict(tree.entries()))
    else:
        yield from (_read(tree, path).encoded() for path in question.paths)


def _read(tree: SourceTree, path: str) -> Content:
    try:
        return Content(tree.read(path))
    except UnreadableFile as error:
        return Content(refused=error.reason)


def _list(request: Request) -> str:
    return ", ".join(sorted(request.unanalysable))


def _tail(written: bytes) -> str:
    return written[-2000:].decode(errors="replace").strip()

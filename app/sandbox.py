"""Runs the analysis in a process of its own, so that a bad file costs a finding and no more."""

import logging
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from analyzers.request import Request
from analyzers.result import Audit
from analyzers.source import SourceTree, UnreadableFile
from analyzers.store import Forgetful, Store
from analyzers.struct import Struct, replace
from app.refusal import Refusal
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
    Working,
    decode_message,
    encode,
    receive,
    send,
)

_log = logging.getLogger(__name__)
_OUT_OF_MEMORY = 3
_SENSELESS = "it answered in a way that makes no sense"
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

    def __enter__(self) -> "Sandbox":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        with self._lock:
            spare, self._spare = self._spare, None
        if spare is not None:
            spare.end()

    def audit(
        self,
        request: Request,
        progress: Callable[[str], None] = lambda path: None,
        store: Store | None = None,
    ) -> Audit:
        """Audits; again without the file that it crashed, stalled or ran out of memory on."""
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

    def _attempt(self, request: Request, progress: Callable[[str], None], store: Store) -> Audit:
        """Once more after an interruption; a second one is taken for what it looks like."""
        try:
            with self._child() as child:
                return child.audit(request, progress, store)
        except _Interrupted as interrupted:
            _log.info("the analysis was interrupted: %s", interrupted)
            with self._child(patient=False) as child:
                return child.audit(request, progress, store)

    def _started(self) -> Process:
        return Process(self.limits.memory_bytes, self.limits.total_seconds, self._module)

    @contextmanager
    def _child(self, *, patient: bool = True) -> Iterator["_Child"]:
        with self._lock:
            spare, self._spare = self._spare, self._started() if self._warm else None
        process = spare if spare is not None and spare.alive() else self._started()
        try:
            yield _Child(process, self.limits, patient=patient)
        finally:
            process.end()


class _Child:
    """The audit that a process does."""

    def __init__(self, process: Process, limits: Limits, *, patient: bool) -> None:
        self._limits = limits
        self._patient = patient
        self._left = limits.total_seconds
        self._process = process
        self._connection = process.connection

    def audit(self, request: Request, progress: Callable[[str], None], store: Store) -> Audit:
        working: str | None = None
        task = _task(request)
        try:
            send(self._connection, encode(task))
            while True:
                message = decode_message(self._next(working))
                match message:
                    case Done():
                        return message.audit
                    case Unreadable():
                        raise UnreadableFile(message.path, message.reason)
                    case Working():
                        working = message.path
                        progress(working)
                    case Keep():
                        store.put(message.key, Content.decoded(self._next(working)).data)
                    case _:
                        for answer in _answers(request, store, message):
                            send(self._connection, answer)
        except TimeoutError:
            raise self._failure(working, self._overdue()) from None
        except Gone:
            raise self._end(working) from None
        except Broken:
            raise self._failure(working, _SENSELESS) from None

    def _next(self, working: str | None) -> bytes:
        """The next frame; only time that the child itself takes counts.

        Until it begins with a file it can't stall on one: a busy machine starts processes slowly.
        """
        patience = self._left if working is None else min(self._limits.stall_seconds, self._left)
        self._connection.settimeout(max(patience, 0.001))
        started = time.monotonic()
        try:
            return receive(self._connection)
        finally:
            self._left -= time.monotonic() - started
            self._connection.settimeout(self._limits.stall_seconds)

    def _failure(self, working: str | None, reason: str) -> Exception:
        if working is None or self._left <= 0:
            return AnalysisFailed(f"the analysis failed: {reason}")
        return _FileFailed(working, reason)

    def _end(self, working: str | None) -> Exception:
        reason = self._epitaph()
        if self._patient and (working is None or self._was_killed()):
            return _Interrupted(reason)
        return self._failure(working, reason)

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
    )


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

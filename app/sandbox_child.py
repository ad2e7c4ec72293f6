"""The analysis process: audits what it is handed on standard input, and touches nothing else."""

import os
import resource
import socket
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, suppress
from functools import cached_property, partial
from itertools import islice
from posixpath import dirname, splitext
from types import MappingProxyType, TracebackType

from analyzers.audit import audited
from analyzers.request import Change, ChangeStatus, Request
from analyzers.result import Audit
from analyzers.source import Entry, UnreadableFile
from analyzers.store import Store
from app.sandbox_aside import Forked
from app.sandbox_note import Writer
from app.sandbox_wire import (
    Broken,
    Content,
    Done,
    Gone,
    Keep,
    ListEntries,
    LookUp,
    Message,
    ReadFiles,
    Side,
    Task,
    Unreadable,
    decode,
    encode_message,
    receive,
    send,
)

NOTE = 1
"""Standard output is the file for the note of what it is at."""

OUT_OF_MEMORY = 3
"""Exit status where Python itself noticed; a library that doesn't check crashes instead."""


FILES_AT_ONCE = 64
"""As many are read with the one that is asked for: each question is a round trip."""


class RemoteTree:
    """A `SourceTree` whose files the parent has.

    Of the `wanted` paths, those of the same folder and kind as the one that is read come with it.
    `given` are files that it has at once.
    """

    def __init__(
        self,
        connection: socket.socket,
        side: Side,
        wanted: Iterable[str] = (),
        given: Mapping[str, bytes] = MappingProxyType({}),
    ) -> None:
        self._connection = connection
        self._side = side
        self._wanted = dict.fromkeys(path for path in wanted if path not in given)
        self._received = {path: Content(data) for path, data in given.items()}
        self._process = os.getpid()

    def entries(self) -> Mapping[str, Entry]:
        return self._entries

    def read(self, path: str) -> bytes:
        content = self._received.pop(path, None) or self._fetched(path)
        if content.refused is not None:
            raise UnreadableFile(path, content.refused)
        return content.data

    def _fetched(self, path: str) -> Content:
        paths = (path, *self._beside(path))
        self._ask(ReadFiles(self._side, paths))
        self._received |= {each: Content.decoded(receive(self._connection)) for each in paths}
        return self._received.pop(path)

    def _beside(self, path: str) -> Iterator[str]:
        if path not in self._wanted:
            return
        del self._wanted[path]
        beside = (other for other in self._wanted if _kind(other) == _kind(path))
        for other in list(islice(beside, FILES_AT_ONCE - 1)):
            del self._wanted[other]
            yield other

    @cached_property
    def _entries(self) -> Mapping[str, Entry]:
        self._ask(ListEntries(self._side))
        return decode(dict[str, Entry], receive(self._connection))

    def _ask(self, question: Message) -> None:
        """Raises `Gone` in a copy of this process: two that read one connection get a mixture."""
        if os.getpid() != self._process:
            raise Gone
        _say(self._connection, question)


class RemoteStore:
    """A `Store` that the parent has."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection

    def get(self, key: str) -> bytes | None:
        _say(self._connection, LookUp(key))
        content = Content.decoded(receive(self._connection))
        return None if content.refused is not None else content.data

    def put(self, key: str, value: bytes) -> None:
        _say(self._connection, Keep(key))
        send(self._connection, Content(value).encoded())


_MAX_WORDS_ON_STDERR = 64 * 1024
"""Bytes; standard error is a file, and the only one that there is to write to."""

Analyse = Callable[[Request, Callable[[str], None], Store], AbstractContextManager[Audit]]


def main(memory_bytes: int, cpu_seconds: int, analyse: Analyse | None = None) -> None:
    sys.excepthook = _report
    _limit(memory_bytes, cpu_seconds)
    connection = socket.socket(fileno=sys.stdin.fileno())
    with suppress(Broken):
        _work(connection, analyse or partial(audited, aside=Forked()))


def _work(connection: socket.socket, analyse: Analyse) -> None:
    task = decode(Task, receive(connection))
    request = Request(
        base=RemoteTree(connection, Side.BASE),
        head=RemoteTree(connection, Side.HEAD, _there(task.changes), task.given),
        changes=task.changes,
        settings=task.settings,
        unanalysable=task.unanalysable,
        directories=task.directories,
        extensions=task.extensions,
        postgres=task.postgres,
        now=task.now,
        organisation=task.organisation,
        repository=task.repository,
        ledger=task.ledger,
        brief=task.brief,
    )
    try:
        with analyse(request, Writer(NOTE).begin, RemoteStore(connection)) as result:
            _say(connection, Done(result))
    except UnreadableFile as error:
        _say(connection, Unreadable(error.path, error.reason))


def _there(changes: Iterable[Change]) -> Iterator[str]:
    return (change.path for change in changes if change.status is not ChangeStatus.DELETED)


def _kind(path: str) -> tuple[str, str]:
    return dirname(path), splitext(path)[1]


def _say(connection: socket.socket, message: Message) -> None:
    send(connection, encode_message(message))


def _limit(memory_bytes: int, cpu_seconds: int) -> None:
    limits = {
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_FSIZE: _MAX_WORDS_ON_STDERR,
        resource.RLIMIT_CPU: cpu_seconds,
        resource.RLIMIT_AS: memory_bytes,
    }
    for name, value in limits.items():
        # macOS knows no RLIMIT_AS.
        with suppress(ValueError, OSError):
            resource.setrlimit(name, (value, value))


def _report(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Writes where it failed, without the message: that may repeat what a migration holds."""
    if isinstance(error, MemoryError):
        sys.exit(OUT_OF_MEMORY)
    frames = traceback.extract_tb(trace)[-5:]
    where = " < ".join(f"{frame.filename}:{frame.lineno}" for frame in reversed(frames))
    sys.stderr.write(f"{kind.__name__} at {where}\n")

"""A second analysis process, which works out what the first will need next."""

import fcntl
import os
import signal
import struct
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import BinaryIO, NoReturn, TypeVar

from analyzers.struct import packed, unpacked

T = TypeVar("T")
_PIPE_BYTES = 1024 * 1024
"""As much as Linux lets anybody have: https://man7.org/linux/man-pages/man7/pipe.7.html"""

_LENGTH = struct.Struct(">I")


class Forked:
    """An `Aside` that is a copy of this process, with the same limits.

    Where it fails, this process does the rest itself: then it is known what it fails on. It is for
    processes that end with their audit: none waits until a copy's memory is given back.
    """

    def begin(self, work: Iterable[Callable[[], T]], kind: type[T]) -> Iterator[T]:
        if not hasattr(os, "fork") or _cores() < 2:
            return iter(())
        reading, writing = os.pipe()
        _widen(writing)
        process = os.fork()
        if process == 0:
            os.close(reading)
            _serve(work, writing)
        os.close(writing)
        return _results(process, os.fdopen(reading, "rb"), kind)


def _widen(pipe: int) -> None:
    """Where the system can: who fills it works on while nobody has time to read."""
    resize = getattr(fcntl, "F_SETPIPE_SZ", None)
    if resize is not None:
        with suppress(OSError):
            fcntl.fcntl(pipe, resize, _PIPE_BYTES)


def _cores() -> int:
    """Of those that this process may use, where the system tells."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def _serve(work: Iterable[Callable[[], T]], writing: int) -> NoReturn:
    try:
        with os.fdopen(writing, "wb") as pipe:
            for piece in work:
                result = packed(piece())
                pipe.write(_LENGTH.pack(len(result)) + result)
                pipe.flush()
    finally:
        os._exit(0)


def _results(process: int, pipe: BinaryIO, kind: type[T]) -> Iterator[T]:
    try:
        with pipe:
            while len(header := pipe.read(_LENGTH.size)) == _LENGTH.size:
                (length,) = _LENGTH.unpack(header)
                yield unpacked(kind, pipe.read(length))
    except ValueError:
        return
    finally:
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, os.WNOHANG)

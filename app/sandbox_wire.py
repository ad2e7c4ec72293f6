"""What the analysis process and its parent say to each other, in frames.

A frame holds a value, or the bytes of a file. Nothing that arrives is ever unpickled: each value
is checked against the type that is expected.
"""

import json
import socket
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import TypeVar, get_args

from analyzers.ledger import Record
from analyzers.request import Change, Default
from analyzers.result import Audit
from analyzers.settings import Settings
from analyzers.struct import Struct, checked, packed, plain, unpacked

MAX_FRAME_BYTES = 256 * 1024 * 1024
"""The paths of a repository of a million files; anything longer is not one of our messages."""

_HEADER = struct.Struct(">I")
_T = TypeVar("_T")


class Side(Enum):
    """Which of the two trees of a request."""

    BASE = "base"
    HEAD = "head"


class Task(Struct, frozen=True):
    """The first frame: all of a request but its trees, whose files the child asks for.

    `given` are files of the head that it will surely read.
    """

    changes: tuple[Change, ...]
    settings: Settings | None
    unanalysable: Mapping[str, str]
    directories: tuple[str, ...] = ()
    extensions: tuple[str, ...] = ()
    postgres: int | None = None
    now: datetime | None = None
    organisation: Default | None = None
    repository: bool = False
    ledger: tuple[Record, ...] = ()
    brief: bool = False
    given: Mapping[str, bytes] = {}


class ListEntries(Struct, frozen=True):
    side: Side


class ReadFiles(Struct, frozen=True):
    """Answered by `Content` for each of the paths, in their order."""

    side: Side
    paths: tuple[str, ...]


class LookUp(Struct, frozen=True):
    """The child asks for what was kept under `key`; answered by `Content`."""

    key: str


class Keep(Struct, frozen=True):
    """The next frame is `Content` to be kept under `key`."""

    key: str


class Unreadable(Struct, frozen=True):
    """The audit ended because a tree refused a file."""

    path: str
    reason: str


class Done(Struct, frozen=True):
    audit: Audit


Message = ListEntries | ReadFiles | LookUp | Keep | Unreadable | Done


@dataclass(frozen=True, slots=True)
class Content:
    """Bytes of a file or of the store, or why there are none: in a frame of their own."""

    data: bytes = field(default=b"", repr=False)
    refused: str | None = None

    def encoded(self) -> bytes:
        return b"+" + self.data if self.refused is None else b"-" + self.refused.encode()

    @classmethod
    def decoded(cls, frame: bytes) -> "Content":
        body = frame[1:]
        return cls(body) if frame[:1] == b"+" else cls(refused=body.decode())


def encode(value: object) -> bytes:
    """MessagePack; ASCII where half of a surrogate pair has to survive: paths may hold one."""
    try:
        return _PACKED + packed(value)
    except ValueError:
        return _SPELT + json.dumps(plain(value)).encode()


def decode(kind: type[_T], frame: bytes) -> _T:
    """Raises `Broken` where the frame isn't a value of that type."""
    try:
        if frame.startswith(_PACKED):
            return unpacked(kind, frame[1:])
        return checked(kind, json.loads(frame[1:]))
    except (ValueError, RecursionError) as error:
        raise Broken from error


def encode_message(message: Message) -> bytes:
    return type(message).__name__.encode() + _END + encode(message)


def decode_message(frame: bytes) -> Message:
    """Raises `Broken` where the frame is none of the messages."""
    name, _, value = frame.partition(_END)
    kind = _MESSAGES.get(name)
    if kind is None:
        raise Broken
    return decode(kind, value)


_PACKED, _SPELT, _END = b"+", b"-", b"\0"
_MESSAGES: Mapping[bytes, type[Message]] = {
    kind.__name__.encode(): kind for kind in get_args(Message)
}


class Broken(Exception):
    """The other side sent what is no frame of ours."""


class Gone(Broken):
    """There is no other side any more."""


def send(connection: socket.socket, payload: bytes) -> None:
    try:
        connection.sendall(_HEADER.pack(len(payload)) + payload)
    except OSError as error:
        raise Gone from error


def receive(connection: socket.socket) -> bytes:
    """The next frame. Raises `TimeoutError` where the socket's time-out passes first."""
    (length,) = _HEADER.unpack(_exactly(connection, _HEADER.size))
    if length > MAX_FRAME_BYTES:
        raise Broken
    return _exactly(connection, length)


def _exactly(connection: socket.socket, length: int) -> bytes:
    parts = bytearray()
    while len(parts) < length:
        try:
            part = connection.recv(min(length - len(parts), 1 << 20))
        except TimeoutError:
            raise
        except OSError as error:
            raise Gone from error
        if not part:
            raise Gone
        parts += part
    return bytes(parts)

"""Node's `fs`, for reading the repository's own files."""

import posixpath
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from analyzers.javascript.builtins.arguments import argument, returned
from analyzers.javascript.builtins.members import Members
from analyzers.javascript.convert import plainly
from analyzers.javascript.values import (
    UNDEFINED,
    Array,
    Host,
    Native,
    Outcome,
    Unknown,
    Value,
    is_function,
)
from analyzers.source import Span, UnreadableFile
from analyzers.text import Text

if TYPE_CHECKING:
    from analyzers.javascript.machine import Machine


class Content(Host):
    """What reading a file without an encoding gives: bytes, of which only the text is followed."""

    missing_is_slip = False

    def __init__(self, content: Text) -> None:
        self.content = content

    def get(self, machine: "Machine", key: str, at: Span) -> Value:
        if key in ("toString", "valueOf"):
            return Native(key, lambda machine, arguments, at: self.content)
        return Unknown("the bytes of a file are not followed", at)

    def text(self, machine: "Machine", at: Span) -> Text | Unknown:
        return self.content


def path_of(value: Value, at: Span) -> str | Unknown:
    """The repository's path that a path of the program means."""
    if isinstance(value, Unknown):
        return plainly(value)
    if not isinstance(value, Text):
        return Unknown("which file it reads is not followed", at)
    return posixpath.normpath(value.string.removeprefix("file://").lstrip("/"))


def read(machine: "Machine", arguments: Sequence[Value], at: Span) -> Value:
    """`readFileSync`: the text, each character of which stands in that file."""
    path = path_of(argument(arguments, 0), at)
    if isinstance(path, Unknown):
        return path
    try:
        content = machine.program.read(path)
    except UnreadableFile as error:
        return Unknown(f"the file `{error.path}` cannot be read: {error.reason}", at)
    machine.loop.spend(len(content) // 256)
    text = Text.written(content, Span(path, 0, len(content)))
    return text if len(arguments) > 1 and not is_function(arguments[1]) else Content(text)


def exists(machine: "Machine", arguments: Sequence[Value], at: Span) -> Value:
    path = path_of(argument(arguments, 0), at)
    if isinstance(path, Unknown):
        return path
    paths = machine.program.entries
    return path in paths or any(other.startswith(path + "/") for other in paths)


def listed(machine: "Machine", arguments: Sequence[Value], at: Span) -> Value:
    """`readdirSync`, in the order of the names."""
    path = path_of(argument(arguments, 0), at)
    if isinstance(path, Unknown):
        return path
    if len(arguments) > 1 and not isinstance(arguments[1], Text):
        return Unknown("the details of a directory's files are not followed", at)
    prefix = "" if path == "." else path + "/"
    names = {
        other.removeprefix(prefix).partition("/")[0]
        for other in machine.program.entries
        if other.startswith(prefix)
    }
    return Array([Text.of(name, at) for name in sorted(names)])


def changing(name: str) -> Native:
    def change(machine: "Machine", arguments: Sequence[Value], at: Span) -> Outcome:
        return machine.unresolved(at, f"`{name}` changes files, which is not followed")

    return Native(name, change)


def later(read: Callable[..., Value]) -> Callable[..., Outcome]:
    """The function with a callback, or the one that gives a promise."""

    def call(machine: "Machine", arguments: Sequence[Value], at: Span) -> Outcome:
        callback = arguments[-1] if arguments and is_function(arguments[-1]) else None
        if callback is None:
            return machine.start(returned(read(machine, arguments, at)), at)
        value = read(machine, arguments[:-1], at)
        machine.after_replies(machine.call(callback, [None, value], at))
        return UNDEFINED

    return call


READING: dict[str, Callable[..., Value]] = {
    "readFile": read,
    "readdir": listed,
    "exists": exists,
    "access": exists,
    "pathExists": exists,
}
CHANGING = ("writeFile", "writeFileSync", "appendFileSync", "unlinkSync", "mkdirSync", "rmSync")

LATER: dict[str, Value] = {name: Native(name, later(read)) for name, read in READING.items()}

FILES_LATER = Members({**LATER, **{name: changing(name) for name in CHANGING}})

FILES = Members(
    {
        **LATER,
        **{f"{name}Sync": Native(f"{name}Sync", read) for name, read in READING.items()},
        **{name: changing(name) for name in CHANGING},
        "promises": FILES_LATER,
    }
)

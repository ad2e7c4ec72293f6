"""Node's `path`, in its POSIX form."""

import posixpath
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from analyzers.javascript.builtins.arguments import argument, unknown_of
from analyzers.javascript.builtins.members import Members
from analyzers.javascript.convert import plainly
from analyzers.javascript.values import Native, Object, Outcome, Unknown, Value
from analyzers.source import Span
from analyzers.text import Text

if TYPE_CHECKING:
    from analyzers.javascript.machine import Machine


def function(name: str, compute: Callable[[list[str]], str]) -> Native:
    """A function of paths to a path."""

    def call(machine: "Machine", arguments: Sequence[Value], at: Span) -> Outcome:
        unknown = unknown_of(arguments)
        if unknown is not None:
            return plainly(unknown)
        parts = [value.string for value in arguments if isinstance(value, Text)]
        if len(parts) < len(arguments) or (not parts and name != "join"):
            return machine.refuse('The "path" argument must be of type string', at)
        return Text.of(compute(parts), at)

    return Native(name, call)


def join(parts: list[str]) -> str:
    joined = "/".join(part for part in parts if part)
    return normalize(joined) if joined else "."


def normalize(path: str) -> str:
    made = posixpath.normpath(path) if path else "."
    if made.startswith("//"):
        made = made[1:]
    return made + "/" if path.endswith("/") and made != "/" else made


def resolve(parts: list[str]) -> str:
    """Against the repository's root, which stands for `/`."""
    path = ""
    for part in reversed(parts):
        path = posixpath.join(part, path) if path else part
        if path.startswith("/"):
            break
    return normalize("/" + path.lstrip("/")).rstrip("/") or "/"


def basename(parts: list[str]) -> str:
    name = posixpath.basename(parts[0].rstrip("/"))
    ending = parts[1] if len(parts) > 1 else ""
    return name.removesuffix(ending) if ending and name != ending else name


def extname(parts: list[str]) -> str:
    name = posixpath.basename(parts[0])
    dot = name.rfind(".")
    return name[dot:] if dot > 0 else ""


def dirname(parts: list[str]) -> str:
    return posixpath.dirname(parts[0].rstrip("/")) or ("/" if parts[0].startswith("/") else ".")


def relative(parts: list[str]) -> str:
    start, end = resolve(parts[:1]), resolve(parts[1:2])
    return "" if start == end else posixpath.relpath(end, start)


def parse(machine: "Machine", arguments: Sequence[Value], at: Span) -> Outcome:
    path = argument(arguments, 0)
    if not isinstance(path, Text):
        return plainly(path) if isinstance(path, Unknown) else Object()
    base, ext = basename([path.string]), extname([path.string])
    parts = {
        "root": "/" if path.string.startswith("/") else "",
        "dir": posixpath.dirname(path.string),
        "base": base,
        "ext": ext,
        "name": base.removesuffix(ext) if ext else base,
    }
    return Object({key: Text.of(value, at) for key, value in parts.items()})


FUNCTIONS: dict[str, Callable[[list[str]], str]] = {
    "join": join,
    "resolve": resolve,
    "basename": basename,
    "dirname": dirname,
    "extname": extname,
    "normalize": lambda parts: normalize(parts[0]),
    "relative": relative,
}

MEMBERS: dict[str, Value] = {
    **{name: function(name, compute) for name, compute in FUNCTIONS.items()},
    "parse": Native("parse", parse),
    "isAbsolute": Native("isAbsolute", lambda machine, arguments, at: is_absolute(arguments)),
    "sep": Text.of("/"),
    "delimiter": Text.of(":"),
}


def is_absolute(arguments: Sequence[Value]) -> Value:
    path = argument(arguments, 0)
    return path.string.startswith("/") if isinstance(path, Text) else False


PATH = Members({**MEMBERS, "posix": Members(MEMBERS)})

"""`JSON`, and JSON files as values."""

import json
import math
from collections.abc import Generator, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from analyzers.javascript.builtins.arguments import argument
from analyzers.javascript.builtins.members import Members
from analyzers.javascript.builtins.objects import in_order
from analyzers.javascript.convert import normal, plain_text
from analyzers.javascript.loop import Frames
from analyzers.javascript.values import (
    UNDEFINED,
    Accessor,
    Array,
    Host,
    Native,
    Object,
    Outcome,
    Undefined,
    Unknown,
    Value,
    is_function,
)
from analyzers.source import Span
from analyzers.text import Text

if TYPE_CHECKING:
    from analyzers.javascript.machine import Machine

Texts: TypeAlias = Generator[Any, Any, "str | Unknown | None"]

DEEPEST = 60
NOT_FOLLOWED = "the JSON text of this value is not followed"


def parse(machine: "Machine", arguments: Sequence[Value], at: Span) -> Outcome:
    text = argument(arguments, 0)
    if isinstance(text, Unknown):
        return text
    if not isinstance(text, Text):
        return Unknown("what this JSON text holds is not followed", at)
    try:
        return value_of(text.string, text.span() or at)
    except ValueError:
        return machine.refuse("JSON text is not valid", at)


def value_of(text: str, at: Span) -> Value:
    """JSON text as a value that stands at `at`; raises `ValueError`."""
    try:
        return from_python(json.loads(text), at)
    except RecursionError:
        return Unknown("the JSON text nests deeper than is followed", at)


def from_python(data: Any, at: Span) -> Value:
    if isinstance(data, str):
        return Text.of(data, at)
    if isinstance(data, list):
        return Array([from_python(item, at) for item in data])
    if isinstance(data, dict):
        return Object({str(key): from_python(item, at) for key, item in data.items()})
    if isinstance(data, bool) or data is None:
        return data
    return normal(data) if isinstance(data, (int, float)) else UNDEFINED


def stringify(machine: "Machine", arguments: Sequence[Value], at: Span) -> Frames:
    space = argument(arguments, 2)
    indent = " " * min(space, 10) if isinstance(space, int) else ""
    if isinstance(space, Text):
        indent = space.string[:10]
    replacer = argument(arguments, 1)
    if not (replacer is None or isinstance(replacer, Undefined)):
        return Unknown(NOT_FOLLOWED, at)
    found: str | Unknown | None = yield written(machine, argument(arguments, 0), indent, "", at, 0)
    if found is None:
        return UNDEFINED
    return found if isinstance(found, Unknown) else machine.sized_at(Text.of(found, at), at)


def written(
    machine: "Machine", value: Value, indent: str, around: str, at: Span, depth: int
) -> Texts:
    """The JSON text of a value; None where it is left out."""
    if depth > DEEPEST:
        return Unknown("the JSON text nests deeper than is followed", at)
    if isinstance(value, Array):
        return (yield from array_text(machine, value, indent, around, at, depth))
    if isinstance(value, Object):
        return (yield from object_text(machine, value, indent, around, at, depth))
    return plain_json(value, at)


def plain_json(value: Value, at: Span) -> str | Unknown | None:
    if isinstance(value, Unknown):
        return value
    if isinstance(value, Text):
        return quoted(value.string)
    if isinstance(value, Undefined) or is_function(value):
        return None
    if isinstance(value, float) and not math.isfinite(value):
        return "null"
    return Unknown(NOT_FOLLOWED, at) if isinstance(value, Host) else plain_text(value)


def array_text(
    machine: "Machine", value: Array, indent: str, around: str, at: Span, depth: int
) -> Texts:
    parts: list[str] = []
    for item in value.items:
        part: str | Unknown | None = yield written(
            machine, item, indent, around + indent, at, depth + 1
        )
        if isinstance(part, Unknown):
            return part
        parts.append("null" if part is None else part)
    return enclosed("[", parts, "]", indent, around)


def object_text(
    machine: "Machine", value: Object, indent: str, around: str, at: Span, depth: int
) -> Texts:
    if value.open is not None or "toJSON" in value.properties:
        return value.open or Unknown(NOT_FOLLOWED, at)
    parts: list[str] = []
    for key in in_order(value.properties):
        own: Value = value.properties[key]
        if isinstance(own, Accessor):
            own = yield machine.get(value, key, at)
        part: str | Unknown | None = yield written(
            machine, own, indent, around + indent, at, depth + 1
        )
        if isinstance(part, Unknown):
            return part
        if part is not None:
            parts.append(f"{quoted(key)}:{' ' if indent else ''}{part}")
    return enclosed("{", parts, "}", indent, around)


def enclosed(start: str, parts: list[str], end: str, indent: str, around: str) -> str:
    if not indent or not parts:
        return start + ",".join(parts) + end
    between = f",\n{around}{indent}".join(parts)
    return f"{start}\n{around}{indent}{between}\n{around}{end}"


def quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


JSON = Members({"parse": Native("parse", parse), "stringify": Native("stringify", stringify)})

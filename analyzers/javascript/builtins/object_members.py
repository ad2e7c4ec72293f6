"""What every object has: `hasOwnProperty`, `toString` and the like."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from analyzers.javascript.builtins.arguments import argument
from analyzers.javascript.convert import key_of, plainly
from analyzers.javascript.values import Object, Outcome, Unknown, Value
from analyzers.source import Span
from analyzers.text import Text

if TYPE_CHECKING:
    from analyzers.javascript.machine import Machine


def has_own(machine: "Machine", value: Object, arguments: Sequence[Value], at: Span) -> Outcome:
    key = key_of(argument(arguments, 0))
    if isinstance(key, Unknown):
        return plainly(key)
    return True if key in value.properties else value.open or False


def to_string(machine: "Machine", value: Object, arguments: Sequence[Value], at: Span) -> Outcome:
    message, name = value.properties.get("message"), value.properties.get("name")
    if isinstance(message, Text) and isinstance(name, Text):
        return name + Text.of(": ", at) + message
    return Text.of("[object Object]", at)


def itself(machine: "Machine", value: Object, arguments: Sequence[Value], at: Span) -> Outcome:
    return value


OBJECT_METHODS: "dict[str, Callable[[Machine, Object, Sequence[Value], Span], Outcome]]" = {
    "hasOwnProperty": has_own,
    "propertyIsEnumerable": has_own,
    "toString": to_string,
    "valueOf": itself,
}

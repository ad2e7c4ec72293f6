"""What every object has: `hasOwnProperty`, `toString` and the like."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from analyzers.javascript.builtins.arguments import argument
from analyzers.javascript.convert import key_of, plain_text, plainly
from analyzers.javascript.values import Array, Object, Outcome, Unknown, Value
from analyzers.source import Span
from analyzers.text import Text

if TYPE_CHECKING:
    from analyzers.javascript.machine import Machine


def has_own(machine: "Machine", value: Value, arguments: Sequence[Value], at: Span) -> Outcome:
    key = key_of(argument(arguments, 0))
    if isinstance(key, Unknown):
        return plainly(key)
    if isinstance(value, Object):
        return True if key in value.properties else value.open or False
    if isinstance(value, (Text, Array)):
        size = len(value) if isinstance(value, Text) else len(value.items)
        return key == "length" or (key.isdecimal() and int(key) < size)
    return False


def to_string(machine: "Machine", value: Value, arguments: Sequence[Value], at: Span) -> Outcome:
    plain = plain_text(value)
    if plain is not None or not isinstance(value, Object):
        return Text.of(plain or "[object Object]", at)
    message, name = value.properties.get("message"), value.properties.get("name")
    if isinstance(message, Text) and isinstance(name, Text):
        return name + Text.of(": ", at) + message
    return Text.of("[object Object]", at)


def itself(machine: "Machine", value: Value, arguments: Sequence[Value], at: Span) -> Outcome:
    return value


OBJECT_METHODS: "dict[str, Callable[[Machine, Value, Sequence[Value], Span], Outcome]]" = {
    "hasOwnProperty": has_own,
    "propertyIsEnumerable": has_own,
    "toString": to_string,
    "valueOf": itself,
}

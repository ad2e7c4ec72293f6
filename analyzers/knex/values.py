"""What Knex asks about the values it is given, as JavaScript answers."""

import json
import math
import re

from analyzers.javascript.values import (
    UNDEFINED,
    Array,
    Host,
    Object,
    Thenable,
    Undefined,
    Unknown,
    Value,
    is_function,
)
from analyzers.knex.sql import Refused, Unknowable
from analyzers.source import Span
from analyzers.text import Text


class Printable(Thenable):
    """A host whose `toString()` says something about it."""

    def printed(self) -> Text:
        raise NotImplementedError


_LEADING_INTEGER = re.compile(r"\s*([+-]?\d+)")


_UNFOLLOWED = Unknown("the value of an object is not followed", Span("", 0, 0))


def known(value: Value) -> Value:
    """`value`, if it is known."""
    if isinstance(value, Unknown):
        raise Unknowable(value)
    return value


def followed(value: Value) -> Value:
    """`value`, if what Knex makes of it is known: not of a date, or a buffer."""
    if isinstance(value, Host) and not isinstance(value, Printable):
        raise Unknowable(_UNFOLLOWED)
    return known(value)


def truthy(value: Value) -> bool:
    """Whether JavaScript takes `value` for true."""
    known(value)
    if isinstance(value, Text):
        return len(value) > 0
    if isinstance(value, float) and math.isnan(value):
        return False
    if isinstance(value, (bool, int, float)):
        return bool(value)
    return not absent(value)


def absent(value: Value) -> bool:
    """Whether `value` is `undefined` or `null`."""
    return value is None or isinstance(value, Undefined)


def is_number(value: Value) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def is_object(value: Value) -> bool:
    """What JavaScript calls an object and is no function."""
    return isinstance(value, (Object, Array, Host))


def member(value: Value, key: str) -> Value:
    """The member `key` of an options object; `undefined` of anything else."""
    known(value)
    if not isinstance(value, Object):
        return UNDEFINED
    if key not in value.properties and value.open is not None:
        raise Unknowable(value.open)
    return value.properties.get(key, UNDEFINED)


def properties(value: Object) -> dict[str, Value]:
    """The properties of an object of which all are known."""
    if value.open is not None:
        raise Unknowable(value.open)
    return value.properties


def items(value: Value) -> list[Value]:
    """The elements of an array, or the one value."""
    known(value)
    return list(value.items) if isinstance(value, Array) else [value]


def string(value: Value) -> Text:
    """What `String(value)` gives."""
    if isinstance(value, Text):
        return value
    followed(value)
    if isinstance(value, Array):
        return Text.join(Text.of(","), map(_element, value.items))
    if isinstance(value, Printable):
        return value.printed()
    return Text.of(_plain_string(value))


def number_string(value: int | float) -> str:
    """A number as JavaScript prints it: the shortest digits that name it."""
    if isinstance(value, int):
        return str(value)
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    if value.is_integer() and abs(value) < 1e21:
        return str(int(value))
    return re.sub(r"e([+-])0+", r"e\1", repr(value))


def integer(value: Value, default: int | None = None) -> int | None:
    """What `parseInt(value, 10)` gives; `default` where it gives NaN or there is no value."""
    if absent(known(value)):
        return default
    match = _LEADING_INTEGER.match(string(value).string)
    return int(match.group(1)) if match else default


def json_string(value: Value) -> str:
    """What `JSON.stringify(value)` gives."""
    written = _json(value)
    return "null" if written is None else written


def _json(value: Value) -> str | None:
    followed(value)
    if isinstance(value, float) and not math.isfinite(value):
        return "null"
    if value is None or isinstance(value, (bool, int, float)):
        return _plain_string(value)
    if isinstance(value, Text):
        return json.dumps(value.string, ensure_ascii=False)
    if isinstance(value, Array):
        return "[" + ",".join(_json(item) or "null" for item in value.items) + "]"
    if isinstance(value, Object):
        return "{" + ",".join(_members(value)) + "}"
    return None


def _members(value: Object) -> list[str]:
    written = ((key, _json(item)) for key, item in properties(value).items())
    return [f"{json.dumps(k, ensure_ascii=False)}:{w}" for k, w in written if w is not None]


def _element(item: Value) -> Text:
    return Text() if absent(item) else string(item)


def _plain_string(value: Value) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return number_string(value)
    if isinstance(value, Undefined):
        return "undefined"
    if is_function(value):
        raise Refused("uses a function where Knex wants a value")
    return "[object Object]"

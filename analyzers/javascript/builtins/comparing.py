"""Equality, order and kinship of values."""

import math
from functools import cmp_to_key

from analyzers.javascript.convert import is_absent, plainly, to_number
from analyzers.javascript.values import (
    Array,
    Class,
    Function,
    Host,
    Native,
    Object,
    Outcome,
    Undefined,
    Unknown,
    Value,
)
from analyzers.source import Span
from analyzers.text import Text

ERRORS = frozenset({"Error", "TypeError", "RangeError", "SyntaxError", "ReferenceError"})


def strictly_equal(one: Value, other: Value) -> bool | Unknown:
    """`===`"""
    if isinstance(one, Unknown):
        return plainly(one)
    if isinstance(other, Unknown):
        return plainly(other)
    if isinstance(one, Text) or isinstance(other, Text):
        return isinstance(one, Text) and isinstance(other, Text) and one.string == other.string
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, (int, float)) and isinstance(other, (int, float)):
        return one == other
    return one is other or (isinstance(one, Undefined) and isinstance(other, Undefined))


def same_value(one: Value, other: Value) -> bool | Unknown:
    """As `includes`, `Map` and `Set` compare: NaN equals itself."""
    if isinstance(one, float) and isinstance(other, float):
        return one == other or (math.isnan(one) and math.isnan(other))
    return strictly_equal(one, other)


def loosely_equal(one: Value, other: Value) -> bool | Unknown:
    """`==`"""
    if is_absent(one) and is_absent(other):
        return True
    if isinstance(one, Unknown) or isinstance(other, Unknown) or kind(one) == kind(other):
        return strictly_equal(one, other)
    if is_absent(one) or is_absent(other):
        return False
    left, right = to_number(one), to_number(other)
    if left is None or right is None:
        return False
    return left == right


def kind(value: Value) -> str:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, (int, float)):
        return "number"
    return "text" if isinstance(value, Text) else "object"


def instance_of(value: Value, of: Value, at: Span) -> Outcome:
    """`value instanceof of`"""
    if isinstance(value, Unknown):
        return plainly(value)
    if isinstance(of, Unknown):
        return plainly(of)
    if isinstance(of, Native):
        return native_instance(value, of.name, at)
    ancestor = value.constructor if isinstance(value, Object) else None
    seen = 0
    while isinstance(ancestor, Class) and seen < 100:
        if ancestor is of:
            return True
        parent = ancestor.superclass
        if isinstance(parent, Unknown):
            return plainly(parent)
        ancestor = parent if isinstance(parent, Class) else None
        seen += 1
    return False


def native_instance(value: Value, name: str, at: Span) -> Outcome:
    if name == "Array":
        return isinstance(value, Array)
    if name == "Function":
        return isinstance(value, (Function, Native, Class))
    if name == "Object":
        return isinstance(value, (Object, Array, Function, Native, Class, Host))
    if name in ERRORS:
        return isinstance(value, Object) and error_matches(value, name)
    if isinstance(value, Host):
        return type(value).__name__ == name
    return False


def error_matches(value: Object, name: str) -> bool:
    own = value.properties.get("name")
    if not isinstance(own, Text) or "message" not in value.properties:
        return False
    return name in ("Error", own.string)


def in_text_order(one: str, other: str) -> int:
    """How JavaScript orders text: by UTF-16 units."""
    left, right = (
        one.encode("utf-16-be", "surrogatepass"),
        other.encode("utf-16-be", "surrogatepass"),
    )
    return (left > right) - (left < right)


text_order = cmp_to_key(in_text_order)

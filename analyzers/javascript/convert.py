"""JavaScript's conversions: to text, to number, to truth."""

import math
from collections.abc import Callable, Sequence
from itertools import product
from typing import TYPE_CHECKING

from analyzers.javascript.trail import MOST_ALTERNATIVES
from analyzers.javascript.values import (
    Array,
    Class,
    Evaluation,
    Function,
    Host,
    Native,
    Object,
    Outcome,
    Undefined,
    Unknown,
    UnknownItems,
    Value,
)
from analyzers.source import Span
from analyzers.text import Text

if TYPE_CHECKING:
    from analyzers.javascript.machine import Machine

LARGEST_EXACT = 2**53
DEEPEST_TEXT = 40


def truth(value: Value) -> bool | Unknown:
    """Whether JavaScript takes the value as true."""
    if isinstance(value, Unknown):
        if value.truthy is not None:
            return value.truthy
        found = {truth(alternative) for alternative in value.either}
        known = found.pop() if len(found) == 1 else value
        return known if isinstance(known, bool) else value
    if isinstance(value, float):
        return not (value == 0 or math.isnan(value))
    if isinstance(value, Text):
        return len(value) > 0
    return bool(value) if isinstance(value, (bool, int)) else not is_absent(value)


def is_absent(value: Value) -> bool:
    """Whether it is null or undefined."""
    return value is None or isinstance(value, Undefined)


def text_of(machine: "Machine", value: Value, at: Span, depth: int = 0) -> Outcome:
    """What `String(value)` gives: a `Text` or an `Unknown`."""
    if isinstance(value, (Text, Unknown)):
        return value
    plain = plain_text(value)
    if plain is not None:
        return Text.of(plain, at)
    if isinstance(value, Array):
        return array_text(machine, value, at, depth)
    if isinstance(value, Host):
        return value.text(machine, at)
    if isinstance(value, Object):
        return object_text(machine, value, at, depth)
    return Unknown("the text of a function is not followed", at)


def plain_text(value: Value) -> str | None:
    """The text of undefined, null, a boolean or a number."""
    if isinstance(value, Undefined):
        return "undefined"
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return number_text(value)
    return None


def array_text(machine: "Machine", array: Array, at: Span, depth: int) -> Evaluation:
    if depth > DEEPEST_TEXT:
        return Unknown("its text nests deeper than is followed", at)
    texts: list[Text] = []
    for item in array.items:
        text: Value = yield item_text(machine, item, at, depth)
        if isinstance(text, Unknown):
            return text
        assert isinstance(text, Text)
        texts.append(text)
    return Text.join(Text.of(",", at), texts)


def item_text(machine: "Machine", item: Value, at: Span, depth: int = 0) -> Outcome:
    """An item's text as `join` writes it: nothing for null and undefined."""
    if isinstance(item, Undefined) or item is None:
        return Text()
    return text_of(machine, item, at, depth + 1)


def object_text(machine: "Machine", value: Object, at: Span, depth: int) -> Evaluation:
    method: Value = yield machine.get(value, "toString", at)
    if isinstance(method, Function) and depth < DEEPEST_TEXT:
        result: Value = yield machine.call(method, [], at, value)
        return (yield text_of(machine, result, at, depth + 1))
    return Text.of("[object Object]", at)


def number_text(number: float) -> str:
    """A number as JavaScript writes it."""
    if isinstance(number, int):
        if abs(number) < 10**21:
            return str(number)
        number = float(number)
    if math.isnan(number):
        return "NaN"
    if math.isinf(number):
        return "Infinity" if number > 0 else "-Infinity"
    if number == 0:
        return "0"
    return (
        scientific(repr(number))
        if "e" in repr(number) or abs(number) >= 1e16
        else trimmed(repr(number))
    )


def trimmed(text: str) -> str:
    return text.removesuffix(".0")


def scientific(text: str) -> str:
    """Python's exponent form in JavaScript's, which begins at 1e21 and below 1e-6."""
    sign = "-" if text.startswith("-") else ""
    mantissa, _, exponent_text = text.removeprefix("-").partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    point = len(whole) + int(exponent_text or "0")
    digits = digits.rstrip("0") or "0"
    if -6 < point <= 0:
        return f"{sign}0.{'0' * -point}{digits}"
    if 0 < point <= 21:
        padded = digits.ljust(point, "0")
        rest = padded[point:]
        return f"{sign}{padded[:point]}" + (f".{rest}" if rest else "")
    mark = f"e{'+' if point > 0 else '-'}{abs(point - 1)}"
    return f"{sign}{digits[0]}" + (f".{digits[1:]}" if len(digits) > 1 else "") + mark


def number_of(text: str) -> int | float:
    """What `Number(text)` gives; NaN where the text is no number."""
    text = text.strip()
    if not text:
        return 0
    try:
        if text[:2].lower() in ("0x", "0o", "0b"):
            return normal(int(text, 0))
        if text in ("Infinity", "+Infinity", "-Infinity"):
            return -math.inf if text[0] == "-" else math.inf
        if any(letter not in "0123456789+-.eE" for letter in text):
            return math.nan
        return normal(float(text))
    except ValueError:
        return math.nan


def to_number(value: Value) -> int | float | Unknown | None:
    """What `+value` gives; None for a value whose number takes running code."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, (int, float, Unknown)):
        return value
    if is_absent(value):
        return 0 if value is None else math.nan
    return number_of(value.string) if isinstance(value, Text) else None


def normal(number: float) -> int | float:
    """A number in the one form that equal numbers share: whole ones are int."""
    if isinstance(number, int):
        return number if abs(number) < LARGEST_EXACT else normal_float(number)
    if math.isfinite(number) and number == int(number) and abs(number) < LARGEST_EXACT:
        return int(number)
    return number


def normal_float(number: int) -> float:
    try:
        return float(number)
    except OverflowError:
        return math.inf if number > 0 else -math.inf


def key_of(value: Value) -> str | Unknown:
    """A value as the name of a property."""
    if isinstance(value, Text):
        return value.string
    if isinstance(value, Unknown):
        return value
    plain = plain_text(value)
    if plain is not None:
        return plain
    return "[object Object]"


def either_of(values: Sequence[Value], combine: Callable[[list[Value]], Value]) -> Value:
    """`combine` over known values.

    Where some are Unknown with few known alternatives, the result has those of all of them.
    """
    unknown = next((value for value in values if isinstance(value, Unknown)), None)
    if unknown is None:
        return combine(list(values))
    choices = [
        value.either or (value,) if isinstance(value, Unknown) else (value,) for value in values
    ]
    count = math.prod(len(choice) for choice in choices)
    flat = [alternative for choice in choices for alternative in choice]
    if count > MOST_ALTERNATIVES or not all(is_plain(value) for value in flat):
        return plainly(unknown)
    results = tuple(combine(list(row)) for row in product(*choices))
    return Unknown(unknown.reason, unknown.at, unknown.varies, results)


def plainly(unknown: Unknown) -> Unknown:
    """The Unknown that an operation on `unknown` gives: no longer one of its alternatives."""
    plain = not unknown.either and unknown.truthy is None
    if plain and not isinstance(unknown, UnknownItems):
        return unknown
    return Unknown(unknown.reason, unknown.at, unknown.varies)


def is_plain(value: Value) -> bool:
    """Whether it is text, a number, a boolean, null or undefined."""
    return value is None or isinstance(value, (Text, bool, int, float, Undefined))


def type_name(value: Value) -> str:
    """What `typeof` says."""
    if isinstance(value, Host):
        return "function" if value.callable else "object"
    return TYPE_NAMES.get(type(value), "object")


TYPE_NAMES: dict[type, str] = {
    Undefined: "undefined",
    bool: "boolean",
    int: "number",
    float: "number",
    Text: "string",
    Function: "function",
    Class: "function",
    Native: "function",
}

"""Numbers: their methods, `Number`, `Math`."""

import math
from collections.abc import Callable, Sequence
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import TYPE_CHECKING

from analyzers.javascript.builtins.arguments import argument, unknown_of
from analyzers.javascript.builtins.members import Members
from analyzers.javascript.convert import (
    either_of,
    normal,
    number_of,
    number_text,
    plain_text,
    plainly,
    text_of,
    to_number,
)
from analyzers.javascript.values import Evaluation, Native, Outcome, Undefined, Unknown, Value
from analyzers.source import Span
from analyzers.text import Text

if TYPE_CHECKING:
    from analyzers.javascript.machine import Machine

DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def to_string(machine: "Machine", number: Value, arguments: Sequence[Value], at: Span) -> Outcome:
    base = argument(arguments, 0)
    plain = plain_text(number) or ""
    if isinstance(base, Undefined) or base == 10 or isinstance(number, bool):
        return Text.of(plain, at)
    if isinstance(number, int) and isinstance(base, int) and 2 <= base <= 36:
        return Text.of(in_base(number, base), at)
    return Unknown("what this method of a number gives is not followed", at)


def in_base(number: int, base: int) -> str:
    digits, rest = "", abs(number)
    while rest:
        rest, digit = divmod(rest, base)
        digits = DIGITS[digit] + digits
    return ("-" if number < 0 else "") + (digits or "0")


def to_fixed(machine: "Machine", number: Value, arguments: Sequence[Value], at: Span) -> Outcome:
    places = to_number(argument(arguments, 0)) if arguments else 0
    if (
        not isinstance(places, int)
        or not 0 <= places <= 100
        or not isinstance(number, (int, float))
    ):
        return Unknown("what this method of a number gives is not followed", at)
    if not math.isfinite(number) or abs(number) >= 1e21:
        return Text.of(number_text(number), at)
    try:
        rounded = Decimal(number).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    except InvalidOperation:
        return Unknown("what this method of a number gives is not followed", at)
    return Text.of(f"{rounded:f}", at)


def itself(machine: "Machine", number: Value, arguments: Sequence[Value], at: Span) -> Outcome:
    return number


def localised(machine: "Machine", number: Value, arguments: Sequence[Value], at: Span) -> Outcome:
    return Unknown("numbers are written as the locale says", at, varies=True)


NUMBER_METHODS: "dict[str, Callable[[Machine, Value, Sequence[Value], Span], Outcome]]" = {
    "toString": to_string,
    "toFixed": to_fixed,
    "valueOf": itself,
    "toLocaleString": localised,
}


def convert(machine: "Machine", arguments: Sequence[Value], at: Span) -> Outcome:
    """`Number(value)`"""
    if not arguments:
        return 0
    number = to_number(arguments[0])
    if isinstance(number, Unknown):
        return either_of([number], lambda known: numeric(known[0], at))
    return Unknown("the number of an object is not followed", at) if number is None else number


def numeric(value: Value, at: Span) -> Value:
    number = to_number(value)
    return Unknown("the number of an object is not followed", at) if number is None else number


def parse_int(machine: "Machine", arguments: Sequence[Value], at: Span) -> Evaluation:
    base = argument(arguments, 1)
    value: Value = yield text_of(machine, argument(arguments, 0), at)
    if not isinstance(value, Text):
        return plainly(value) if isinstance(value, Unknown) else math.nan
    text = value.string.strip()
    radix = base if isinstance(base, int) and base else 10
    if text[:2].lower() == "0x" and radix in (10, 16):
        text, radix = text[2:], 16
    sign = -1 if text[:1] == "-" else 1
    digits = ""
    for letter in text.lstrip("+-") if text[:1] in ("+", "-") else text:
        if letter.lower() not in DIGITS[:radix]:
            break
        digits += letter
    return normal(sign * int(digits[:400], radix)) if digits and 2 <= radix <= 36 else math.nan


def parse_float(machine: "Machine", arguments: Sequence[Value], at: Span) -> Evaluation:
    value: Value = yield text_of(machine, argument(arguments, 0), at)
    if not isinstance(value, Text):
        return plainly(value) if isinstance(value, Unknown) else math.nan
    text = value.string.strip()
    end = min(len(text), 400)
    while end and math.isnan(number_of(text[:end])):
        end -= 1
    return number_of(text[:end]) if end else math.nan


def checked(
    test: Callable[[int | float], bool], *, converts: bool = False
) -> Callable[..., Outcome]:
    """`isNaN` and its kin; those of `Number` are false for what is no number."""

    def check(machine: "Machine", arguments: Sequence[Value], at: Span) -> Outcome:
        value = argument(arguments, 0)
        if isinstance(value, Unknown):
            return plainly(value)
        is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
        if not is_number and not converts:
            return False
        number = to_number(value)
        if number is None or isinstance(number, Unknown):
            return Unknown("the number of an object is not followed", at)
        return test(number)

    return check


def whole(number: float) -> bool:
    return math.isfinite(number) and number == int(number)


NUMBER = Native(
    "Number",
    convert,
    members={
        "isInteger": Native("isInteger", checked(whole)),
        "isSafeInteger": Native("isSafeInteger", checked(lambda n: isinstance(n, int))),
        "isFinite": Native("isFinite", checked(math.isfinite)),
        "isNaN": Native("isNaN", checked(math.isnan)),
        "parseInt": Native("parseInt", parse_int),
        "parseFloat": Native("parseFloat", parse_float),
        "MAX_SAFE_INTEGER": 2**53 - 1,
        "MIN_SAFE_INTEGER": -(2**53 - 1),
        "MAX_VALUE": 1.7976931348623157e308,
        "EPSILON": 2.0**-52,
        "POSITIVE_INFINITY": math.inf,
        "NEGATIVE_INFINITY": -math.inf,
        "NaN": math.nan,
    },
)


def computing(name: str, function: Callable[..., float]) -> Native:
    def compute(machine: "Machine", arguments: Sequence[Value], at: Span) -> Outcome:
        unknown = unknown_of(arguments)
        if unknown is not None:
            return plainly(unknown)
        numbers = [to_number(value) for value in arguments]
        known = [n for n in numbers if n is not None and not isinstance(n, Unknown)]
        if len(known) < len(numbers):
            return Unknown("the number of an object is not followed", at)
        try:
            return normal(function(*known))
        except (ValueError, OverflowError, TypeError, ZeroDivisionError):
            return math.nan

    return Native(name, compute)


def chance(machine: "Machine", arguments: Sequence[Value], at: Span) -> Outcome:
    return Unknown("it is a random number", at, varies=True)


def most(*numbers: float) -> float:
    return math.nan if any(map(math.isnan, numbers)) else max(numbers, default=-math.inf)


def least(*numbers: float) -> float:
    return math.nan if any(map(math.isnan, numbers)) else min(numbers, default=math.inf)


FUNCTIONS: dict[str, Callable[..., float]] = {
    "abs": abs,
    "ceil": math.ceil,
    "floor": math.floor,
    "trunc": math.trunc,
    "round": lambda number: math.floor(number + 0.5),
    "sign": lambda number: 0 if number == 0 else math.copysign(1, number),
    "sqrt": math.sqrt,
    "cbrt": math.cbrt,
    "pow": lambda one, other: float(one) ** other,
    "log": math.log,
    "log2": math.log2,
    "log10": math.log10,
    "exp": math.exp,
    "max": most,
    "min": least,
    "hypot": math.hypot,
}

MATH = Members(
    {
        **{name: computing(name, function) for name, function in FUNCTIONS.items()},
        "random": Native("random", chance),
        "PI": math.pi,
        "E": math.e,
    }
)

"""Reading the arguments of a call."""

from collections.abc import Sequence

from analyzers.javascript.convert import to_number
from analyzers.javascript.values import (
    UNDEFINED,
    Evaluation,
    Outcome,
    Undefined,
    Unknown,
    Value,
)
from analyzers.text import Text


def argument(arguments: Sequence[Value], index: int) -> Value:
    """The argument at `index`; `UNDEFINED` where the call gave none."""
    return arguments[index] if index < len(arguments) else UNDEFINED


def unknown_of(values: Sequence[Value]) -> Unknown | None:
    """The first that is not known."""
    return next((value for value in values if isinstance(value, Unknown)), None)


def position(arguments: Sequence[Value], index: int, size: int, missing: int) -> int | Unknown:
    """An argument that counts places from the start or, below zero, from the end."""
    given = argument(arguments, index)
    if isinstance(given, Undefined):
        return missing
    number = to_number(given)
    if isinstance(number, Unknown):
        return number
    if number is None or number != number:
        return 0
    clamped = int(max(min(number, size), -size))
    return max(clamped + size, 0) if clamped < 0 else min(clamped, size)


def string(arguments: Sequence[Value], index: int, missing: str = "") -> str | None:
    """A text argument; None where it is something else."""
    given = argument(arguments, index)
    if isinstance(given, Undefined):
        return missing
    return given.string if isinstance(given, Text) else None


def returned(outcome: Outcome) -> Evaluation:
    """An outcome as an evaluation."""
    return (yield outcome)

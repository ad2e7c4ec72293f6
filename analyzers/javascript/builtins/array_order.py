"""Sorting arrays."""

from collections.abc import Generator, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from analyzers.javascript.builtins.arguments import argument
from analyzers.javascript.builtins.array_table import Method, method
from analyzers.javascript.builtins.comparing import text_order
from analyzers.javascript.convert import text_of, to_number
from analyzers.javascript.values import Array, Evaluation, Outcome, Undefined, Unknown, Value
from analyzers.source import Span
from analyzers.text import Text

if TYPE_CHECKING:
    from analyzers.javascript.machine import Machine

ORDER_METHODS: dict[str, Method] = {}


@method(ORDER_METHODS, "sort")
def sort(machine: "Machine", array: Array, arguments: Sequence[Value], at: Span) -> Evaluation:
    ordered: list[Value] | Unknown
    if isinstance(argument(arguments, 0), Undefined):
        ordered = yield from by_text(machine, array, at)
    else:
        ordered = yield from by_callback(machine, array, arguments[0], at)
    machine.note_items(array)
    if isinstance(ordered, Unknown):
        array.items[:] = [machine.unknown_items(ordered)]
    else:
        array.items[:] = ordered
    return array


@method(ORDER_METHODS, "toSorted")
def to_sorted(machine: "Machine", array: Array, arguments: Sequence[Value], at: Span) -> Outcome:
    return sort(machine, Array(list(array.items)), arguments, at)


@method(ORDER_METHODS, "toReversed")
def to_reversed(machine: "Machine", array: Array, arguments: Sequence[Value], at: Span) -> Outcome:
    return Array(list(reversed(array.items)))


Ordered: TypeAlias = Generator[Any, Any, "list[Value] | Unknown"]


def by_text(machine: "Machine", array: Array, at: Span) -> Ordered:
    keyed: list[tuple[str, Value]] = []
    for item in array.items:
        text: Value = yield text_of(machine, item, at)
        if not isinstance(text, Text):
            return text if isinstance(text, Unknown) else Unknown("its order is not followed", at)
        keyed.append((text.string, item))
    keyed.sort(key=lambda pair: text_order(pair[0]))
    return [item for _, item in keyed]


def by_callback(machine: "Machine", array: Array, callback: Value, at: Span) -> Ordered:
    """Sorts by insertion, in few calls, with the order of equal items kept."""
    ordered: list[Value] = []
    for item in array.items:
        low, high = 0, len(ordered)
        while low < high:
            middle = (low + high) // 2
            result: Value = yield machine.call(callback, [item, ordered[middle]], at)
            number = to_number(result)
            if isinstance(number, Unknown) or number is None or isinstance(item, Unknown):
                return (
                    number if isinstance(number, Unknown) else Unknown("its order is unknown", at)
                )
            if number < 0:
                high = middle
            else:
                low = middle + 1
        ordered.insert(low, item)
    return ordered

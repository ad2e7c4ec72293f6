"""Methods of arrays."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from analyzers.javascript.builtins.arguments import argument, position
from analyzers.javascript.builtins.array_callbacks import CALLBACK_METHODS
from analyzers.javascript.builtins.array_order import ORDER_METHODS
from analyzers.javascript.builtins.array_table import (
    Method,
    array_length,
    flattened,
    method,
    unknown_among,
)
from analyzers.javascript.builtins.comparing import same_value, strictly_equal
from analyzers.javascript.convert import item_text, plainly, text_of, to_number
from analyzers.javascript.values import (
    UNDEFINED,
    Array,
    Evaluation,
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


ARRAY_METHODS: dict[str, Method] = {**CALLBACK_METHODS, **ORDER_METHODS}


@method(ARRAY_METHODS, "flat")
def flat(machine: "Machine", array: Array, arguments: Sequence[Value], at: Span) -> Outcome:
    depth = argument(arguments, 0)
    found = flattened(array.items, depth if isinstance(depth, int) else 1)
    machine.loop.spend(len(found) // 16)
    return machine.sized_at(Array(found), at)


@method(ARRAY_METHODS, "join")
def join(machine: "Machine", array: Array, arguments: Sequence[Value], at: Span) -> Evaluation:
    separator = argument(arguments, 0)
    between: Value = Text.of(",", at)
    if not isinstance(separator, Undefined):
        between = yield text_of(machine, separator, at)
    texts: list[Text] = []
    for item in array.items:
        text: Value = yield item_text(machine, item, at)
        if isinstance(text, Unknown):
            return plainly(text)
        assert isinstance(text, Text)
        texts.append(text)
    if isinstance(between, Unknown):
        return plainly(between)
    assert isinstance(between, Text)
    machine.loop.spend(len(texts) // 16)
    return machine.sized_at(Text.join(between.within(at), texts), at)


@method(ARRAY_METHODS, "includes")
def includes(machine: "Machine", array: Array, arguments: Sequence[Value], at: Span) -> Outcome:
    return contains(array.items, argument(arguments, 0), same_value)


def contains(
    items: Sequence[Value], wanted: Value, equal: Callable[[Value, Value], "bool | Unknown"]
) -> Value:
    doubt: Unknown | None = None
    for item in items:
        found = equal(item, wanted)
        if found is True:
            return True
        if isinstance(found, Unknown):
            doubt = found
    return False if doubt is None else plainly(doubt)


@method(ARRAY_METHODS, "indexOf")
def index_of(machine: "Machine", array: Array, arguments: Sequence[Value], at: Span) -> Outcome:
    for index, item in enumerate(array.items):
        found = strictly_equal(item, argument(arguments, 0))
        if isinstance(found, Unknown):
            return plainly(found)
        if found:
            return index
    return -1


@method(ARRAY_METHODS, "lastIndexOf")
def last_index_of(
    machine: "Machine", array: Array, arguments: Sequence[Value], at: Span
) -> Outcome:
    for index in range(len(array.items) - 1, -1, -1):
        found = strictly_equal(array.items[index], argument(arguments, 0))
        if isinstance(found, Unknown):
            return plainly(found)
        if found:
            return index
    return -1


@method(ARRAY_METHODS, "slice")
def slice_(machine: "Machine", array: Array, arguments: Sequence[Value], at: Span) -> Outcome:
    size = len(array.items)
    start, end = position(arguments, 0, size, 0), position(arguments, 1, size, size)
    unknown = unknown_among(array.items)
    if isinstance(start, Unknown) or isinstance(end, Unknown):
        return plainly(start if isinstance(start, Unknown) else end)  # type: ignore[arg-type]
    if unknown is not None and (start, end) != (0, size):
        return Array(
            [UnknownItems(unknown.reason, unknown.at, unknown.varies, sample=unknown.sample)]
        )
    return Array(array.items[start:end])


@method(ARRAY_METHODS, "concat")
def concat(machine: "Machine", array: Array, arguments: Sequence[Value], at: Span) -> Outcome:
    items = list(array.items)
    for value in arguments:
        if isinstance(value, Array):
            items.extend(value.items)
        elif isinstance(value, Unknown):
            items.append(machine.unknown_items(value))
        else:
            items.append(value)
    machine.loop.spend(len(items) // 16)
    return machine.sized_at(Array(items), at)


@method(ARRAY_METHODS, "push")
def push(machine: "Machine", array: Array, arguments: Sequence[Value], at: Span) -> Outcome:
    machine.note_items(array)
    array.items.extend(arguments)
    if len(array.items) > machine.most_items:
        return machine.unresolved(at, "the array grows larger than is followed")
    return array_length(array)


@method(ARRAY_METHODS, "unshift")
def unshift(machine: "Machine", array: Array, arguments: Sequence[Value], at: Span) -> Outcome:
    machine.note_items(array)
    array.items[:0] = arguments
    machine.loop.spend(len(array.items) // 16)
    return array_length(array)


@method(ARRAY_METHODS, "pop")
def pop(machine: "Machine", array: Array, arguments: Sequence[Value], at: Span) -> Outcome:
    return taken(machine, array, -1)


@method(ARRAY_METHODS, "shift")
def shift(machine: "Machine", array: Array, arguments: Sequence[Value], at: Span) -> Outcome:
    return taken(machine, array, 0)


def taken(machine: "Machine", array: Array, index: int) -> Value:
    if not array.items:
        return UNDEFINED
    unknown = unknown_among(array.items)
    if unknown is not None:
        return plainly(unknown)
    machine.note_items(array)
    machine.loop.spend(len(array.items) // 64)
    return array.items.pop(index)


@method(ARRAY_METHODS, "splice")
def splice(machine: "Machine", array: Array, arguments: Sequence[Value], at: Span) -> Outcome:
    size = len(array.items)
    start = position(arguments, 0, size, 0)
    count = to_number(arguments[1]) if len(arguments) > 1 else size
    machine.note_items(array)
    if not isinstance(start, int) or not isinstance(count, int) or unknown_among(array.items):
        array.items[:] = [UnknownItems("which items are replaced is known only at run time", at)]
        return Array(list(array.items))
    end = min(start + max(count, 0), size)
    removed = array.items[start:end]
    array.items[start:end] = arguments[2:]
    return Array(removed)


@method(ARRAY_METHODS, "reverse")
def reverse(machine: "Machine", array: Array, arguments: Sequence[Value], at: Span) -> Outcome:
    machine.note_items(array)
    array.items.reverse()
    return array


@method(ARRAY_METHODS, "fill")
def fill(machine: "Machine", array: Array, arguments: Sequence[Value], at: Span) -> Outcome:
    machine.note_items(array)
    array.items[:] = [argument(arguments, 0)] * len(array.items)
    return array


@method(ARRAY_METHODS, "at")
def at_(machine: "Machine", array: Array, arguments: Sequence[Value], at: Span) -> Outcome:
    index = to_number(argument(arguments, 0))
    if not isinstance(index, int):
        return index if isinstance(index, Unknown) else UNDEFINED
    unknown = unknown_among(array.items)
    if index < 0:
        index += len(array.items)
        if unknown is not None:
            return plainly(unknown)
    return machine.item(array, index) if index >= 0 else UNDEFINED


@method(ARRAY_METHODS, "keys")
def keys(machine: "Machine", array: Array, arguments: Sequence[Value], at: Span) -> Outcome:
    return Array(list(range(len(array.items))))


@method(ARRAY_METHODS, "values")
def values(machine: "Machine", array: Array, arguments: Sequence[Value], at: Span) -> Outcome:
    return Array(list(array.items))


@method(ARRAY_METHODS, "entries")
def entries(machine: "Machine", array: Array, arguments: Sequence[Value], at: Span) -> Outcome:
    return Array([Array([index, item]) for index, item in enumerate(array.items)])


@method(ARRAY_METHODS, "toString")
def to_string(machine: "Machine", array: Array, arguments: Sequence[Value], at: Span) -> Outcome:
    return text_of(machine, array, at)

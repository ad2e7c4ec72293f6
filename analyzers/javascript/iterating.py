"""What iterating over a value gives."""

from typing import TYPE_CHECKING

from analyzers.javascript.builtins.collections import Map, Set
from analyzers.javascript.builtins.objects import in_order
from analyzers.javascript.convert import plainly
from analyzers.javascript.values import (
    Array,
    Object,
    Undefined,
    Unknown,
    UnknownItems,
    Value,
)
from analyzers.source import Span
from analyzers.text import Text

if TYPE_CHECKING:
    from analyzers.javascript.machine import Machine


def items_of(machine: "Machine", value: Value, at: Span) -> list[Value]:
    """The items of a list, a text, a `Map` or a `Set`; of an unknown one, a sample for all."""
    if isinstance(value, Array):
        machine.loop.spend(len(value.items) // 16)
        return list(value.items)
    if isinstance(value, UnknownItems):
        return [value]
    if isinstance(value, Unknown):
        return unknown_items(machine, value)
    if isinstance(value, Text):
        machine.loop.spend(len(value) // 8)
        return [value.slice(index, index + 1) for index in range(len(value))]
    if isinstance(value, (Set, Map)):
        return list(value.items.items)
    if value is None or isinstance(value, (Undefined, bool, int, float, Object)):
        machine.refuse("the value is not iterable", at)
    return [UnknownItems("what iterating over this gives is not followed", at)]


def unknown_items(machine: "Machine", value: Unknown) -> list[Value]:
    lists = [v for v in value.either if isinstance(v, Array)]
    if lists and len(lists) == len(value.either):
        sizes = {len(v.items) for v in lists}
        if len(sizes) == 1:
            return [
                machine.joined_at(rows[0], rows[1], value.at, value.reason)
                if len(rows) == 2
                else plainly(value)
                for rows in zip(*(v.items for v in lists), strict=True)
            ]
    return [UnknownItems(value.reason, value.at, value.varies)]


def keys_of(machine: "Machine", value: Value, at: Span) -> list[Value]:
    """What `for … in` gives: names of properties, places in a list."""
    if isinstance(value, Unknown):
        return [UnknownItems(value.reason, value.at, value.varies)]
    if isinstance(value, Array):
        if machine.has_unknown_items(value):
            return [machine.unknown_items(next(v for v in value.items if isinstance(v, Unknown)))]
        return [Text.of(str(index), at) for index in range(len(value.items))]
    if isinstance(value, Object):
        if value.open is not None:
            return [machine.unknown_items(value.open)]
        return [Text.of(key, at) for key in in_order(value.properties)]
    return []

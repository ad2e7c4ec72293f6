"""`Map` and `Set`."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from analyzers.javascript.builtins.arguments import argument
from analyzers.javascript.builtins.array_callbacks import for_each
from analyzers.javascript.builtins.array_table import array_length
from analyzers.javascript.builtins.arrays import contains
from analyzers.javascript.builtins.comparing import same_value
from analyzers.javascript.convert import plainly
from analyzers.javascript.values import (
    UNDEFINED,
    Array,
    Evaluation,
    Host,
    Native,
    Outcome,
    Undefined,
    Unknown,
    Value,
)
from analyzers.source import Span

if TYPE_CHECKING:
    from analyzers.javascript.machine import Machine


class Set(Host):
    """A `Set`: its values as an array, in the order in which they came."""

    missing_is_slip = False

    def __init__(self) -> None:
        self.items = Array()

    def get(self, machine: "Machine", key: str, at: Span) -> Value:
        if key == "size":
            return array_length(self.items)
        method = SET_METHODS.get(key)
        return UNDEFINED if method is None else bound(key, method, self)

    def add(self, machine: "Machine", value: Value) -> None:
        found = contains(self.items.items, value, same_value)
        if found is not True:
            machine.note_items(self.items)
            uncertain = isinstance(value, Unknown) or isinstance(found, Unknown)
            self.items.items.append(machine.unknown_items(value) if uncertain else value)


class Map(Host):
    """A `Map`: its entries as an array of pairs."""

    missing_is_slip = False

    def __init__(self) -> None:
        self.items = Array()

    def get(self, machine: "Machine", key: str, at: Span) -> Value:
        if key == "size":
            return array_length(self.items)
        method = MAP_METHODS.get(key)
        return UNDEFINED if method is None else bound(key, method, self)

    def find(self, key: Value) -> "Array | Unknown | None":
        """The entry with this key."""
        for entry in self.items.items:
            if not isinstance(entry, Array):
                return plainly(entry) if isinstance(entry, Unknown) else None
            equal = same_value(entry.items[0], key)
            if isinstance(equal, Unknown):
                return equal
            if equal:
                return entry
        return None

    def put(self, machine: "Machine", key: Value, value: Value) -> None:
        found = self.find(key)
        machine.loop.spend(len(self.items.items) // 16)
        if isinstance(found, Array):
            machine.note_items(found)
            found.items[1] = value
            return
        machine.note_items(self.items)
        if isinstance(found, Unknown) or isinstance(key, Unknown):
            doubt = found if isinstance(found, Unknown) else key
            self.items.items[:] = [machine.unknown_items(doubt)]
        else:
            self.items.items.append(Array([key, value]))


def bound(name: str, method: Callable[..., Outcome], this: Host) -> Native:
    return Native(name, lambda machine, arguments, at: method(machine, this, arguments, at))


def set_add(machine: "Machine", this: Set, arguments: Sequence[Value], at: Span) -> Outcome:
    this.add(machine, argument(arguments, 0))
    machine.loop.spend(len(this.items.items) // 16)
    return this


def set_has(machine: "Machine", this: Set, arguments: Sequence[Value], at: Span) -> Outcome:
    return contains(this.items.items, argument(arguments, 0), same_value)


def map_has(machine: "Machine", this: Map, arguments: Sequence[Value], at: Span) -> Outcome:
    found = this.find(argument(arguments, 0))
    return found if isinstance(found, Unknown) else found is not None


def map_get(machine: "Machine", this: Map, arguments: Sequence[Value], at: Span) -> Outcome:
    found = this.find(argument(arguments, 0))
    return found.items[1] if isinstance(found, Array) else (found or UNDEFINED)


def map_set(machine: "Machine", this: Map, arguments: Sequence[Value], at: Span) -> Outcome:
    this.put(machine, argument(arguments, 0), argument(arguments, 1))
    return this


def set_delete(machine: "Machine", this: Set, arguments: Sequence[Value], at: Span) -> Outcome:
    for index, item in enumerate(this.items.items):
        if same_value(item, argument(arguments, 0)) is True:
            machine.note_items(this.items)
            del this.items.items[index]
            return True
    return False


def map_delete(machine: "Machine", this: Map, arguments: Sequence[Value], at: Span) -> Outcome:
    found = this.find(argument(arguments, 0))
    if not isinstance(found, Array):
        return found or False
    machine.note_items(this.items)
    this.items.items.remove(found)
    return True


def clear(machine: "Machine", this: Set | Map, arguments: Sequence[Value], at: Span) -> Outcome:
    machine.note_items(this.items)
    this.items.items.clear()
    return UNDEFINED


def items(machine: "Machine", this: Set | Map, arguments: Sequence[Value], at: Span) -> Outcome:
    return Array(list(this.items.items))


def each_value(machine: "Machine", this: Set, arguments: Sequence[Value], at: Span) -> Outcome:
    return for_each(machine, Array(list(this.items.items)), arguments, at)


def each_entry(machine: "Machine", this: Map, arguments: Sequence[Value], at: Span) -> Evaluation:
    for entry in list(this.items.items):
        parts = machine.items_at(entry, at)
        given = [argument(parts, 1), argument(parts, 0), this]
        machine.drop_at((yield machine.call(argument(arguments, 0), given, at)), at)
    return UNDEFINED


def part(index: int) -> Callable[..., Outcome]:
    def parts(machine: "Machine", this: Map, arguments: Sequence[Value], at: Span) -> Outcome:
        return Array(
            [
                entry.items[index] if isinstance(entry, Array) else entry
                for entry in this.items.items
            ]
        )

    return parts


SET_METHODS: dict[str, Callable[..., Outcome]] = {
    "add": set_add,
    "has": set_has,
    "delete": set_delete,
    "clear": clear,
    "forEach": each_value,
    "values": items,
    "keys": items,
}

MAP_METHODS: dict[str, Callable[..., Outcome]] = {
    "get": map_get,
    "set": map_set,
    "has": map_has,
    "delete": map_delete,
    "clear": clear,
    "forEach": each_entry,
    "entries": items,
    "keys": part(0),
    "values": part(1),
}


def new_set(machine: "Machine", arguments: Sequence[Value], at: Span) -> Outcome:
    made = Set()
    for item in initial(machine, arguments, at):
        made.add(machine, item)
        machine.loop.spend(len(made.items.items) // 16)
    return made


def new_map(machine: "Machine", arguments: Sequence[Value], at: Span) -> Outcome:
    made = Map()
    for item in initial(machine, arguments, at):
        if isinstance(item, Unknown):
            made.items.items.append(machine.unknown_items(item))
            continue
        parts = machine.items_at(item, at)
        made.put(machine, argument(parts, 0), argument(parts, 1))
    return made


def initial(machine: "Machine", arguments: Sequence[Value], at: Span) -> list[Value]:
    value = argument(arguments, 0)
    return [] if value is None or isinstance(value, Undefined) else machine.items_at(value, at)


SET = Native("Set", new_set)
MAP = Native("Map", new_map)

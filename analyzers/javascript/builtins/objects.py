"""`Object` and its functions."""

from collections.abc import Callable, Generator, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from analyzers.javascript.builtins.arguments import argument
from analyzers.javascript.builtins.comparing import same_value
from analyzers.javascript.convert import is_plain, key_of, plainly
from analyzers.javascript.evaluation.members import copy_properties
from analyzers.javascript.values import (
    Accessor,
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

Entries: TypeAlias = Generator[Any, Any, "list[tuple[str, Value]] | Unknown"]

MEMBERS = "the members of this object are not followed"


def entries_of(machine: "Machine", value: Value, at: Span) -> Entries:
    """The own properties in JavaScript's order, or why they are not known."""
    if isinstance(value, (Object, Function, Class)):
        return (yield from own_entries(machine, value, at))
    if isinstance(value, Unknown):
        return plainly(value)
    if isinstance(value, Array):
        unknown = next((item for item in value.items if isinstance(item, UnknownItems)), None)
        items = [(str(index), item) for index, item in enumerate(value.items)]
        return items if unknown is None else plainly(unknown)
    if isinstance(value, Text):
        return [(str(i), value.slice(i, i + 1)) for i in range(len(value))]
    if value is None or isinstance(value, Undefined):
        machine.refuse("Cannot convert undefined or null to object", at)
    return Unknown(MEMBERS, at) if isinstance(value, Host) else []


def own_entries(machine: "Machine", value: Object | Function | Class, at: Span) -> Entries:
    if isinstance(value, Object) and value.open is not None:
        return plainly(value.open)
    machine.loop.spend(len(value.properties) // 16)
    found: list[tuple[str, Value]] = []
    for key in in_order(value.properties):
        own = value.properties[key]
        if isinstance(own, Accessor):
            own = yield machine.get(value, key, at)
        found.append((key, own))
    return found


def in_order(properties: dict[str, Value]) -> list[str]:
    """Keys that are whole numbers come first, in their order."""
    numeric = [key for key in properties if key.isdecimal() and (key == "0" or key[0] != "0")]
    if not numeric:
        return list(properties)
    return sorted(numeric, key=int) + [key for key in properties if key not in set(numeric)]


def listing(make: Callable[[str, Value, Span], Value]) -> Callable[..., Evaluation]:
    def list_(machine: "Machine", arguments: Sequence[Value], at: Span) -> Evaluation:
        found = yield from entries_of(machine, argument(arguments, 0), at)
        if isinstance(found, Unknown):
            return found
        return Array([make(key, value, at) for key, value in found])

    return list_


def key_text(key: str, value: Value, at: Span) -> Value:
    return Text.of(key, at)


def entry(key: str, value: Value, at: Span) -> Value:
    return Array([Text.of(key, at), value])


def assign(machine: "Machine", arguments: Sequence[Value], at: Span) -> Evaluation:
    target = argument(arguments, 0)
    if isinstance(target, (Function, Class)):
        shadow = Object(target.properties)
    elif isinstance(target, Object):
        shadow = target
    else:
        return target if isinstance(target, Unknown) else Unknown(MEMBERS, at)
    for source in arguments[1:]:
        yield copy_properties(machine, shadow, source, at)
    return target


def from_entries(machine: "Machine", arguments: Sequence[Value], at: Span) -> Evaluation:
    yield from ()
    made = Object()
    for item in machine.items_at(argument(arguments, 0), at):
        if isinstance(item, Unknown):
            made.open = plainly(item)
            continue
        if is_plain(item):
            machine.refuse("an entry is not an object", at)
        parts = machine.items_at(item, at)
        key = key_of(argument(parts, 0))
        if isinstance(key, Unknown):
            made.open = plainly(key)
        else:
            made.properties[key] = argument(parts, 1)
    return made


def given(machine: "Machine", arguments: Sequence[Value], at: Span) -> Outcome:
    """`Object.freeze` and its kin, which give what they are given."""
    return argument(arguments, 0)


def create(machine: "Machine", arguments: Sequence[Value], at: Span) -> Outcome:
    prototype = argument(arguments, 0)
    if isinstance(prototype, Object):
        return Object(constructor=Class("", at, methods=prototype.properties))
    return Object()


def prototype_of(machine: "Machine", arguments: Sequence[Value], at: Span) -> Outcome:
    return Unknown("prototypes are not followed", at)


def define_property(machine: "Machine", arguments: Sequence[Value], at: Span) -> Evaluation:
    """`Object.defineProperty(object, key, descriptor)`, as compiled modules use it."""
    target, key, descriptor = (argument(arguments, index) for index in range(3))
    name = key_of(key)
    if not isinstance(target, (Object, Function, Class)) or isinstance(name, Unknown):
        return target
    getter: Value = yield machine.get(descriptor, "get", at)
    if isinstance(getter, Function):
        machine.write(target.properties, name, Accessor(getter))
    else:
        machine.write(target.properties, name, (yield machine.get(descriptor, "value", at)))
    return target


def has_own(machine: "Machine", arguments: Sequence[Value], at: Span) -> Outcome:
    value, key = argument(arguments, 0), key_of(argument(arguments, 1))
    if isinstance(value, Object) and isinstance(key, str):
        return True if key in value.properties else value.open or False
    return Unknown(MEMBERS, at)


def same(machine: "Machine", arguments: Sequence[Value], at: Span) -> Outcome:
    return same_value(argument(arguments, 0), argument(arguments, 1))


def group_by(machine: "Machine", arguments: Sequence[Value], at: Span) -> Evaluation:
    made = Object()
    for index, item in enumerate(machine.items_at(argument(arguments, 0), at)):
        key = key_of((yield machine.call(argument(arguments, 1), [item, index], at)))
        if isinstance(key, Unknown):
            made.open = plainly(key)
            continue
        group = made.properties.setdefault(key, Array())
        assert isinstance(group, Array)
        group.items.append(item)
    return made


def convert(machine: "Machine", arguments: Sequence[Value], at: Span) -> Outcome:
    value = argument(arguments, 0)
    return Object() if value is None or isinstance(value, Undefined) else value


OBJECT = Native(
    "Object",
    convert,
    members={
        "keys": Native("keys", listing(key_text)),
        "getOwnPropertyNames": Native("getOwnPropertyNames", listing(key_text)),
        "values": Native("values", listing(lambda key, value, at: value)),
        "entries": Native("entries", listing(entry)),
        "assign": Native("assign", assign),
        "fromEntries": Native("fromEntries", from_entries),
        "freeze": Native("freeze", given),
        "seal": Native("seal", given),
        "preventExtensions": Native("preventExtensions", given),
        "create": Native("create", create),
        "getPrototypeOf": Native("getPrototypeOf", prototype_of),
        "setPrototypeOf": Native("setPrototypeOf", given),
        "defineProperty": Native("defineProperty", define_property),
        "hasOwn": Native("hasOwn", has_own),
        "is": Native("is", same),
        "groupBy": Native("groupBy", group_by),
    },
)

"""Members of values: reading, writing and deleting them."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from analyzers.javascript.builtins.array_table import array_length
from analyzers.javascript.builtins.arrays import ARRAY_METHODS
from analyzers.javascript.builtins.function_members import FUNCTION_METHODS
from analyzers.javascript.builtins.numbers import NUMBER_METHODS
from analyzers.javascript.builtins.object_members import OBJECT_METHODS
from analyzers.javascript.builtins.promise_members import PROMISE_METHODS
from analyzers.javascript.builtins.strings import TEXT_METHODS, character, units
from analyzers.javascript.convert import is_plain, plainly
from analyzers.javascript.promises import Promise
from analyzers.javascript.trail import join
from analyzers.javascript.values import (
    UNDEFINED,
    Accessor,
    Array,
    Class,
    Evaluation,
    Function,
    Host,
    Native,
    Object,
    Outcome,
    Thenable,
    Undefined,
    Unknown,
    Value,
)
from analyzers.source import Span
from analyzers.text import Text

if TYPE_CHECKING:
    from analyzers.javascript.machine import Machine

DEEPEST_INHERITANCE = 100


def get(machine: "Machine", value: Value, key: str, at: Span, this: Value | None = None) -> Outcome:
    """The member `key` of any value."""
    getter = GETTERS.get(type(value))
    if getter is not None:
        return getter(machine, value, key, at)
    if isinstance(value, (Promise, Thenable)) and key in PROMISE_METHODS:
        return bound(PROMISE_METHODS[key], value, key)
    if isinstance(value, Host):
        return value.get(machine, key, at)
    if isinstance(value, Unknown):
        return unknown_member(machine, value, key, at)
    return UNDEFINED


def of_nothing(machine: "Machine", value: Value, key: str, at: Span) -> Outcome:
    shown = "null" if value is None else "undefined"
    return machine.refuse(f"Cannot read properties of {shown} (reading '{key}')", at)


def of_text(machine: "Machine", value: Text, key: str, at: Span) -> Outcome:
    if key == "length":
        return units(value.string)
    method = TEXT_METHODS.get(key) or OBJECT_METHODS.get(key)
    if method is not None:
        return bound(method, value, key)
    return character(value, int(key), UNDEFINED) if key.isdecimal() else UNDEFINED


def of_array(machine: "Machine", value: Array, key: str, at: Span) -> Outcome:
    if key == "length":
        return array_length(value)
    method = ARRAY_METHODS.get(key) or OBJECT_METHODS.get(key)
    if method is not None:
        return bound(method, value, key)
    return machine.item(value, int(key)) if key.isdecimal() else UNDEFINED


def of_object(machine: "Machine", value: Object, key: str, at: Span) -> Outcome:
    found = value.properties.get(key)
    if found is None and key not in value.properties:
        found = inherited(value, key)
    if isinstance(found, Accessor):
        return read_accessor(machine, found, value, at)
    if not isinstance(found, Undefined):
        return found
    if value.open is not None and key not in value.properties:
        return plainly(value.open)
    method = OBJECT_METHODS.get(key)
    return bound(method, value, key) if method is not None else UNDEFINED


def inherited(value: Object, key: str) -> Value:
    """A method of the object's class or of one that it extends."""
    ancestor: Value = value.constructor
    if key == "constructor" and ancestor is not None:
        return ancestor
    for _ in range(DEEPEST_INHERITANCE):
        if not isinstance(ancestor, Class):
            break
        if key in ancestor.methods:
            return ancestor.methods[key]
        ancestor = ancestor.superclass
    return plainly(ancestor) if isinstance(ancestor, Unknown) else UNDEFINED


def read_accessor(machine: "Machine", accessor: Accessor, this: Value, at: Span) -> Outcome:
    return UNDEFINED if accessor.getter is None else machine.call(accessor.getter, [], at, this)


def of_class(machine: "Machine", value: Class, key: str, at: Span) -> Outcome:
    ancestor: Value = value
    for _ in range(DEEPEST_INHERITANCE):
        if not isinstance(ancestor, Class):
            break
        if key in ancestor.properties:
            found = ancestor.properties[key]
            return (
                read_accessor(machine, found, value, at) if isinstance(found, Accessor) else found
            )
        ancestor = ancestor.superclass
    if key == "name":
        return Text.of(value.name, value.span)
    if key == "prototype":
        return Object(value.methods)
    return plainly(ancestor) if isinstance(ancestor, Unknown) else UNDEFINED


def of_function(machine: "Machine", value: Function, key: str, at: Span) -> Outcome:
    if key in value.properties:
        return value.properties[key]
    method = FUNCTION_METHODS.get(key)
    if method is not None:
        return bound(method, value, key)
    if key == "name":
        return Text.of(value.name, value.span)
    if key == "prototype":
        value.properties["prototype"] = prototype = Object()
        return prototype
    return UNDEFINED


def of_native(machine: "Machine", value: Native, key: str, at: Span) -> Outcome:
    if key in value.members:
        return value.members[key]
    method = FUNCTION_METHODS.get(key)
    if method is not None:
        return bound(method, value, key)
    if key == "name":
        return Text.of(value.name, at)
    return Unknown(f"the member `{key}` is not followed", at) if value.members else UNDEFINED


def of_number(machine: "Machine", value: Value, key: str, at: Span) -> Outcome:
    method = None if isinstance(value, bool) else NUMBER_METHODS.get(key)
    method = method or OBJECT_METHODS.get(key)
    return bound(method, value, key) if method is not None else UNDEFINED


GETTERS: dict[type, Callable[["Machine", Any, str, Span], Outcome]] = {
    Text: of_text,
    Array: of_array,
    Object: of_object,
    Class: of_class,
    Function: of_function,
    Native: of_native,
    int: of_number,
    float: of_number,
    bool: of_number,
    Undefined: of_nothing,
    type(None): of_nothing,
}


def bound(method: Callable[..., Outcome], value: Value, key: str) -> Native:
    """A method as a value: with the object that it was read from."""
    return Native(key, lambda machine, arguments, at: method(machine, value, arguments, at))


def unknown_member(machine: "Machine", value: Unknown, key: str, at: Span) -> Outcome:
    """A member of whichever object it is; nothing more is known of an unknown one."""
    objects = [v for v in value.either if not is_plain(v)]
    if not objects:
        return plainly(value)
    return member_of_each(machine, objects, key, value, at)


def member_of_each(
    machine: "Machine", objects: list[Value], key: str, value: Unknown, at: Span
) -> Evaluation:
    result: Value = yield get(machine, objects[0], key, at)
    for other in objects[1:]:
        result = join(result, (yield get(machine, other, key, at)), value.at, value.reason)
    return result


def put(machine: "Machine", owner: Value, key: "str | Unknown", value: Value, at: Span) -> Outcome:
    """`owner[key] = value`"""
    if isinstance(owner, Array):
        return put_item(machine, owner, key, value, at)
    if isinstance(owner, (Object, Function, Class)):
        return put_property(machine, owner, key, value, at)
    if isinstance(owner, Host):
        if isinstance(key, Unknown):
            return machine.unresolved(at, key.reason)
        owner.set(machine, key, value, at)
    elif owner is None or isinstance(owner, Undefined):
        shown = "null" if owner is None else "undefined"
        machine.refuse(f"Cannot set properties of {shown}", at)
    return UNDEFINED


def put_property(
    machine: "Machine",
    owner: Object | Function | Class,
    key: "str | Unknown",
    value: Value,
    at: Span,
) -> Outcome:
    if isinstance(key, Unknown):
        if isinstance(owner, Object):
            owner.open = plainly(key)
            for known in owner.properties:
                machine.write(owner.properties, known, plainly(key))
        return UNDEFINED
    accessor = owner.properties.get(key)
    if accessor is None and isinstance(owner, Object) and owner.constructor is not None:
        accessor = inherited(owner, key)
    if isinstance(accessor, Accessor):
        if accessor.setter is None:
            return UNDEFINED
        return machine.call(accessor.setter, [value], at, owner)
    machine.write(owner.properties, key, value)
    return UNDEFINED


def put_item(
    machine: "Machine", owner: Array, key: "str | Unknown", value: Value, at: Span
) -> Outcome:
    items = owner.items
    machine.note_items(owner)
    if isinstance(key, Unknown):
        items[:] = [plainly(key) for _ in items] or [machine.unknown_items(key)]
    elif key.isdecimal():
        index = int(key)
        if index > machine.most_items:
            return machine.unresolved(at, "the array grows larger than is followed")
        items.extend([UNDEFINED] * (index + 1 - len(items)))
        items[index] = value
    elif key == "length" and isinstance(value, int) and not isinstance(value, bool):
        del items[max(value, 0) :]
    return UNDEFINED


def delete(machine: "Machine", owner: Value, key: "str | Unknown", at: Span) -> None:
    """`delete owner[key]`"""
    if isinstance(owner, Host):
        machine.unresolved(at, "deletes a member of an object from outside the file")
    if not isinstance(owner, Object):
        return
    if isinstance(key, Unknown):
        for known in owner.properties:
            machine.write(owner.properties, known, plainly(key))
    elif key in owner.properties:
        machine.forget(owner.properties, key)

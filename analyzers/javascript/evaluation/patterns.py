"""Destructuring: values taken apart into names."""

from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, Any, TypeAlias

from analyzers.javascript.convert import key_of, plainly
from analyzers.javascript.evaluation.names import declare
from analyzers.javascript.table import evaluate
from analyzers.javascript.trail import join
from analyzers.javascript.values import (
    UNDEFINED,
    Array,
    Evaluation,
    Object,
    Outcome,
    Undefined,
    Unknown,
    UnknownItems,
    Value,
)

if TYPE_CHECKING:
    from analyzers.javascript.machine import Machine
    from analyzers.javascript.scope import Scope
    from analyzers.javascript.syntax import Node

Keys: TypeAlias = Generator[Any, Any, "str | Unknown"]
Binder: TypeAlias = "Callable[[Machine, Node, Value, Scope, Store], Outcome]"
Store: TypeAlias = "Callable[[Machine, Node, Value, Scope], Outcome]"
"""Puts a value where a pattern's leaf says: a new name, or what an assignment may assign to."""


def bind(
    machine: "Machine", pattern: "Node", value: Value, scope: "Scope", store: Store = declare
) -> Outcome:
    """Matches a pattern with a value; the machine has to carry out what this gives."""
    binder = BINDERS.get(pattern.type)
    if binder is not None:
        return binder(machine, pattern, value, scope, store)
    return store(machine, pattern, value, scope)


def with_default(
    machine: "Machine", pattern: "Node", value: Value, scope: "Scope", store: Store
) -> Evaluation:
    fallback = pattern.the("right")
    value = yield defaulted(machine, fallback, value, scope)
    return (yield bind(machine, pattern.the("left"), value, scope, store))


def defaulted(machine: "Machine", fallback: "Node", value: Value, scope: "Scope") -> Evaluation:
    """The value, or that of `fallback` where it is undefined."""
    if isinstance(value, Undefined):
        return (yield evaluate(machine, fallback, scope))
    if isinstance(value, Unknown) and any(isinstance(v, Undefined) for v in value.either):
        other: Value = yield evaluate(machine, fallback, scope)
        known = [v for v in value.either if not isinstance(v, Undefined)]
        for alternative in known:
            other = join(alternative, other, value.at, value.reason)
        return other
    return value


def array(
    machine: "Machine", pattern: "Node", value: Value, scope: "Scope", store: Store
) -> Evaluation:
    items = machine.items_of(value, pattern)
    for index, element in enumerate(pattern.elements()):
        if element is None:
            continue
        if element.type == "rest_pattern":
            rest: Value = Array(items[index:])
            yield bind(machine, element.named[0], rest, scope, store)
        else:
            yield bind(machine, element, item(items, index), scope, store)
    return UNDEFINED


def item(items: list[Value], index: int) -> Value:
    """The item at `index`: known as long as no unknown number of items stands before it."""
    for value in items[: index + 1]:
        if isinstance(value, UnknownItems):
            return plainly(value)
    return items[index] if index < len(items) else UNDEFINED


def properties(
    machine: "Machine", pattern: "Node", value: Value, scope: "Scope", store: Store
) -> Evaluation:
    if value is None or isinstance(value, Undefined):
        machine.refuse(f"Cannot destructure {value!r}", pattern.span)
    taken: set[str] = set()
    for element in pattern.named:
        if element.type == "rest_pattern":
            yield bind(machine, element.named[0], rest_of(value, taken, element), scope, store)
            continue
        key: str | Unknown = yield from property_key(machine, element, scope)
        if isinstance(key, Unknown):
            part: Value = plainly(key)
        else:
            taken.add(key)
            part = yield machine.get(value, key, element.span)
        yield bind(machine, target_of(element), part, scope, store)
    return UNDEFINED


def property_key(machine: "Machine", element: "Node", scope: "Scope") -> Keys:
    key = element.field("key")
    if key is None:
        left = element.field("left")
        return (left or element).text
    return (yield from member_key(machine, key, scope))


def member_key(machine: "Machine", key: "Node", scope: "Scope") -> Keys:
    """The name that a key of an object literal, a class or a pattern stands for."""
    if key.type == "computed_property_name":
        value: Value = yield evaluate(machine, key.named[0], scope)
        return key_of(value)
    if key.type in ("string", "number"):
        value = yield evaluate(machine, key, scope)
        return key_of(value)
    return key.text


def target_of(element: "Node") -> "Node":
    if element.type == "pair_pattern":
        return element.the("value")
    return element


def rest_of(value: Value, taken: set[str], element: "Node") -> Value:
    if isinstance(value, Object):
        rest = {key: v for key, v in value.properties.items() if key not in taken}
        return Object(rest, open=value.open)
    if isinstance(value, Unknown):
        return plainly(value)
    return Unknown("the rest of this object is not followed", element.span)


def inner(
    machine: "Machine", pattern: "Node", value: Value, scope: "Scope", store: Store
) -> Outcome:
    return bind(machine, pattern.named[0], value, scope, store)


BINDERS: dict[str, Binder] = {
    "array_pattern": array,
    "object_pattern": properties,
    "assignment_pattern": with_default,
    "object_assignment_pattern": with_default,
    "parenthesized_expression": inner,
    "non_null_expression": inner,
    "as_expression": inner,
}

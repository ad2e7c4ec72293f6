"""Members: `object.name`, `object[key]`, and object literals."""

from typing import TYPE_CHECKING

from analyzers.javascript.convert import key_of, plainly
from analyzers.javascript.evaluation.chains import SHORT, Short, follow, link, stops, whole
from analyzers.javascript.evaluation.functions import make_function
from analyzers.javascript.evaluation.names import named
from analyzers.javascript.evaluation.patterns import member_key
from analyzers.javascript.table import evaluate, expression
from analyzers.javascript.values import (
    UNDEFINED,
    Accessor,
    Array,
    Class,
    Evaluation,
    Function,
    Host,
    Object,
    Outcome,
    Undefined,
    Unknown,
    Value,
)
from analyzers.source import Span
from analyzers.text import Text

if TYPE_CHECKING:
    from analyzers.javascript.machine import Machine
    from analyzers.javascript.scope import Scope
    from analyzers.javascript.syntax import Node


@expression("member_expression", "subscript_expression")
def member(machine: "Machine", node: "Node", scope: "Scope") -> Outcome:
    return whole(machine, node, scope)


@link("member_expression")
def member_link(machine: "Machine", node: "Node", scope: "Scope") -> Evaluation:
    holder = node.the("object")
    if holder.type == "super":
        return (yield super_member(machine, node.the("property").text, node, scope))
    owner: Value = yield follow(machine, holder, scope)
    if isinstance(owner, Short) or stops(node, owner):
        return SHORT
    return (yield read(machine, owner, node.the("property").text, node))


@link("subscript_expression")
def element_link(machine: "Machine", node: "Node", scope: "Scope") -> Evaluation:
    owner: Value = yield follow(machine, node.the("object"), scope)
    if isinstance(owner, Short) or stops(node, owner):
        return SHORT
    index: Value = yield evaluate(machine, node.the("index"), scope)
    key = key_of(index)
    if isinstance(key, Unknown):
        return (yield machine.get_any(owner, key, place_of(node)))
    return (yield read(machine, owner, key, node))


def read(machine: "Machine", owner: Value, key: str, node: "Node") -> Outcome:
    """The member of a chain's next link; `machine` remembers one that is missing."""
    if type(owner) is Object and key in owner.properties:
        found = owner.properties[key]
        if not isinstance(found, Accessor):
            return found
    if owner is None or isinstance(owner, Undefined):
        machine.missed(node.the("object"))
    value = machine.get(owner, key, place_of(node))
    if isinstance(value, Undefined) and isinstance(owner, Host) and owner.missing_is_slip:
        machine.miss(node, key)
    return value


def place_of(node: "Node") -> Span:
    """Where a link of a chain stands: from its name on; with a plain name before it, from there."""
    if node.kept is None:
        node.kept = link_place(node)
    place: Span = node.kept
    return place


def link_place(node: "Node") -> Span:
    holder = node.field("object") or node.field("function")
    if holder is not None and holder.type not in ("identifier", "this", "super"):
        own = node.field("property") or node.field("index")
        if own is not None:
            return Span(node.tree.path, own.start, node.end)
    return node.span


def super_member(machine: "Machine", key: str, node: "Node", scope: "Scope") -> Outcome:
    """A member of the class that the present method's class extends."""
    home = scope.frame.home
    parent = home.superclass if home is not None else None
    if isinstance(parent, Unknown):
        return plainly(parent)
    if not isinstance(parent, Class):
        return UNDEFINED
    if scope.frame.is_static:
        return machine.get(parent, key, node.span)
    return machine.get(Object(constructor=parent), key, node.span)


@expression("object")
def object_literal(machine: "Machine", node: "Node", scope: "Scope") -> Evaluation:
    made = Object()
    for child in node.named:
        yield OBJECT_PARTS.get(child.type, unknown_part)(machine, made, child, scope)
    return made


def pair(machine: "Machine", made: Object, node: "Node", scope: "Scope") -> Evaluation:
    key: str | Unknown = yield from member_key(machine, node.the("key"), scope)
    value: Value = yield evaluate(machine, node.the("value"), scope)
    if isinstance(key, Unknown):
        made.open = plainly(key)
    else:
        made.properties[key] = named(value, key)
    return UNDEFINED


def shorthand(machine: "Machine", made: Object, node: "Node", scope: "Scope") -> Evaluation:
    made.properties[node.text] = yield evaluate(machine, node, scope)
    return UNDEFINED


def spread(machine: "Machine", made: Object, node: "Node", scope: "Scope") -> Evaluation:
    value: Value = yield evaluate(machine, node.named[0], scope)
    yield copy_properties(machine, made, value, node.span)
    return UNDEFINED


def copy_properties(machine: "Machine", made: Object, value: Value, at: Span) -> Evaluation:
    """What `{...value}` and `Object.assign` copy."""
    if isinstance(value, Object):
        return (yield copy_object(machine, made, value, at))
    if isinstance(value, Array):
        for index, item in enumerate(value.items):
            machine.write(made.properties, str(index), item)
    elif isinstance(value, Text):
        for index in range(len(value)):
            machine.write(made.properties, str(index), value.slice(index, index + 1))
    elif isinstance(value, Unknown):
        overwrite(machine, made, plainly(value))
    elif isinstance(value, Host):
        overwrite(machine, made, Unknown("the members of this object are not followed", at))
    return UNDEFINED


def copy_object(machine: "Machine", made: Object, value: Object, at: Span) -> Evaluation:
    machine.loop.spend(len(value.properties) // 16)
    if value.open is not None:
        overwrite(machine, made, value.open)
    for key, own in list(value.properties.items()):
        copied: Value = own
        if isinstance(own, Accessor):
            copied = yield machine.get(value, key, at)
        machine.write(made.properties, key, copied)
    return UNDEFINED


def overwrite(machine: "Machine", made: Object, unknown: Unknown) -> None:
    """Properties of unknown names came in: any of those known so far may have changed."""
    for key in made.properties:
        machine.write(made.properties, key, unknown)
    made.open = unknown


def method(machine: "Machine", made: Object, node: "Node", scope: "Scope") -> Evaluation:
    key: str | Unknown = yield from member_key(machine, node.the("name"), scope)
    if isinstance(key, Unknown):
        made.open = plainly(key)
        return UNDEFINED
    function = make_function(node, scope, key)
    made.properties[key] = as_property(made.properties.get(key), function, node)
    return UNDEFINED


def as_property(known: Value, function: Function, node: "Node") -> Value:
    """A method as what it defines: itself, or one half of an accessor."""
    tokens = node.tokens
    if "get" not in tokens and "set" not in tokens:
        return function
    accessor = known if isinstance(known, Accessor) else Accessor()
    if "get" in tokens:
        accessor.getter = function
    else:
        accessor.setter = function
    return accessor


def unknown_part(machine: "Machine", made: Object, node: "Node", scope: "Scope") -> Evaluation:
    yield from ()
    made.open = machine.unresolved(node.span, "does not follow JavaScript's grammar")
    return UNDEFINED


OBJECT_PARTS = {
    "pair": pair,
    "shorthand_property_identifier": shorthand,
    "spread_element": spread,
    "method_definition": method,
}

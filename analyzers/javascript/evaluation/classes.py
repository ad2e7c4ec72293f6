"""Classes: static and instance members, inheritance, `super`."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from analyzers.javascript.completion import Steps
from analyzers.javascript.convert import plainly
from analyzers.javascript.evaluation.blocks import hoist, run_statements
from analyzers.javascript.evaluation.functions import call_function, make_function
from analyzers.javascript.evaluation.members import as_property
from analyzers.javascript.evaluation.patterns import member_key
from analyzers.javascript.scope import Frame, Scope
from analyzers.javascript.table import evaluate, expression, statement
from analyzers.javascript.values import (
    UNDEFINED,
    Class,
    Evaluation,
    Native,
    Object,
    Unknown,
    Value,
)
from analyzers.source import Span

if TYPE_CHECKING:
    from analyzers.javascript.machine import Machine
    from analyzers.javascript.syntax import Node

DEEPEST_INHERITANCE = 50
FIELDS = ("field_definition", "public_field_definition")


@statement("class_declaration", "abstract_class_declaration")
def class_declaration(machine: "Machine", node: "Node", scope: Scope) -> Steps:
    made: Value = yield make_class(machine, node, scope)
    name = node.field("name")
    if name is not None:
        scope.variables[name.text] = made
    return None


@expression("class", "class_declaration", "abstract_class_declaration")
def make_class(machine: "Machine", node: "Node", scope: Scope) -> Evaluation:
    name = node.field("name")
    made = Class(name.text if name is not None else "", node.span)
    parent: Value = yield heritage(machine, node, scope)
    made.superclass = parent if isinstance(parent, (Class, Native, Unknown)) else None
    inner = scope.block()
    if name is not None:
        inner.variables[name.text] = made
    body = node.the("body")
    for member in body.named:
        yield define(machine, made, member, inner)
    return made


def heritage(machine: "Machine", node: "Node", scope: Scope) -> Evaluation:
    clause = next((child for child in node.named if child.type == "class_heritage"), None)
    if clause is None:
        return None
    parent = clause.named[0]
    if parent.type == "extends_clause":
        parent = parent.the("value")
    elif parent.type == "implements_clause":
        return None
    value: Value = yield evaluate(machine, parent, scope)
    if isinstance(value, (Class, Native, Unknown)) or value is None:
        return value
    return Unknown("the class that it extends is not followed", parent.span)


def define(machine: "Machine", made: Class, member: "Node", scope: Scope) -> Evaluation:
    is_static = "static" in member.tokens
    if member.type == "method_definition":
        yield define_method(machine, made, member, scope, is_static)
    elif member.type in FIELDS:
        yield define_field(machine, made, member, scope, is_static)
    elif member.type == "class_static_block":
        yield static_block(machine, made, member, scope)
    return UNDEFINED


def define_method(
    machine: "Machine", made: Class, member: "Node", scope: Scope, is_static: bool
) -> Evaluation:
    key: str | Unknown = yield from member_key(machine, member.the("name"), scope)
    if isinstance(key, Unknown):
        return machine.unresolved(member.span, key.reason)
    function = make_function(member, scope, key)
    function.home, function.is_static = made, is_static
    if key == "constructor" and not is_static:
        made.constructor = function
    else:
        members = made.properties if is_static else made.methods
        members[key] = as_property(members.get(key), function, member)
    return UNDEFINED


def define_field(
    machine: "Machine", made: Class, member: "Node", scope: Scope, is_static: bool
) -> Evaluation:
    if "declare" in member.tokens:
        return UNDEFINED
    name = member.field("property") or member.the("name")
    key: str | Unknown = yield from member_key(machine, name, scope)
    initial = member.field("value")
    if isinstance(key, Unknown):
        return machine.unresolved(member.span, key.reason)
    name_known = key

    def initialise(machine: "Machine", owner: Object | Class) -> Evaluation:
        value: Value = UNDEFINED
        if initial is not None:
            value = yield evaluate(machine, initial, member_scope(scope, made, owner))
        machine.write(owner.properties, name_known, value)
        return UNDEFINED

    if is_static:
        yield initialise(machine, made)
    else:
        made.fields.append(initialise)
    return UNDEFINED


def member_scope(scope: Scope, home: Class, this: Value) -> Scope:
    frame = Frame(scope.frame.source, this, home=home, is_static=isinstance(this, Class))
    return Scope(scope, frame, is_function=True)


def static_block(machine: "Machine", made: Class, member: "Node", scope: Scope) -> Evaluation:
    body = member.the("body")
    inner = member_scope(scope, made, made)
    hoist(machine, body, inner)
    yield run_statements(machine, body.named, inner)
    return UNDEFINED


def construct_class(
    machine: "Machine", made: Class, arguments: Sequence[Value], at: Span
) -> Evaluation:
    """`new Class(…)`"""
    instance = Object(constructor=made)
    yield construct_into(machine, made, instance, arguments, at)
    return instance


def construct_into(
    machine: "Machine", made: Class, instance: Object, arguments: Sequence[Value], at: Span
) -> Evaluation:
    """Runs a class's constructor, or that of the class it extends, on a new object."""
    if made.constructor is None:
        yield construct_parent(machine, made, instance, arguments, at)
        yield initialise_fields(machine, made, instance)
        return UNDEFINED
    if made.superclass is None:
        yield initialise_fields(machine, made, instance)
    yield call_function(machine, made.constructor, arguments, at, instance, made)
    return UNDEFINED


def construct_parent(
    machine: "Machine", made: Class, instance: Object, arguments: Sequence[Value], at: Span
) -> Evaluation:
    parent = made.superclass
    if isinstance(parent, Class):
        yield construct_into(machine, parent, instance, arguments, at)
    elif isinstance(parent, Native):
        result: Value = yield (parent.construct or parent.call)(machine, arguments, at)
        if isinstance(result, Object):
            instance.properties.update(result.properties)
    elif isinstance(parent, Unknown):
        instance.open = plainly(parent)
    return UNDEFINED


def construct_super(
    machine: "Machine", frame: Frame, arguments: Sequence[Value], at: Span
) -> Evaluation:
    """`super(…)` in a constructor."""
    home, this = frame.home, frame.this
    if home is None or not isinstance(this, Object):
        return machine.unresolved(at, "calls `super` outside a constructor")
    yield construct_parent(machine, home, this, arguments, at)
    yield initialise_fields(machine, home, this)
    return UNDEFINED


def initialise_fields(machine: "Machine", made: Class, instance: Object) -> Evaluation:
    for initialise in made.fields:
        yield initialise(machine, instance)
    return UNDEFINED

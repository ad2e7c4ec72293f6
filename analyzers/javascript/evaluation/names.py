"""Declaring names and assigning to what may be assigned."""

from collections.abc import Generator
from typing import TYPE_CHECKING, Any, TypeAlias

from analyzers.javascript.convert import key_of
from analyzers.javascript.table import evaluate
from analyzers.javascript.values import (
    UNDEFINED,
    Class,
    Evaluation,
    Function,
    Outcome,
    Unknown,
    Value,
)

References: TypeAlias = Generator[Any, Any, "tuple[Value, str | Unknown]"]

if TYPE_CHECKING:
    from analyzers.javascript.machine import Machine
    from analyzers.javascript.scope import Scope
    from analyzers.javascript.syntax import Node


def declare(machine: "Machine", target: "Node", value: Value, scope: "Scope") -> Outcome:
    """Makes a new name in this very scope."""
    scope.variables[target.text] = value
    return UNDEFINED


def declare_constant(machine: "Machine", target: "Node", value: Value, scope: "Scope") -> Outcome:
    """Makes a new name that nothing can be assigned to later."""
    scope.constants = {*scope.constants, target.text}
    return declare(machine, target, value, scope)


def declare_var(machine: "Machine", target: "Node", value: Value, scope: "Scope") -> Outcome:
    """Gives a value to a name that `var` declared for the whole function."""
    machine.write(function_scope(scope).variables, target.text, value)
    return UNDEFINED


def assign(machine: "Machine", target: "Node", value: Value, scope: "Scope") -> Outcome:
    """Assigns to a name, a member or an element."""
    if target.type in ("member_expression", "subscript_expression"):
        return assign_member(machine, target, value, scope)
    return assign_name(machine, target, value, scope)


def assign_name(machine: "Machine", target: "Node", value: Value, scope: "Scope") -> Outcome:
    name = target.text
    holder = scope.holder(name)
    if holder is None:
        holder = outermost(scope)
    elif name in holder.constants:
        machine.refuse("Assignment to constant variable.", target.span)
    machine.write(holder.variables, name, value)
    return UNDEFINED


def assign_member(machine: "Machine", target: "Node", value: Value, scope: "Scope") -> Evaluation:
    owner, key = yield from reference(machine, target, scope)
    return (yield machine.put(owner, key, value, target))


def reference(machine: "Machine", target: "Node", scope: "Scope") -> References:
    """The object and the key that a member or an element is of."""
    owner: Value = yield evaluate(machine, target.the("object"), scope)
    if target.type == "member_expression":
        return owner, target.the("property").text
    index: Value = yield evaluate(machine, target.the("index"), scope)
    return owner, key_of(index)


def outermost(scope: "Scope") -> "Scope":
    while scope.parent is not None:
        scope = scope.parent
    return scope


def function_scope(scope: "Scope") -> "Scope":
    """The scope that `var` declares in: that of the function's parameters and body."""
    while not scope.is_function and scope.parent is not None:
        scope = scope.parent
    return scope


def named(value: Value, name: str) -> Value:
    """A function or class without a name takes that of what it is assigned to."""
    if isinstance(value, (Function, Class)) and not value.name:
        value.name = name
    return value

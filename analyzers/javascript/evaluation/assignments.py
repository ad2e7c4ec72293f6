"""Declarations and assignments."""

from typing import TYPE_CHECKING

from analyzers.javascript.completion import Steps
from analyzers.javascript.evaluation.names import (
    assign,
    assign_name,
    declare,
    declare_constant,
    declare_var,
    named,
    reference,
)
from analyzers.javascript.evaluation.operators import operate, short_circuits
from analyzers.javascript.evaluation.patterns import bind
from analyzers.javascript.table import evaluate, expression, statement
from analyzers.javascript.values import UNDEFINED, Evaluation, Unknown, Value

if TYPE_CHECKING:
    from analyzers.javascript.machine import Machine
    from analyzers.javascript.scope import Scope
    from analyzers.javascript.syntax import Node

MEMBERS = ("member_expression", "subscript_expression")
TRANSPARENT = ("non_null_expression", "as_expression", "parenthesized_expression")


@statement("lexical_declaration", "variable_declaration", "using_declaration")
def declaration(machine: "Machine", node: "Node", scope: "Scope") -> Steps:
    is_var = node.type == "variable_declaration"
    kind = node.field("kind")
    for declarator in node.named:
        if declarator.type != "variable_declarator":
            continue
        target, initial = declarator.the("name"), declarator.field("value")
        if initial is None and is_var:
            continue
        value: Value = UNDEFINED
        if initial is not None:
            value = yield evaluate(machine, initial, scope)
            value = named(value, target.text) if target.type == "identifier" else value
        if target.type == "identifier":
            machine.keep(value, target, initial)
        if is_var:
            yield bind(machine, target, value, scope, declare_var)
            continue
        is_constant = kind is not None and kind.type == "const"
        yield bind(machine, target, value, scope, declare_constant if is_constant else declare)
    return None


@expression("assignment_expression")
def assignment(machine: "Machine", node: "Node", scope: "Scope") -> Evaluation:
    target = bare(node.the("left"))
    right = node.the("right")
    if target.type in MEMBERS:
        owner, key = yield from reference(machine, target, scope)
        value: Value = yield evaluate(machine, right, scope)
        named(value, key if isinstance(key, str) else "")
        yield machine.put(owner, key, value, node)
        return value
    value = yield evaluate(machine, right, scope)
    if target.type == "identifier":
        named(value, target.text)
        yield assign_name(machine, target, value, scope)
    else:
        yield bind(machine, target, value, scope, assign)
    return value


def bare(target: "Node") -> "Node":
    """What an assignment assigns to, without TypeScript's assertions and parentheses."""
    while target.type in TRANSPARENT and target.named:
        target = target.named[0]
    return target


@expression("augmented_assignment_expression")
def augmented(machine: "Machine", node: "Node", scope: "Scope") -> Evaluation:
    target, sign = bare(node.the("left")), node.the("operator").type.removesuffix("=")
    owner: Value = UNDEFINED
    key: str | Unknown = ""
    if target.type in MEMBERS:
        owner, key = yield from reference(machine, target, scope)
        old: Value = yield machine.get_any(owner, key, target.span)
    else:
        old = yield evaluate(machine, target, scope)
    if sign in ("&&", "||", "??"):
        decided = short_circuits(sign, old)
        if decided is True:
            return old
        value: Value = yield evaluate(machine, node.the("right"), scope)
        value = value if decided is False else machine.joined(old, value, node)
    else:
        right: Value = yield evaluate(machine, node.the("right"), scope)
        value = yield operate(machine, sign, old, right, node)
    if target.type in MEMBERS:
        yield machine.put(owner, key, value, node)
    else:
        yield assign_name(machine, target, value, scope)
    return value


@expression("update_expression")
def update(machine: "Machine", node: "Node", scope: "Scope") -> Evaluation:
    target = bare(node.the("argument"))
    sign = node.the("operator").type[0]
    owner: Value = UNDEFINED
    key: str | Unknown = ""
    if target.type in MEMBERS:
        owner, key = yield from reference(machine, target, scope)
        old: Value = yield machine.get_any(owner, key, target.span)
    else:
        old = yield evaluate(machine, target, scope)
    number: Value = yield operate(machine, "-", old, 0, node)
    value: Value = yield operate(machine, sign, number, 1, node)
    if target.type in MEMBERS:
        yield machine.put(owner, key, value, node)
    else:
        yield assign_name(machine, target, value, scope)
    return value if node.raw.children[0].type in ("++", "--") else number

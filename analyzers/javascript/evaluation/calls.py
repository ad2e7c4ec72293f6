"""Calls and `new`."""

from collections.abc import Generator
from types import GeneratorType
from typing import TYPE_CHECKING, Any, TypeAlias

from analyzers.javascript.convert import key_of
from analyzers.javascript.evaluation.chains import SHORT, Short, follow, link, stops, whole
from analyzers.javascript.evaluation.classes import construct_super
from analyzers.javascript.evaluation.members import place_of, super_member
from analyzers.javascript.invoking import construct, invoke, invoke_method
from analyzers.javascript.table import evaluate, expression
from analyzers.javascript.values import (
    Evaluation,
    Outcome,
    Undefined,
    Unknown,
    Value,
)
from analyzers.source import Span

if TYPE_CHECKING:
    from analyzers.javascript.machine import Machine
    from analyzers.javascript.scope import Scope
    from analyzers.javascript.syntax import Node

Arguments: TypeAlias = Generator[Any, Any, "list[Value]"]

CHAINED = ("member_expression", "subscript_expression")
TRANSPARENT = ("parenthesized_expression", "non_null_expression", "as_expression")


@expression("call_expression")
def call(machine: "Machine", node: "Node", scope: "Scope") -> Outcome:
    return whole(machine, node, scope)


@link("call_expression")
def call_link(machine: "Machine", node: "Node", scope: "Scope") -> Outcome:
    callee = node.the("function")
    while callee.type in TRANSPARENT and callee.named:
        callee = callee.named[0]
    if node.the("arguments").type == "template_string":
        return tagged(machine, node, callee)
    if callee.type in CHAINED:
        return call_member(machine, node, callee, scope)
    if callee.type in SPECIAL_CALLS:
        return SPECIAL_CALLS[callee.type](machine, node, scope)
    return call_plain(machine, node, callee, scope)


def call_plain(machine: "Machine", node: "Node", callee: "Node", scope: "Scope") -> Evaluation:
    """A call of a function by its name, or of what an expression gives."""
    function: Value = yield follow(machine, callee, scope)
    if isinstance(function, Short) or stops(node, function):
        return SHORT
    arguments: list[Value] = yield from arguments_of(machine, node, scope)
    if function is None or isinstance(function, Undefined):
        machine.missed(callee)
    machine.here_node = node
    return (yield invoke(machine, function, arguments, call_place(node), callee=callee))


def call_member(machine: "Machine", node: "Node", callee: "Node", scope: "Scope") -> Evaluation:
    """A method call: the function sees the object as `this`.

    What is known at once isn't yielded, here and for arguments: it would cost a step of the loop.
    """
    holder = callee.the("object")
    if holder.type == "super":
        function: Value = yield super_member(machine, callee.the("property").text, callee, scope)
        given: list[Value] = yield from arguments_of(machine, node, scope)
        return (yield invoke(machine, function, given, node.span, scope.frame.this, callee))
    owner: Any = follow(machine, holder, scope)
    if type(owner) is GeneratorType:
        owner = yield owner
    if isinstance(owner, Short) or stops(callee, owner):
        return SHORT
    key: str | Unknown
    if callee.type == "member_expression":
        key = callee.the("property").text
    else:
        index: Value = yield evaluate(machine, callee.the("index"), scope)
        key = key_of(index)
    if owner is None or isinstance(owner, Undefined):
        machine.missed(holder)
    if node.tree.has_optional and node.field("optional_chain") is not None:
        member: Value = yield machine.get_any(owner, key, place_of(callee))
        if member is None or isinstance(member, Undefined):
            return SHORT
    arguments: list[Value] = yield from arguments_of(machine, node, scope)
    machine.here_node = node
    outcome: Any = invoke_method(machine, owner, key, arguments, node, callee)
    return (yield outcome) if type(outcome) is GeneratorType else outcome


def arguments_of(machine: "Machine", node: "Node", scope: "Scope") -> Arguments:
    listed = node.field("arguments")
    given: list[Value] = []
    if listed is None:
        return given
    for child in listed.named:
        if child.type == "spread_element":
            value: Value = yield evaluate(machine, child.named[0], scope)
            given.extend(machine.items_of(value, child))
        else:
            argument: Any = evaluate(machine, child, scope)
            given.append((yield argument) if type(argument) is GeneratorType else argument)
    return given


def call_place(node: "Node") -> Span:
    return node.span


def tagged(machine: "Machine", node: "Node", callee: "Node") -> Value:
    name = callee.text if len(callee.text) < 40 else "a function"
    return Unknown(f"what the template tag `{name}` makes of its text is not followed", node.span)


def import_call(machine: "Machine", node: "Node", scope: "Scope") -> Evaluation:
    given: list[Value] = yield from arguments_of(machine, node, scope)
    return (yield machine.import_later(given[0] if given else None, node.span, scope.frame.source))


def super_call(machine: "Machine", node: "Node", scope: "Scope") -> Evaluation:
    given: list[Value] = yield from arguments_of(machine, node, scope)
    return (yield construct_super(machine, scope.frame, given, node.span))


SPECIAL_CALLS = {"import": import_call, "super": super_call}


@expression("new_expression")
def new(machine: "Machine", node: "Node", scope: "Scope") -> Evaluation:
    function: Value = yield evaluate(machine, node.the("constructor"), scope)
    given: list[Value] = yield from arguments_of(machine, node, scope)
    return (yield construct(machine, function, given, node.span, node.the("constructor")))

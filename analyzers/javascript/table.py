"""The table of what evaluates each kind of syntax node: a new kind is one entry."""

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from analyzers.javascript.completion import Step, Steps
from analyzers.javascript.values import Outcome, Value

if TYPE_CHECKING:
    from analyzers.javascript.machine import Machine
    from analyzers.javascript.scope import Scope
    from analyzers.javascript.syntax import Node

Expression: TypeAlias = "Callable[[Machine, Node, Scope], Outcome]"
Statement: TypeAlias = "Callable[[Machine, Node, Scope], Step]"

EXPRESSIONS: dict[str, Expression] = {}
STATEMENTS: dict[str, Statement] = {}


def expression(*kinds: str) -> Callable[[Expression], Expression]:
    """Registers what evaluates nodes of these kinds to a value."""

    def register(handler: Expression) -> Expression:
        EXPRESSIONS.update(dict.fromkeys(kinds, handler))
        return handler

    return register


def statement(*kinds: str) -> Callable[[Statement], Statement]:
    """Registers what carries out statements of these kinds."""

    def register(handler: Statement) -> Statement:
        STATEMENTS.update(dict.fromkeys(kinds, handler))
        return handler

    return register


def evaluate(machine: "Machine", node: "Node", scope: "Scope") -> Outcome:
    """The value of an expression; yield it."""
    handler = EXPRESSIONS.get(node.type)
    if handler is None:
        return machine.unresolved(node.span, unknown_syntax(node))
    return handler(machine, node, scope)


def execute(machine: "Machine", node: "Node", scope: "Scope") -> Step:
    """Carries a statement out; yield it. An expression serves as a statement, too."""
    handler = STATEMENTS.get(node.type)
    if handler is not None:
        return handler(machine, node, scope)
    return as_statement(machine, node, scope)


def as_statement(machine: "Machine", node: "Node", scope: "Scope") -> Steps:
    value: Value = yield evaluate(machine, node, scope)
    machine.drop(value, node)
    return None


def unknown_syntax(node: "Node") -> str:
    if node.type == "ERROR":
        return "does not follow JavaScript's grammar"
    return f"uses `{node.type.replace('_', ' ')}`, which is not followed"

"""Blocks: statements in a row, and what a block declares before its first one."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from analyzers.javascript.completion import Completion, Steps
from analyzers.javascript.table import evaluate, execute, statement

if TYPE_CHECKING:
    from analyzers.javascript.machine import Machine
    from analyzers.javascript.scope import Scope
    from analyzers.javascript.syntax import Node

FUNCTIONS = frozenset(
    {
        "function_declaration",
        "generator_function_declaration",
        "function_expression",
        "generator_function",
        "arrow_function",
        "method_definition",
        "class_declaration",
        "class",
        "internal_module",
    }
)
HOISTED = ("function_declaration", "generator_function_declaration")


def run_statements(machine: "Machine", statements: Sequence["Node"], scope: "Scope") -> Steps:
    """Carries out statements in order, up to the first that leaves."""
    for node in statements:
        machine.here_node = node
        completion: Completion | None = yield execute(machine, node, scope)
        if completion is not None:
            return completion
    return None


@statement("statement_block")
def block(machine: "Machine", node: "Node", scope: "Scope") -> Steps:
    inner = scope.block()
    hoist(machine, node, inner)
    return run_statements(machine, node.named, inner)


@statement("expression_statement")
def expression_statement(machine: "Machine", node: "Node", scope: "Scope") -> Steps:
    if node.named:
        machine.drop((yield evaluate(machine, node.named[0], scope)), node.named[0])
    return None


def hoist(machine: "Machine", block: "Node", scope: "Scope") -> None:
    """Declares the functions of a block."""
    for node in block.named:
        declared = node
        if node.type == "export_statement":
            declared = node.field("declaration") or node
        if declared.type in HOISTED:
            declare(declared, scope)


def declare(function: "Node", scope: "Scope") -> None:
    from analyzers.javascript.evaluation.functions import make_function

    name = function.field("name")
    if name is not None:
        scope.variables[name.text] = make_function(function, scope)


def variables(body: "Node") -> Iterator[str]:
    """The names that `var` declares anywhere in a function."""
    if not body.tree.has_var:
        return
    for node in body.descendants(stop=FUNCTIONS):
        if node.type == "variable_declaration":
            for declarator in node.named:
                target = declarator.field("name")
                if target is not None:
                    yield from names_in(target)
        elif node.type == "for_in_statement" and "var" in node.tokens:
            yield from names_in(node.the("left"))


def names_in(pattern: "Node") -> Iterator[str]:
    if pattern.type in ("identifier", "shorthand_property_identifier_pattern"):
        yield pattern.text
        return
    for node in pattern.descendants():
        if node.type in ("identifier", "shorthand_property_identifier_pattern"):
            yield node.text

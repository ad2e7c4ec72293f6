"""TypeScript: types are erased; enums and namespaces are what they compile to."""

from typing import TYPE_CHECKING

from analyzers.javascript.completion import Step, Steps
from analyzers.javascript.convert import number_text
from analyzers.javascript.evaluation.blocks import hoist, run_statements
from analyzers.javascript.evaluation.chains import follow, link
from analyzers.javascript.evaluation.patterns import member_key
from analyzers.javascript.scope import Scope
from analyzers.javascript.table import evaluate, expression, statement
from analyzers.javascript.values import UNDEFINED, Evaluation, Object, Outcome, Unknown, Value
from analyzers.text import Text

if TYPE_CHECKING:
    from analyzers.javascript.machine import Machine
    from analyzers.javascript.syntax import Node


@expression("as_expression", "satisfies_expression", "instantiation_expression")
def erased(machine: "Machine", node: "Node", scope: Scope) -> Outcome:
    return evaluate(machine, node.named[0], scope)


@expression("type_assertion")
def assertion(machine: "Machine", node: "Node", scope: Scope) -> Outcome:
    return evaluate(machine, node.named[-1], scope)


@expression("non_null_expression")
def non_null(machine: "Machine", node: "Node", scope: Scope) -> Outcome:
    return evaluate(machine, node.named[0], scope)


@link("non_null_expression")
def non_null_link(machine: "Machine", node: "Node", scope: Scope) -> Evaluation:
    return (yield follow(machine, node.named[0], scope))


@statement(
    "type_alias_declaration",
    "interface_declaration",
    "ambient_declaration",
    "function_signature",
    "module",
)
def types_only(machine: "Machine", node: "Node", scope: Scope) -> Step:
    return None


@statement("enum_declaration")
def enum(machine: "Machine", node: "Node", scope: Scope) -> Steps:
    """An enum's members are names within it; numeric ones map back to their names."""
    made = Object()
    inner = scope.block()
    following: Value = 0
    for member in node.the("body").named:
        assigned = member.type == "enum_assignment"
        name_node = member.the("name") if assigned else member
        key: str | Unknown = yield from member_key(machine, name_node, scope)
        if isinstance(key, Unknown):
            made.open = key
            continue
        value: Value = following
        if assigned:
            value = yield evaluate(machine, member.the("value"), inner)
        made.properties[key] = inner.variables[key] = value
        following = UNDEFINED
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            made.properties[number_text(value)] = Text.written(key, name_node.span)
            following = value + 1
    scope.variables[node.the("name").text] = made
    return None


@expression("internal_module")
def namespace(machine: "Machine", node: "Node", scope: Scope) -> Evaluation:
    """A namespace is an object with what it exports; the grammar makes it an expression."""
    body = node.field("body")
    if body is None:
        return UNDEFINED
    made = Object()
    inner = Scope(scope, scope.frame, is_function=True)
    hoist(machine, body, inner)
    plain = [
        child.field("declaration") or child if child.type == "export_statement" else child
        for child in body.named
    ]
    yield run_statements(machine, plain, inner)
    made.properties.update(inner.variables)
    scope.variables[node.the("name").text] = made
    return UNDEFINED

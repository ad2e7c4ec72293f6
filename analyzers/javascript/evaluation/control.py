"""Labels, `break`, `continue`, and statements that do nothing."""

from typing import TYPE_CHECKING

from analyzers.javascript.completion import Completion, Step, Steps, Way
from analyzers.javascript.evaluation.exits import leads_here, leaves_here
from analyzers.javascript.table import execute, statement

if TYPE_CHECKING:
    from analyzers.javascript.machine import Machine
    from analyzers.javascript.scope import Scope
    from analyzers.javascript.syntax import Node

LOOPS = frozenset({"for_statement", "for_in_statement", "while_statement", "do_statement"})


@statement("break_statement")
def break_statement(machine: "Machine", node: "Node", scope: "Scope") -> Step:
    return Completion(Way.BREAK, node.span, label_of(node))


@statement("continue_statement")
def continue_statement(machine: "Machine", node: "Node", scope: "Scope") -> Step:
    return Completion(Way.CONTINUE, node.span, label_of(node))


def label_of(node: "Node") -> str | None:
    label = node.field("label")
    return None if label is None else label.text


@statement("labeled_statement")
def labeled(machine: "Machine", node: "Node", scope: "Scope") -> Steps:
    body, label = node.the("body"), node.the("label").text
    if body.type in LOOPS:
        machine.labels[body.start, body.end] = label
    known = len(scope.frame.exits)
    completion: Completion | None = yield execute(machine, body, scope)
    leaves_here(machine, scope.frame, known, Way.BREAK, node, label)
    own = completion is not None and completion.label == label
    if completion is not None and own and leads_here(completion, Way.BREAK, label):
        return None
    return completion


@statement(
    "empty_statement",
    "debugger_statement",
    "hash_bang_line",
    "comment",
)
def nothing(machine: "Machine", node: "Node", scope: "Scope") -> Step:
    return None


@statement("with_statement")
def with_statement(machine: "Machine", node: "Node", scope: "Scope") -> Step:
    machine.unresolved(node.span, "`with` statements are not followed")
    return None

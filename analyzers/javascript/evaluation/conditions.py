"""`if`, `?:` and `switch`: known conditions choose, unknown ones take every way."""

from collections.abc import Generator, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from analyzers.javascript.branches import branch, diverge
from analyzers.javascript.builtins.comparing import strictly_equal
from analyzers.javascript.completion import Completion, Step, Steps, Way
from analyzers.javascript.convert import truth
from analyzers.javascript.evaluation.blocks import hoist, run_statements
from analyzers.javascript.evaluation.exits import leaves_here
from analyzers.javascript.table import evaluate, execute, expression, statement
from analyzers.javascript.values import Evaluation, Unknown, Value

if TYPE_CHECKING:
    from analyzers.javascript.machine import Machine
    from analyzers.javascript.scope import Scope
    from analyzers.javascript.syntax import Node

Matches: TypeAlias = Generator[Any, Any, "int | Unknown | None"]


@statement("if_statement")
def if_statement(machine: "Machine", node: "Node", scope: "Scope") -> Steps:
    condition = node.the("condition")
    value: Value = yield evaluate(machine, condition, scope)
    decided = truth(value)
    machine.note_environment(value, condition)
    then, other = node.the("consequence"), node.field("alternative")
    if decided is True:
        return (yield execute(machine, then, scope))
    if decided is False:
        return None if other is None else (yield execute(machine, other, scope))
    ways = [carried_out(machine, then, scope), carried_out(machine, other, scope)]
    return (yield branch(machine, scope.frame, ways, condition.span, decided.reason))


def carried_out(machine: "Machine", node: "Node | None", scope: "Scope") -> Steps:
    return None if node is None else (yield execute(machine, node, scope))


@statement("else_clause")
def else_clause(machine: "Machine", node: "Node", scope: "Scope") -> Step:
    return execute(machine, node.named[0], scope) if node.named else None


@expression("ternary_expression")
def ternary(machine: "Machine", node: "Node", scope: "Scope") -> Evaluation:
    condition = node.the("condition")
    value: Value = yield evaluate(machine, condition, scope)
    decided = truth(value)
    machine.note_environment(value, condition)
    then, other = node.the("consequence"), node.the("alternative")
    if isinstance(decided, bool):
        return (yield evaluate(machine, then if decided else other, scope))
    ways = [evaluated(machine, then, scope), evaluated(machine, other, scope)]
    return (yield diverge(machine, ways, condition.span, decided.reason))


def evaluated(machine: "Machine", node: "Node", scope: "Scope") -> Evaluation:
    return (yield evaluate(machine, node, scope))


@statement("switch_statement")
def switch(machine: "Machine", node: "Node", scope: "Scope") -> Steps:
    value: Value = yield evaluate(machine, node.the("value"), scope)
    cases = [c for c in node.the("body").named if c.type in ("switch_case", "switch_default")]
    inner = scope.block()
    for case in cases:
        hoist(machine, case, inner)
    known = len(scope.frame.exits)
    start: int | Unknown | None = yield from matching(machine, cases, value, inner)
    machine.note_environment(value, node.the("value"))
    if isinstance(start, Unknown):
        ways = [run_cases(machine, cases[index:], inner) for index in range(len(cases))]
        if all(case.type != "switch_default" for case in cases):
            ways.append(run_cases(machine, [], inner))
        completion: Completion | None = yield branch(
            machine, scope.frame, ways, node.the("value").span, start.reason
        )
    else:
        completion = yield run_cases(machine, [] if start is None else cases[start:], inner)
    leaves_here(machine, scope.frame, known, Way.BREAK, node)
    return completion


def matching(machine: "Machine", cases: Sequence["Node"], value: Value, scope: "Scope") -> Matches:
    """The index of the case that `switch` begins with; None: of no case."""
    default: int | None = None
    for index, case in enumerate(cases):
        if case.type == "switch_default":
            default = index
            continue
        equal = strictly_equal(value, (yield evaluate(machine, case.the("value"), scope)))
        if isinstance(equal, Unknown):
            return equal
        if equal:
            return index
    return default


def run_cases(machine: "Machine", cases: Sequence["Node"], scope: "Scope") -> Steps:
    for case in cases:
        completion: Completion | None = yield run_statements(machine, case.fields("body"), scope)
        if completion is not None:
            leaves = completion.way is Way.BREAK and completion.label is None
            return None if leaves else completion
    return None

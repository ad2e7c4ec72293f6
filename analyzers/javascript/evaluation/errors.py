"""`throw` and `try`."""

from typing import TYPE_CHECKING

from analyzers.javascript.branches import Arm, note_exit, take_exits, tried
from analyzers.javascript.completion import Completion, Steps, Thrown, Way
from analyzers.javascript.evaluation.patterns import bind
from analyzers.javascript.table import evaluate, execute, statement
from analyzers.javascript.trail import join_states
from analyzers.javascript.values import UNDEFINED, Unknown, Value
from analyzers.knex.execution import Habit, Observation

if TYPE_CHECKING:
    from analyzers.javascript.machine import Machine
    from analyzers.javascript.scope import Scope
    from analyzers.javascript.syntax import Node

FAILURE = "whether a query fails is known only at run time"


@statement("throw_statement")
def throw(machine: "Machine", node: "Node", scope: "Scope") -> Steps:
    value: Value = UNDEFINED
    if node.named:
        value = yield evaluate(machine, node.named[0], scope)
    machine.handled += 1
    raise Thrown(value, node.span)


@statement("try_statement")
def try_statement(machine: "Machine", node: "Node", scope: "Scope") -> Steps:
    final = node.field("finalizer")
    try:
        completion: Completion | None = yield guarded(machine, node, scope)
    except Thrown:
        if final is not None:
            last: Completion | None = yield execute(machine, final.the("body"), scope)
            if last is not None:
                return last
        raise
    if final is not None:
        last = yield execute(machine, final.the("body"), scope)
        return last or completion
    return completion


def guarded(machine: "Machine", node: "Node", scope: "Scope") -> Steps:
    """The body of a `try` and, where it fails or may fail, its `catch`."""
    handler = node.field("handler")
    if handler is None:
        return (yield execute(machine, node.the("body"), scope))
    risks, known = machine.risks, len(scope.frame.exits)
    conditional = machine.loop.fiber.conditional
    try:
        completion: Completion | None = yield execute(machine, node.the("body"), scope)
    except Thrown as thrown:
        error = thrown.value
    else:
        if machine.risks > risks:
            thrown_before = take_exits(
                machine, scope.frame, known, lambda c: c.way is Way.THROW, node.span
            )
            yield possible_catch(machine, handler, thrown_before, scope)
            if len(scope.frame.exits) == known:
                machine.loop.fiber.conditional = conditional
        return completion
    return (yield caught(machine, handler, error, scope))


def possible_catch(
    machine: "Machine", handler: "Node", thrown: list[Completion], scope: "Scope"
) -> Steps:
    """What `catch` does where only a run tells whether it comes to it."""
    error: Value = thrown[0].value if len(thrown) == 1 else Unknown(FAILURE, handler.span)
    arm: Arm = yield tried(machine, caught(machine, handler, error, scope))
    if arm.thrown is None and arm.result is None:
        join_states(machine.loop.fiber.trail, [arm.state, {}], handler.span, FAILURE)
    else:
        note_exit(machine, scope.frame, arm)
    return None


def caught(machine: "Machine", handler: "Node", error: Value, scope: "Scope") -> Steps:
    """Runs a `catch`; one that neither throws, sends nor gives anything has swallowed the error."""
    inner = scope.block()
    parameter = handler.field("parameter")
    if parameter is not None:
        yield bind(machine, parameter, error, inner)
    handled = machine.handled
    completion: Completion | None = yield execute(machine, handler.the("body"), inner)
    gives = completion is not None and completion.value is not UNDEFINED
    if machine.handled == handled and not gives:
        machine.observe(Observation(Habit.SWALLOWED_ERROR, handler.span, "catch"))
    return completion

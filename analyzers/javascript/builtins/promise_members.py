"""`then`, `catch` and `finally` of promises and of all that can be awaited."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from analyzers.javascript.branches import Arm, tried
from analyzers.javascript.builtins.arguments import argument
from analyzers.javascript.completion import Thrown
from analyzers.javascript.loop import Frames
from analyzers.javascript.promises import Promise, State
from analyzers.javascript.trail import join, join_states
from analyzers.javascript.values import (
    UNDEFINED,
    Evaluation,
    Function,
    Native,
    Outcome,
    Thenable,
    Undefined,
    Unknown,
    Value,
    is_function,
)
from analyzers.knex.execution import Habit, Observation
from analyzers.source import Span

if TYPE_CHECKING:
    from analyzers.javascript.machine import Machine

FAILURE = "whether a query fails is known only at run time"


def then(machine: "Machine", value: Value, arguments: Sequence[Value], at: Span) -> Evaluation:
    """`value.then(fulfilled, rejected)`"""
    promise: Value = yield as_promise(machine, value, at)
    assert isinstance(promise, Promise)
    return chained(machine, promise, argument(arguments, 0), argument(arguments, 1), at)


def catch(machine: "Machine", value: Value, arguments: Sequence[Value], at: Span) -> Evaluation:
    return (yield then(machine, value, [UNDEFINED, argument(arguments, 0)], at))


def finally_(machine: "Machine", value: Value, arguments: Sequence[Value], at: Span) -> Evaluation:
    promise: Value = yield as_promise(machine, value, at)
    assert isinstance(promise, Promise)

    def reaction() -> Evaluation:
        result: Value = yield machine.call(argument(arguments, 0), [], at)
        yield machine.settled(result, at)
        return pass_on(promise)

    return after(machine, promise, reaction)


def as_promise(machine: "Machine", value: Value, at: Span) -> Outcome:
    return machine.loop.settle(value, at) if isinstance(value, Thenable) else value


def chained(
    machine: "Machine", promise: Promise, fulfilled: Value, rejected: Value, at: Span
) -> Promise:
    def reaction() -> Evaluation:
        if promise.state is State.REJECTED:
            if not callable_value(rejected):
                return pass_on(promise)
            return (yield caught(machine, rejected, promise.value, at))
        value = promise.value
        if callable_value(rejected) and promise.queries:
            value = yield possibly_caught(machine, rejected, value, at)
        if not callable_value(fulfilled):
            return value
        return (yield machine.call(fulfilled, [value], at))

    return after(machine, promise, reaction)


def after(machine: "Machine", promise: Promise, reaction: Callable[[], Evaluation]) -> Promise:
    """Runs `reaction` once the promise is settled, under the circumstances of now."""
    result = Promise()
    under = machine.loop.fiber.circumstances

    def job() -> None:
        result.queries = result.queries or promise.queries
        machine.loop.spawn_now(reaction(), result, under)

    promise.when_settled(machine.loop.enqueue, job)
    return result


def callable_value(value: Value) -> bool:
    return is_function(value) or isinstance(value, Unknown)


def pass_on(promise: Promise) -> Value:
    if promise.state is State.REJECTED:
        assert promise.at is not None
        raise Thrown(promise.value, promise.at)
    return promise.value


def caught(machine: "Machine", handler: Value, error: Value, at: Span) -> Evaluation:
    """Runs a handler of errors; one that does nothing about them has swallowed them."""
    handled = machine.handled
    result: Value = yield machine.call(handler, [error], at)
    result = yield machine.settled(result, at)
    quiet = isinstance(result, Undefined) or result is None
    if machine.handled == handled and quiet and isinstance(handler, (Function, Native)):
        machine.observe(Observation(Habit.SWALLOWED_ERROR, at, "catch"))
    return result


def possibly_caught(machine: "Machine", handler: Value, value: Value, at: Span) -> Frames:
    """What a handler does where only a run tells whether the query before it fails."""
    arm: Arm = yield tried(machine, caught(machine, handler, Unknown(FAILURE, at), at))
    join_states(machine.loop.fiber.trail, [arm.state, {}], at, FAILURE)
    return value if arm.thrown is not None else join(value, arm.result, at, FAILURE)


PROMISE_METHODS: "dict[str, Callable[[Machine, Value, Sequence[Value], Span], Outcome]]" = {
    "then": then,
    "catch": catch,
    "finally": finally_,
}

"""Conditions that only a run decides: every way is evaluated, what they agree on is kept."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from analyzers.javascript.completion import Completion, Exit, Steps, Thrown, Way
from analyzers.javascript.loop import Frames
from analyzers.javascript.trail import State, Trail, join, join_states
from analyzers.javascript.values import UNDEFINED, Unknown, Value
from analyzers.source import Span
from analyzers.struct import Struct

if TYPE_CHECKING:
    from analyzers.javascript.machine import Machine
    from analyzers.javascript.scope import Frame


class Arm(Struct):
    """How one way ended, and what it wrote."""

    result: Any
    thrown: Thrown | None
    state: State


def tried(machine: "Machine", evaluation: Frames, *, conditional: bool = True) -> Frames:
    """Evaluates one way and takes back what it wrote; gives its `Arm`."""
    fiber = machine.loop.fiber
    outer, before = fiber.trail, fiber.conditional
    fiber.trail = trail = Trail()
    fiber.conditional = before or conditional
    result: Any = UNDEFINED
    error: Thrown | None = None
    try:
        result = yield evaluation
    except Thrown as thrown:
        error = thrown
    finally:
        fiber.trail, fiber.conditional = outer, before
    return Arm(result, error, trail.undo())


def branch(
    machine: "Machine", frame: "Frame", ways: Sequence[Frames], at: Span, reason: str
) -> Steps:
    """Carries out statements of which only a run tells which ones are reached."""
    known = len(frame.exits)
    arms: list[Arm] = yield from every(machine, ways)
    through = [arm for arm in arms if arm.thrown is None and arm.result is None]
    leaving = [arm for arm in arms if arm.thrown is not None or arm.result is not None]
    if not through:
        return leave(machine, frame, leaving, at, reason)
    join_states(machine.loop.fiber.trail, [arm.state for arm in through], at, reason)
    for arm in leaving:
        note_exit(machine, frame, arm)
    if len(frame.exits) > known:
        machine.loop.fiber.conditional = True
    return None


def every(machine: "Machine", ways: Sequence[Frames]) -> Frames:
    """Evaluates each way from the same state; gives their arms."""
    arms: list[Arm] = []
    for way in ways:
        arm: Arm = yield tried(machine, way)
        arms.append(arm)
    return arms


def leave(machine: "Machine", frame: "Frame", arms: list[Arm], at: Span, reason: str) -> Completion:
    """No way goes on: the last one's end is the statement's, the others may have been it."""
    last = next((arm for arm in reversed(arms) if arm.thrown is None), arms[-1])
    for arm in arms:
        if arm is not last:
            note_exit(machine, frame, arm)
    join_states(machine.loop.fiber.trail, [last.state], at, reason)
    if last.thrown is not None:
        raise last.thrown
    completion: Completion = last.result
    return completion


def note_exit(machine: "Machine", frame: "Frame", arm: Arm) -> None:
    if arm.thrown is not None:
        machine.risks += 1
        completion = Completion(Way.THROW, arm.thrown.at, value=arm.thrown.value)
    else:
        completion = arm.result
    frame.exits.append(Exit(completion, arm.state))


def take_exits(
    machine: "Machine", frame: "Frame", since: int, wanted: Callable[[Completion], bool], at: Span
) -> list[Completion]:
    """Ends the exits after the first `since` that lead here: their states join the present."""
    here = [e for e in frame.exits[since:] if wanted(e.completion)]
    if here:
        frame.exits[since:] = [e for e in frame.exits[since:] if not wanted(e.completion)]
        reason = "it depends on a condition that only a run decides"
        join_states(machine.loop.fiber.trail, [*(e.state for e in here), {}], at, reason)
    return [e.completion for e in here]


def diverge(machine: "Machine", ways: Sequence[Frames], at: Span, reason: str) -> Frames:
    """The value of an expression of which only a run tells which part is evaluated."""
    arms: list[Arm] = yield from every(machine, ways)
    through = [arm for arm in arms if arm.thrown is None]
    if not through:
        assert arms[-1].thrown is not None
        raise arms[-1].thrown
    if len(through) < len(arms):
        machine.risks += 1
    join_states(machine.loop.fiber.trail, [arm.state for arm in through], at, reason)
    value: Value = through[0].result
    for arm in through[1:]:
        value = join(value, arm.result, at, reason)
    return value


def perhaps(machine: "Machine", evaluation: Frames, at: Span, reason: str) -> Frames:
    """What may or may not happen; gives its value, and what it writes may not have been written."""
    arm: Arm = yield tried(machine, evaluation)
    join_states(machine.loop.fiber.trail, [arm.state, {}], at, reason)
    if arm.thrown is not None:
        machine.risks += 1
        return Unknown(reason, at)
    value: Value = arm.result
    return value


def often(machine: "Machine", evaluation: Frames, at: Span, reason: str) -> Frames:
    """What happens an unknown number of times: once, for all, with `repeated` set."""
    fiber = machine.loop.fiber
    before, fiber.repeated = fiber.repeated, True
    try:
        arm: Arm = yield tried(machine, evaluation, conditional=False)
    finally:
        fiber.repeated = before
    join_states(machine.loop.fiber.trail, [arm.state, {}], at, reason)
    if arm.thrown is not None:
        machine.risks += 1
        return Unknown(reason, at)
    value: Value = arm.result
    return value

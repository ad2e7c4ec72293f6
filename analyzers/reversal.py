"""Whether `down` brings back what was there before `up`."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from itertools import chain, takewhile

from analyzers.postgres.difference import Compared, Difference, compare
from analyzers.postgres.schema import Schema
from analyzers.reversal_steps import LEAVES_THE_SCHEMA, counted, on_the_way, unmodelled
from analyzers.rules.context import AddedMigration, Replay, Step


class Verdict(Enum):
    """What can be said of the schema after `up` and `down`, beside the one before."""

    REVERSES = "the same as before"
    DIFFERS = "not the same as before"
    UNKNOWN = "not known"


@dataclass(frozen=True, slots=True)
class Reversal:
    """The verdict, with what differs, and why the rest isn't known.

    `refused`: the statement at which `down` surely fails. A `down` that fails or throws changes
    nothing where it runs in a transaction: the schema after `up` is then what is compared.
    """

    verdict: Verdict
    differences: tuple[Difference, ...] = ()
    reasons: tuple[str, ...] = ()
    refused: Step | None = None


def reversal(migration: AddedMigration) -> Reversal | None:
    """None: one of the two directions isn't there, or couldn't be analysed.

    Rows, comments, settings of sessions, owners and the order of columns are left aside.
    """
    up, down = migration.up, migration.down
    if up is None or down is None or "down" not in migration.exports:
        return None
    refused = next((step for step in down.steps if _surely_fails(step)), None)
    undone = migration.transaction and (refused is not None or down.execution.throws is not None)
    counting = () if undone else _until(down.steps, refused)
    reasons = tuple(
        dict.fromkeys(chain(_unsure("up", up), () if undone else _unsure("down", down)))
    )
    if reasons:
        return Reversal(Verdict.UNKNOWN, reasons=reasons, refused=refused)
    before = up.steps[0].schema if up.steps else up.after
    after = up.after if undone else refused.schema if refused else down.after
    compared = _compared(before, after, up, counting, complete=up.from_empty and down.from_empty)
    return _judged(compared, refused)


def _judged(compared: Compared, refused: Step | None) -> Reversal:
    doubts = tuple(f"{d.part.kind} {d.part.name}: {d.reason}" for d in compared.doubts)
    if compared.differences:
        return Reversal(Verdict.DIFFERS, compared.differences, doubts, refused)
    verdict = Verdict.UNKNOWN if doubts else Verdict.REVERSES
    return Reversal(verdict, reasons=doubts, refused=refused)


def _compared(
    before: Schema, after: Schema, up: Replay, down: tuple[Step, ...], *, complete: bool
) -> Compared:
    between = on_the_way(up, complete=complete or before.complete)
    compared = compare(before, after, between)
    more = counted((*up.steps, *down), before, after)
    return Compared((*compared.differences, *more.differences), (*compared.doubts, *more.doubts))


def _until(steps: tuple[Step, ...], refused: Step | None) -> tuple[Step, ...]:
    return tuple(takewhile(lambda step: step is not refused, steps))


def _surely_fails(step: Step) -> bool:
    conditional = step.statement.conditional or step.operation.conditional
    return step.effects.error is not None and not conditional


def _unsure(direction: str, replay: Replay) -> Iterator[str]:
    """Why it isn't known what a direction does to the schema."""
    for unresolved in replay.execution.unresolved:
        yield f"`{direction}` is not fully understood: {unresolved.reason}"
    if replay.problems:
        yield f"`{direction}` has SQL that doesn't parse"
    if direction == "up" and replay.execution.throws is not None:
        yield "`up` throws"
    for step in replay.steps:
        if direction == "up" and _surely_fails(step):
            yield "PostgreSQL refuses a statement of `up`"
        if isinstance(step.operation, LEAVES_THE_SCHEMA):
            continue
        if step.statement.conditional or step.operation.conditional:
            yield f"`{direction}` has a statement behind a condition that only a run decides"
        elif step.statement.repeated:
            yield f"`{direction}` has a statement in a loop of unknown length"
        reason = unmodelled(step)
        if reason is not None:
            yield f"`{direction}` has {reason}"

"""Whether `down` brings back what was there before `up`."""

from collections.abc import Iterator, Sequence
from enum import Enum
from itertools import chain, takewhile

from analyzers.postgres.difference import Compared, Difference, compare
from analyzers.postgres.effects import effects
from analyzers.postgres.replay import apply
from analyzers.postgres.schema import TEMPORARY, Schema
from analyzers.reversal_steps import (
    LEAVES_THE_SCHEMA,
    counted,
    drops_unknown,
    on_the_way,
    unmodelled,
)
from analyzers.rules.context import AddedMigration, Replay, Step
from analyzers.struct import Struct, replace
from analyzers.tables import named_tables

MOST_WORLDS = 64
CONDITION = "a statement is behind a condition that only a run decides"


class Verdict(Enum):
    """What can be said of the schema after `up` and `down`, beside the one before."""

    REVERSES = "the same as before"
    DIFFERS = "not the same as before"
    UNKNOWN = "not known"


class Refused(Struct, frozen=True):
    """The statement at which `down` surely fails, and PostgreSQL's error."""

    step: Step
    sqlstate: str
    message: str


class Reversal(Struct, frozen=True):
    """The verdict, with what differs, and why the rest isn't known.

    A `down` that fails or throws changes nothing where it runs in a transaction: the schema
    after `up` is then what is compared.
    """

    verdict: Verdict
    differences: tuple[Difference, ...] = ()
    reasons: tuple[str, ...] = ()
    refused: Refused | None = None


def reversal(migration: AddedMigration, major: int) -> Reversal | None:
    """None: one of the two directions isn't there, or couldn't be analysed.

    Rows, comments, settings of sessions, owners and the order of columns are left aside.
    """
    up, down = migration.up, migration.down
    if up is None or down is None or "down" not in migration.exports:
        return None
    complete = up.from_empty and not drops_unknown(up)
    refused = _refused(down, major, complete=complete)
    undone = migration.transaction and bool(refused or down.execution.throws)
    reasons = tuple(
        dict.fromkeys(chain(_unsure("up", up), () if undone else _unsure("down", down)))
    )
    if reasons:
        return Reversal(Verdict.UNKNOWN, reasons=reasons, refused=refused)
    steps = (*up.steps, *(() if undone else _until(down.steps, refused)))
    if any(_may_not_run(step) and _concerns(step) for step in steps):
        return replace(_in_every_world(up, steps, complete=complete), refused=refused)
    before = migration.before.schema if undone else migration.before.settled
    left = refused.step.schema if refused else down.after
    compared = _compared(up, steps, before, up.after if undone else left, complete=complete)
    return replace(_judged(compared), refused=refused)


def _judged(compared: Compared) -> Reversal:
    doubts = tuple(f"{d.part.kind} {d.part.name}: {d.reason}" for d in compared.doubts)
    if compared.differences:
        return Reversal(Verdict.DIFFERS, compared.differences, doubts)
    return Reversal(Verdict.UNKNOWN if doubts else Verdict.REVERSES, reasons=doubts)


def _compared(
    up: Replay, counting: Sequence[Step], before: Schema, after: Schema, *, complete: bool
) -> Compared:
    between = on_the_way(up, complete=complete or before.complete)
    compared = compare(before, after, between)
    more = counted(counting, before, after)
    return Compared((*compared.differences, *more), compared.doubts)


def _in_every_world(up: Replay, steps: Sequence[Step], *, complete: bool) -> Reversal:
    """The verdict that holds whatever the conditions turn out to be, if there is one."""
    before = steps[0].schema
    worlds = _worlds(steps) if complete or before.complete else ()
    judged = [
        _judged(_compared(up, counting, before, world, complete=complete))
        for world in worlds
        for counting in (steps, [step for step in steps if not _may_not_run(step)])
    ]
    if not judged:
        return Reversal(Verdict.UNKNOWN, reasons=(CONDITION,))
    first, *others = judged
    if all(one.verdict is Verdict.REVERSES for one in judged):
        return first
    common = tuple(d for d in first.differences if all(d in one.differences for one in others))
    verdict = Verdict.DIFFERS if common else Verdict.UNKNOWN
    return Reversal(verdict, common, reasons=(CONDITION,))


def _worlds(steps: Sequence[Step]) -> tuple[Schema, ...]:
    """Every schema that the steps may end in; none where there are too many."""
    worlds = [steps[0].schema]
    for step in steps:
        if not _concerns(step):
            continue
        operation = replace(step.operation, conditional=False)
        after = [apply(world, operation) for world in worlds]
        if _may_not_run(step):
            pairs = zip(worlds, after, strict=True)
            after = [*worlds, *(ran for world, ran in pairs if ran is not world)]
        worlds = after
        if len(worlds) > MOST_WORLDS:
            return ()
    return tuple(worlds)


def _may_not_run(step: Step) -> bool:
    return step.statement.conditional or step.operation.conditional


def _concerns(step: Step) -> bool:
    """Whether it changes what is compared: more than rows, settings and temporary tables."""
    operation = step.operation
    if isinstance(operation, LEAVES_THE_SCHEMA):
        return False
    names = [step.schema.full(name) for name in named_tables(operation)]
    return not (names and all(name.schema == TEMPORARY for name in names))


def _refused(down: Replay, major: int, *, complete: bool) -> Refused | None:
    """Where `down` surely fails. `complete`: what the history never made isn't there."""
    for step in down.steps:
        effect = step.effects
        if complete and not step.schema.complete:
            schema = replace(step.schema, complete=True)
            effect = effects(step.operation, schema, step.transaction, major)
        refusal = effect.refusal
        if refusal is not None and refusal.certain and not _may_not_run(step):
            return Refused(step, refusal.sqlstate, refusal.message)
    return None


def _until(steps: Sequence[Step], refused: Refused | None) -> tuple[Step, ...]:
    return tuple(takewhile(lambda step: refused is None or step is not refused.step, steps))


def _unsure(direction: str, replay: Replay) -> Iterator[str]:
    """Why it isn't known what a direction does to the schema."""
    for unresolved in replay.execution.unresolved:
        yield f"`{direction}` is not fully understood: {unresolved.reason}"
    if replay.problems:
        yield f"`{direction}` has SQL that doesn't parse"
    if direction == "up" and replay.execution.throws is not None:
        yield "`up` throws"
    for step in replay.steps:
        if direction == "up" and step.effects.error is not None and not _may_not_run(step):
            yield "PostgreSQL refuses a statement of `up`"
        if _concerns(step) and step.statement.repeated:
            yield f"`{direction}` has a statement in a loop of unknown length"
        reason = unmodelled(step)
        if reason is not None:
            yield f"`{direction}` has {reason}"

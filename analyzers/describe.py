"""What each statement of a migration does, in words that need no analyzer to be read."""

from collections.abc import Iterable, Iterator
from itertools import chain

from analyzers.confidential import hiding
from analyzers.knex.execution import Statement, Unresolved
from analyzers.postgres.effects import Effects
from analyzers.postgres.locks import LockMode
from analyzers.postgres.operations import Name, Opaque
from analyzers.postgres.schema import Schema
from analyzers.result import (
    LockReport,
    LossReport,
    MigrationReport,
    StatementReport,
    UnresolvedReport,
)
from analyzers.rules.context import AddedMigration, Replay, Sources, Step
from analyzers.source import Place

BATCH = "until the batch commits"
MIGRATION = "until the migration commits"
ROLLBACK = "until the rollback commits"
TRANSACTION = "until its transaction commits"
STATEMENT = "while it runs"


def until_when(in_transaction: Iterable[bool]) -> str:
    """How long locks are held of what is added together, by whether each runs in a transaction.

    Where one of them runs without, each of the others has one of its own.
    """
    return BATCH if all(in_transaction) else MIGRATION


def describe(migration: AddedMigration, until: str, *, brief: bool) -> MigrationReport:
    """The report of a migration. One that couldn't be analysed is incomplete and empty.

    In `brief`, without the statements of which is known what they do.
    """
    unresolved = tuple(
        UnresolvedReport(_place(migration.sources, item), item.reason)
        for replay in migration.replays()
        for item in replay.execution.unresolved
    )
    return MigrationReport(
        migration.path,
        complete=not unresolved and not migration.syntax_problems,
        unresolved=unresolved,
        up=_statements(migration.sources, migration.up, until, brief=brief),
        down=_statements(migration.sources, migration.down, ROLLBACK, brief=brief),
    )


def _statements(
    sources: Sources, replay: Replay | None, until: str, *, brief: bool
) -> tuple[StatementReport, ...]:
    if replay is None:
        return ()
    steps: dict[int, list[Step]] = {}
    for step in replay.steps:
        if not brief or isinstance(step.operation, Opaque):
            steps.setdefault(id(step.statement), []).append(step)
    return tuple(
        _statement(sources, statement, steps.get(id(statement), []), until)
        for statement in replay.execution.statements
        if not brief or id(statement) in steps
    )


def _statement(
    sources: Sources, statement: Statement, steps: list[Step], until: str
) -> StatementReport:
    effects = [step.effects for step in steps]
    refusal = next((effect.refusal for effect in effects if effect.error), None)
    return StatementReport(
        sql=hiding(tuple(file.text for file in sources.files.values()))(statement.sql.string),
        place=_place(sources, statement),
        in_transaction=statement.transaction is not None,
        conditional=statement.conditional,
        repeated=statement.repeated,
        locks=tuple(_locks(steps)),
        rewrites=_names(effect.rewrites for effect in effects),
        scans=_names(effect.scans for effect in effects),
        error=refusal.sqlstate if refusal else None,
        rebuilds=_names(effect.rebuilds for effect in effects),
        losses=tuple(_losses(effects)),
        until=_until(statement, steps, until),
        message=refusal.message if refusal else None,
        waits=any(effect.waits_for_writers for effect in effects),
        not_modelled=tuple(dict.fromkeys(_not_modelled(steps))),
        new=tuple(dict.fromkeys(_new(steps))),
    )


def _until(statement: Statement, steps: list[Step], until: str) -> str:
    """How long it holds its locks; a COMMIT in the SQL may have ended Knex's transaction."""
    if not steps or not steps[0].transaction.open:
        return STATEMENT
    if statement.transaction is None:
        return STATEMENT if len(steps) > 1 else TRANSACTION
    return TRANSACTION if statement.transaction else until


def _locks(steps: list[Step]) -> Iterator[LockReport]:
    """The strongest lock on each relation that others can see, in the order of first need."""
    strongest: dict[Name, LockMode] = {}
    others: set[Name] = set()
    for step in steps:
        for lock in step.effects.locks:
            known = strongest.get(lock.relation)
            if not lock.new and (known is None or known.rank < lock.mode.rank):
                strongest[lock.relation] = lock.mode
            if _is_no_table(step.schema, lock.relation):
                others.add(lock.relation)
    for relation, mode in strongest.items():
        yield LockReport(str(relation), mode.value, mode.whom, relation not in others)


def _losses(effects: Iterable[Effects]) -> Iterator[LossReport]:
    for loss in dict.fromkeys(chain.from_iterable(effect.losses for effect in effects)):
        yield LossReport(loss.kind.value, str(loss.table), loss.column)


def _new(steps: list[Step]) -> Iterator[str]:
    for step in steps:
        effects, schema = step.effects, step.schema
        named = (*effects.rewrites, *effects.scans, *effects.rebuilds)
        for relation in (*named, *(loss.table for loss in effects.losses)):
            table = schema.tables.get(relation) or schema.owner(relation)
            if table is not None and table.new:
                yield str(relation)


def _not_modelled(steps: list[Step]) -> Iterator[str]:
    for step in steps:
        if isinstance(step.operation, Opaque):
            reason = step.operation.reason
            yield f"{step.operation.kind} ({reason})" if reason else step.operation.kind


def _is_no_table(schema: Schema, name: Name) -> bool:
    return name in schema.sequences or name in schema.views or schema.owner(name) is not None


def _names(names: Iterable[tuple[Name, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(str(name) for name in chain.from_iterable(names)))


def _place(sources: Sources, item: Statement | Unresolved) -> Place:
    return sources.place(item.entry or item.span)

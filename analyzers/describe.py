"""What each statement of a migration does, in words that need no analyzer to be read."""

from collections.abc import Iterable, Iterator
from itertools import chain

from analyzers.knex.execution import Statement, Unresolved
from analyzers.postgres.locks import LockMode
from analyzers.postgres.operations import Name
from analyzers.postgres.schema import Schema
from analyzers.result import (
    LockReport,
    MigrationReport,
    StatementReport,
    UnresolvedReport,
)
from analyzers.rules.context import AddedMigration, Replay, Sources, Step
from analyzers.source import Place


def describe(migration: AddedMigration) -> MigrationReport:
    """The report of a migration. One that couldn't be analysed is incomplete and empty."""
    unresolved = tuple(
        UnresolvedReport(_place(migration.sources, item), item.reason)
        for replay in migration.replays()
        for item in replay.execution.unresolved
    )
    return MigrationReport(
        migration.path,
        complete=not unresolved and not migration.syntax_problems,
        unresolved=unresolved,
        up=_statements(migration.sources, migration.up),
        down=_statements(migration.sources, migration.down),
    )


def _statements(sources: Sources, replay: Replay | None) -> tuple[StatementReport, ...]:
    if replay is None:
        return ()
    steps: dict[int, list[Step]] = {}
    for step in replay.steps:
        steps.setdefault(id(step.statement), []).append(step)
    return tuple(
        _statement(sources, statement, steps.get(id(statement), []))
        for statement in replay.execution.statements
    )


def _statement(sources: Sources, statement: Statement, steps: list[Step]) -> StatementReport:
    effects = [step.effects for step in steps]
    return StatementReport(
        sql=statement.sql.string,
        place=_place(sources, statement),
        in_transaction=statement.transaction is not None,
        conditional=statement.conditional,
        repeated=statement.repeated,
        locks=tuple(_locks(steps)),
        rewrites=_names(effect.rewrites for effect in effects),
        scans=_names(effect.scans for effect in effects),
        error=next((effect.error for effect in effects if effect.error), None),
    )


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


def _is_no_table(schema: Schema, name: Name) -> bool:
    return name in schema.sequences or name in schema.views or schema.owner(name) is not None


def _names(names: Iterable[tuple[Name, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(str(name) for name in chain.from_iterable(names)))


def _place(sources: Sources, item: Statement | Unresolved) -> Place:
    return sources.place(item.entry or item.span)

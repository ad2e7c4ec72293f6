"""Locks that are waited for without end, and settings of `lock_timeout` that don't help."""

from collections.abc import Iterator, Mapping
from enum import Enum

from analyzers.postgres.effects import Lock
from analyzers.postgres.operations import DropObject, RenameObject, Scope, SetSetting
from analyzers.postgres.transaction import Setting
from analyzers.rules.context import AddedMigration, Context
from analyzers.rules.earlier import existing
from analyzers.rules.moments import of_migration
from analyzers.settings import Settings
from analyzers.struct import Struct

TIMEOUT = "lock_timeout"


class Flaw(Enum):
    """What is wrong with a SET of `lock_timeout`."""

    ELSEWHERE = "another connection"
    NO_TRANSACTION = "SET LOCAL without a transaction"
    TOO_LATE = "after the lock"
    LEAKS = "it outlives the migration"


class Ineffective(Struct, frozen=True):
    """A SET of `lock_timeout` at its moment. `waiting`: the lock that it comes too late for."""

    context: Context
    flaw: Flaw
    waiting: Context | None = None


def waits_without_end(context: Context) -> bool:
    """Whether it takes a lock that blocks others on an existing table, with no `lock_timeout`."""
    return context.step.transaction.lock_timeout is None and any(blocked(context))


def blocked(context: Context) -> Iterator[Lock]:
    """The locks that keep others waiting for tables they may know."""
    schema, operation = context.schema, context.step.operation
    if isinstance(operation, DropObject | RenameObject) and operation.table is None:
        return  # a view or sequence that the history doesn't know
    for lock in context.effects.blocking():
        other = lock.relation in schema.views or lock.relation in schema.sequences
        is_table = not other and schema.owner(lock.relation) is None
        if is_table and existing(context, lock.relation):
            yield lock


def ineffective(migration: AddedMigration, settings: Settings) -> Iterator[Ineffective]:
    """The SETs of `lock_timeout` in `up` that don't do what they are there for."""
    every = tuple(of_migration(migration, settings))
    lasting = _lasting(every)
    waiting: Context | None = None
    guarded = False
    for context in every:
        operation = context.step.operation
        if isinstance(operation, SetSetting):
            if operation.setting != TIMEOUT or not _waits(operation.value):
                continue
            flaw = _flaw(operation, context, lasting)
            if flaw in (None, Flaw.LEAKS) and waiting is not None and not guarded:
                yield Ineffective(context, Flaw.TOO_LATE, waiting)
            elif flaw is not None:
                yield Ineffective(context, flaw)
            guarded = guarded or flaw in (None, Flaw.LEAKS)
        elif waiting is None and not guarded and waits_without_end(context):
            waiting = context


def _flaw(
    operation: SetSetting, context: Context, lasting: Mapping[int | None, Setting | None]
) -> Flaw | None:
    number = context.statement.transaction
    if number is None and context.migration.transaction:
        return Flaw.ELSEWHERE
    if operation.scope is Scope.TRANSACTION:
        return None if context.step.transaction.open else Flaw.NO_TRANSACTION
    left = lasting[number]
    stays = left is not None and (left.at, left.value) == (operation.at, operation.value)
    return Flaw.LEAKS if stays else None


def _lasting(every: tuple[Context, ...]) -> dict[int | None, Setting | None]:
    """The `lock_timeout` that each transaction's session is left with."""
    last = {context.statement.transaction: context.step for context in every}
    return {
        number: step.transaction.advance(step.operation, step.effects).settings.get(TIMEOUT)
        for number, step in last.items()
    }


def _waits(value: str | None) -> bool:
    """Whether it is a time at all: zero and DEFAULT switch the timeout off."""
    return value is not None and value.strip().rstrip("abcdefghijklmnopqrstuvwxyz ") != "0"

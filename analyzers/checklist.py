"""What no rule can see, and a reviewer has to make sure of: chosen by what the migrations do."""

from collections.abc import Callable, Iterable, Iterator
from itertools import chain

from analyzers.postgres.operations import (
    AddEnumValue,
    CreateIndex,
    CreateObject,
    Delete,
    DropColumn,
    DropIndex,
    DropObject,
    DropTable,
    Grant,
    Insert,
    Merge,
    MoveObject,
    Name,
    ObjectKind,
    RenameColumn,
    RenameEnumValue,
    RenameObject,
    RenameTable,
    Update,
)
from analyzers.rules.context import AddedMigration, Step
from analyzers.sentences import listed, short
from analyzers.struct import Struct

_ROWS = (Update, Delete, Insert, Merge)
_GONE = (DropTable, DropColumn, RenameTable, RenameColumn, MoveObject, RenameObject)
_ACCESS = (ObjectKind.POLICY, ObjectKind.ROLE)


class Item(Struct, frozen=True):
    """One thing to make sure of. `sentence` takes the names of what it concerns."""

    concerned: Callable[[Step], Iterable[str]]
    sentence: str


def checklist(added: Iterable[AddedMigration]) -> tuple[str, ...]:
    """Sentences in which `backticks` mark code; none where the migrations ask for nothing."""
    migrations = tuple(added)
    steps = [step for one in migrations if one.up is not None for step in one.up.steps]
    told = [_told(item, steps) for item in ITEMS]
    unknown = [one.name for one in migrations if not _understood(one)]
    halves = [one.name for one in migrations if _may_stop_halfway(one)]
    if halves:
        told.append(f"What to do when {_code(halves)} fails half-way is written down.")
    if unknown:
        told.append(f"Somebody has read what could not be understood of {_code(unknown)}.")
    return tuple(filter(None, told))


def _told(item: Item, steps: Iterable[Step]) -> str:
    names = dict.fromkeys(chain.from_iterable(map(item.concerned, steps)))
    return item.sentence.format(_code(names)) if names else ""


def _code(names: Iterable[str]) -> str:
    return listed(f"`{name}`" for name in names)


def _lost(step: Step) -> Iterator[str]:
    for loss in step.effects.losses:
        if not _is_new(step, loss.table):
            column = "" if loss.column is None else f".{loss.column}"
            yield f"{short(str(loss.table))}{column}"


def _changed_for_good(step: Step) -> Iterator[str]:
    """Values that an UPDATE or DELETE replaces are lost as those of a dropped column are."""
    yield from _lost(step)
    if isinstance(step.operation, Update | Delete) and not _is_new(step, step.operation.table):
        yield short(str(step.schema.full(step.operation.table)))


def _long(step: Step) -> Iterator[str]:
    found = (*step.effects.rewrites, *step.effects.scans)
    yield from (short(str(name)) for name in found if not _is_new(step, name))


def _risky(step: Step) -> Iterator[str]:
    """What others wait for while something takes long under the lock."""
    held = [lock for lock in step.effects.blocking() if not _is_new(step, lock.relation)]
    if held and any(True for _ in _long(step)):
        yield from (short(str(lock.relation)) for lock in held)


def _still_used(step: Step) -> Iterator[str]:
    operation = step.operation
    if not isinstance(operation, _GONE):
        return
    if isinstance(operation, DropTable | RenameTable | DropColumn | RenameColumn):
        if _is_new(step, step.schema.full(operation.table)):
            return
        column = getattr(operation, "column", None)
        yield f"{short(str(operation.table))}.{column}" if column else short(str(operation.table))
    else:
        yield short(str(operation.name))


def _filled(step: Step) -> Iterator[str]:
    operation = step.operation
    if not isinstance(operation, _ROWS) or _is_new(step, step.schema.full(operation.table)):
        return
    if not (isinstance(operation, Insert) and operation.listed):
        yield short(str(step.schema.full(operation.table)))


def _extensions(step: Step) -> Iterator[str]:
    operation = step.operation
    if not isinstance(operation, CreateObject) or operation.kind is not ObjectKind.EXTENSION:
        return
    if operation.name.name not in step.schema.extensions:
        yield operation.name.name


def _concurrent(step: Step) -> Iterator[str]:
    operation = step.operation
    if isinstance(operation, CreateIndex) and operation.concurrently and operation.name:
        yield operation.name
    if isinstance(operation, DropIndex) and operation.concurrently:
        yield operation.index.name


def _access(step: Step) -> Iterator[str]:
    operation = step.operation
    if isinstance(operation, Grant):
        yield from (short(str(step.schema.full(table))) for table in operation.tables)
    if isinstance(operation, CreateObject | DropObject) and operation.kind in _ACCESS:
        yield short(str(operation.table or operation.name))


def _enums(step: Step) -> Iterator[str]:
    if isinstance(step.operation, AddEnumValue | RenameEnumValue):
        yield short(str(step.operation.type))


ITEMS = (
    Item(
        _changed_for_good,
        "A backup of {} is there, and restoring from it has been tried: what is dropped or "
        "overwritten here doesn't come back by `down`.",
    ),
    Item(
        _still_used,
        "Nothing uses {} any more: no running version, no job, report or replica.",
    ),
    Item(
        _long,
        "It has run on a copy of production: how long reading or rewriting {} takes is known.",
    ),
    Item(
        _risky,
        "Somebody by name watches it run, at a quiet time, and may cancel it: others wait for {}.",
    ),
    Item(
        _filled,
        "How many rows of {} it changes is known, and replicas, disk and vacuum can take it.",
    ),
    Item(
        _extensions,
        "The server has {} (`pg_available_extensions`), and the role that migrates may create it.",
    ),
    Item(
        _concurrent,
        "Should it fail, somebody looks for {} as an invalid index before it runs again.",
    ),
    Item(
        _access,
        "The application's own role has been tried against the new privileges and policies of {}.",
    ),
    Item(_enums, "Every running version can read the new values of {}."),
)


def _is_new(step: Step, name: Name) -> bool:
    table = step.schema.table(name)
    return table is not None and table.new


def _understood(migration: AddedMigration) -> bool:
    unknown = any(execution.unresolved for execution in migration.executions())
    return not unknown and not migration.syntax_problems


def _may_stop_halfway(migration: AddedMigration) -> bool:
    statements = migration.up.execution.statements if migration.up is not None else ()
    return sum(one.transaction is None for one in statements) > 1

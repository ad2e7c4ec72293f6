"""Which statements cannot be run a second time, and what happens then."""

from collections.abc import Hashable, Iterator

from analyzers.postgres.operations import (
    AddColumn,
    AddConstraint,
    AddEnumValue,
    AttachPartition,
    Copy,
    CreateIndex,
    CreateObject,
    CreateTable,
    DetachPartition,
    DropColumn,
    DropConstraint,
    DropIndex,
    DropObject,
    DropTable,
    Insert,
    MoveObject,
    Name,
    Operation,
    RenameColumn,
    RenameConstraint,
    RenameEnumValue,
    RenameIndex,
    RenameObject,
    RenameTable,
    Select,
    SetGenerated,
    Update,
)
from analyzers.rules.context import Context

FAILS = "fails on it"
TWICE = "does it twice"

_MAKING = CreateTable | CreateIndex | CreateObject | AddColumn | AddEnumValue
_DROPPING = DropTable | DropColumn | DropIndex | DropConstraint | DropObject
_ALWAYS = (
    RenameTable | RenameColumn | RenameConstraint | RenameIndex | RenameObject | RenameEnumValue
    | MoveObject | AttachPartition | DetachPartition | AddConstraint
)  # fmt: skip


def once_only(context: Context, every: tuple[Context, ...]) -> str | None:
    """What a second run does where the first has done this; None where it goes well.

    `every`: the whole migration, whose earlier statements may clear the way.
    """
    operation = context.step.operation
    if context.statement.conditional or operation.conditional:
        return None
    again = _again(operation)
    cleared = again == FAILS and (_is_cleared(context, every) or _is_asked_for(context, every))
    return None if cleared else again


def _again(operation: Operation) -> str | None:
    if _is_added_again(operation):
        return TWICE
    return FAILS if _is_refused(operation) else None


def _is_added_again(operation: Operation) -> bool:
    match operation:
        case Insert():
            return not operation.guarded and not _looks_first(operation)
        case Copy():
            return operation.writes
        case Update():
            return not operation.reads.isdisjoint(operation.columns)
    return False


def _is_refused(operation: Operation) -> bool:
    if isinstance(operation, _MAKING):
        replaces = isinstance(operation, CreateObject) and operation.or_replace
        return not operation.if_not_exists and not replaces
    if isinstance(operation, _DROPPING):
        return not operation.if_exists
    if isinstance(operation, SetGenerated):
        return operation.add
    return isinstance(operation, _ALWAYS)


def _looks_first(operation: Insert) -> bool:
    """INSERT … SELECT … WHERE NOT EXISTS (SELECT … FROM the same table)."""
    return operation.where is not None and operation.table in operation.where.tables


def _is_cleared(context: Context, every: tuple[Context, ...]) -> bool:
    """Whether an earlier DROP … IF EXISTS takes away what is made here."""
    made = _made(context.step.operation)
    dropped = (_dropped(earlier.step.operation) for earlier in _before(context, every))
    return made is not None and made in dropped


def _made(operation: Operation) -> Hashable:
    match operation:
        case CreateTable(table=table):
            return table
        case CreateIndex(name=str(name), table=table):
            return "index", Name(name, table.schema)
        case CreateObject(kind=kind, name=name):
            return kind, name
        case AddColumn(table=table, column=column):
            return table, column.name
        case AddConstraint(table=table, constraint=constraint):
            return "constraint", table, constraint.name
    return None


def _dropped(operation: Operation) -> Hashable:
    if not isinstance(operation, _DROPPING) or not operation.if_exists:
        return None
    match operation:
        case DropTable(table=table):
            return table
        case DropIndex(index=index):
            return "index", index
        case DropObject(kind=kind, name=name):
            return kind, name
        case DropColumn(table=table, column=column):
            return table, column
        case DropConstraint(table=table, constraint=name):
            return "constraint", table, name


def _is_asked_for(context: Context, every: tuple[Context, ...]) -> bool:
    """Whether the migration asks the catalogue before (`hasTable`, `hasColumn`)."""
    table = getattr(context.step.operation, "table", None)
    asked = (earlier.step.operation for earlier in _before(context, every))
    return isinstance(table, Name) and any(
        isinstance(one, Select) and table.name in one.literals for one in asked
    )


def _before(context: Context, every: tuple[Context, ...]) -> Iterator[Context]:
    for earlier in every:
        if earlier.step is context.step:
            return
        yield earlier

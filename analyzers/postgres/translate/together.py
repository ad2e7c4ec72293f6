"""What the commands of one ALTER TABLE are to each other: their order, and what it changes."""

from collections.abc import Iterator, Mapping, Sequence

from analyzers.postgres.operations import (
    AddColumn,
    AddConstraint,
    AlterColumnType,
    ChangeTable,
    ConstraintKind,
    DropColumn,
    DropConstraint,
    DropDefault,
    DropGenerated,
    DropNotNull,
    Operation,
    SetDefault,
    SetGenerated,
    SetNotNull,
    TableChange,
    ValidateConstraint,
)
from analyzers.struct import replace


def together(found: Sequence[Operation]) -> Iterator[Operation]:
    """The commands in the order in which PostgreSQL does them."""
    retyped: set[str] = set()
    dropped = {each.column for each in found if isinstance(each, DropColumn)}
    freed = {each.column for each in found if isinstance(each, DropNotNull)}
    keys = [each for each in found if _is_primary_key(each)]
    switched = [each for each in found if _is_switch(each)]
    strong = not all(map(_is_mild, found))
    for operation in sorted(found, key=_turn):
        one = operation
        if strong and (len(found) > 1 or isinstance(one, ChangeTable)):
            one = replace(one, beside=True)
        if isinstance(one, ChangeTable):
            guarded = not strong and any(map(_is_guarding, found))
            one = replace(one, guarded=guarded, again=operation in switched[1:])
        if isinstance(one, AddConstraint):
            one = replace(one, again=operation in keys[1:], repeated=_repeats(one, found))
        if isinstance(one, SetNotNull):
            one = replace(one, again=one.column in freed)
        if isinstance(one, DropNotNull | DropDefault | DropGenerated):
            one = replace(one, dropped=one.column in dropped)
        if isinstance(one, AlterColumnType):
            one = replace(one, again=one.column in retyped, dropped=one.column in dropped)
            retyped.add(one.column)
        yield one


def _turn(operation: Operation) -> int:
    """Foreign keys come after the keys that they may point at."""
    if isinstance(operation, AddConstraint) and operation.constraint.reference is not None:
        return len(_PASSES)
    return _PASSES.get(type(operation), len(_PASSES))


def _repeats(operation: AddConstraint, found: Sequence[Operation]) -> bool:
    """Whether a UNIQUE is of the same columns as a primary key beside it, or a UNIQUE before it."""
    if operation.constraint.kind is not ConstraintKind.UNIQUE or len(found) == 1:
        return False
    before = found[: next((n for n, each in enumerate(found) if each.at == operation.at), 0)]
    others = [each for each in found if _is_primary_key(each)]
    others += [each for each in before if isinstance(each, AddConstraint)]
    return any(_same_key(operation, other) for other in others if isinstance(other, AddConstraint))


def _same_key(one: AddConstraint, other: AddConstraint) -> bool:
    own, theirs = one.constraint, other.constraint
    keys = (ConstraintKind.PRIMARY_KEY, ConstraintKind.UNIQUE)
    return (
        theirs.kind in keys
        and own.using_index is theirs.using_index is None
        and (own.columns, own.includes) == (theirs.columns, theirs.includes)
        and own.deferrable is theirs.deferrable
    )


def _is_primary_key(operation: Operation) -> bool:
    added = operation.constraint if isinstance(operation, AddConstraint) else None
    return added is not None and added.kind is ConstraintKind.PRIMARY_KEY


def _is_switch(operation: Operation) -> bool:
    persistence = (TableChange.LOGGED, TableChange.UNLOGGED)
    return isinstance(operation, ChangeTable) and operation.change in persistence


def _is_mild(operation: Operation) -> bool:
    """Whether a command does without ACCESS EXCLUSIVE."""
    match operation:
        case AddConstraint():
            return operation.constraint.kind is ConstraintKind.FOREIGN_KEY
        case ChangeTable():
            return operation.change in _MILD
    return isinstance(operation, ValidateConstraint)


def _is_guarding(operation: Operation) -> bool:
    """Whether a mild command takes SHARE ROW EXCLUSIVE."""
    if isinstance(operation, ChangeTable):
        return operation.change in _GUARDING
    return isinstance(operation, AddConstraint)


_GUARDING = frozenset({TableChange.ENABLE_TRIGGER, TableChange.DISABLE_TRIGGER})
_MILD = _GUARDING | frozenset({
    TableChange.STORAGE_PARAMETERS, TableChange.STATISTICS, TableChange.COLUMN_OPTIONS,
    TableChange.CLUSTER_ON, TableChange.WITHOUT_CLUSTER,
})  # fmt: skip

# PostgreSQL drops first and adds last, whatever comes first in the statement: AlterTablePass of
# https://github.com/postgres/postgres/blob/master/src/backend/commands/tablecmds.c
_PASSES: Mapping[type[Operation], int] = {
    DropColumn: 0,
    DropConstraint: 0,
    DropNotNull: 0,
    DropDefault: 0,
    DropGenerated: 0,
    AlterColumnType: 1,
    AddColumn: 2,
    SetNotNull: 3,
    SetGenerated: 3,
    SetDefault: 3,
    AddConstraint: 4,
}

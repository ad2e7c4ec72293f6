"""What ADD COLUMN does."""

from collections.abc import Iterator

from analyzers.postgres.effect import Effects
from analyzers.postgres.effects.columns import (
    alter_only,
    altered,
    called,
    no_such_column,
    rewritten,
)
from analyzers.postgres.effects.constraint_names import clashing
from analyzers.postgres.effects.constraints import add as add_constraint
from analyzers.postgres.effects.conversions import is_checked_domain
from analyzers.postgres.effects.foreign_keys import mismatched
from analyzers.postgres.effects.inheritance import (
    not_alone,
)
from analyzers.postgres.effects.known_types import (
    SERIAL,
    defined,
    stored_type,
    unknown_type,
    unordered,
)
from analyzers.postgres.effects.question import (
    Answers,
    Question,
    possible,
    refused,
)
from analyzers.postgres.effects.volatility import volatility
from analyzers.postgres.locks import LockMode
from analyzers.postgres.operations import (
    COMPUTED,
    AddColumn,
    AddConstraint,
    Column,
    ConstraintKind,
    Volatility,
)
from analyzers.postgres.schema import Rows, Table, TableColumn
from analyzers.struct import replace

_AE = LockMode.ACCESS_EXCLUSIVE


_SRE = LockMode.SHARE_ROW_EXCLUSIVE


def _altered(question: Question[AddColumn], table: Table, column: Column) -> Effects:
    """Below an heir that has such a column already nothing changes, but for checks."""
    if table.has_column(column.name) is True:
        return altered(question, table)
    getting = list(_getting(question, table, column.name))
    above = () if question.operation.alone else getting
    heirs = (heir for member in above for heir in question.schema.partitions(member.name))
    having = [heir for heir in heirs if heir.column(column.name) is not None]
    found = Effects()
    for own in (heir.column(column.name) for heir in having):
        if own is not None and own.type not in (None, stored_type(column.type)):
            found = found.also(refused("42804", f'a child table has another type for "{own.name}"'))
    checked = any(c.kind is ConstraintKind.CHECK for c in column.constraints)
    reached = question.family(table) if checked else (*getting, *having)
    locks = question.locks((member.name for member in reached), LockMode.ACCESS_EXCLUSIVE)
    return replace(alter_only(question, table), locks=locks).also(found)


def _getting(question: Question[AddColumn], table: Table, column: str) -> Iterator[Table]:
    """The table and those below it that have no such column yet."""
    waiting = [table]
    for member in waiting:
        yield member
        if not question.operation.alone:
            heirs = question.schema.partitions(member.name)
            waiting += [heir for heir in heirs if heir.column(column) is None]


def _add(question: Question[AddColumn]) -> Effects:
    operation = question.operation
    table, column = question.table(operation.table), operation.column
    found = _altered(question, table, column)
    if question.major < _READ_LATER:
        found = found.also(*_read_first(question, table, column))
    if table.partition_of is not None:
        found = found.also(refused("42809", "cannot add column to a partition"))
    if operation.if_not_exists and table.has_column(column.name) is True:
        there = found if found.error is not None else alter_only(question, table)
        return there.also(*_constrained_again(question, table, column))
    found = found.also(not_alone(question, table, "adding a column"))
    shared = table.partition_by is not None and question.major >= 17
    has_children = any(question.schema.partitions(table.name))
    if column.generated == "identity" and has_children and not shared:
        message = "cannot recursively add identity column to table that has child tables"
        found = found.also(refused("42P16", message))
    if table.has_column(column.name) is True:
        message = f'column "{column.name}" of relation "{table.name}" already exists'
        return found.also(refused("42701", message))
    if table.has_column(column.name) is None and not operation.if_not_exists:
        found = found.also(possible(("42701", f'there may be a column "{column.name}"')))
    found = found.also(unknown_type(column.type, question.schema))
    if column.expression is not None:
        read = sorted(column.expression.columns - {column.name})
        found = found.also(*(no_such_column(table, name) for name in read))
        found = found.also(*_computed_from(table, read))
    found = found.also(*_virtual(question, column), *_values(question, table, column))
    if column.constraints:
        found = found.also(*clashing(question, table, column.constraints))
    for kind in [constraint.kind for constraint in column.constraints if constraint.enforced]:
        found = found.also(_constrained(question, table, kind))
    return found.also(*_references(question, table, column))


def _virtual(question: Question[AddColumn], column: Column) -> Iterator[Effects]:
    if column.generated != "virtual":
        return
    if defined(column.type, question.schema) is not None:
        message = f'virtual generated column "{column.name}" cannot have a user-defined type'
        yield refused("0A000", message)
    yield possible(("0A000", "it takes no type or function of one's own"))


# Measured: before, all commands of a statement are understood before any of them is done.
_READ_LATER = 13


def _read_first(question: Question[AddColumn], table: Table, column: Column) -> Iterator[Effects]:
    """What older majors refuse before they look whether there is such a column."""
    yield unknown_type(column.type, question.schema)
    kinds = {constraint.kind for constraint in column.constraints}
    if table.partition_by is not None and question.major < 11 and kinds & _UNDIVIDED:
        yield refused("0A000", "such constraints are not supported on partitioned tables")


_UNDIVIDED = frozenset(
    {ConstraintKind.PRIMARY_KEY, ConstraintKind.UNIQUE, ConstraintKind.FOREIGN_KEY}
)


def _constrained_again(
    question: Question[AddColumn], table: Table, column: Column
) -> Iterator[Effects]:
    """Older majors add the constraints of a column that IF NOT EXISTS finds there (measured)."""
    looked_at = column.default is not None or _is_looked_at(question, table)
    for constraint in column.constraints if question.major < _READ_LATER else ():
        added = AddConstraint(table.name, constraint, beside=True)
        asked = Question(added, question.schema, question.transaction, question.major)
        found = add_constraint(asked)
        # The column is taken for a new one, whose foreign keys hold.
        spared = constraint.reference is not None and not looked_at
        yield replace(found, scans=()) if spared else found


def _computed_from(table: Table, read: list[str]) -> Iterator[Effects]:
    for name in read:
        column = table.column(name)
        if column is not None and column.generated in COMPUTED:
            message = f'cannot use generated column "{name}" in column generation expression'
            yield refused("42P17", message)
    yield possible(
        ("42883", "no operator or function takes such values"),
        ("42804", "the expression is of another type"),
        ("42P17", "the expression is not immutable"),
        ("22P02", "a value can't be converted"),
    )


def _values(question: Question[AddColumn], table: Table, column: Column) -> Iterator[Effects]:
    """What giving the existing rows a value costs."""
    if _computed_per_row(question, column):
        getting = _getting(question, table, column.name)
        yield from (rewritten(question, member) for member in getting)
    if is_checked_domain(column.type, question.schema):
        yield possible(("23502", "the domain refuses NULL"), ("23514", "the domain has a check"))
    default = column.default
    if default is not None:
        yield from called(question, default)
    filled = (default is not None and not default.null) or _generates(column)
    if column.not_null and not filled:
        message = f'column "{column.name}" of relation "{table.name}" contains null values'
        if table.rows is not Rows.NONE:
            yield refused("23502", message, certain=False)
        marked = question.family(table)
        if question.major < 18:
            marked = _getting(question, table, column.name)
        yield Effects(scans=tuple(one.name for one in marked if one.partition_by is None))


def _computed_per_row(question: Question[AddColumn], column: Column) -> bool:
    """Whether each row is written anew, or one value serves all (since 11).

    https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES
    """
    if _generates(column) or is_checked_domain(column.type, question.schema):
        return True
    default = column.default
    if default is None or (default.null and not (question.major < 11 and column.type.modifiers)):
        return False
    how_often = volatility(default, question.schema)
    return question.major < 11 or how_often in (Volatility.VOLATILE, Volatility.UNKNOWN)


def _generates(column: Column) -> bool:
    return column.type.name in SERIAL or column.generated in ("identity", "stored")


def _constrained(question: Question[AddColumn], table: Table, kind: ConstraintKind) -> Effects:
    """CHECK and UNIQUE look at every row, even at one that is NULL everywhere."""
    if kind is ConstraintKind.FOREIGN_KEY or kind is ConstraintKind.NOT_NULL:
        return Effects()
    leaves = tuple(m.name for m in question.family(table) if m.partition_by is None)
    added = question.operation.column
    if kind is not ConstraintKind.CHECK and table.partition_by is not None:
        message = "unique constraint on partitioned table must include all partitioning columns"
        return unordered(TableColumn(added.name, added.type)).also(refused("0A000", message))
    if kind is not ConstraintKind.CHECK:
        leaves = tuple(m.name for m in question.parts(table) if m.partition_by is None)
    default = added.default
    found = Effects(scans=leaves)
    if kind in (ConstraintKind.PRIMARY_KEY, ConstraintKind.UNIQUE):
        found = found.also(unordered(TableColumn(added.name, added.type)))
    if kind is ConstraintKind.PRIMARY_KEY and default is None and table.rows is not Rows.NONE:
        generated = _generates(question.operation.column)
        message = f'column "{question.operation.column.name}" contains null values'
        found = found if generated else found.also(refused("23502", message, certain=False))
    if kind is not ConstraintKind.CHECK and default is not None and not default.null:
        return found.also(refused("23505", "could not create unique index", certain=False))
    if kind is ConstraintKind.CHECK and default is not None:
        return found.also(refused("23514", "a row violates the check", certain=False))
    return found


def _references(question: Question[AddColumn], table: Table, column: Column) -> Iterator[Effects]:
    for constraint in column.constraints:
        if constraint.reference is None:
            continue
        parent = question.table(constraint.reference.table)
        family = [m.name for m in question.parts(parent)]
        given = column.default is not None and not column.default.null
        filled = given or _generates(column)
        others = [name for name in family if name != table.name]
        looked_at = _is_looked_at(question, table)
        reached = [*question.parts(table), *question.parts(parent)]
        leaves = [member.name for member in reached if member.partition_by is None]
        yield Effects(
            locks=question.locks(others, _SRE),
            scans=tuple(dict.fromkeys(leaves)) if filled or looked_at else (),
            refusal=question.missing(constraint.reference.table),
        )
        if filled and not table.new:
            yield refused("23503", "a value of the new column refers to no row", certain=False)
        own = TableColumn(column.name, stored_type(column.type), generated=column.generated)
        added = replace(table, columns=(*table.columns, own))
        if question.schema.has_table(constraint.reference.table) is True:
            found = mismatched(question, added, parent, constraint, constraint.reference)
            yield from map(_perhaps_later, found) if _is_indexed(column, table) else found


def _is_indexed(column: Column, table: Table) -> bool:
    """Whether rows may keep a key of the new column from being built, which comes first."""
    kinds = {constraint.kind for constraint in column.constraints}
    filled = column.default is not None and not column.default.null
    keyed = bool(kinds & {ConstraintKind.PRIMARY_KEY, ConstraintKind.UNIQUE})
    return keyed and filled and table.rows is not Rows.NONE


def _perhaps_later(found: Effects) -> Effects:
    refusal = found.refusal
    return found if refusal is None else replace(found, refusal=replace(refusal, certain=False))


def _is_looked_at(question: Question[AddColumn], table: Table) -> bool:
    """Measured: 11 looks at partitions though nothing is in the column."""
    return table.partition_by is not None and question.major == 11


ANSWERS: Answers = {AddColumn: _add}

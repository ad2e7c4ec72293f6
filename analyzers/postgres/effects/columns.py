"""What operations on columns do."""

import re
from collections.abc import Iterator
from typing import Any, TypeAlias

from analyzers.postgres.effect import Effects, Lock, Loss, LossKind
from analyzers.postgres.effects import documentation as docs
from analyzers.postgres.effects.conversions import is_checked_domain
from analyzers.postgres.effects.known_types import unknown_type
from analyzers.postgres.effects.question import (
    Answers,
    Question,
    counting,
    indexes,
    refused,
    sequences,
)
from analyzers.postgres.effects.volatility import missing_function, volatility
from analyzers.postgres.locks import LockMode
from analyzers.postgres.operations import (
    AddColumn,
    Column,
    ConstraintKind,
    DropColumn,
    DropDefault,
    DropGenerated,
    DropNotNull,
    Expression,
    Name,
    RenameColumn,
    SetDefault,
    SetGenerated,
    SetNotNull,
    Volatility,
)
from analyzers.postgres.schema import Rows, Table, TableColumn

_AE = LockMode.ACCESS_EXCLUSIVE
_SRE = LockMode.SHARE_ROW_EXCLUSIVE
_SERIAL = frozenset({"smallserial", "serial", "bigserial"})
_NEXTVAL = re.compile(r"nextval\s*\(\s*'(?:([\w$]+)\.)?([\w$]+)'", re.IGNORECASE)

# Any question about one table and one column of it.
Asked: TypeAlias = Question[Any]


def altered(question: Asked, table: Table) -> Effects:
    """ALTER TABLE takes ACCESS EXCLUSIVE unless told otherwise, on partitions and heirs too."""
    family = [member.name for member in question.family(table)]
    return Effects(
        locks=question.locks(family, _AE),
        refusal=question.missing(question.operation.table),
        known=table.certain,
        documentation=docs.ALTER_TABLE,
    )


def no_such_column(table: Table, column: str) -> Effects:
    if table.has_column(column) is not False or column in _SYSTEM_COLUMNS:
        return Effects()
    return refused("42703", f'column "{column}" of relation "{table.name}" does not exist')


_SYSTEM_COLUMNS = frozenset({"ctid", "xmin", "xmax", "cmin", "cmax", "tableoid", "oid"})


def _add(question: Question[AddColumn]) -> Effects:
    operation = question.operation
    table, column = question.table(operation.table), operation.column
    found = altered(question, table)
    if table.has_column(column.name) is True:
        if operation.if_not_exists:
            return found
        message = f'column "{column.name}" of relation "{table.name}" already exists'
        return found.also(refused("42701", message))
    found = found.also(unknown_type(column.type, question.schema))
    if column.expression is not None:
        read = sorted(column.expression.columns - {column.name})
        found = found.also(*(no_such_column(table, name) for name in read))
    found = found.also(*_values(question, table, column))
    for constraint in column.constraints:
        found = found.also(_constrained(question, table, constraint.kind))
    return found.also(*_references(question, table, column))


def _values(question: Question[AddColumn], table: Table, column: Column) -> Iterator[Effects]:
    """What giving the existing rows a value costs."""
    if _computed_per_row(question, column):
        yield from (rewritten(question, member) for member in question.family(table))
    default = column.default
    if default is not None:
        yield from _called(question, default)
    filled = default is not None or _generates(column)
    if column.not_null and not filled and table.rows is not Rows.NONE:
        message = f'column "{column.name}" of relation "{table.name}" contains null values'
        yield refused("23502", message, certain=False)
        yield Effects(scans=(table.name,))


def _computed_per_row(question: Question[AddColumn], column: Column) -> bool:
    """Whether each row is written anew, or one value serves all (since 11).

    https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES
    """
    if _generates(column) or is_checked_domain(column.type, question.schema):
        return True
    default = column.default
    if default is None or default.null:
        return False
    how_often = volatility(default, question.schema)
    return question.major < 11 or how_often in (Volatility.VOLATILE, Volatility.UNKNOWN)


def _generates(column: Column) -> bool:
    return column.type.name in _SERIAL or column.generated in ("identity", "stored")


def _called(question: Asked, expression: Expression) -> Iterator[Effects]:
    missing = missing_function(expression, question.schema, question.major)
    if missing is not None:
        yield refused("42883", f"function {missing}() does not exist")
    if volatility(expression, question.schema) is Volatility.UNKNOWN:
        yield Effects(known=False)
    for namespace, name in _NEXTVAL.findall(expression.sql):
        sequence = question.schema.full(Name(name, namespace or None))
        yield Effects(locks=(Lock(sequence, LockMode.ROW_EXCLUSIVE),))


def rewritten(question: Asked, table: Table) -> Effects:
    """Every row is written into a new file, and every index is built for it."""
    if table.partition_by is not None:
        return Effects()
    return Effects(
        locks=question.locks(indexes(table), _AE),
        rewrites=(table.name,),
        scans=(table.name,),
        rebuilds=indexes(table),
        documentation=docs.ALTER_TABLE_NOTES,
    )


def _constrained(question: Question[AddColumn], table: Table, kind: ConstraintKind) -> Effects:
    """CHECK and UNIQUE look at every row, even at one that is NULL everywhere."""
    if kind is ConstraintKind.FOREIGN_KEY or kind is ConstraintKind.NOT_NULL:
        return Effects()
    leaves = tuple(m.name for m in question.family(table) if m.partition_by is None)
    default = question.operation.column.default
    found = Effects(scans=leaves)
    if kind is ConstraintKind.PRIMARY_KEY and default is None and table.rows is not Rows.NONE:
        generated = _generates(question.operation.column)
        message = f'column "{question.operation.column.name}" contains null values'
        found = found if generated else found.also(refused("23502", message, certain=False))
    if kind is not ConstraintKind.CHECK and default is not None and default.constant:
        return found.also(refused("23505", "could not create unique index", certain=False))
    if kind is ConstraintKind.CHECK and default is not None:
        return found.also(refused("23514", "a row violates the check", certain=False))
    return found


def _references(question: Question[AddColumn], table: Table, column: Column) -> Iterator[Effects]:
    for constraint in column.constraints:
        if constraint.reference is None:
            continue
        parent = question.table(constraint.reference.table)
        family = [m.name for m in question.family(parent)]
        filled = column.default is not None and not column.default.null
        others = [name for name in family if name != table.name]
        yield Effects(
            locks=question.locks(others, _SRE),
            scans=(table.name, *family) if filled else (),
            refusal=question.missing(constraint.reference.table),
        )


def _drop(question: Question[DropColumn]) -> Effects:
    operation = question.operation
    table, gone = question.table(operation.table), operation.column
    found = altered(question, table)
    if table.has_column(gone) is False:
        return found if operation.if_exists else found.also(no_such_column(table, gone))
    parents = [c.reference.table for c in table.constraints if c.reference and gone in c.columns]
    dropped = [Name(i.name, table.name.schema) for i in table.indexes if gone in i.uses]
    referencing = [o.name for o, _, _ in question.foreign_keys(table, frozenset({gone}))]
    counted = sequences(question.schema, table.name, gone)
    referencing += [other.name for other in counting(question.schema, table, counted)]
    others = [name for name in dict.fromkeys(referencing) if name != table.name]
    views = [view.name for view in question.views(table, gone)]
    if not operation.cascade:
        found = found.also(*_needed(table, gone))
    found = found.also(
        Effects(
            locks=question.locks(
                [*parents, *dropped, *sequences(question.schema, table.name, gone)], _AE
            ),
            losses=(Loss(LossKind.DROPPED, table.name, gone),),
        )
    )
    if operation.cascade:
        return found.also(Effects(locks=question.locks([*others, *views], _AE)))
    return found.also(*_depended_on(question, table, gone, [*others, *views]))


def _needed(table: Table, column: str) -> Iterator[Effects]:
    """Triggers of UPDATE OF the column, and columns computed from it."""
    for trigger in table.triggers:
        if column in trigger.update_of:
            yield refused("2BP01", f"trigger {trigger.name} depends on column {column}")
    for other in table.columns:
        computed = other.generated in ("stored", "virtual") and other.default is not None
        if computed and other.default and column in other.default.columns:
            yield refused("2BP01", f"column {other.name} depends on column {column}")


def _depended_on(
    question: Asked, table: Table, column: str, dependents: list[Name]
) -> Iterator[Effects]:
    """A view over several tables may read another one's column of that name."""
    for name in dependents:
        view = question.schema.views.get(name)
        sure = view is None or (len(view.sources) == 1 and "*" not in view.reads)
        message = f"cannot drop column {column} of {table.name}: {name} depends on it"
        yield refused("2BP01", message, certain=sure)


def _rename(question: Question[RenameColumn]) -> Effects:
    operation = question.operation
    table = question.table(operation.table)
    found = altered(question, table).also(no_such_column(table, operation.column))
    if table.has_column(operation.to) is True:
        message = f'column "{operation.to}" of relation "{table.name}" already exists'
        return found.also(refused("42701", message))
    return found


def _set_not_null(question: Question[SetNotNull]) -> Effects:
    operation = question.operation
    table = question.table(operation.table)
    found = altered(question, table).also(no_such_column(table, operation.column))
    for member in question.family(table):
        if member.partition_by is None and not _is_not_null(question, member, operation.column):
            found = found.also(Effects(scans=(member.name,)), _nulls(member, operation.column))
    return found


def _is_not_null(question: Question[SetNotNull], table: Table, column: str) -> bool:
    """Since 12 a valid CHECK that excludes NULL spares the scan."""
    known = table.column(column)
    if known is not None and known.not_null and column not in table.doubtful:
        return True
    return question.major >= 12 and any(
        c.check is not None and c.valid and c.enforced and column in c.check.proves_not_null
        for c in table.constraints
    )


def _nulls(table: Table, column: str) -> Effects:
    message = f'column "{column}" of relation "{table.name}" contains null values'
    return Effects() if table.new else refused("23502", message, certain=False)


def _drop_not_null(question: Question[DropNotNull]) -> Effects:
    operation = question.operation
    table = question.table(operation.table)
    found = altered(question, table).also(no_such_column(table, operation.column))
    column = table.column(operation.column)
    if column is not None and column.generated == "identity":
        return found.also(refused("42601", f'column "{column.name}" is an identity column'))
    key = table.primary_key
    if key is not None and operation.column in key.columns:
        return found.also(refused("42P16", f'column "{operation.column}" is in a primary key'))
    return found


def _default(question: Question[SetDefault] | Question[DropDefault]) -> Effects:
    operation = question.operation
    table = question.table(operation.table)
    found = altered(question, table).also(no_such_column(table, operation.column))
    column = table.column(operation.column)
    if column is not None and column.generated is not None:
        return found.also(refused("42601", f'column "{column.name}" is generated'))
    if isinstance(operation, SetDefault):
        for part in _called(question, operation.default):
            found = found.also(part)
    return found


def _generated(question: Question[SetGenerated] | Question[DropGenerated]) -> Effects:
    operation = question.operation
    table = question.table(operation.table)
    found = altered(question, table).also(no_such_column(table, operation.column))
    column = table.column(operation.column)
    if isinstance(operation, SetGenerated) and operation.add and column is not None:
        return found.also(*_identity_refused(column))
    if isinstance(operation, SetGenerated) and operation.how == "expression":
        stored = column is None or column.generated != "virtual"
        return found.also(rewritten(question, table)) if stored else found
    identity = column is not None and column.generated == "identity"
    if isinstance(operation, DropGenerated) and identity and column and column.sequence:
        return found.also(Effects(locks=(question.lock(column.sequence, _AE),)))
    return found


def _identity_refused(column: TableColumn) -> Iterator[Effects]:
    """https://www.postgresql.org/docs/current/ddl-identity-columns.html"""
    if column.type is not None and column.type.name not in IDENTITY_TYPES:
        yield refused("22023", "identity column type must be smallint, integer, or bigint")
    elif column.generated == "identity":
        yield refused("55000", f'column "{column.name}" is already an identity column')
    elif column.not_null is False:
        yield refused("55000", f'column "{column.name}" must be declared NOT NULL first')
    elif column.has_default or column.generated:
        yield refused("55000", f'column "{column.name}" already has a default value')


IDENTITY_TYPES = frozenset({"int2", "int4", "int8"})


ANSWERS: Answers = {
    AddColumn: _add,
    DropColumn: _drop,
    RenameColumn: _rename,
    SetNotNull: _set_not_null,
    DropNotNull: _drop_not_null,
    SetDefault: _default,
    DropDefault: _default,
    SetGenerated: _generated,
    DropGenerated: _generated,
}

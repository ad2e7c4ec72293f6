"""Which values rows cannot be given: those of a type that no cast makes the column's.

https://www.postgresql.org/docs/current/typeconv-query.html; what casts there are is measured.
"""

from collections.abc import Iterator

from analyzers.postgres.effect import Refusal
from analyzers.postgres.effects.columns import SYSTEM_COLUMNS
from analyzers.postgres.effects.conversions import converts
from analyzers.postgres.effects.known_types import base_type, is_built_in
from analyzers.postgres.operations import Given, Insert, Type, Update
from analyzers.postgres.schema import Schema, Table, TableColumn


def unassignable(operation: Insert | Update, schema: Schema) -> Iterator[Refusal]:
    """42703 for what tables lack that are read; 42804, where both types are PostgreSQL's own."""
    lacking = sorted(one.column for one in operation.gives if _is_lacking(one, schema))
    yield from (Refusal("42703", f'column "{name}" does not exist') for name in lacking)
    table = schema.table(operation.table) if operation.gives and not lacking else None
    if table is None or not table.certain or _is_refused_before(operation):
        return
    for one in sorted(operation.gives, key=str):
        column, value = _column(table, one.to), _value(schema, one)
        if column is not None and value is not None and not _fits(value, column, schema):
            yield Refusal("42804", _message(column, one, value))


def _is_lacking(one: Given, schema: Schema) -> bool:
    """A function may be called as a column is, and every table has some columns of the system."""
    if one.table is None or one.column in SYSTEM_COLUMNS:
        return False
    if any(function.name == one.column for function in schema.functions):
        return False
    return schema.has_column(one.table, one.column) is False and schema.has_table(one.table) is True


def _fits(value: TableColumn, column: TableColumn, schema: Schema) -> bool:
    """Whether it converts, or there may be a cast of somebody's own."""
    own = _is_own(value.type, schema) and _is_own(column.type, schema)
    return column.type is None or not own or converts(value, column.type, schema)


def _is_refused_before(operation: Insert | Update) -> bool:
    """Whether there may be another error, which PostgreSQL would find first."""
    if len(set(operation.columns)) < len(operation.columns):
        return True
    widths = operation.widths if isinstance(operation, Insert) else ()
    return any(width != len(operation.columns) for width in widths if operation.columns)


def _column(table: Table, called: str | int) -> TableColumn | None:
    if isinstance(called, str):
        column = table.column(called)
    else:
        ordered = called < len(table.columns) and table.partition_of is None and not table.inherits
        column = table.columns[called] if ordered else None
    if column is None or column.name in table.doubtful or column.generated is not None:
        return None
    return column


def _value(schema: Schema, one: Given) -> TableColumn | None:
    if one.table is None:
        return TableColumn("", one.kind)
    table = schema.table(one.table)
    known = table is not None and table.certain and one.column not in table.doubtful
    return table.column(one.column) if table is not None and known else None


def _is_own(kind: Type | None, schema: Schema) -> bool:
    return kind is not None and is_built_in(base_type(kind, schema))


def _message(column: TableColumn, one: Given, value: TableColumn) -> str:
    wanted = f'"{column.name}", the column of type {column.type}'
    if one.table is None:
        return f"a value of type {value.type} is given to {wanted}"
    return f'"{one.column}" of type {value.type} does not convert by itself to {wanted}'

"""Statements that contradict themselves: PostgreSQL refuses them whatever tables there are.

What it says of each is measured.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain
from typing import Any

from analyzers.postgres import operations as o
from analyzers.postgres.effect import Refusal
from analyzers.postgres.effects.known_types import SERIAL
from analyzers.postgres.effects.modifiers import unmodifiable
from analyzers.postgres.effects.timeouts import not_a_timeout
from analyzers.postgres.operations import (
    Column,
    Constraint,
    ConstraintKind,
    Expression,
    ObjectKind,
    Operation,
)
from analyzers.postgres.schema import Schema, Table

_PRIMARY = ConstraintKind.PRIMARY_KEY
_KEYS = (_PRIMARY, ConstraintKind.UNIQUE)
_WHOLE = frozenset({"int2", "int4", "int8"})
_LONGEST_LABEL = 63
_OF_SYSTEM = frozenset({"ctid", "xmin", "xmax", "cmin", "cmax", "tableoid", "oid", "*"})


def contradictions(operation: Operation, schema: Schema) -> tuple[Refusal, ...]:
    """All that PostgreSQL may say to it; it says one of them for certain."""
    find = _FINDERS.get(type(operation))
    return tuple(find(operation, schema)) if find is not None else ()


def _created_table(operation: o.CreateTable, schema: Schema) -> Iterator[Refusal]:
    columns = operation.columns
    names = [column.name for column in columns]
    yield from _repeated(names, "42701")
    yield from chain.from_iterable(_column(column, schema, names) for column in columns)
    constraints = [*chain.from_iterable(c.constraints for c in columns), *operation.constraints]
    if sum(constraint.kind is _PRIMARY for constraint in constraints) > 1:
        yield Refusal("42P16", "there is more than one primary key")
    if operation.partition_by == "list" and len(operation.partition_columns) > 1:
        yield Refusal("42P17", "a list has one column only")
    for constraint in constraints:
        yield from _constraint(constraint)
    elsewhere = operation.like or operation.inherits or operation.partition_of
    if not elsewhere and not operation.from_query and names:
        own = {*names, operation.table.name}
        named = chain.from_iterable(_named(constraint) for constraint in constraints)
        yield from _lacking({*named, *operation.partition_columns} - {""}, own)


def _named(constraint: Constraint) -> Iterable[str]:
    return constraint.columns if constraint.check is None else constraint.check.columns


def _column(column: Column, schema: Schema, own: Iterable[str]) -> Iterator[Refusal]:
    if column.type.modifiers:
        yield from unmodifiable(column.type, schema)
    if column.default is not None:
        yield from _default(column.default, schema, own)
    serial = column.type.name in SERIAL
    if serial and column.type.array:
        yield Refusal("0A000", "there are no arrays of serial")
    if column.default is not None and (serial or column.generated is not None):
        yield Refusal("42601", f'column "{column.name}" has two defaults')
    whole = column.type.name in _WHOLE and not column.type.array
    if column.generated == "identity" and not whole and not _is_defined(column.type, schema):
        yield Refusal("22023", "an identity column is a smallint, an integer or a bigint")


def _is_defined(kind: o.Type, schema: Schema) -> bool:
    return any(name.name == kind.name for name in schema.types)


def _default(
    default: Expression | None, schema: Schema, own: Iterable[str] = ()
) -> Iterator[Refusal]:
    """A word without quotes is the name of a column, perhaps one of the table's `own`."""
    if default is None:
        return
    if default.columns:
        before = "42P10" if default.columns <= {*own} else "42703"
        message = f"DEFAULT {default.sql} names a column"
        yield Refusal("0A000" if schema.major >= _LOOKED_FOR else before, message)
    yield from _query(default, "a DEFAULT")


_LOOKED_FOR = 12  # before, it was looked for first


def _query(expression: Expression | None, what: str) -> Iterator[Refusal]:
    if expression is not None and expression.queries:
        yield Refusal("0A000", f"cannot use subquery in {what}")


def _constraint(constraint: Constraint) -> Iterator[Refusal]:
    yield from _query(constraint.check, "a check constraint")
    if constraint.kind in _KEYS:
        yield from _repeated(constraint.columns, "42701")


def _repeated(names: Iterable[str], code: str) -> Iterator[Refusal]:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            yield Refusal(code, f'"{name}" is specified more than once')
        seen.add(name)


def _lacking(names: Iterable[str], there: Iterable[str]) -> Iterator[Refusal]:
    for name in sorted({*names} - {*there} - _OF_SYSTEM):
        yield Refusal("42703", f'column "{name}" does not exist')


def _of_table(
    table: Table | None, *expressions: Expression | None, new: str = ""
) -> Iterator[Refusal]:
    """Columns that expressions over a table name in vain."""
    if table is not None and table.certain and table.exists:
        there = {column.name for column in table.columns} | {table.name.name, new}
        named = (one.columns for one in expressions if one is not None)
        yield from _lacking(chain.from_iterable(named), there)


def _added_column(operation: o.AddColumn, schema: Schema) -> Iterator[Refusal]:
    table = schema.table(operation.table)
    yield from _column(operation.column, schema, _names(table))
    for constraint in operation.column.constraints:
        yield from _constraint(constraint)
        yield from _of_table(table, constraint.check, new=operation.column.name)


def _names(table: Table | None) -> list[str]:
    return [column.name for column in table.columns] if table is not None else []


def _set_default(operation: o.SetDefault, schema: Schema) -> Iterator[Refusal]:
    return _default(operation.default, schema, _names(schema.table(operation.table)))


def _altered_type(operation: o.AlterColumnType, schema: Schema) -> Iterator[Refusal]:
    yield from unmodifiable(operation.type, schema)
    if operation.type.name in SERIAL:
        yield Refusal("42704", f'type "{operation.type}" does not exist')
    yield from _query(operation.using, "a transform expression")
    yield from _of_table(schema.table(operation.table), operation.using)


def _added_constraint(operation: o.AddConstraint, schema: Schema) -> Iterator[Refusal]:
    yield from _constraint(operation.constraint)


def _created_index(operation: o.CreateIndex, schema: Schema) -> Iterator[Refusal]:
    parts = (*operation.expressions, operation.predicate)
    for part in parts:
        yield from _query(part, "an index")
    yield from _of_table(schema.table(operation.table), *parts)


def _inserted(operation: o.Insert, schema: Schema) -> Iterator[Refusal]:
    yield from _repeated(operation.columns, "42701")
    table, widths = schema.table(operation.table), operation.widths
    if len(widths) > 1:
        yield Refusal("42601", "VALUES lists must all be the same length")
    wide = max(widths, default=0)
    if operation.columns and widths and widths != {len(operation.columns)}:
        yield Refusal("42601", "there are not as many values as columns")
    elif table is not None and table.certain and wide > len(table.columns) > 0:
        yield Refusal("42601", "there are more values than columns")


def _updated(operation: o.Update, _: Schema) -> Iterator[Refusal]:
    yield from _repeated(operation.columns, "42601")


def _created_object(operation: o.CreateObject, schema: Schema) -> Iterator[Refusal]:
    details = operation.details
    if operation.kind is ObjectKind.ENUM:
        yield from _repeated(operation.labels, "23505")
        yield from chain.from_iterable(map(_label, operation.labels))
    if operation.kind is ObjectKind.COMPOSITE:
        yield from _repeated(operation.labels, "42701")
    if isinstance(details, o.DomainDetails):
        yield from unmodifiable(details.base, schema)
        yield from _default(details.default, schema)
        yield from chain.from_iterable(map(_constraint, details.checks))
    if isinstance(details, o.ViewDetails):
        yield from _repeated(details.outputs or (), "42701")
    if isinstance(details, o.SequenceDetails):
        yield from _sequence(dict(details.options))


def _label(label: str) -> Iterator[Refusal]:
    if len(label.encode()) > _LONGEST_LABEL:
        yield Refusal("42602", f'invalid enum label "{label}"')


def _sequence(options: Mapping[str, str]) -> Iterator[Refusal]:
    """https://www.postgresql.org/docs/current/sql-createsequence.html"""
    numbers = {word: int(value) for word, value in options.items() if _is_number(value)}
    low, high = numbers.get("minvalue"), numbers.get("maxvalue")
    start = numbers.get("start")
    wrong = (
        numbers.get("increment") == 0
        or numbers.get("cache", 1) < 1
        or (low is not None and high is not None and low >= high)
        or (low is not None and start is not None and start < low)
        or (high is not None and start is not None and start > high)
    )
    if wrong or options.get("as", "int8") not in _WHOLE:
        yield Refusal("22023", "no sequence can count so")


def _is_number(value: str) -> bool:
    return value.removeprefix("-").isdecimal()


def _added_value(operation: o.AddEnumValue, _: Schema) -> Iterator[Refusal]:
    yield from _label(operation.value)


# Each takes the operation of its key; what that is, the type of a table can't say.
_FINDERS: Mapping[type[Operation], Callable[[Any, Schema], Iterator[Refusal]]] = {
    o.CreateTable: _created_table,
    o.AddColumn: _added_column,
    o.AlterColumnType: _altered_type,
    o.SetDefault: _set_default,
    o.AddConstraint: _added_constraint,
    o.CreateIndex: _created_index,
    o.Insert: _inserted,
    o.Update: _updated,
    o.CreateObject: _created_object,
    o.AddEnumValue: _added_value,
    o.SetSetting: lambda operation, schema: not_a_timeout(operation, schema.major),
}

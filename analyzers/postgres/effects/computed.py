"""What columns that PostgreSQL computes by itself can't be used for.

https://www.postgresql.org/docs/current/ddl-generated-columns.html; what 18 says is measured.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain
from typing import Any

from analyzers.postgres import operations as o
from analyzers.postgres.effect import Refusal
from analyzers.postgres.operations import COMPUTED, Column, ConstraintKind, Operation, TableChange
from analyzers.postgres.schema import Schema, Table

_CHECKED = (ConstraintKind.CHECK, ConstraintKind.NOT_NULL)


def misused(operation: Operation, schema: Schema) -> tuple[Refusal, ...]:
    find = _FINDERS.get(type(operation))
    return tuple(find(operation, schema)) if find is not None else ()


def _index(operation: o.CreateIndex, schema: Schema) -> Iterator[Refusal]:
    parts = (*operation.expressions, operation.predicate)
    named = chain.from_iterable(part.columns for part in parts if part is not None)
    virtual = _virtual(schema.table(operation.table))
    yield from _unsupported(virtual & {*named, *operation.includes}, "indexes")


def _constraint(operation: o.AddConstraint, schema: Schema) -> Iterator[Refusal]:
    constraint = operation.constraint
    if constraint.kind not in _CHECKED:
        virtual = _virtual(schema.table(operation.table)) & {*constraint.columns}
        yield from _unsupported(virtual, f"{constraint.kind.value} constraints")


def _change(operation: o.ChangeTable, schema: Schema) -> Iterator[Refusal]:
    if operation.change is TableChange.STATISTICS:
        virtual = _virtual(schema.table(operation.table)) & {operation.subject or ""}
        yield from _unsupported(virtual, "statistics")


def _table(operation: o.CreateTable, _: Schema) -> Iterator[Refusal]:
    columns = operation.columns
    computed = {column.name for column in columns if column.generated in COMPUTED}
    if not computed:
        return
    virtual = {column.name for column in columns if column.generated == "virtual"}
    for column in columns:
        yield from _expression(column, computed)
    if computed & {*operation.partition_columns}:
        yield Refusal("42P17", "cannot use generated column in partition key")
    written = chain.from_iterable(column.constraints for column in columns)
    for constraint in (*written, *operation.constraints):
        if constraint.kind not in _CHECKED:
            what = f"{constraint.kind.value} constraints"
            yield from _unsupported(virtual & {*constraint.columns}, what)
    if not (operation.like or operation.inherits or operation.partition_of):
        yield from _missing(columns)


def _expression(column: Column, computed: set[str]) -> Iterator[Refusal]:
    if column.expression is None:
        return
    if column.expression.columns & computed:
        message = f'"{column.name}" is computed from a column that is computed itself'
        yield Refusal("42P17", message)
    if column.expression.queries:
        yield Refusal("0A000", "cannot use subquery in column generation expression")


def _missing(columns: Iterable[Column]) -> Iterator[Refusal]:
    there = {column.name for column in columns} | {"tableoid"}
    expressions = (column.expression for column in columns if column.expression is not None)
    for name in sorted({name for one in expressions for name in one.columns} - there):
        yield Refusal("42703", f'column "{name}" does not exist')


def _virtual(table: Table | None) -> set[str]:
    columns = table.columns if table is not None else ()
    return {column.name for column in columns if column.generated == "virtual"}


def _unsupported(columns: Iterable[str], what: str) -> Iterator[Refusal]:
    for name in sorted(columns):
        message = f'{what} on virtual generated columns are not supported: "{name}"'
        yield Refusal("0A000", message)


# Each takes the operation of its key; what that is, the type of a table can't say.
_FINDERS: Mapping[type[Operation], Callable[[Any, Schema], Iterator[Refusal]]] = {
    o.CreateIndex: _index,
    o.AddConstraint: _constraint,
    o.ChangeTable: _change,
    o.CreateTable: _table,
}

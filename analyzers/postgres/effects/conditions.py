"""Conditions that are neither true nor false: a number, or a column of another type than boolean.

https://www.postgresql.org/docs/current/datatype-boolean.html
"""

from collections.abc import Callable, Iterator, Mapping
from itertools import chain
from typing import Any, TypeAlias

from analyzers.postgres import operations as o
from analyzers.postgres.effect import Refusal
from analyzers.postgres.effects.conversions import converts
from analyzers.postgres.effects.known_types import base_type, is_built_in, stored_type
from analyzers.postgres.operations import UNKNOWN_TYPE, Column, Constraint, Expression, Type
from analyzers.postgres.schema import Schema, TableColumn

_BOOLEAN = Type("bool")

_Asked: TypeAlias = tuple[str, Expression | None, Mapping[str, Type]]
"""What a clause is called, what it says, and the types of the columns that it may name."""


def untrue(operation: o.Operation, schema: Schema) -> Iterator[Refusal]:
    find = _FINDERS.get(type(operation))
    for clause, condition, columns in find(operation, schema) if find is not None else ():
        kind = _kind(condition, columns, schema) if condition is not None else None
        own = kind is not None and is_built_in(base_type(kind, schema))
        if own and not converts(TableColumn("", kind), _BOOLEAN, schema):
            yield Refusal("42804", f"argument of {clause} must be type boolean, not type {kind}")


def _kind(condition: Expression, columns: Mapping[str, Type], schema: Schema) -> Type | None:
    """Of a constant, of what is cast, or of a column that stands alone."""
    if condition.gives is not None:
        own = any(function.name in condition.functions for function in schema.functions)
        return None if own or condition.gives == UNKNOWN_TYPE else condition.gives
    (alone,) = condition.columns if len(condition.columns) == 1 else ("",)
    return columns.get(alone) if condition.sql.strip('()" ') == alone else None


def _changed(operation: o.Update | o.Delete, schema: Schema) -> Iterator[_Asked]:
    if operation.where is not None:
        known = {} if operation.sources else _of_table(operation.table, schema)
        yield "WHERE", operation.where, known


def _index(operation: o.CreateIndex, schema: Schema) -> Iterator[_Asked]:
    if operation.predicate is not None:
        yield "WHERE", operation.predicate, _of_table(operation.table, schema)


def _constraint(operation: o.AddConstraint, schema: Schema) -> Iterator[_Asked]:
    if operation.constraint.check is not None:
        yield "CHECK", operation.constraint.check, _of_table(operation.table, schema)


def _column(operation: o.AddColumn, schema: Schema) -> Iterator[_Asked]:
    if operation.column.constraints:
        known = {**_of_table(operation.table, schema), **_written((operation.column,))}
        yield from _checks(operation.column.constraints, known)


def _table(operation: o.CreateTable, _: Schema) -> Iterator[_Asked]:
    written = chain.from_iterable(column.constraints for column in operation.columns)
    yield from _checks((*written, *operation.constraints), _written(operation.columns))


def _checks(constraints: tuple[Constraint, ...], columns: Mapping[str, Type]) -> Iterator[_Asked]:
    return (("CHECK", one.check, columns) for one in constraints if one.check is not None)


def _written(columns: tuple[Column, ...]) -> dict[str, Type]:
    return {column.name: stored_type(column.type) for column in columns}


def _of_table(name: o.Name, schema: Schema) -> dict[str, Type]:
    table = schema.table(name)
    if table is None or not table.certain:
        return {}
    known = (column for column in table.columns if column.name not in table.doubtful)
    return {column.name: column.type for column in known if column.type is not None}


# Each takes the operation of its key; what that is, the type of a table can't say.
_FINDERS: Mapping[type[o.Operation], Callable[[Any, Schema], Iterator[_Asked]]] = {
    o.Update: _changed,
    o.Delete: _changed,
    o.CreateIndex: _index,
    o.AddConstraint: _constraint,
    o.AddColumn: _column,
    o.CreateTable: _table,
}

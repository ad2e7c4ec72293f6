"""Values added to enum types, which nobody can use before their transaction commits.

https://www.postgresql.org/docs/current/sql-altertype.html#SQL-ALTERTYPE-NOTES
"""

import re
from collections.abc import Iterator
from typing import TypeAlias

from analyzers.postgres.effect import Effects
from analyzers.postgres.effects import documentation as docs
from analyzers.postgres.effects.question import refused
from analyzers.postgres.operations import (
    AddColumn,
    AddConstraint,
    AddEnumValue,
    AlterColumnType,
    Column,
    CreateIndex,
    CreateObject,
    CreateTable,
    Delete,
    Insert,
    Name,
    ObjectKind,
    Operation,
    Select,
    SetDefault,
    Update,
)
from analyzers.postgres.schema import Schema
from analyzers.postgres.transaction import Transaction


def add_value(operation: AddEnumValue, transaction: Transaction, major: int) -> Effects:
    """Before 12 only a type made in the same transaction can be added to within one."""
    own = operation.type in transaction.new_types
    return Effects(forbidden_in_transaction=major < 12 and not own, documentation=docs.ALTER_TYPE)


def used_too_soon(
    operation: Operation, schema: Schema, transaction: Transaction, major: int
) -> Effects:
    """55P04, where a literal is a new value and stands for one of its type."""
    uses = list(_uses(operation, schema))
    for kind, value in sorted(transaction.new_values):
        usable = kind in transaction.new_types and (major < 12 or major >= 17)
        used = any(kind.name in types and value in literals for types, literals in uses)
        if used and not usable:
            return refused("55P04", f'unsafe use of new value "{value}" of enum type {kind}')
    return Effects()


# The names of types, and the literals that stand beside values of them.
_Use: TypeAlias = tuple[frozenset[str], frozenset[str]]


def _uses(operation: Operation, schema: Schema) -> Iterator[_Use]:
    match operation:
        case Insert() | Update() | Delete():
            yield _types(schema, operation.table), operation.literals
        case Select():
            types = (_types(schema, source) for source in operation.sources)
            yield frozenset().union(*types), operation.literals
        case CreateObject() if operation.kind in _WITH_QUERIES:
            sources = operation.sources | ({operation.table} if operation.table else set())
            types = (_types(schema, source) for source in sources)
            words = frozenset(_WORD.findall(operation.definition))
            yield words.union(*types), frozenset(_LITERAL.findall(operation.definition))
        case _:
            yield from _of_tables(operation, schema)


def _of_tables(operation: Operation, schema: Schema) -> Iterator[_Use]:
    match operation:
        case SetDefault():
            yield _types(schema, operation.table), operation.default.literals
        case AddColumn():
            yield from _of_column(operation.column, _types(schema, operation.table))
        case CreateTable():
            every = frozenset(column.type.name for column in operation.columns)
            for column in operation.columns:
                yield from _of_column(column, every)
            yield from ((every, c.check.literals) for c in operation.constraints if c.check)
        case AddConstraint() if operation.constraint.check is not None:
            yield _types(schema, operation.table), operation.constraint.check.literals
        case CreateIndex():
            read = (operation.predicate, *operation.expressions)
            indexed = _types(schema, operation.table)
            yield from ((indexed, expression.literals) for expression in read if expression)
        case AlterColumnType() if operation.using is not None:
            yield frozenset({operation.type.name}), operation.using.literals


def _of_column(column: Column, around: frozenset[str]) -> Iterator[_Use]:
    if column.default is not None:
        yield frozenset({column.type.name}), column.default.literals
    for constraint in column.constraints:
        if constraint.check is not None:
            yield around | {column.type.name}, constraint.check.literals


def _types(schema: Schema, name: Name) -> frozenset[str]:
    table = schema.table(name)
    columns = table.columns if table is not None else ()
    return frozenset(column.type.name for column in columns if column.type)


_WITH_QUERIES = frozenset({ObjectKind.VIEW, ObjectKind.MATERIALIZED_VIEW, ObjectKind.POLICY})
_WORD = re.compile(r"\w+")
_LITERAL = re.compile(r"'([^']*)'")

"""Values added to enum types, which nobody can use before their transaction commits.

https://www.postgresql.org/docs/current/sql-altertype.html#SQL-ALTERTYPE-NOTES
"""

from analyzers.postgres.effect import Effects
from analyzers.postgres.effects import documentation as docs
from analyzers.postgres.effects.question import refused
from analyzers.postgres.operations import (
    AddColumn,
    AddEnumValue,
    Delete,
    Insert,
    Name,
    Operation,
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
    """55P04, where a literal is a new value and the table has a column of its type."""
    table, literals = _literals(operation)
    found = None if table is None else schema.table(table)
    if found is None:
        return Effects()
    kinds = {column.type.name for column in found.columns if column.type}
    if isinstance(operation, AddColumn):
        kinds = {operation.column.type.name}
    for kind, value in sorted(transaction.new_values):
        usable = kind in transaction.new_types and (major < 12 or major >= 17)
        if kind.name in kinds and value in literals and not usable:
            return refused("55P04", f'unsafe use of new value "{value}" of enum type {kind}')
    return Effects()


def _literals(operation: Operation) -> tuple[Name | None, frozenset[str]]:
    match operation:
        case Insert() | Update() | Delete():
            return operation.table, operation.literals
        case SetDefault():
            return operation.table, operation.default.literals
        case AddColumn() if operation.column.default is not None:
            return operation.table, operation.column.default.literals
    return None, frozenset()

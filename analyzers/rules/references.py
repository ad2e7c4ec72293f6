"""Foreign keys: those that an operation adds, and what is at their far end."""

from collections.abc import Iterator

from analyzers.postgres.operations import (
    AddColumn,
    AddConstraint,
    Constraint,
    CreateTable,
    Name,
    Operation,
    Reference,
)
from analyzers.postgres.schema import Schema


def foreign_keys(operation: Operation) -> Iterator[tuple[Name, Constraint]]:
    """The foreign keys that `operation` adds, each with its own table."""
    match operation:
        case CreateTable(table=name, columns=columns, constraints=own):
            found = [*own, *(c for column in columns for c in column.constraints)]
        case AddColumn(table=name, column=column):
            found = [*column.constraints]
        case AddConstraint(table=name, constraint=constraint):
            found = [constraint]
        case _:
            return
    yield from ((name, constraint) for constraint in found if constraint.reference)


def referenced_type(reference: Reference, schema: Schema) -> str | None:
    """The type of the one column that is referenced, as far as the history tells."""
    table = schema.table(reference.table)
    if table is None:
        return None
    key = reference.columns or (table.primary_key.columns if table.primary_key else ())
    column = table.column(key[0]) if len(key) == 1 else None
    return column.type.name if column and column.type else None

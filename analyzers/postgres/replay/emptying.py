"""Which tables a batch has emptied, and not filled again."""

from analyzers.postgres.operations import Delete, Name, Truncate
from analyzers.postgres.schema import Schema
from analyzers.struct import replace


def truncate(schema: Schema, operation: Truncate) -> Schema:
    return _emptied(schema, operation.table)


def delete(schema: Schema, operation: Delete) -> Schema:
    return _emptied(schema, operation.table) if operation.where is None else schema


def filled(schema: Schema, name: Name) -> Schema:
    """The same, after rows went into the table."""
    full = schema.full(name)
    return replace(schema, emptied=schema.emptied - {full}) if full in schema.emptied else schema


def _emptied(schema: Schema, name: Name) -> Schema:
    return replace(schema, emptied=schema.emptied | {schema.full(name)})

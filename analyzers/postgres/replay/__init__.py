"""What a database looks like after an operation, by PostgreSQL's own rules."""

from analyzers.postgres.operations import Operation
from analyzers.postgres.schema import Schema

__all__ = ["apply"]


def apply(schema: Schema, operation: Operation, *, conditional: bool = False) -> Schema:
    """The schema after `operation`.

    `conditional`: it may not run; what it touches is then uncertain, not known. An operation
    that PostgreSQL would refuse leaves the schema as it was.
    """
    return schema

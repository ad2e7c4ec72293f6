"""Schemas that surely aren't there, which PostgreSQL says of what they would hold."""

from collections.abc import Iterator

from analyzers.postgres import operations as o
from analyzers.postgres.effect import Refusal
from analyzers.postgres.operations import Constraint, Name, Operation, Type
from analyzers.postgres.schema import TEMPORARY, Schema
from analyzers.struct import names

MISSING = frozenset({"42P01", "42704", "42883"})
"""What it says of a relation, a type or another object, and a function that isn't there."""

_OWN_SCHEMAS = ("pg_catalog", "information_schema", "pg_toast", TEMPORARY)

# Queries and what they change are looked up by name and schema at once; VACUUM warns of others.
_AT_ONCE = (o.Select, o.Insert, o.Update, o.Delete, o.Merge)
_OF_QUERIES = frozenset({"sources", "reads"})


def nowhere(operation: Operation, schema: Schema) -> Refusal | None:
    """3F000 where a complete history never made the schema of something that it names."""
    if not schema.complete or isinstance(operation, _AT_ONCE) or operation.lenient:
        return None
    for namespace in filter(None, _named(operation)):
        if not is_there(schema, namespace):
            return Refusal("3F000", f'schema "{namespace}" does not exist')
    return None


def is_there(schema: Schema, namespace: str) -> bool:
    own = namespace in _OWN_SCHEMAS or namespace.startswith("pg_")
    return own or namespace in schema.namespaces


def _named(operation: Operation) -> Iterator[str | None]:
    for field in names(type(operation)):
        if field not in _OF_QUERIES:
            yield from _within(getattr(operation, field))


def _within(value: object) -> Iterator[str | None]:
    match value:
        case Name() | Type():
            yield value.schema
        case Constraint(reference=reference) if reference is not None:
            yield reference.table.schema
        case o.Column(constraints=constraints, type=kind):
            yield kind.schema
            yield from (name for constraint in constraints for name in _within(constraint))
        case o.SequenceDetails(owner=owner) if owner is not None:
            yield owner[0].schema
        case tuple():
            yield from (name for item in value for name in _within(item))

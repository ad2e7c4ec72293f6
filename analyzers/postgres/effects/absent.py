"""Objects and schemas that surely aren't there: a complete history never made them."""

from collections.abc import Iterator

from analyzers.postgres import operations as o
from analyzers.postgres.effect import Refusal
from analyzers.postgres.effects.known_types import unknown_type
from analyzers.postgres.effects.namespaces import is_there
from analyzers.postgres.kind import relation_kind
from analyzers.postgres.operations import FUNCTIONS, TYPES, VIEWS, Name, ObjectKind, Operation, Type
from analyzers.postgres.schema import Schema

_METHODS = frozenset({"btree", "hash", "gin", "gist", "spgist", "brin"})
_RELATIONS = VIEWS | {ObjectKind.SEQUENCE}


def absent(operation: Operation, schema: Schema) -> Iterator[Refusal]:
    """Why PostgreSQL surely refuses what it is for; nothing where others may have made it."""
    if not schema.complete or schema.extensions != {"plpgsql"} or operation.lenient:
        return
    match operation:
        case o.RenameObject() | o.AlterObject() | o.MoveObject() | o.Comment():
            yield from _changed(schema, operation)
        case o.AddEnumValue(type=name) | o.RenameEnumValue(type=name) | o.AlterDomain(domain=name):
            yield from _object(schema, ObjectKind.TYPE, name)
        case o.Refresh(view=name):
            yield from _object(schema, ObjectKind.MATERIALIZED_VIEW, name)
        case o.CreateTable(table=name):
            yield from _namespace(schema, name)
        case o.CreateIndex(method=method) if method not in _METHODS:
            yield Refusal("42704", f'access method "{method}" does not exist')
        case o.CreateObject(name=name, table=None, details=details):
            yield from _made(schema, operation.kind, name, details)


def _changed(
    schema: Schema, operation: o.RenameObject | o.AlterObject | o.MoveObject | o.Comment
) -> Iterator[Refusal]:
    if operation.kind in _RELATIONS | TYPES and getattr(operation, "table", None) is None:
        yield from _object(schema, operation.kind, operation.name)
    if operation.kind is ObjectKind.SCHEMA and not is_there(schema, operation.name.name):
        yield Refusal("3F000", f'schema "{operation.name}" does not exist')
    if isinstance(operation, o.AlterObject):
        yield from _owner(schema, operation.details)


def _made(
    schema: Schema, kind: ObjectKind, name: Name, details: o.Details | None
) -> Iterator[Refusal]:
    if kind in _RELATIONS | TYPES | FUNCTIONS:
        yield from _namespace(schema, name)
    if isinstance(details, o.DomainDetails):
        yield from _type(schema, details.base)
    if isinstance(details, o.FunctionDetails):
        for argument in details.arguments:
            yield from _type(schema, argument)
    yield from _owner(schema, details)


def _type(schema: Schema, kind: Type) -> Iterator[Refusal]:
    found = unknown_type(kind, schema).refusal
    if found is not None:
        yield found


def _owner(schema: Schema, details: o.Details | None) -> Iterator[Refusal]:
    """What a sequence is OWNED BY."""
    if not isinstance(details, o.SequenceDetails) or details.owner is None:
        return
    table, column = details.owner
    if schema.has_table(table) is False:
        yield Refusal("42P01", f'relation "{table}" does not exist')
    elif schema.has_column(table, column) is False:
        yield Refusal("42703", f'column "{column}" of relation "{table}" does not exist')


def _object(schema: Schema, kind: ObjectKind, name: Name) -> Iterator[Refusal]:
    if kind in TYPES and kind is not ObjectKind.COMPOSITE:
        if unknown_type(Type(name.name, schema=name.schema), schema).refusal is not None:
            yield Refusal("42704", f'type "{name}" does not exist')
    elif relation_kind(schema, name) is None and schema.has_table(name) is False:
        yield Refusal("42P01", f'relation "{name}" does not exist')


def _namespace(schema: Schema, name: Name) -> Iterator[Refusal]:
    if name.schema is not None and not is_there(schema, name.schema):
        yield Refusal("3F000", f'schema "{name.schema}" does not exist')

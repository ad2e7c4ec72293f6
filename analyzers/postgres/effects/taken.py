"""Names that something else has already."""

from analyzers.postgres import operations as o
from analyzers.postgres.effect import Refusal
from analyzers.postgres.kind import relation_kind
from analyzers.postgres.operations import TYPES, VIEWS, Name, ObjectKind, Operation
from analyzers.postgres.schema import Schema

_TABLE = ObjectKind.TABLE
_RELATIONS = VIEWS | {ObjectKind.SEQUENCE}
_TYPED = VIEWS | {_TABLE, ObjectKind.COMPOSITE}
"""Relations with a type of their name: that of their rows."""

_SEQUENCES_LOST_THEIRS = 14  # measured


def taken(operation: Operation, schema: Schema) -> Refusal | None:
    """What another relation, or a type, is called already.

    https://www.postgresql.org/docs/current/catalog-pg-class.html
    """
    match operation:
        case o.RenameTable(table=old, to=to) | o.RenameIndex(index=old, to=to):
            return _named_anew(schema, old, to)
        case o.RenameObject(kind=kind, name=old, to=to) if kind in _RELATIONS:
            return _named_anew(schema, old, to)
        case o.CreateTable(table=name, temporary=False):
            return _made(schema, name, _TABLE, lenient=operation.if_not_exists)
        case o.CreateObject(kind=kind, name=name, if_not_exists=False) if kind in _RELATIONS:
            return _made(schema, name, kind, replaces=operation.or_replace)
    return _other_taken(operation, schema)


def _other_taken(operation: Operation, schema: Schema) -> Refusal | None:
    match operation:
        case o.RenameObject(kind=ObjectKind.SCHEMA, to=to) if to in schema.namespaces:
            return Refusal("42P06", f'schema "{to}" already exists')
        case o.RenameObject(kind=kind, name=old, to=to) if kind in TYPES:
            new = Name(to, schema.full(old).schema)
            if new in schema.types:
                return Refusal("42710", f'type "{new}" already exists')
            return _made_type(schema, new)
        case o.CreateObject(kind=kind, name=name, if_not_exists=False) if kind in TYPES:
            return _made_type(schema, _full(schema, name))
    return None


def _made(
    schema: Schema,
    name: Name,
    kind: ObjectKind,
    *,
    replaces: bool = False,
    lenient: bool = False,
) -> Refusal | None:
    """What is called so and is of the same kind, the new relation is compared with elsewhere."""
    full = _full(schema, name)
    there = _kind(schema, full)
    if there is not None and there is not kind and not lenient:
        return Refusal("42809" if replaces else "42P07", f'relation "{full}" already exists')
    if there is None and kind in _TYPED and full in schema.types:
        return Refusal("42710", f'type "{full}" already exists')
    return None


def _made_type(schema: Schema, full: Name) -> Refusal | None:
    typed = _TYPED | {ObjectKind.SEQUENCE} if schema.major < _SEQUENCES_LOST_THEIRS else _TYPED
    if _kind(schema, full) not in typed or full in schema.types:
        return None
    return Refusal("42710", f'type "{full}" already exists')


def _kind(schema: Schema, name: Name) -> ObjectKind | None:
    """A table that a query made is there, though nobody knows its columns."""
    table = schema.tables.get(schema.full(name)) if schema.complete else None
    return _TABLE if table is not None and table.exists else relation_kind(schema, name)


def _named_anew(schema: Schema, old: Name, to: str) -> Refusal | None:
    kind, new = _kind(schema, old), Name(to, schema.full(old).schema)
    if kind is None:
        return None
    if _kind(schema, new) is not None:
        return Refusal("42P07", f'relation "{new}" already exists')
    if kind in _TYPED and new in schema.types:
        return Refusal("42710", f'type "{new}" already exists')
    return None


def _full(schema: Schema, name: Name) -> Name:
    return name if name.schema else Name(name.name, next(iter(schema.search_path), "public"))

"""Statements on something of another kind than they are for."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

from analyzers.postgres import operations as o
from analyzers.postgres.effect import Refusal
from analyzers.postgres.kind import relation_kind
from analyzers.postgres.operations import TYPES, VIEWS, Name, ObjectKind, Operation, TableChange
from analyzers.postgres.schema import Schema

Kinds: TypeAlias = frozenset[ObjectKind]
Needs: TypeAlias = Iterable[tuple[Name, Kinds]]

_T, _V, _M = ObjectKind.TABLE, ObjectKind.VIEW, ObjectKind.MATERIALIZED_VIEW
_S, _I, _C = ObjectKind.SEQUENCE, ObjectKind.INDEX, ObjectKind.COMPOSITE
_TABLE = frozenset({_T})
_STORED = frozenset({_T, _M})
_QUERIED = frozenset({_T, _V})
_VIEW = frozenset({_V})
_ROWS = frozenset({_T, _V, _M})
_WRONG_KIND = "42809"


def misplaced(operation: Operation, schema: Schema, major: int) -> Refusal | None:
    """Why PostgreSQL surely refuses to do `operation` to relations of these kinds.

    What each is for: https://www.postgresql.org/docs/current/sql-commands.html; what not, is
    measured.
    """
    needs = _NEEDS.get(type(operation))
    for name, kinds in needs(operation, major) if needs is not None else ():
        kind = relation_kind(schema, name)
        if kind is not None and kind not in kinds:
            code = _code(operation, kind)
            article = "an" if kind is _I else "a"
            return Refusal(code, f'"{name}" is {article} {kind.value}: this is for other objects')
    return _unknown_parameter(operation, schema) or _of_another_type(operation, schema)


def _changed(operation: o.ChangeTable, major: int) -> Needs:
    yield operation.table, _CHANGED.get(operation.change, _TABLE) | _since_15(operation, major)
    if operation.other is not None:
        yield operation.other, _TABLE


def _since_15(operation: o.ChangeTable, major: int) -> Kinds:
    logged = operation.change in (TableChange.LOGGED, TableChange.UNLOGGED)
    return frozenset({_S}) if logged and major >= 15 else frozenset()


_CHANGED: Mapping[TableChange, Kinds] = {
    TableChange.OWNER: frozenset({_T, _V, _M, _S, _I}),
    TableChange.STORAGE_PARAMETERS: frozenset({_T, _V, _M, _I}),
    TableChange.STATISTICS: frozenset({_T, _M, _I}),
    TableChange.TABLESPACE: frozenset({_T, _M, _I}),
    TableChange.COLUMN_OPTIONS: _STORED,
    TableChange.COLUMN_STORAGE: _STORED,
    TableChange.COMPRESSION: _STORED,
    TableChange.ACCESS_METHOD: _STORED,
    TableChange.REPLICA_IDENTITY: _STORED,
    TableChange.CLUSTER_ON: _STORED,
    TableChange.WITHOUT_CLUSTER: _STORED,
}


def _created_table(operation: o.CreateTable, _: int) -> Needs:
    yield from ((name, _TABLE) for name in operation.inherits)
    yield from ((name, _ROWS | {_C}) for name in operation.like)
    if operation.partition_of is not None:
        yield operation.partition_of, _TABLE
    written = (one for column in operation.columns for one in column.constraints)
    for constraint in (*written, *operation.constraints):
        if constraint.reference is not None:
            yield constraint.reference.table, _TABLE


def _added_constraint(operation: o.AddConstraint, _: int) -> Needs:
    yield operation.table, _TABLE
    if operation.constraint.reference is not None:
        yield operation.constraint.reference.table, _TABLE


def _added_column(operation: o.AddColumn, _: int) -> Needs:
    yield operation.table, _TABLE
    for constraint in operation.column.constraints:
        if constraint.reference is not None:
            yield constraint.reference.table, _TABLE


def _created_object(operation: o.CreateObject, _: int) -> Needs:
    details = operation.details
    yield from _owned(operation)
    if operation.kind is ObjectKind.STATISTICS and operation.table:
        yield operation.table, _STORED
    if operation.kind is ObjectKind.POLICY and operation.table:
        yield operation.table, _TABLE
    if operation.kind is ObjectKind.RULE and operation.table:
        yield operation.table, _QUERIED
    if isinstance(details, o.TriggerDetails) and operation.table:
        of_tables = (details.before and details.for_each_row) or "truncate" in details.events
        yield operation.table, _TABLE if of_tables else _VIEW if details.instead else _QUERIED


def _owned(operation: o.CreateObject | o.AlterObject) -> Needs:
    """What a sequence is OWNED BY."""
    details = operation.details
    if isinstance(details, o.SequenceDetails) and details.owner is not None:
        yield details.owner[0], _QUERIED


def _altered(operation: o.AlterObject, _: int) -> Needs:
    return [*_named(operation), *_owned(operation)]


def _named(operation: o.DropObject | o.RenameObject | o.MoveObject | o.AlterObject) -> Needs:
    own = operation.kind in _RELATIONS and getattr(operation, "table", None) is None
    return [(operation.name, frozenset({operation.kind}))] if own else []


_RELATIONS = VIEWS | {_S, _C}


def _moved(operation: o.MoveObject, _: int) -> Needs:
    if operation.kind is _T:
        return [(operation.name, _ROWS | {_S})]
    return _named(operation)


def _commented(operation: o.Comment, _: int) -> Needs:
    if operation.kind in _RELATIONS | {_T, _I} and operation.table is None:
        yield operation.name, frozenset({operation.kind})
    if operation.kind is ObjectKind.COLUMN and operation.table is not None:
        yield operation.table, _ROWS | {_C}


def _granted(operation: o.Grant, _: int) -> Needs:
    return [(name, frozenset({_S})) for name in operation.tables if operation.kind is _S]


def _reindexed(operation: o.Reindex, _: int) -> Needs:
    kinds = {_I: frozenset({_I}), _T: _STORED}.get(operation.kind)
    return [(operation.name, kinds)] if kinds is not None else []


def _of(kinds: Kinds, attribute: str = "table") -> Callable[[Any, int], Needs]:
    return lambda operation, _: [(getattr(operation, attribute), kinds)]


# Each takes the operation of its key; what that is, the type of a table can't say.
_NEEDS: Mapping[type[Operation], Callable[[Any, int], Needs]] = {
    o.CreateTable: _created_table,
    o.DropTable: _of(_TABLE),
    o.RenameTable: _of(frozenset({_T, _V, _M, _S, _I})),
    o.Truncate: _of(_TABLE),
    o.ChangeTable: _changed,
    o.AttachPartition: lambda one, _: [(one.table, _TABLE), (one.partition, _TABLE)],
    o.DetachPartition: _of(_TABLE),
    o.AddColumn: _added_column,
    o.DropColumn: _of(_TABLE),
    o.RenameColumn: _of(_ROWS | {_I}),
    o.AlterColumnType: _of(_TABLE),
    o.SetNotNull: _of(_TABLE),
    o.DropNotNull: _of(_TABLE),
    o.SetDefault: _of(_QUERIED),
    o.DropDefault: _of(_QUERIED),
    o.SetGenerated: _of(_TABLE),
    o.DropGenerated: _of(_TABLE),
    o.AddConstraint: _added_constraint,
    o.ValidateConstraint: _of(_TABLE),
    o.DropConstraint: _of(_TABLE),
    o.CreateIndex: _of(_ROWS),
    o.DropIndex: _of(frozenset({_I}), "index"),
    o.AlterIndex: _of(frozenset({_I}), "index"),
    o.RenameIndex: _of(frozenset({_T, _V, _M, _S, _I}), "index"),
    o.Insert: _of(_QUERIED),
    o.Update: _of(_QUERIED),
    o.Delete: _of(_QUERIED),
    o.Merge: _of(_QUERIED),
    o.LockTable: lambda one, major: [(one.table, _QUERIED if major >= 11 else _TABLE)],
    o.CreateObject: _created_object,
    o.DropObject: lambda one, _: _named(one),
    o.RenameObject: lambda one, _: _named(one),
    o.MoveObject: _moved,
    o.AlterObject: _altered,
    o.Comment: _commented,
    o.Grant: _granted,
    o.Reindex: _reindexed,
    o.Refresh: _of(frozenset({_M}), "view"),
}


def _code(operation: Operation, kind: ObjectKind) -> str:
    rule = isinstance(operation, o.CreateObject) and operation.kind is ObjectKind.RULE
    unsupported = (rule and kind is _M) or (isinstance(operation, o.Refresh) and kind is _T)
    return "0A000" if unsupported else _WRONG_KIND


def _unknown_parameter(operation: Operation, schema: Schema) -> Refusal | None:
    """https://www.postgresql.org/docs/current/sql-createview.html"""
    if not isinstance(operation, o.ChangeTable) or relation_kind(schema, operation.table) is not _V:
        return None
    for option, value in operation.options:
        if option not in _OF_VIEWS and value is not None:
            return Refusal("22023", f'unrecognized parameter "{option}"')
    return None


_OF_VIEWS = ("check_option", "security_barrier", "security_invoker")


def _of_another_type(operation: Operation, schema: Schema) -> Refusal | None:
    """What is done to a type that isn't an enum, or isn't a domain."""
    if not isinstance(operation, _OF_TYPES):
        return None
    if _is_of_rows(operation, schema):
        code = "2BP01" if isinstance(operation, o.DropObject) else _WRONG_KIND
        return Refusal(code, "it is the type of a relation's rows")
    match operation:
        case o.AlterObject(kind=ObjectKind.COMPOSITE, name=name):
            kind = ObjectKind.COMPOSITE
        case o.AddEnumValue(type=name) | o.RenameEnumValue(type=name):
            kind = ObjectKind.ENUM
        case o.AlterDomain(domain=name):
            kind = ObjectKind.DOMAIN
        case o.DropObject(kind=ObjectKind.DOMAIN, name=name):
            kind = ObjectKind.DOMAIN
        case o.RenameObject(kind=ObjectKind.DOMAIN, name=name):
            kind = ObjectKind.DOMAIN
        case _:
            return None
    found = next((schema.types[n] for n in schema.candidates(name) if n in schema.types), None)
    if found is None or found.kind in (kind, ObjectKind.TYPE):
        return None
    code = "42P01" if kind is ObjectKind.COMPOSITE else _WRONG_KIND
    return Refusal(code, f"{name} is of another kind: {found.kind.value}")


_OF_TYPES = (
    o.AlterObject,
    o.AddEnumValue,
    o.RenameEnumValue,
    o.AlterDomain,
    o.DropObject,
    o.RenameObject,
)


def _is_of_rows(operation: Operation, schema: Schema) -> bool:
    """Whether the type that it drops or renames came with a table or view."""
    if not isinstance(operation, o.DropObject | o.RenameObject) or operation.kind not in TYPES:
        return False
    return relation_kind(schema, operation.name) in _ROWS

"""What older majors of PostgreSQL don't parse or don't allow yet.

The parser is PostgreSQL 18's. https://www.postgresql.org/docs/release/
"""

from collections.abc import Callable, Mapping
from typing import Any

from analyzers.postgres.effect import Refusal
from analyzers.postgres.operations import (
    AddColumn,
    AddConstraint,
    AlterDomain,
    AlterIndex,
    AttachPartition,
    ChangeTable,
    Column,
    ConstraintKind,
    CreateIndex,
    CreateObject,
    CreateTable,
    DetachPartition,
    DropGenerated,
    Merge,
    ObjectKind,
    Operation,
    Reindex,
    SetGenerated,
    TableChange,
    TriggerDetails,
)


def unsupported(operation: Operation, major: int) -> Refusal | None:
    """42601 where the major that parses the operation is yet to come."""
    since = _SINCE.get(type(operation))
    first = since(operation) if since is not None else 0
    if major >= first:
        return None
    return Refusal("42601", f"syntax error before PostgreSQL {first}")


def _column(column: Column) -> int:
    since = {"stored": 12, "virtual": 18}.get(column.generated or "", 0)
    alone = column.not_null_alone or any(not c.enforced for c in column.constraints)
    return max(since, 18 if alone else 0)


def _table(operation: CreateTable) -> int:
    partition = 11 if operation.default_partition or operation.strategy == "hash" else 0
    return max((partition, *map(_column, operation.columns)))


def _constraint(operation: AddConstraint) -> int:
    constraint = operation.constraint
    if constraint.kind is ConstraintKind.NOT_NULL or not constraint.enforced:
        return 18
    if constraint.nulls_not_distinct:
        return 15
    return 11 if constraint.includes else 0


def _index(operation: CreateIndex) -> int:
    if operation.nulls_not_distinct:
        return 15
    return 11 if operation.includes or operation.only else 0


def _change(operation: ChangeTable) -> int:
    changes = {TableChange.COMPRESSION: 14, TableChange.ACCESS_METHOD: 15}
    if operation.change is TableChange.ALTER_CONSTRAINT:
        asked = dict(operation.options)
        return 18 if "enforced" in asked or asked.get("inherit") == "true" else 0
    return changes.get(operation.change, 0)


def _object(operation: CreateObject) -> int:
    if operation.kind is ObjectKind.TRIGGER and operation.or_replace:
        return 14
    details = operation.details
    function = isinstance(details, TriggerDetails) and details.execute_function
    return 11 if function or operation.kind is ObjectKind.PROCEDURE else 0


_NOT_NULL = ConstraintKind.NOT_NULL

# Each takes the operation of its key; what that is, the type of a table can't say.
_SINCE: Mapping[type[Operation], Callable[[Any], int]] = {
    AddColumn: lambda operation: _column(operation.column),
    CreateTable: _table,
    AddConstraint: _constraint,
    CreateIndex: _index,
    ChangeTable: _change,
    CreateObject: _object,
    AlterDomain: lambda o: 17 if o.constraint and o.constraint.kind is _NOT_NULL else 0,
    AttachPartition: lambda o: 11 if o.default or o.strategy == "hash" else 0,
    DetachPartition: lambda operation: 14 if operation.concurrently else 0,
    SetGenerated: lambda operation: 17 if operation.how == "expression" else 10,
    DropGenerated: lambda operation: 13 if operation.how == "expression" else 10,
    Reindex: lambda operation: 12 if operation.concurrently else 0,
    AlterIndex: lambda operation: 11 if operation.change == "attach" else 0,
    Merge: lambda _: 15,
}

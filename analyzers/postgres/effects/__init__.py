"""What each operation does: locks, rewrites, scans, losses, errors, on every major.

The facts are PostgreSQL's documentation's where it has them, and measurements on servers of every
major where it hasn't; tests/postgres compares them with servers again.
"""

from collections.abc import Iterator

from analyzers.postgres.effect import Effects, Lock, Loss, LossKind, Refusal
from analyzers.postgres.effects import (
    columns,
    constraints,
    defined_types,
    dropped_objects,
    generated,
    indexes,
    new_columns,
    new_tables,
    objects,
    partitions,
    parts,
    rows,
    session,
    table_changes,
    tables,
    types,
    upkeep,
)
from analyzers.postgres.effects.absent import absent
from analyzers.postgres.effects.computed import misused
from analyzers.postgres.effects.conditions import untrue
from analyzers.postgres.effects.contradictions import contradictions
from analyzers.postgres.effects.enums import used_too_soon
from analyzers.postgres.effects.given import ungiven
from analyzers.postgres.effects.kinds import misplaced
from analyzers.postgres.effects.namespaces import MISSING, nowhere
from analyzers.postgres.effects.pages import page
from analyzers.postgres.effects.question import Answers, Question
from analyzers.postgres.effects.taken import taken
from analyzers.postgres.effects.versions import unsupported
from analyzers.postgres.locks import LockMode
from analyzers.postgres.operations import (
    VIEWS,
    AddEnumValue,
    AlterObject,
    MoveObject,
    Name,
    ObjectKind,
    Opaque,
    Operation,
    RenameObject,
    SetSetting,
)
from analyzers.postgres.schema import Schema
from analyzers.postgres.transaction import Transaction
from analyzers.struct import replace

__all__ = ["Effects", "Lock", "Loss", "LossKind", "Refusal", "effects"]

_ANSWERS: Answers = {
    **tables.ANSWERS,
    **new_tables.ANSWERS,
    **table_changes.ANSWERS,
    **partitions.ANSWERS,
    **columns.ANSWERS,
    **generated.ANSWERS,
    **new_columns.ANSWERS,
    **types.ANSWERS,
    **constraints.ANSWERS,
    **indexes.ANSWERS,
    **upkeep.ANSWERS,
    **rows.ANSWERS,
    **objects.ANSWERS,
    **dropped_objects.ANSWERS,
    **parts.ANSWERS,
    **defined_types.ANSWERS,
    **session.ANSWERS,
}


def effects(operation: Operation, schema: Schema, transaction: Transaction, major: int) -> Effects:
    """What `operation` does to the database `schema`, sent in the midst of `transaction`.

    `schema` is what stands before it; `major` PostgreSQL's, from 10 to 18. One that PostgreSQL
    refuses still shows the locks that it asks for on its way.
    """
    found = _found(operation, schema, transaction, major)
    if found.documentation is not None or found == _NOTHING:
        return found
    return replace(found, documentation=page(operation))


_NOTHING = Effects()


def _found(operation: Operation, schema: Schema, transaction: Transaction, major: int) -> Effects:
    if isinstance(operation, SetSetting):
        return _contradicted(Effects(), operation, schema)
    answer = _ANSWERS.get(type(operation))
    if answer is None:
        return Effects(known=not isinstance(operation, Opaque))
    refusal = unsupported(operation, major) or misplaced(operation, schema, major)
    if refusal is not None:
        return Effects(refusal=refusal)
    if operation.lenient and _surely_missing(operation, schema):
        return Effects()
    found = answer(Question(operation, schema, transaction, major))
    if schema.links.heirs:
        found = found.also(*_bounds(found, schema))
    found = _contradicted(found, operation, schema)
    named = taken(operation, schema)
    if named is not None:
        found = found.also(Effects(refusal=named))
    if found.error in MISSING and (elsewhere := nowhere(operation, schema)) is not None:
        found = replace(found, refusal=elsewhere)
    if transaction.new_values:
        found = found.also(used_too_soon(operation, schema, transaction, major))
    if found.forbidden_in_transaction and transaction.open and not _is_no_type(operation, found):
        message = "cannot run inside a transaction block"
        return replace(found, refusal=Refusal("25001", message))
    return found


def _contradicted(found: Effects, operation: Operation, schema: Schema) -> Effects:
    refusals = (
        *absent(operation, schema),
        *contradictions(operation, schema),
        *misused(operation, schema),
        *ungiven(operation, schema),
        *untrue(operation, schema),
    )
    return found.also(*[Effects(refusal=one) for one in refusals]) if refusals else found


_RELATIONS = VIEWS | {ObjectKind.TABLE, ObjectKind.SEQUENCE}


def _is_no_type(operation: Operation, found: Effects) -> bool:
    """Before it asks for a transaction, ALTER TYPE looks for the type."""
    return isinstance(operation, AddEnumValue) and found.error in ("42704", "3F000")


def _bounds(found: Effects, schema: Schema) -> Iterator[Effects]:
    """To know the bounds of a partition, a session looks once at the table it is part of."""
    for lock in found.locks:
        table = schema.tables.get(lock.relation)
        while table is not None and table.partition_of is not None:
            looked = Lock(table.partition_of, LockMode.ACCESS_SHARE, lock.new, certain=False)
            yield Effects(locks=(looked,))
            table = schema.tables.get(table.partition_of)


def _surely_missing(operation: Operation, schema: Schema) -> bool:
    table = getattr(operation, "table", None)
    if isinstance(operation, RenameObject | AlterObject | MoveObject) and table is None:
        table = operation.name if operation.kind in _RELATIONS else None
        if table is not None and schema.has_relation(schema.full(table)):
            return False
    return isinstance(table, Name) and schema.has_table(table) is False

"""What operations on views, triggers, types and everything else do."""

from collections.abc import Iterator

from analyzers.postgres.effect import Effects, Lock
from analyzers.postgres.effects import documentation as docs
from analyzers.postgres.effects.enums import add_value
from analyzers.postgres.effects.question import Answers, Question, indexes, refused
from analyzers.postgres.locks import LockMode
from analyzers.postgres.operations import (
    AddEnumValue,
    AlterDomain,
    AlterObject,
    Comment,
    CreateObject,
    DropObject,
    FunctionDetails,
    Grant,
    MoveObject,
    Name,
    ObjectKind,
    RenameEnumValue,
    RenameObject,
    ViewDetails,
)
from analyzers.postgres.schema import Schema

_AS = LockMode.ACCESS_SHARE
_SUE = LockMode.SHARE_UPDATE_EXCLUSIVE
_SRE = LockMode.SHARE_ROW_EXCLUSIVE
_AE = LockMode.ACCESS_EXCLUSIVE
_VIEWS = frozenset({ObjectKind.VIEW, ObjectKind.MATERIALIZED_VIEW})
_TYPES = frozenset({ObjectKind.ENUM, ObjectKind.DOMAIN, ObjectKind.COMPOSITE, ObjectKind.TYPE})
_OUTSIDE = frozenset({ObjectKind.DATABASE, ObjectKind.TABLESPACE, ObjectKind.SUBSCRIPTION})

# What making a part of a table locks; dropping it takes ACCESS EXCLUSIVE.
_PARTS = {
    ObjectKind.TRIGGER: _SRE,
    ObjectKind.POLICY: _AE,
    ObjectKind.RULE: _AE,
    ObjectKind.STATISTICS: _SUE,
}


def _create(question: Question[CreateObject]) -> Effects:
    operation = question.operation
    if operation.table is not None:
        table = question.schema.full(operation.table)
        lock = question.lock(table, _PARTS.get(operation.kind, _AE))
        refusal = question.missing(operation.table)
        return Effects(locks=(lock,), refusal=refusal, documentation=docs.CREATE_TRIGGER)
    if operation.kind in _VIEWS:
        return _create_view(question)
    if operation.kind is ObjectKind.PUBLICATION:
        tables = [question.schema.full(name) for name in sorted(operation.sources)]
        return Effects(locks=question.locks(tables, _SUE))
    if operation.kind in _OUTSIDE:
        return Effects(forbidden_in_transaction=True)
    return Effects().also(*_refused(question))


def _create_view(question: Question[CreateObject]) -> Effects:
    operation, schema = question.operation, question.schema
    sources = [schema.full(name) for name in sorted(operation.sources)]
    refusals = [r for name in sorted(operation.sources) if (r := question.missing(name))]
    found = Effects(locks=question.locks(sources, _AS), refusal=refusals[0] if refusals else None)
    details = operation.details
    if operation.kind is ObjectKind.MATERIALIZED_VIEW:
        filled = isinstance(details, ViewDetails) and details.with_data
        found = found.also(Effects(scans=tuple(sources) if filled else ()))
    there = schema.view(operation.name)
    if there is None or not there.exists or operation.if_not_exists:
        return found
    if not operation.or_replace:
        return found.also(refused("42P07", f'relation "{operation.name}" already exists'))
    found = found.also(Effects(locks=(question.lock(there.name, _AE),)))
    outputs = details.outputs if isinstance(details, ViewDetails) else None
    if outputs and there.outputs and outputs[: len(there.outputs)] != there.outputs:
        return found.also(refused("42P16", "cannot change the columns of a view, only add some"))
    return found


def _refused(question: Question[CreateObject]) -> Iterator[Effects]:
    operation, schema = question.operation, question.schema
    names = schema.candidates(operation.name)
    if operation.if_not_exists:
        return
    if operation.kind in _TYPES and any(name in schema.types for name in names):
        yield refused("42710", f'type "{operation.name}" already exists')
    if operation.kind is ObjectKind.SEQUENCE and any(n in schema.sequences for n in names):
        yield refused("42P07", f'relation "{operation.name}" already exists')
    if operation.kind is ObjectKind.SCHEMA and operation.name.name in schema.namespaces:
        yield refused("42P06", f'schema "{operation.name}" already exists')
    if operation.kind is ObjectKind.EXTENSION and operation.name.name in schema.extensions:
        yield refused("42710", f'extension "{operation.name}" already exists')
    if operation.kind is ObjectKind.FUNCTION:
        yield from _other_result(operation, schema)


def _other_result(operation: CreateObject, schema: Schema) -> Iterator[Effects]:
    """OR REPLACE keeps the type of the result."""
    for name in schema.candidates(operation.name):
        there, details = schema.functions.get(name), operation.details
        if there is None or not isinstance(details, FunctionDetails) or details.arguments:
            continue
        if operation.or_replace and there.returns and there.returns != details.returns:
            yield refused("42P13", "cannot change return type of existing function")


def _drop(question: Question[DropObject]) -> Effects:
    operation, schema = question.operation, question.schema
    if operation.table is not None:
        if question.missing(operation.table) is not None and operation.if_exists:
            return Effects()
        lock = question.lock(schema.full(operation.table), _AE)
        return Effects(locks=(lock,), refusal=question.missing(operation.table))
    if operation.kind in _VIEWS:
        return _drop_view(question)
    if operation.kind in _OUTSIDE:
        return Effects(forbidden_in_transaction=True)
    dependents = list(_dependents(question))
    if dependents and not operation.cascade:
        message = (
            f"cannot drop {operation.kind.value} {operation.name}: {dependents[0]} depends on it"
        )
        return refused("2BP01", message)
    return Effects(locks=question.locks(dependents, _AE), documentation=docs.DEPENDENCIES)


def _drop_view(question: Question[DropObject]) -> Effects:
    operation, schema = question.operation, question.schema
    view = schema.view(operation.name)
    if view is None:
        missing = schema.has_table(operation.name) is False and not operation.if_exists
        if missing:
            return refused("42P01", f'view "{operation.name}" does not exist')
        gone = schema.full(operation.name)
        known = schema.has_table(operation.name) is False
        return Effects(locks=() if known else (Lock(gone, _AE),), known=known)
    held = [Name(index.name, view.name.schema) for index in view.indexes]
    above = [other.name for other in schema.views_on(view.name)]
    if above and not operation.cascade:
        return refused("2BP01", f"cannot drop view {view.name}: {above[0]} depends on it")
    return Effects(locks=question.locks([view.name, *held, *above], _AE))


def _dependents(question: Question[DropObject]) -> Iterator[Name]:
    """Tables that need the object, with their indexes where they go with it."""
    operation, schema = question.operation, question.schema
    for table in schema.tables.values():
        if operation.kind is ObjectKind.SCHEMA and table.name.schema == operation.name.name:
            yield table.name
            yield from indexes(table)
        elif operation.kind in _TYPES:
            kinds = (column.type for column in table.columns if column.type)
            if any(kind.name == operation.name.name for kind in kinds):
                yield table.name
        elif operation.kind is ObjectKind.FUNCTION:
            functions = (t.function for t in table.triggers if t.function)
            if any(function.name == operation.name.name for function in functions):
                yield table.name
    if operation.kind is ObjectKind.SEQUENCE:
        yield from _owners(question)


def _owners(question: Question[DropObject]) -> Iterator[Name]:
    for name in question.schema.candidates(question.operation.name):
        sequence = question.schema.sequences.get(name)
        if sequence is not None and sequence.owner is not None:
            yield sequence.owner[0]


def _rename(question: Question[RenameObject]) -> Effects:
    operation = question.operation
    if operation.table is not None:
        return Effects(
            locks=(question.lock(question.schema.full(operation.table), _AE),),
            refusal=question.missing(operation.table),
        )
    if operation.kind in _VIEWS or operation.kind is ObjectKind.SEQUENCE:
        return Effects(locks=(question.lock(_relation(question), _AE),))
    return Effects()


def _relation(
    question: Question[RenameObject] | Question[MoveObject] | Question[AlterObject],
) -> Name:
    """The full name of a view or sequence."""
    schema, name = question.schema, question.operation.name
    found = (n for n in schema.candidates(name) if n in schema.sequences or n in schema.views)
    return next(found, schema.full(name))


def _move(question: Question[MoveObject]) -> Effects:
    operation = question.operation
    if operation.kind is ObjectKind.TABLE:
        full = question.schema.full(operation.name)
        return Effects(locks=(question.lock(full, _AE),), refusal=question.missing(operation.name))
    if operation.kind in _VIEWS or operation.kind is ObjectKind.SEQUENCE:
        return Effects(locks=(question.lock(_relation(question), _AE),))
    return Effects()


def _alter(question: Question[AlterObject]) -> Effects:
    operation = question.operation
    if operation.table is not None:
        table = question.schema.full(operation.table)
        return Effects(locks=(question.lock(table, _AE),))
    if operation.kind in _VIEWS:
        return Effects(locks=(question.lock(_relation(question), _AE),))
    if operation.kind is ObjectKind.SEQUENCE:
        return Effects(locks=(question.lock(_relation(question), _SRE),))
    return Effects(known=operation.kind is not ObjectKind.COMPOSITE)


def _comment(question: Question[Comment]) -> Effects:
    operation, schema = question.operation, question.schema
    if operation.table is not None or operation.kind is ObjectKind.TABLE:
        name = operation.table or operation.name
        return Effects(
            locks=(question.lock(schema.full(name), _SUE),), refusal=question.missing(name)
        )
    if operation.kind is ObjectKind.INDEX:
        owner = schema.owner(operation.name)
        index = Name(operation.name.name, owner.name.schema if owner else operation.name.schema)
        return Effects(locks=(question.lock(index, _SUE),))
    if operation.kind in _VIEWS:
        return Effects(locks=(question.lock(schema.full(operation.name), _SUE),))
    return Effects()


def _grant(question: Question[Grant]) -> Effects:
    if question.major < 18:
        return Effects()
    tables = [question.schema.full(name) for name in question.operation.tables]
    return Effects(locks=question.locks(tables, _AS))


def _add_value(question: Question[AddEnumValue]) -> Effects:
    return add_value(question.operation, question.transaction, question.major)


def _nothing(question: Question[RenameEnumValue]) -> Effects:
    return Effects(documentation=docs.ALTER_TYPE)


def _domain(question: Question[AlterDomain]) -> Effects:
    """A new constraint is tried on every column of the domain, under SHARE."""
    operation, schema = question.operation, question.schema
    checked = operation.constraint is not None and operation.constraint.valid
    if operation.verb not in ("set not null", "validate") and not checked:
        return Effects()
    tables = [
        table.name
        for table in schema.tables.values()
        if any(c.type and c.type.name == operation.domain.name for c in table.columns)
    ]
    return Effects(locks=question.locks(tables, LockMode.SHARE), scans=tuple(tables))


ANSWERS: Answers = {
    CreateObject: _create,
    DropObject: _drop,
    RenameObject: _rename,
    MoveObject: _move,
    AlterObject: _alter,
    Comment: _comment,
    Grant: _grant,
    AddEnumValue: _add_value,
    RenameEnumValue: _nothing,
    AlterDomain: _domain,
}

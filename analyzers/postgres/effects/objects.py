"""What operations on views, triggers, types and everything else do."""

from collections.abc import Container, Iterator, Mapping

from analyzers.postgres.effect import Effects, Lock, Refusal
from analyzers.postgres.effects import documentation as docs
from analyzers.postgres.effects.columns import drop as drop_column
from analyzers.postgres.effects.parts import (
    create_part,
    drop_part,
    has_part,
    is_cloned,
    lacks_part,
    no_part,
)
from analyzers.postgres.effects.question import (
    Answers,
    Question,
    indexes,
    possible,
    refused,
    sequences,
    whole,
)
from analyzers.postgres.locks import LockMode
from analyzers.postgres.operations import (
    AlterObject,
    CreateObject,
    DropColumn,
    DropObject,
    FunctionDetails,
    MoveObject,
    Name,
    ObjectKind,
    RenameObject,
    SequenceDetails,
    ViewDetails,
)
from analyzers.postgres.schema import TEMPORARY, Schema, Table
from analyzers.struct import replace

_AS = LockMode.ACCESS_SHARE


_SUE = LockMode.SHARE_UPDATE_EXCLUSIVE


_SRE = LockMode.SHARE_ROW_EXCLUSIVE


_AE = LockMode.ACCESS_EXCLUSIVE


_VIEWS = frozenset({ObjectKind.VIEW, ObjectKind.MATERIALIZED_VIEW})


_TYPES = frozenset({ObjectKind.ENUM, ObjectKind.DOMAIN, ObjectKind.COMPOSITE, ObjectKind.TYPE})


_OUTSIDE = frozenset({ObjectKind.DATABASE, ObjectKind.TABLESPACE, ObjectKind.SUBSCRIPTION})


def _create(question: Question[CreateObject]) -> Effects:
    operation = question.operation
    if operation.table is not None:
        return create_part(question, question.table(operation.table))
    if operation.kind in _VIEWS:
        return _create_view(question)
    if operation.kind is ObjectKind.PUBLICATION:
        tables = [question.table(name) for name in sorted(operation.sources)]
        reached = [m for t in tables for m in ((t,) if t.partition_by else question.family(t))]
        found = Effects(locks=question.locks([member.name for member in reached], _SUE))
        if question.major < 13 and any(table.partition_by is not None for table in tables):
            found = found.also(refused("0A000", "a partitioned table cannot be published"))
        if any(table.unlogged or table.temporary for table in tables):
            found = found.also(refused("22023", "only what is logged can be published"))
        return found
    if operation.kind in _OUTSIDE:
        return Effects(forbidden_in_transaction=True)
    return Effects().also(*_refused(question))


def _create_view(question: Question[CreateObject]) -> Effects:
    operation, schema = question.operation, question.schema
    sources = [schema.full(name) for name in sorted(operation.sources)]
    refusals = [r for name in sorted(operation.sources) if (r := question.missing(name))]
    found = Effects(locks=question.locks(sources, _AS), refusal=refusals[0] if refusals else None)
    details = operation.details
    filled = isinstance(details, ViewDetails) and details.with_data
    if operation.kind is ObjectKind.MATERIALIZED_VIEW and filled:
        found = found.also(_filled(question))
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


def _filled(question: Question[CreateObject]) -> Effects:
    """A materialized view reads all that its query reaches."""
    schema = question.schema
    reached = [r for name in sorted(question.operation.sources) for r in question.reached(name)]
    tables = [schema.tables.get(one.name) for one in reached]
    read = [table.name for table in tables if table and table.partition_by is None]
    views = [one.name for one in reached if (v := schema.views.get(one.name)) and v.materialized]
    locks = (replace(question.lock(one.name, _AS), certain=not one.spared) for one in reached)
    found = Effects(locks=tuple(locks), scans=(*read, *views))
    return found.also(possible(("55000", "a view has not been populated"))) if views else found


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
    operation = question.operation
    if operation.table is not None:
        return drop_part(question, question.table(operation.table))
    if operation.kind in _VIEWS:
        return _drop_view(question)
    if operation.kind in _OUTSIDE:
        return Effects(forbidden_in_transaction=True)
    return _drop_named(question)


def _drop_named(question: Question[DropObject]) -> Effects:
    operation = question.operation
    missing = _missing_object(question)
    if missing is not None:
        return Effects() if operation.if_exists else Effects(refusal=missing)
    dependents = list(_dependents(question))
    if dependents and not operation.cascade:
        message = (
            f"cannot drop {operation.kind.value} {operation.name}: {dependents[0]} depends on it"
        )
        return refused("2BP01", message)
    if operation.kind is ObjectKind.SEQUENCE:
        if _is_identity(question):
            return refused("2BP01", f"cannot drop {operation.name}: an identity column requires it")
        dependents.append(_relation(question))
    found = Effects(locks=question.locks(dependents, _AE), documentation=docs.DEPENDENCIES)
    return found.also(*_columns_dropped(question)) if operation.kind in _TYPES else found


def _columns_dropped(question: Question[DropObject]) -> Iterator[Effects]:
    """What goes with the columns of a type."""
    for table in question.schema.tables.values():
        for column in table.columns:
            if column.type is not None and column.type.name == question.operation.name.name:
                dropping = DropColumn(table.name, column.name, cascade=True, alone=True)
                locks = drop_column(_instead(question, dropping)).locks
                yield Effects(locks=locks)


def _instead(question: Question[DropObject], operation: DropColumn) -> Question[DropColumn]:
    return Question(operation, question.schema, question.transaction, question.major)


def _is_identity(question: Question[DropObject]) -> bool:
    """The sequence of an identity column goes with the column alone."""
    sequence = question.schema.sequences.get(_relation(question))
    if sequence is None or sequence.owner is None:
        return False
    column = question.table(sequence.owner[0]).column(sequence.owner[1])
    return column is not None and column.generated == "identity"


def _missing_object(question: Question[DropObject]) -> Refusal | None:
    """What a complete history never made, and PostgreSQL doesn't come with."""
    operation, schema = question.operation, question.schema
    held: Mapping[ObjectKind, Container[Name]] = {
        **dict.fromkeys(_TYPES, schema.types),
        ObjectKind.SEQUENCE: schema.sequences,
        ObjectKind.FUNCTION: schema.functions,
        ObjectKind.SCHEMA: {Name(name) for name in (*schema.namespaces, *_OWN_SCHEMAS)},
    }
    code = _CODES.get(operation.kind, "42704")
    if not schema.complete or schema.extensions != {"plpgsql"} or operation.kind not in held:
        return None
    schemas = operation.kind is ObjectKind.SCHEMA
    names = (operation.name,) if schemas else schema.candidates(operation.name)
    if any(name in held[operation.kind] for name in names):
        return None
    return Refusal(code, f"{operation.kind.value} {operation.name} does not exist")


_CODES = {
    ObjectKind.SEQUENCE: "42P01",
    ObjectKind.FUNCTION: "42883",
    ObjectKind.SCHEMA: "3F000",
}
_OWN_SCHEMAS = ("pg_catalog", "information_schema", "pg_toast")


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
    above = list(whole(question.views_over(view.name)))
    if above and not operation.cascade:
        return refused("2BP01", f"cannot drop view {view.name}: {above[0]} depends on it")
    return Effects(locks=question.locks([*whole([view]), *above], _AE))


def _dependents(question: Question[DropObject]) -> Iterator[Name]:
    """Tables that need the object, with their indexes where they go with it."""
    operation, schema, gone = question.operation, question.schema, question.operation.name.name
    for table in schema.tables.values():
        if operation.kind is ObjectKind.SCHEMA and table.name.schema == operation.name.name:
            yield table.name
            yield from indexes(table)
            yield from sequences(schema, table.name)
            yield from sorted(table.targets)
            yield from (other.name for other, _ in schema.referencing(table.name))
            yield from whole(question.views_over(table.name))
        elif operation.kind in _TYPES:
            kinds = (column.type for column in table.columns if column.type)
            if any(kind.name == operation.name.name for kind in kinds):
                yield table.name
        elif operation.kind is ObjectKind.FUNCTION:
            calling = [t for t in table.triggers if t.function and t.function.name == gone]
            defaults = (column.default for column in table.columns)
            if calling or any(gone in default.functions for default in defaults if default):
                yield table.name
            if any(trigger.for_each_row for trigger in calling):
                # The triggers of a partitioned table are those of its partitions.
                yield from (member.name for member in question.parts(table))
    if operation.kind is ObjectKind.SEQUENCE:
        yield from _counting(question)


def _counting(question: Question[DropObject]) -> Iterator[Name]:
    for name in question.schema.candidates(question.operation.name):
        sequence = question.schema.sequences.get(name)
        if sequence is not None:
            yield from (table.name for table in question.schema.counting_by([sequence.name]))


def _rename(question: Question[RenameObject]) -> Effects:
    operation, schema = question.operation, question.schema
    if operation.table is not None:
        table = question.table(operation.table)
        missing = question.missing(operation.table)
        if missing is None and lacks_part(schema, table, operation.kind, operation.name.name):
            return no_part(table, operation.kind, operation.name)
        found = Effects(locks=(question.lock(table.name, _AE),), refusal=missing)
        if operation.kind is ObjectKind.TRIGGER and question.major >= 15:
            found = found.also(_renamed_trigger(question, table))
        if has_part(table, operation.kind, operation.to):
            return found.also(refused("42710", f'"{operation.to}" already exists'))
        return found
    if operation.kind in _VIEWS or operation.kind is ObjectKind.SEQUENCE:
        return Effects(locks=(question.lock(_relation(question), _AE),))
    if operation.kind is ObjectKind.FUNCTION and _is_no_function(question):
        return refused("42883", f"function {operation.name} does not exist")
    return Effects()


def _renamed_trigger(question: Question[RenameObject], table: Table) -> Effects:
    """Since 15 the triggers of partitions have the name that the partitioned table's has."""
    if is_cloned(question.schema, table, question.operation.name.name):
        code = "0A000" if question.major >= 18 else "XX000"
        return refused(code, f"a trigger of the table above {table.name} has that name")
    parts = list(question.parts(table))
    found = Effects(locks=question.locks((part.name for part in parts), _AE))
    if any(has_part(part, ObjectKind.TRIGGER, question.operation.to) for part in parts):
        return found.also(refused("42710", f'trigger "{question.operation.to}" already exists'))
    return found


def _relation(
    question: Question[RenameObject]
    | Question[MoveObject]
    | Question[AlterObject]
    | Question[DropObject],
) -> Name:
    """The full name of a view or sequence."""
    schema, name = question.schema, question.operation.name
    found = (n for n in schema.candidates(name) if n in schema.sequences or n in schema.views)
    return next(found, schema.full(name))


def _move(question: Question[MoveObject]) -> Effects:
    operation = question.operation
    if operation.kind is ObjectKind.TABLE:
        return _move_table(question, question.table(operation.name))
    if operation.kind in _VIEWS or operation.kind is ObjectKind.SEQUENCE:
        return Effects(locks=(question.lock(_relation(question), _AE),))
    return Effects()


def _move_table(question: Question[MoveObject], table: Table) -> Effects:
    """The sequences of its columns go along."""
    operation = question.operation
    counted = sequences(question.schema, table.name)
    found = Effects(
        locks=question.locks([table.name, *counted], _AE), refusal=question.missing(operation.name)
    )
    if operation.to == TEMPORARY:
        return found.also(refused("0A000", "cannot move objects into temporary schemas"))
    if question.schema.complete and operation.to not in question.schema.namespaces:
        return found.also(refused("3F000", f'schema "{operation.to}" does not exist'))
    moved = Name(table.name.name, operation.to)
    if moved != table.name and question.schema.has_relation(moved):
        message = f'relation "{table.name.name}" already exists in schema "{operation.to}"'
        return found.also(refused("42P07", message))
    return found


def _alter(question: Question[AlterObject]) -> Effects:
    operation = question.operation
    if operation.table is not None:
        table = question.table(operation.table)
        if lacks_part(question.schema, table, operation.kind, operation.name.name):
            return no_part(table, operation.kind, operation.name)
        return Effects(
            locks=(question.lock(table.name, _AE),), refusal=question.missing(operation.table)
        )
    if operation.kind in _VIEWS:
        return Effects(locks=(question.lock(_relation(question), _AE),))
    if operation.kind is ObjectKind.SEQUENCE:
        details = operation.details
        owner = details.owner if isinstance(details, SequenceDetails) else None
        tables = [question.schema.full(owner[0])] if owner is not None else []
        locks = (question.lock(_relation(question), _SRE), *question.locks(tables, _AS))
        missing = question.missing(owner[0]) if owner is not None else None
        return Effects(locks=locks, refusal=missing).also(*_owned(question, tables))
    if operation.kind is ObjectKind.FUNCTION and _is_no_function(question):
        return refused("42883", f"function {operation.name} does not exist")
    return Effects(known=operation.kind is not ObjectKind.COMPOSITE)


def _is_no_function(question: Question[AlterObject] | Question[RenameObject]) -> bool:
    schema = question.schema
    names = schema.candidates(question.operation.name)
    alone = schema.complete and schema.extensions == {"plpgsql"}
    return alone and not any(name in schema.functions for name in names)


def _owned(question: Question[AlterObject], tables: list[Name]) -> Iterator[Effects]:
    sequence = question.schema.sequences.get(_relation(question))
    if tables and sequence is not None and sequence.name.schema != tables[0].schema:
        yield refused("55000", "sequence must be in same schema as table it is linked to")
    if tables and sequence is not None and sequence.owner is not None:
        column = question.table(sequence.owner[0]).column(sequence.owner[1])
        if column is not None and column.generated == "identity":
            yield refused("0A000", "cannot change ownership of identity sequence")


ANSWERS: Answers = {
    CreateObject: _create,
    DropObject: _drop,
    RenameObject: _rename,
    MoveObject: _move,
    AlterObject: _alter,
}

"""What operations on views, triggers, types and everything else do."""

from collections.abc import Iterator

from analyzers.postgres.effect import Effects
from analyzers.postgres.effects.dropped_objects import relation
from analyzers.postgres.effects.parts import (
    create_part,
    has_part,
    is_cloned,
    lacks_part,
    may_lack_part,
    no_part,
)
from analyzers.postgres.effects.question import (
    Answers,
    Question,
    has_rows,
    possible,
    refused,
    sequences,
)
from analyzers.postgres.effects.view_columns import rename_shown
from analyzers.postgres.locks import LockMode
from analyzers.postgres.operations import (
    TYPES,
    UNTRANSACTED,
    VIEWS,
    AlterObject,
    CreateObject,
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


def _create(question: Question[CreateObject]) -> Effects:
    operation = question.operation
    if operation.table is not None:
        return create_part(question, question.table(operation.table))
    if operation.kind in VIEWS:
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
    if operation.kind in UNTRANSACTED:
        return Effects(forbidden_in_transaction=True)
    if isinstance(operation.details, SequenceDetails) and operation.details.owner is not None:
        owner = question.schema.full(operation.details.owner[0])
        locks = question.locks([owner], _AS)
        return Effects(locks=locks).also(*_refused(question))
    return Effects().also(*_refused(question))


def _create_view(question: Question[CreateObject]) -> Effects:
    operation, schema = question.operation, question.schema
    sources = [schema.full(name) for name in sorted(operation.sources)]
    refusals = [r for name in sorted(operation.sources) if (r := question.missing(name))]
    found = Effects(locks=question.locks(sources, _AS), refusal=refusals[0] if refusals else None)
    details = operation.details
    columns = details.columns if isinstance(details, ViewDetails) else frozenset()
    if any(not _is_surely_read(schema, sources, column) for column in columns - {"*"}):
        found = found.also(possible(("42703", "there may be no such column to read")))
    if not isinstance(details, ViewDetails) or details.outputs is None:
        found = found.also(possible(*_UNNAMED))
    filled = isinstance(details, ViewDetails) and details.with_data
    if operation.kind is ObjectKind.MATERIALIZED_VIEW and filled:
        found = found.also(_filled(question))
    there = schema.view(operation.name)
    if there is None or not there.exists or operation.if_not_exists:
        return found
    if operation.or_replace:
        found = found.also(possible(("42P16", "a column of it may be of another type")))
    if not operation.or_replace:
        return found.also(refused("42P07", f'relation "{operation.name}" already exists'))
    found = found.also(Effects(locks=(question.lock(there.name, _AE),)))
    outputs = details.outputs if isinstance(details, ViewDetails) else None
    if outputs and there.outputs and outputs[: len(there.outputs)] != there.outputs:
        return found.also(refused("42P16", "cannot change the columns of a view, only add some"))
    return found


_UNNAMED = (
    ("42701", "two of its columns may have the same name"),
    ("42601", "it may name more columns than its query has"),
)


def _is_surely_read(schema: Schema, sources: list[Name], column: str) -> bool:
    views = (view for source in sources if (view := schema.views.get(source)))
    shown = any(view.outputs is not None and column in view.outputs for view in views)
    return shown or any(schema.has_column(source, column) is True for source in sources)


def _filled(question: Question[CreateObject]) -> Effects:
    """A materialized view reads all that its query reaches."""
    schema = question.schema
    reached = [r for name in sorted(question.operation.sources) for r in question.reached(name)]
    read = [one.name for one in reached if has_rows(schema, one.name)]
    views = [name for name in read if name in schema.views]
    locks = (replace(question.lock(one.name, _AS), certain=not one.spared) for one in reached)
    found = Effects(locks=tuple(locks), scans=tuple(read))
    return found.also(possible(("55000", "a view has not been populated"))) if views else found


def _refused(question: Question[CreateObject]) -> Iterator[Effects]:
    operation, schema = question.operation, question.schema
    names = schema.candidates(operation.name)
    if operation.if_not_exists:
        return
    if operation.kind in TYPES and any(name in schema.types for name in names):
        yield refused("42710", f'type "{operation.name}" already exists')
    if operation.kind is ObjectKind.SEQUENCE and any(n in schema.sequences for n in names):
        yield refused("42P07", f'relation "{operation.name}" already exists')
    if operation.kind is ObjectKind.SCHEMA and operation.name.name in schema.namespaces:
        yield refused("42P06", f'schema "{operation.name}" already exists')
    if operation.kind is ObjectKind.EXTENSION and operation.name.name in schema.extensions:
        yield refused("42710", f'extension "{operation.name}" already exists')
    if operation.kind is ObjectKind.FUNCTION:
        yield from _other_result(operation, schema)
        if isinstance(operation.details, FunctionDetails) and operation.details.language == "sql":
            yield possible(("42P13", "the body may give something of another type"))


def _other_result(operation: CreateObject, schema: Schema) -> Iterator[Effects]:
    """OR REPLACE keeps the type of the result."""
    for name in schema.candidates(operation.name):
        there, details = schema.functions.get(name), operation.details
        if there is None or not isinstance(details, FunctionDetails) or details.arguments:
            continue
        if operation.or_replace and there.returns and there.returns != details.returns:
            yield refused("42P13", "cannot change return type of existing function")


def _rename(question: Question[RenameObject]) -> Effects:
    operation, schema = question.operation, question.schema
    view = schema.view(operation.table) if operation.table is not None else None
    if view is not None and operation.kind is ObjectKind.COLUMN:
        return rename_shown(question, view, operation.name.name, spelt_so=True)
    if operation.table is not None:
        return _rename_part(question, question.table(operation.table))
    if operation.kind in VIEWS or operation.kind is ObjectKind.SEQUENCE:
        return Effects(locks=(question.lock(relation(schema, operation.name), _AE),))
    if operation.kind is ObjectKind.FUNCTION and _is_no_function(question):
        return refused("42883", f"function {operation.name} does not exist")
    return Effects()


def _rename_part(question: Question[RenameObject], table: Table) -> Effects:
    operation, schema = question.operation, question.schema
    missing = question.missing(table.name)
    if missing is None and lacks_part(schema, table, operation.kind, operation.name.name):
        return no_part(table, operation.kind, operation.name)
    found = Effects(locks=(question.lock(table.name, _AE),), refusal=missing)
    found = found.also(may_lack_part(table, operation.kind, operation.name.name))
    if operation.kind is ObjectKind.TRIGGER and question.major >= 15:
        found = found.also(_renamed_trigger(question, table))
    if has_part(table, operation.kind, operation.to):
        return found.also(refused("42710", f'"{operation.to}" already exists'))
    return found


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


def _move(question: Question[MoveObject]) -> Effects:
    operation, schema = question.operation, question.schema
    if operation.kind is ObjectKind.TABLE:
        return _move_table(question, question.table(operation.name))
    if operation.kind in VIEWS or operation.kind is ObjectKind.SEQUENCE:
        return Effects(locks=(question.lock(relation(schema, operation.name), _AE),))
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
    operation, schema = question.operation, question.schema
    if operation.table is not None:
        table = question.table(operation.table)
        if lacks_part(question.schema, table, operation.kind, operation.name.name):
            return no_part(table, operation.kind, operation.name)
        found = Effects(
            locks=(question.lock(table.name, _AE),), refusal=question.missing(operation.table)
        )
        return found.also(may_lack_part(table, operation.kind, operation.name.name))
    if operation.kind in VIEWS:
        weak = operation.kind is ObjectKind.MATERIALIZED_VIEW and operation.change in _SETTINGS
        mode = _SUE if weak else _AE
        return Effects(locks=(question.lock(relation(schema, operation.name), mode),))
    if operation.kind is ObjectKind.SEQUENCE:
        details = operation.details
        owner = details.owner if isinstance(details, SequenceDetails) else None
        tables = [question.schema.full(owner[0])] if owner is not None else []
        locks = (
            question.lock(relation(schema, operation.name), _SRE),
            *question.locks(tables, _AS),
        )
        missing = question.missing(owner[0]) if owner is not None else None
        return Effects(locks=locks, refusal=missing).also(*_owned(question, tables))
    if operation.kind is ObjectKind.FUNCTION and _is_no_function(question):
        return refused("42883", f"function {operation.name} does not exist")
    return Effects(known=operation.kind is not ObjectKind.COMPOSITE)


# Of materialized views, as of tables.
_SETTINGS = frozenset(
    {"AT_SetRelOptions", "AT_ResetRelOptions", "AT_SetStatistics", "AT_ClusterOn", "AT_DropCluster"}
)


def _is_no_function(question: Question[AlterObject] | Question[RenameObject]) -> bool:
    schema = question.schema
    names = schema.candidates(question.operation.name)
    alone = schema.complete and schema.extensions == {"plpgsql"}
    return alone and not any(name in schema.functions for name in names)


def _owned(question: Question[AlterObject], tables: list[Name]) -> Iterator[Effects]:
    sequence = question.schema.sequences.get(relation(question.schema, question.operation.name))
    if tables and sequence is not None and sequence.name.schema != tables[0].schema:
        yield refused("55000", "sequence must be in same schema as table it is linked to")
    details = question.operation.details
    given = isinstance(details, SequenceDetails) and (details.owner or details.disowned)
    if given and sequence is not None and sequence.owner is not None:
        column = question.table(sequence.owner[0]).column(sequence.owner[1])
        identity = column is not None and column.generated == "identity"
        if column is not None and identity and column.sequence in (None, sequence.name):
            yield refused("0A000", "cannot change ownership of identity sequence")


ANSWERS: Answers = {
    CreateObject: _create,
    RenameObject: _rename,
    MoveObject: _move,
    AlterObject: _alter,
}

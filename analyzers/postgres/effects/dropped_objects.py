"""What dropping views, types, functions, sequences and schemas does."""

from collections.abc import Container, Iterator, Mapping

from analyzers.postgres.effect import Effects, Lock, Loss, LossKind, Refusal
from analyzers.postgres.effects import documentation as docs
from analyzers.postgres.effects.columns import drop as drop_column
from analyzers.postgres.effects.parts import drop_part
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
    TYPES,
    UNTRANSACTED,
    VIEWS,
    DropColumn,
    DropObject,
    Name,
    ObjectKind,
)
from analyzers.postgres.schema import Schema

_AE = LockMode.ACCESS_EXCLUSIVE


def _drop(question: Question[DropObject]) -> Effects:
    operation = question.operation
    if operation.table is not None:
        return drop_part(question, question.table(operation.table))
    if operation.kind in VIEWS:
        return _drop_view(question)
    if operation.kind in UNTRANSACTED:
        return Effects(forbidden_in_transaction=True)
    return _drop_named(question)


def _drop_named(question: Question[DropObject]) -> Effects:
    operation = question.operation
    missing = _missing_object(question)
    if missing is not None:
        return Effects() if operation.if_exists else Effects(refusal=missing)
    if _is_ambiguous(question):
        return refused("42725", f'function name "{operation.name}" is not unique')
    dependents = list(_dependents(question))
    if dependents and not operation.cascade:
        message = (
            f"cannot drop {operation.kind.value} {operation.name}: {dependents[0]} depends on it"
        )
        return refused("2BP01", message)
    if operation.kind is ObjectKind.SEQUENCE:
        if _is_identity(question):
            return refused("2BP01", f"cannot drop {operation.name}: an identity column requires it")
        dependents.append(relation(question.schema, question.operation.name))
    found = Effects(
        locks=question.locks(dependents, _AE),
        losses=tuple(_dropped_with_it(question)),
        documentation=docs.DEPENDENCIES,
    )
    gone = {operation.name.name} if operation.kind in TYPES else set()
    if gone and any(not table.certain for table in question.schema.tables.values()):
        found = found.also(Effects(known=False))  # it may have such a column
        if not operation.cascade:
            found = found.also(possible(("2BP01", "a column may be of that type")))
    if operation.kind is ObjectKind.SCHEMA:
        gone = {n.name for n in question.schema.types if n.schema == operation.name.name}
    return found.also(*_columns_dropped(question, gone)) if gone else found


def _dropped_with_it(question: Question[DropObject]) -> Iterator[Loss]:
    """The tables of a schema."""
    if question.operation.kind is ObjectKind.SCHEMA:
        for name in question.schema.tables:
            if name.schema == question.operation.name.name:
                yield Loss(LossKind.DROPPED, name)


def _columns_dropped(question: Question[DropObject], types: set[str]) -> Iterator[Effects]:
    """What goes with the columns of a type."""
    for table in question.schema.tables.values():
        for column in table.columns:
            if column.type is not None and column.type.name in types:
                dropping = DropColumn(table.name, column.name, cascade=True, alone=True)
                dropped = drop_column(_instead(question, dropping))
                yield Effects(locks=dropped.locks, losses=dropped.losses)


def _instead(question: Question[DropObject], operation: DropColumn) -> Question[DropColumn]:
    return Question(operation, question.schema, question.transaction, question.major)


def _is_identity(question: Question[DropObject]) -> bool:
    """The sequence of an identity column goes with the column alone."""
    sequence = question.schema.sequences.get(relation(question.schema, question.operation.name))
    if sequence is None or sequence.owner is None:
        return False
    column = question.table(sequence.owner[0]).column(sequence.owner[1])
    return column is not None and column.generated == "identity"


def _missing_object(question: Question[DropObject]) -> Refusal | None:
    """What a complete history never made, and PostgreSQL doesn't come with."""
    operation, schema = question.operation, question.schema
    held: Mapping[ObjectKind, Container[Name]] = {
        **dict.fromkeys(TYPES, schema.types),
        ObjectKind.SEQUENCE: schema.sequences,
        ObjectKind.FUNCTION: schema.functions,
        ObjectKind.SCHEMA: {Name(name) for name in (*schema.namespaces, *_OWN_SCHEMAS)},
    }
    code = _CODES.get(operation.kind, "42704")
    if not schema.complete or schema.extensions != {"plpgsql"} or operation.kind not in held:
        return None
    schemas = operation.kind is ObjectKind.SCHEMA
    names = (operation.name,) if schemas else schema.candidates(operation.name)
    there = [name for name in names if name in held[operation.kind]]
    if there and not _is_another(schema, operation, there[0]):
        return None
    return Refusal(code, f"{operation.kind.value} {operation.name} does not exist")


def _is_ambiguous(question: Question[DropObject]) -> bool:
    """A name alone tells a function only where no other has it."""
    operation, schema = question.operation, question.schema
    if operation.kind is not ObjectKind.FUNCTION or operation.arguments is not None:
        return False
    there = (schema.functions.get(name) for name in schema.candidates(operation.name))
    return any(function is not None and len(function.overloads) > 1 for function in there)


def _is_another(schema: Schema, operation: DropObject, name: Name) -> bool:
    """Whether all functions of the name take other arguments."""
    if operation.kind is not ObjectKind.FUNCTION or operation.arguments is None:
        return False
    overloads = schema.functions[name].overloads
    return bool(overloads) and all(types != operation.arguments for types, _ in overloads)


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
    operation, schema = question.operation, question.schema
    match operation.kind:
        case ObjectKind.SCHEMA:
            yield from _in_namespace(question, operation.name.name)
        case ObjectKind.FUNCTION:
            yield from _calling(question, operation.name.name)
        case ObjectKind.SEQUENCE:
            named = (n for n in schema.candidates(operation.name) if n in schema.sequences)
            yield from (table.name for table in schema.counting_by(named))
        case kind if kind in TYPES:
            for table in schema.tables.values():
                types = (column.type for column in table.columns if column.type)
                if any(one.name == operation.name.name for one in types):
                    yield table.name


def _in_namespace(question: Question[DropObject], namespace: str) -> Iterator[Name]:
    """What is in a schema, and what elsewhere depends on it."""
    schema = question.schema
    tops = [table for name, table in schema.tables.items() if name.schema == namespace]
    for table in (member for top in tops for member in (top, *question.below(top))):
        yield table.name
        yield from filter(None, (table.partition_of,))
        yield from indexes(table)
        yield from sequences(schema, table.name)
        guarding = [c.reference for c in table.constraints if c.reference and c.enforced]
        yield from sorted(reference.table for reference in guarding)
        yield from (other.name for other, _ in schema.referencing(table.name))
        yield from whole(question.views_over(table.name))
    own = [name for name in schema.sequences if name.schema == namespace]
    yield from own
    yield from (table.name for table in schema.counting_by(own))
    for name in schema.functions:
        yield from _calling(question, name.name) if name.schema == namespace else ()


def _calling(question: Question[DropObject], function: str) -> Iterator[Name]:
    for table in question.schema.tables.values():
        calling = [t for t in table.triggers if t.function and t.function.name == function]
        defaults = (column.default for column in table.columns)
        if calling or any(function in default.functions for default in defaults if default):
            yield table.name
        if any(trigger.for_each_row for trigger in calling):
            # The triggers of a partitioned table are those of its partitions.
            yield from (member.name for member in question.parts(table))


def relation(schema: Schema, name: Name) -> Name:
    """The full name of a view or sequence."""
    found = (n for n in schema.candidates(name) if n in schema.sequences or n in schema.views)
    return next(found, schema.full(name))


ANSWERS: Answers = {DropObject: _drop}

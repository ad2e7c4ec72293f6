"""What triggers, policies and rules of a table do, and comments and grants on anything."""

from collections.abc import Iterator

from analyzers.postgres.effect import Effects
from analyzers.postgres.effects import documentation as docs
from analyzers.postgres.effects.columns import no_such_column
from analyzers.postgres.effects.known_types import unordered
from analyzers.postgres.effects.question import (
    Answers,
    Question,
    possible,
    refused,
)
from analyzers.postgres.locks import LockMode
from analyzers.postgres.operations import (
    VIEWS,
    Comment,
    CreateObject,
    DropObject,
    Grant,
    Name,
    ObjectKind,
    TriggerDetails,
)
from analyzers.postgres.schema import Schema, Table, TableColumn
from analyzers.struct import replace

_AS = LockMode.ACCESS_SHARE


_SUE = LockMode.SHARE_UPDATE_EXCLUSIVE


_SRE = LockMode.SHARE_ROW_EXCLUSIVE


_AE = LockMode.ACCESS_EXCLUSIVE


# What making a part of a table locks; dropping it takes ACCESS EXCLUSIVE.
_PARTS = {
    ObjectKind.TRIGGER: _SRE,
    ObjectKind.POLICY: _AE,
    ObjectKind.RULE: _AE,
    ObjectKind.STATISTICS: _SUE,
}


def create_part(question: Question[CreateObject], table: Table) -> Effects:
    """A trigger, policy, rule or statistics of a table."""
    operation = question.operation
    mode = _PARTS.get(operation.kind, _AE)
    family = list(question.parts(table)) if operation.kind is ObjectKind.TRIGGER else [table]
    details = operation.details
    if isinstance(details, TriggerDetails) and not details.for_each_row:
        family = [table]
    found = Effects(
        locks=question.locks([member.name for member in family], mode),
        refusal=question.missing(operation.table) if operation.table else None,
        documentation=docs.CREATE_TRIGGER,
    )
    if operation.kind is ObjectKind.STATISTICS:
        found = found.also(*_no_statistics(question, table))
    if isinstance(details, TriggerDetails):
        found = found.also(*_no_trigger(question, table, details))
        found = found.also(*(no_such_column(table, name) for name in sorted(details.update_of)))
    cloned = operation.kind is ObjectKind.TRIGGER and is_cloned(
        question.schema, table, operation.name.name
    )
    there = any(_has_trigger(question.schema, member, operation) for member in family)
    if cloned or (there and not operation.or_replace):
        message = f'{operation.kind.value} "{operation.name}" for "{table.name}" already exists'
        return found.also(refused("42710", message))
    return found


def _has_trigger(schema: Schema, table: Table, operation: CreateObject) -> bool:
    """Whether a table, or a partition that would get a trigger, has one of the name."""
    name = operation.name.name
    if has_part(table, operation.kind, name):
        return True
    return operation.kind is ObjectKind.TRIGGER and is_cloned(schema, table, name)


def _no_statistics(question: Question[CreateObject], table: Table) -> Iterator[Effects]:
    """None of it is certain: other statistics may have the name already, which comes first.

    https://www.postgresql.org/docs/current/sql-createstatistics.html
    """
    labels = question.operation.labels
    columns = [name for name in labels if name]
    yield possible(("42710", "other statistics may have the name"))
    for name in columns:
        column = table.column(name)
        found = no_such_column(table, name) if column is None else _uncounted(column)
        yield possible(*((one.sqlstate, one.message) for one in found.refusals))
    if len(columns) < len(labels) and question.major < _COUNTS_EXPRESSIONS:
        yield possible(("0A000", "only simple column references are allowed"))
    if len(labels) < 2:
        yield possible(("42P17", "extended statistics require at least 2 columns"))
    if len({*columns}) < len(columns):
        yield possible(("42701", "duplicate column name in statistics definition"))


_COUNTS_EXPRESSIONS = 14


def _uncounted(column: TableColumn) -> Effects:
    """Statistics are of types that a B-tree can order."""
    if unordered(column).error is None and column.generated != "virtual":
        return Effects()
    return refused("0A000", f'column "{column.name}" cannot be used in statistics')


def _no_trigger(
    question: Question[CreateObject], table: Table, details: TriggerDetails
) -> Iterator[Effects]:
    since = 13 if details.before else 11
    if table.partition_by is not None and details.for_each_row and question.major < since:
        yield refused("42809", f'"{table.name}" is a partitioned table')
    schema, function = question.schema, details.function
    known = any(name in schema.functions for name in schema.candidates(function))
    if schema.complete and schema.extensions == {"plpgsql"} and not known:
        certain = function.name not in _BUILT_IN
        yield refused("42883", f"function {function}() does not exist", certain=certain)


_BUILT_IN = frozenset(
    {
        "suppress_redundant_updates_trigger",
        "tsvector_update_trigger",
        "tsvector_update_trigger_column",
    }
)


def has_part(table: Table, kind: ObjectKind, name: str) -> bool:
    if kind is ObjectKind.POLICY:
        return any(policy.name == name for policy in table.policies)
    return kind is ObjectKind.TRIGGER and any(trigger.name == name for trigger in table.triggers)


def lacks_part(schema: Schema, table: Table, kind: ObjectKind, name: str) -> bool:
    listed = kind in (ObjectKind.POLICY, ObjectKind.TRIGGER)
    cloned = kind is ObjectKind.TRIGGER and is_cloned(schema, table, name)
    return table.certain and listed and not cloned and not has_part(table, kind, name)


def is_cloned(schema: Schema, table: Table, name: str | None) -> bool:
    """Whether a partition has a trigger, any or that one, because a table above it has it.

    https://www.postgresql.org/docs/current/sql-createtrigger.html#SQL-CREATETRIGGER-NOTES
    """
    above = table.partition_of
    while above is not None and above in schema.tables:
        parent = schema.tables[above]
        if any(t.for_each_row and name in (None, t.on(table.name)) for t in parent.triggers):
            return True
        above = parent.partition_of
    return False


def may_lack_part(table: Table, kind: ObjectKind, name: str) -> Effects:
    if table.certain or has_part(table, kind, name):
        return Effects()
    return possible(("42704", f'there may be no {kind.value} "{name}" for table "{table.name}"'))


def no_part(table: Table, kind: ObjectKind, name: Name) -> Effects:
    message = f'{kind.value} "{name}" for table "{table.name}" does not exist'
    return refused("42704", message)


def drop_part(question: Question[DropObject], table: Table) -> Effects:
    operation = question.operation
    missing = question.missing(table.name)
    if missing is not None:
        return Effects() if operation.if_exists else Effects(refusal=missing)
    trigger = operation.kind is ObjectKind.TRIGGER
    if trigger and is_cloned(question.schema, table, operation.name.name):
        return refused("2BP01", f"a trigger of the table above {table.name} requires it")
    if lacks_part(question.schema, table, operation.kind, operation.name.name):
        return Effects() if operation.if_exists else no_part(table, operation.kind, operation.name)
    there = table.certain or has_part(table, operation.kind, operation.name.name)
    found = Effects(locks=(replace(question.lock(table.name, _AE), certain=there),))
    if not operation.if_exists:
        found = found.also(may_lack_part(table, operation.kind, operation.name.name))
    if operation.kind is not ObjectKind.TRIGGER:
        return found
    # Triggers for each row are those of the partitions, too.
    others = [member.name for member in question.parts(table) if member.name != table.name]
    locks = (replace(lock, certain=False) for lock in question.locks(others, _AE))
    return found.also(Effects(locks=tuple(locks)))


def _comment(question: Question[Comment]) -> Effects:
    operation, schema = question.operation, question.schema
    if operation.table is not None or operation.kind is ObjectKind.TABLE:
        name = operation.table or operation.name
        mode = _SUE if operation.kind in (ObjectKind.TABLE, ObjectKind.COLUMN) else _AS
        found = Effects(
            locks=(question.lock(schema.full(name), mode),), refusal=question.missing(name)
        )
        return found.also(_no_subject(question, question.table(name)))
    if operation.kind in (ObjectKind.INDEX, ObjectKind.SEQUENCE, *VIEWS):
        return Effects(locks=(question.lock(schema.full(operation.name), _SUE),))
    return Effects()


def _no_subject(question: Question[Comment], table: Table) -> Effects:
    operation, name = question.operation, question.operation.name.name
    if operation.table is None or not table.certain:
        missing = ("42704", "there is no such part"), ("42703", "there is no such column")
        return possible(*missing) if operation.table is not None else Effects()
    if operation.kind is ObjectKind.COLUMN:
        return no_such_column(table, name)
    if operation.kind is ObjectKind.CONSTRAINT and table.constraint(name) is None:
        if question.major >= 18 and name.endswith("_not_null"):
            return possible(("42704", "there is no such constraint"))
        return no_part(table, operation.kind, operation.name)
    if lacks_part(question.schema, table, operation.kind, name):
        return no_part(table, operation.kind, operation.name)
    return Effects()


def _grant(question: Question[Grant]) -> Effects:
    schema, named = question.schema, question.operation.tables
    missing = [refusal for name in named if (refusal := question.missing(name))]
    if missing and not any(schema.full(name) in schema.sequences for name in named):
        return Effects(refusal=missing[0])
    if not named:
        return possible(("3F000", "a schema that it names does not exist"))
    if question.major < 18:
        return Effects()
    return Effects(locks=question.locks(map(schema.full, named), _AS))


ANSWERS: Answers = {Comment: _comment, Grant: _grant}

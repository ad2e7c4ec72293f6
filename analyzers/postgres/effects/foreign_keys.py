"""What PostgreSQL refuses of a foreign key before it looks at any row."""

from collections.abc import Iterator
from typing import Any

from analyzers.postgres.effect import Effects
from analyzers.postgres.effects.columns import no_such_column
from analyzers.postgres.effects.conversions import comparable
from analyzers.postgres.effects.known_types import base_type
from analyzers.postgres.effects.question import Question, possible, refused
from analyzers.postgres.operations import COMPUTED, AddConstraint, Constraint, Reference
from analyzers.postgres.schema import Index, Table


def mismatched(
    question: Question[Any],
    table: Table,
    parent: Table,
    constraint: Constraint,
    reference: Reference,
) -> Iterator[Effects]:
    """What PostgreSQL refuses of a foreign key before it looks at any row."""
    yield from _unsupported(question, table, parent, constraint)
    columns = reference.columns
    if not columns and parent.primary_key is not None:
        index = parent.index(parent.primary_key.name or "")
        columns = () if index and index.valid is False else parent.primary_key.columns
    if not parent.certain and not columns:
        yield possible(("42704", "there is no primary key for the referenced table"))
    if not parent.certain:
        yield possible(("42830", "no unique constraint"), ("42703", "a column does not exist"))
    if parent.certain and not columns:
        yield refused("42704", f'there is no primary key for referenced table "{parent.name}"')
        return
    yield from (no_such_column(parent, column) for column in columns)
    yield from _uneven(constraint, columns)
    if parent.certain and not _is_unique(parent, columns):
        message = f'no unique constraint matches the given keys of "{parent.name}"'
        yield refused("42830", message)
    elif parent.certain and all(_is_deferrable(parent, i) for i in _unique(parent, columns)):
        message = f'cannot use a deferrable unique constraint for referenced table "{parent.name}"'
        yield refused("55000", message)
    yield from _written_to(table, constraint, reference)
    for one, other in zip(constraint.columns, columns, strict=False):
        near, far = table.column(one), parent.column(other)
        if near is None or far is None or near.type is None or far.type is None:
            yield possible(("42804", f'"{one}" and "{other}" may be of incompatible types'))
            continue
        bases = (base_type(near.type, question.schema), base_type(far.type, question.schema))
        if not comparable(*bases):
            yield refused("42804", f'"{one}" and "{other}" are of incompatible types')


def _written_to(table: Table, constraint: Constraint, reference: Reference) -> Iterator[Effects]:
    """Nothing but its expression gives a generated column its value.

    https://www.postgresql.org/docs/current/ddl-generated-columns.html; the rest is measured.
    """
    columns = (table.column(name) for name in constraint.columns)
    if not any(column is not None and column.generated in COMPUTED for column in columns):
        return
    for action, clause, writing in (
        (reference.on_update, "ON UPDATE", ("CASCADE", "SET NULL", "SET DEFAULT")),
        (reference.on_delete, "ON DELETE", ("SET NULL", "SET DEFAULT")),
    ):
        if action in writing:
            message = (
                f"invalid {clause} action for foreign key constraint containing generated column"
            )
            yield refused("42601", message)


def _uneven(constraint: Constraint, columns: tuple[str, ...]) -> Iterator[Effects]:
    if columns and (len(columns) != len(constraint.columns) or len({*columns}) < len(columns)):
        yield refused("42830", "a foreign key refers to as many columns as it has, each once")


def _unsupported(
    question: Question[Any], table: Table, parent: Table, constraint: Constraint
) -> Iterator[Effects]:
    """What the kinds of the two tables forbid."""
    if table.partition_by is not None and question.operation.alone:
        yield refused("42809", "cannot use ONLY for foreign key on partitioned table")
    if question.major < 11 and table.partition_by is not None:
        yield refused("0A000", "foreign keys on partitioned tables are not supported")
    elif question.major < 12 and parent.partition_by is not None:
        yield refused("42809", "cannot reference a partitioned table")
    adding = isinstance(question.operation, AddConstraint)
    if question.major < 18 and table.partition_by is not None and not constraint.valid and adding:
        yield refused("42809", "cannot add a NOT VALID foreign key to a partitioned table")
    if parent.unlogged and table.unlogged is False and not table.temporary:
        message = "constraints on permanent tables may reference only permanent tables"
        yield refused("42P16", message)
    if table.temporary != parent.temporary:
        message = "constraints on temporary tables may reference only temporary tables"
        yield refused("42P16", message)


def _is_unique(table: Table, columns: tuple[str, ...]) -> bool:
    return any(True for _ in _unique(table, columns))


def _unique(table: Table, columns: tuple[str, ...]) -> Iterator[Index]:
    """The indexes that let no two rows have the same values of just these columns."""
    wanted = frozenset(columns)
    for index in table.indexes:
        whole = index.unique and index.predicate is None and index.valid is not False
        if whole and frozenset(index.columns) == wanted:
            yield index


def _is_deferrable(table: Table, index: Index) -> bool:
    constraint = table.constraint(index.name)
    return index.constraint and constraint is not None and constraint.deferrable

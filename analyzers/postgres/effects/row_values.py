"""What PostgreSQL may refuse of the values that rows are given."""

from collections.abc import Iterator
from typing import Any

from analyzers.postgres.effect import Effects
from analyzers.postgres.effects.conversions import is_checked_domain
from analyzers.postgres.effects.question import (
    TWICE,
    Question,
    numbered_twice,
    possible,
    refused,
)
from analyzers.postgres.operations import COMPUTED, ConstraintKind, Insert, Update
from analyzers.postgres.schema import Schema, Table

_KEYS = (ConstraintKind.PRIMARY_KEY, ConstraintKind.UNIQUE)

# Types of expressions are PostgreSQL's to work out.
_TYPES = (
    ("42804", "an expression is of another type than its column"),
    ("42883", "an operator or function does not take such values"),
    ("42846", "a value can't be cast to the type of its column"),
)
_FORMS = (
    ("22001", "a value is too long for its column"),
    ("22003", "a value is out of range"),
    ("22P02", "a value is not of the type of its column"),
    ("22007", "a value is no date or time"),
    ("22023", "a value is not one that its column takes"),
    ("22026", "a bit string is of another length"),
    ("22008", "a date or time is out of range"),
)


def not_assignable(table: Table, operation: Insert | Update, major: int) -> Iterator[Effects]:
    """428C9 (42601 before 14) for values given to columns that PostgreSQL fills by itself."""
    overridden = isinstance(operation, Insert) and operation.overriding
    for name in sorted(operation.given):
        column = table.column(name)
        if column is None or name in table.doubtful:
            continue
        verb = "insert a non-DEFAULT value into" if isinstance(operation, Insert) else "update"
        if column.generated in COMPUTED:
            code = "428C9" if major >= 14 else "42601"
            yield refused(code, f'cannot {verb} column "{name}"')
        elif column.always and not overridden:
            yield refused("428C9", f'cannot {verb} column "{name}"')


def uncounted(
    question: Question[Any], table: Table, operation: Insert | Update
) -> Iterator[Effects]:
    """XX000 for DEFAULT of an identity that PostgreSQL can't tell the sequence of."""
    for column in table.columns if question.major < 13 else ():
        if not numbered_twice(question, table, column):
            continue
        if isinstance(operation, Update):
            asked = column.name in operation.columns and column.name not in operation.given
        else:
            listed = bool(operation.columns or operation.widths)
            asked = listed and column.name not in _given(table, operation)
        yield refused("XX000", TWICE) if asked else possible(("XX000", TWICE))


def _given(table: Table, operation: Insert) -> frozenset[str]:
    """The columns that get anything but DEFAULT in the rows that are written out."""
    if operation.columns:
        return operation.given
    width = max(operation.widths, default=0)
    return frozenset(column.name for column in table.columns[:width])


def left_out(table: Table, operation: Insert, schema: Schema) -> Iterator[Effects]:
    """23502 for columns that get nothing from the rows that are written out, nor by themselves."""
    written = operation.listed and not operation.sources and operation.where is None
    plain = table.certain and table.exists and table.partition_by is None and not table.rules
    checked = any(c.type and is_checked_domain(c.type, schema) for c in table.columns)
    if not written or not plain or table.triggers or checked or len(operation.widths) != 1:
        return
    given = _given(table, operation)
    for column in table.columns:
        nothing = column.has_default is False and column.generated is None
        if nothing and column.not_null is True and column.name not in given:
            yield refused("23502", f'"{table.name}" has to be given a "{column.name}"')


def may_be_refused(question: Question[Any], table: Table) -> Effects:
    """What a table's constraints and types may say to a row."""
    found = [*_TYPES, *_FORMS, *_by_constraints(table)]
    columns = [column for column in table.columns if column.type is not None]
    if any(c.type and is_checked_domain(c.type, question.schema) for c in columns):
        found += [("23514", "a value violates its domain"), ("23502", "a domain refuses NULL")]
    found.append(("55000", "it publishes changes and has no replica identity"))
    if table.partition_by is not None and question.major < 11:
        found.append(("0A000", "partitioned tables take no ON CONFLICT, nor move rows"))
    if table.triggers:
        found.append(("P0001", "a trigger raises it"))
    return possible(*found)


def _by_constraints(table: Table) -> Iterator[tuple[str, str]]:
    if not table.certain or any(column.not_null is not False for column in table.columns):
        yield "23502", "a column refuses NULL"
    kinds = {constraint.kind for constraint in table.constraints}
    if not table.certain or kinds & {*_KEYS} or any(index.unique for index in table.indexes):
        yield "23505", "a row like it is there already"
    if not table.certain or ConstraintKind.FOREIGN_KEY in kinds:
        yield "23503", "a row has no row to refer to"
    partitioned = table.partition_of or table.partition_by
    if not table.certain or ConstraintKind.CHECK in kinds or partitioned:
        yield "23514", "a row violates a check, or belongs to another partition"
    if not table.certain or ConstraintKind.EXCLUDE in kinds:
        yield "23P01", "a row conflicts with another one"

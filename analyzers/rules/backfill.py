"""Changes of rows that are there already: of how many, and in how many steps."""

import re
from collections.abc import Iterator
from typing import TypeAlias

from analyzers.knex.execution import Habit
from analyzers.postgres.operations import Delete, Expression, Insert, Merge, Name, Update
from analyzers.postgres.schema import Schema
from analyzers.rules.context import Context
from analyzers.rules.earlier import empty, existing
from analyzers.rules.wording import is_always
from analyzers.source import Span

RowChange: TypeAlias = Update | Delete | Insert | Merge

_NEXT = re.compile(r";|\b(?:await|return|const|let|var)\b")
_RANGE = re.compile(r"[<>]|\bbetween\b", re.IGNORECASE)


def changes_rows(context: Context) -> RowChange | None:
    """The operation, if it changes rows of a table that others know, or fills one from another.

    Rows that an INSERT lists are new ones, and few.
    """
    operation = context.step.operation
    if not isinstance(operation, RowChange):
        return None
    if isinstance(operation, Insert) and (operation.listed or not operation.sources):
        return None
    table = operation.table
    return operation if existing(context, table) and not empty(context, table) else None


def of_all_rows(operation: RowChange) -> bool:
    """Whether it is an UPDATE or DELETE of whatever there is."""
    return isinstance(operation, Update | Delete) and is_always(operation.where)


def by_key(operation: RowChange, schema: Schema) -> bool:
    """Whether constants name the rows, so that they are few: `WHERE id = 42`."""
    if isinstance(operation, Merge) or operation.where is None:
        return False
    tables = operation.sources if isinstance(operation, Insert) else {operation.table}
    return any(_is_key(operation.where, name, schema) for name in tables)


def in_batches(operation: RowChange, context: Context) -> bool:
    """Whether it is one of many: in a loop, or bounded by LIMIT or a range of a known loop."""
    if context.statement.repeated or getattr(operation, "limited", False):
        return True
    where = getattr(operation, "where", None)
    return where is not None and bool(_RANGE.search(where.sql)) and _unrolled(operation, context)


def loses_a_part(context: Context) -> bool:
    """Whether Knex leaves a part of the call out, a LIMIT for one: that is what is to be said."""
    up, span = context.migration.up, context.statement.span
    return any(
        seen.habit is Habit.IGNORED_BY_KNEX and _one_chain(seen.span, span, context)
        for seen in (up.execution.observations if up else ())
    )


def _one_chain(one: Span, other: Span, context: Context) -> bool:
    """Whether two calls belong to one chain of calls: no other statement begins between them."""
    first, last = sorted((one, other), key=lambda span: span.start)
    if first.path != last.path:
        return False
    between = Span(first.path, first.end, max(first.end, last.start))
    return _NEXT.search(context.migration.sources.excerpt(between)) is None


def _is_key(where: Expression, name: Name, schema: Schema) -> bool:
    return any(key and key <= where.compares for key in _keys(name, schema))


def _keys(name: Name, schema: Schema) -> Iterator[frozenset[str]]:
    table = schema.table(name)
    if table is None or not table.certain:
        yield frozenset({"id"})
    if table is not None:
        for index in table.indexes:
            if index.unique and index.predicate is None:
                yield frozenset(index.columns)
        if table.primary_key is not None:
            yield frozenset(table.primary_key.columns)


def _unrolled(operation: RowChange, context: Context) -> bool:
    """Whether the same call changes the table in other statements too: a loop of known length."""
    up, statement = context.migration.up, context.statement
    return any(
        step.statement is not statement
        and step.statement.span == statement.span
        and getattr(step.operation, "table", None) == operation.table
        for step in (up.steps if up else ())
    )

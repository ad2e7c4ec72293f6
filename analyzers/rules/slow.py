"""Statements that take long on a large table."""

from collections.abc import Iterator

from analyzers.postgres.operations import Insert, Name
from analyzers.rules.backfill import by_key, changes_rows
from analyzers.rules.context import Context
from analyzers.rules.earlier import empty, existing, surely_fails


def slow(context: Context) -> Iterator[Name]:
    """The tables of unknown size that it reads in full, writes anew, or changes many rows of."""
    if surely_fails(context.step):
        return
    effects = context.effects
    for table in (*effects.rewrites, *effects.scans, *_copied(context)):
        if _may_be_large(context, table):
            yield table
    changed = changes_rows(context)
    if changed is not None and not by_key(changed, context.schema) and not _bounded(context):
        yield changed.table


def _copied(context: Context) -> Iterator[Name]:
    """What an INSERT reads to fill a table that is new: how queries read, no effect says."""
    match context.step.operation:
        case Insert(listed=False, sources=sources, table=table) if not existing(context, table):
            yield from sources


def _may_be_large(context: Context, name: Name) -> bool:
    table = context.schema.table(name)
    if table is None:
        return context.schema.has_table(name) is not False
    return not table.new and not empty(context, name)


def _bounded(context: Context) -> bool:
    """Whether it is a single statement with a LIMIT."""
    limited = getattr(context.step.operation, "limited", False)
    return bool(limited) and not context.statement.repeated

"""Habits of a migration's code, with the places that they stand on."""

import re
from collections.abc import Iterator

from analyzers.findings import Direction
from analyzers.knex.execution import Habit, Observation
from analyzers.rules.context import Context, MigrationContext
from analyzers.source import Place, Span


def ignored_in(context: Context) -> bool:
    """Whether Knex drops a part of the very query that this statement comes from."""
    up = context.migration.up
    return any(
        seen.habit is Habit.IGNORED_BY_KNEX and _in_one_chain(seen.span, context)
        for seen in (up.execution.observations if up else ())
    )


def _in_one_chain(call: Span, context: Context) -> bool:
    """Whether nothing but other calls stands between `call` and the one that sends the query."""
    sends = context.statement.span
    if call.path != sends.path:
        return False
    between = Span(call.path, min(call.end, sends.end), max(call.start, sends.start))
    return not re.search(r";|=>|\bawait\b", context.migration.sources.excerpt(between))


def observed(
    context: MigrationContext, *habits: Habit
) -> Iterator[tuple[Observation, Place, Direction]]:
    """What was seen of `habits` in either direction."""
    for replay in context.migration.replays():
        for seen in replay.execution.observations:
            if seen.habit in habits:
                place = context.migration.sources.place(seen.entry or seen.span)
                yield seen, place, replay.execution.direction

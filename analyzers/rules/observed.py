"""Habits of a migration's code, with the places that they stand on."""

from collections.abc import Iterator

from analyzers.findings import Direction
from analyzers.knex.execution import Habit, Observation
from analyzers.rules.context import Context, MigrationContext
from analyzers.source import Place


def ignored_in(context: Context) -> bool:
    """Whether Knex drops a part of the very query that this statement comes from."""
    up, span = context.migration.up, context.statement.span
    return any(
        seen.habit is Habit.IGNORED_BY_KNEX and (span.holds(seen.span) or seen.span.holds(span))
        for seen in (up.execution.observations if up else ())
    )


def observed(
    context: MigrationContext, *habits: Habit
) -> Iterator[tuple[Observation, Place, Direction]]:
    """What was seen of `habits` in either direction."""
    for replay in context.migration.replays():
        for seen in replay.execution.observations:
            if seen.habit in habits:
                place = context.migration.sources.place(seen.entry or seen.span)
                yield seen, place, replay.execution.direction

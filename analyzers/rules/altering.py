"""What Knex's `.alter()` sends: a column is described anew, in several statements."""

import re
from collections.abc import Iterator, Sequence

from analyzers.postgres.operations import (
    AlterColumnType,
    DropDefault,
    DropNotNull,
    SetDefault,
    SetNotNull,
)
from analyzers.rules.context import AddedMigration, Step
from analyzers.struct import Struct

_CONTINUES = (DropNotNull, AlterColumnType, SetDefault, SetNotNull)
_WRITTEN_OUT = re.compile(r"drop\s+default", re.IGNORECASE)


class Altering(Struct, frozen=True):
    """The statements of one `.alter()`, which begin with a DROP DEFAULT."""

    drop: DropDefault
    first: Step
    rest: tuple[Step, ...]

    def unasked(self) -> Iterator[Step]:
        """The DROP NOT NULL that the call doesn't ask for with `.nullable()`."""
        for step in self.rest:
            own = step.statement.span == self.first.statement.span
            if own and isinstance(step.operation, DropNotNull):
                yield step


def alterings(migration: AddedMigration) -> Iterator[Altering]:
    """Every `.alter()` of `up`."""
    steps = migration.up.steps if migration.up else ()
    for index, step in enumerate(steps):
        if isinstance(step.operation, DropDefault) and _by_knex(migration, step):
            rest = tuple(_rest(steps, index, step.operation))
            yield Altering(step.operation, step, rest)


def _rest(steps: Sequence[Step], index: int, drop: DropDefault) -> Iterator[Step]:
    for step in steps[index + 1 :]:
        change = step.operation
        if not isinstance(change, _CONTINUES):
            return
        if (change.table, change.column) != (drop.table, drop.column):
            return
        yield step


def _by_knex(migration: AddedMigration, step: Step) -> bool:
    """Whether nobody wrote the DROP DEFAULT in SQL."""
    end = step.operation.at.end
    span = step.statement.sql.span(max(end - len("drop default"), 0), end)
    return span is None or not _WRITTEN_OUT.search(migration.sources.excerpt(span))

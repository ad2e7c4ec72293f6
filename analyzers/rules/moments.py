"""The operations of a migration, or of all that a pull request adds, at their moments."""

from collections.abc import Iterator

from analyzers.findings import Direction, Finding
from analyzers.rules.context import AddedMigration, Changes, Context
from analyzers.settings import Settings
from analyzers.struct import replace


def of_all(changes: Changes) -> Iterator[Context]:
    """Every operation of each `up`, in the order in which Knex will send them."""
    for migration in changes.added:
        yield from of_migration(migration, changes.settings)


def of_migration(migration: AddedMigration, settings: Settings) -> Iterator[Context]:
    """Every operation of `up`."""
    for step in migration.up.steps if migration.up else ():
        yield Context(migration, step, settings)


def spoken(context: Context, finding: Finding) -> Finding:
    """A finding of a check that looks at more than one operation, about this one."""
    return replace(
        finding,
        direction=Direction.UP,
        statement=context.statement.sql.string,
        offset=context.step.operation.at.start,
    )

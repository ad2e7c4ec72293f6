"""Of which tables a pull request changes the history tells only in part, and why."""

from collections.abc import Iterable, Iterator

from analyzers.postgres.operations import CreateTable, Name, RenameTable
from analyzers.replay import Known
from analyzers.result import PartlyKnown
from analyzers.rules.context import AddedMigration
from analyzers.tables import tables


def partly_known(known: Known, added: Iterable[AddedMigration]) -> tuple[PartlyKnown, ...]:
    """Those of the tables that `added` speak of, in alphabetical order."""
    every = tuple(added)
    named = {name for migration in every for name in tables(migration.up)}
    made = set(_made(every))
    reasons = ((name, _reason(known, name)) for name in sorted(named - made))
    return tuple(PartlyKnown(str(name), reason) for name, reason in reasons if reason)


def _made(added: Iterable[AddedMigration]) -> Iterator[Name]:
    for migration in added:
        for step in migration.up.steps if migration.up else ():
            operation = step.operation
            if isinstance(operation, CreateTable):
                yield step.schema.full(operation.table)
            if isinstance(operation, RenameTable):
                yield step.schema.full(operation.table)._replace(name=operation.to)


def _reason(known: Known, name: Name) -> str | None:
    table = known.schema.table(name)
    if table is None:
        return None if name in known.schema.views else "no applied migration creates it"
    if table.certain and table.exists:
        return None
    if known.doubt is not None:
        return f"{known.doubt} is not fully understood and may have changed it"
    if known.shared and table.exists:
        return "other migrations of the same package, in a directory of their own, may change it"
    return "an applied migration creates or changes it under a condition that only a run decides"

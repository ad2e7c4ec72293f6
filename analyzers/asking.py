"""Asks every rule about the changes of one directory."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from itertools import chain
from typing import TypeAlias

from analyzers.findings import Direction, Finding, Related, Severity
from analyzers.knex.execution import Statement
from analyzers.postgres.operations import Operation, Range
from analyzers.rules import catalogue
from analyzers.rules.context import (
    AddedMigration,
    Changes,
    Context,
    MigrationContext,
    Step,
    written_elsewhere,
)
from analyzers.rules.rule import MigrationCheck, OperationCheck
from analyzers.settings import Settings
from analyzers.struct import replace
from analyzers.tables import named_tables

Found: TypeAlias = tuple[Finding, ...]
Key: TypeAlias = tuple[str, str]
"""The directory and the path of a migration: one file may be in several directories."""

WHOLE = ""
"""In the place of a path: all changes of the directory."""

Told: TypeAlias = Mapping[Key, Found]
"""What is found in single migrations, and in whole directories."""


def ask(changes: Changes, told: Told) -> Iterator[Finding]:
    """The findings of all rules, with the tables that they concern.

    What nothing is told of yet is asked about.
    """
    asked = tuple(_asked(changes, told))
    tables = _tables_of(changes)
    elsewhere = _elsewhere(changes)
    said = {
        f.place for f in asked if catalogue()[f.rule].displaces and f.severity is Severity.ERROR
    }
    for finding in asked:
        if finding.place in said and not catalogue()[finding.rule].displaces:
            continue
        concerned = finding.tables or tuple(tables[finding.place.path, finding.statement or ""])
        related = _written(finding, elsewhere.get((finding.place.path, finding.statement or "")))
        more = (*finding.related, *related)
        yield replace(finding, tables=concerned, related=more) if concerned or related else finding


def ask_changes(changes: Changes) -> Found:
    """What the rules find that look at all changes of a directory."""
    checks = chain.from_iterable(rule.changes_checks for rule in catalogue().values())
    return tuple(chain.from_iterable(check(changes) for check in checks))


def ask_migration(migration: AddedMigration, settings: Settings) -> Found:
    """What the rules that look at one migration, or at its statements, find."""
    context = MigrationContext(migration, settings)
    whole = chain.from_iterable(check(context) for check in _migration_checks())
    return (*whole, *_of_operations(migration, settings))


def _asked(changes: Changes, told: Told) -> Iterator[Finding]:
    whole = told.get((changes.directory, WHOLE))
    yield from ask_changes(changes) if whole is None else whole
    for added in changes.added:
        found = told.get((changes.directory, added.path))
        yield from ask_migration(added, changes.settings) if found is None else found


def _of_operations(migration: AddedMigration, settings: Settings) -> Iterator[Finding]:
    checks = _operation_checks()
    for step in migration.up.steps if migration.up else ():
        context = Context(migration, step, settings)
        for check in checks.get(type(step.operation), ()):
            for finding in check(step.operation, context):
                yield replace(
                    finding,
                    direction=Direction.UP,
                    statement=step.statement.sql.string,
                    offset=step.operation.at.start,
                    tables=_tables(step),
                )


Imported: TypeAlias = tuple[AddedMigration, Statement]


def _elsewhere(changes: Changes) -> Mapping[tuple[str, str], Imported]:
    """The statements of each migration that another file writes, or has a part in."""
    found: dict[tuple[str, str], Imported] = {}
    for migration in changes.added:
        if len(migration.sources.files) > 1:
            for execution in migration.executions():
                for statement in execution.statements:
                    found[migration.path, statement.sql.string] = (migration, statement)
    return found


def _written(finding: Finding, imported: Imported | None) -> tuple[Related, ...]:
    if imported is None:
        return ()
    migration, statement = imported
    at = Range(finding.offset or 0, len(statement.sql))
    place = written_elsewhere(migration, statement, at, finding.place)
    return (Related(place, "what is sent is written here"),) if place is not None else ()


def _tables_of(changes: Changes) -> Mapping[tuple[str, str], Iterable[str]]:
    """What each text of each migration concerns, where the size of a table counts at all."""
    found: dict[tuple[str, str], dict[str, None]] = defaultdict(dict)
    sizes = changes.settings.large_tables or changes.settings.small_tables
    for migration in changes.added if sizes else ():
        for step in migration.up.steps if migration.up else ():
            concerned = found[migration.path, step.statement.sql.string]
            concerned.update(dict.fromkeys(_tables(step)))
    return found


def _tables(step: Step) -> tuple[str, ...]:
    """The full names of the tables whose rows an operation reads or writes, else of its object."""
    rows = step.effects.rewrites + step.effects.scans
    names = rows or tuple(step.schema.full(name) for name in named_tables(step.operation))
    return tuple(dict.fromkeys(map(str, names)))


@cache
def _migration_checks() -> tuple[MigrationCheck, ...]:
    return tuple(chain.from_iterable(rule.migration_checks for rule in catalogue().values()))


@cache
def _operation_checks() -> Mapping[type[Operation], list[OperationCheck[Operation]]]:
    """The checks of all rules by what they look at."""
    found: dict[type[Operation], list[OperationCheck[Operation]]] = {}
    for rule in catalogue().values():
        for operation, checks in rule.operation_checks.items():
            found.setdefault(operation, []).extend(checks)
    return found

"""A down that loses data which up did not make

A rollback of a migration should cost what the migration brought, and nothing else. A `down` that
empties a table which was there before, that makes a column anew instead of
[changing it](https://www.postgresql.org/docs/current/sql-altertable.html), or that drops the table
into which `up` moved rows, loses what nobody meant to give up; and whoever rolls back in an
incident learns it afterwards. In production a new migration that repairs forward is nearly always
the better way.

What `down` drops and doesn't bring back at all is `down-does-not-reverse-up`.

## Unsafe

```js
exports.up = (knex) => knex.schema.createTable('plans', (table) => table.text('name').primary());
exports.down = (knex) => knex.schema.dropTable('plans');
```

```js
exports.up = (knex) => knex('plans').insert({ name: 'free' });
exports.down = (knex) => knex('plans').del(); // expect: down-loses-data
```

## Safe

```js
exports.up = (knex) => knex.schema.createTable('plans', (table) => table.text('name').primary());
exports.down = (knex) => knex.schema.dropTable('plans');
```

```js
exports.up = (knex) => knex('plans').insert({ name: 'free' });
exports.down = (knex) => knex('plans').where({ name: 'free' }).del();
```

## When it is fine

Where rollbacks only ever happen on machines of developers. What `up` itself made empty may go: of
that nothing is said.
"""

from collections.abc import Iterable, Iterator
from itertools import chain, takewhile

from analyzers.findings import Direction, Finding, Severity
from analyzers.postgres.difference import How
from analyzers.postgres.operations import (
    AddColumn,
    CreateTable,
    Delete,
    DropColumn,
    DropTable,
    Insert,
    Merge,
    Name,
    RenameColumn,
    RenameTable,
    Truncate,
    Update,
)
from analyzers.postgres.parts import Part, whole
from analyzers.postgres.schema import TEMPORARY, Schema
from analyzers.reversal import Reversal, reversal
from analyzers.rules.context import AddedMigration, MigrationContext, Replay, Step, place_of
from analyzers.rules.rule import Rule
from analyzers.rules.wording import code, is_always
from analyzers.struct import Struct, field

rule = Rule(__name__, __doc__, severity=Severity.NOTICE, about_down=True)


class _Made(Struct):
    """What the steps before made, under its last name: tables, those that they filled, columns."""

    tables: set[Name] = field(default_factory=set)
    filled: set[Name] = field(default_factory=set)
    columns: set[tuple[Name, str]] = field(default_factory=set)

    def rename(self, old: Name, to: str) -> None:
        new = Name(to, old.schema)
        for names in (self.tables, self.filled):
            if old in names:
                names.add(new)
        self.columns |= {(new, column) for table, column in self.columns if table == old}


@rule.on_migration
def check(context: MigrationContext) -> Iterator[Finding]:
    migration = context.migration
    up, down = migration.up, migration.down
    if up is None or down is None or down.execution.throws is not None:
        return
    losing = [(step, lost) for step in down.steps if (lost := _lost(step, up, down))]
    found = reversal(migration, context.settings.postgres) if losing else None
    run = tuple(_until_refused(down, found))
    for step, lost in losing:
        if any(step is other for other in run) and not _is_missing_in(found, step):
            yield _finding(migration, step, lost)


def _finding(migration: AddedMigration, step: Step, lost: str) -> Finding:
    return rule.finding(
        place_of(migration, step.statement, step.operation.at),
        f"`down` {lost}",
        advice="In production, repair forward with a new migration; in `down`, keep what `up` "
        "did not make.",
        direction=Direction.DOWN,
        statement=step.statement.sql.string,
    )


def _until_refused(down: Replay, found: Reversal | None) -> Iterator[Step]:
    refused = found.refused.step if found is not None and found.refused is not None else None
    return takewhile(lambda step: step is not refused, down.steps)


def _is_missing_in(found: Reversal | None, step: Step) -> bool:
    """Whether it never comes back, which another rule says."""
    schema = step.schema
    gone: Part | None = None
    match step.operation:
        case DropTable(table=table):
            gone = whole("table", schema.full(table))
        case DropColumn(table=table, column=column):
            gone = Part("column", column, schema.full(table))
    differences = found.differences if found is not None else ()
    return any(one.how is How.MISSING and one.part == gone for one in differences)


def _lost(step: Step, up: Replay, down: Replay) -> str:
    """What is lost, as the rest of a sentence; empty where nothing is, as far as is known."""
    if not step.effects.losses:
        return ""
    schema = step.schema
    made = _made(chain(up.steps, takewhile(lambda other: other is not step, down.steps)))
    match step.operation:
        case DropTable(table=table) if _is_there(schema, table) or not step.operation.if_exists:
            return _lost_table(schema.full(table), made, up, down, step)
        case DropColumn(table=table, column=column) if schema.has_column(table, column):
            name = schema.full(table)
            new = name in made.tables or (name, column) in made.columns or _is_new(up, name)
            return "" if new else f"drops {code(column)} of {code(name)}, which `up` did not add."
        case Truncate(table=table) | Delete(table=table, where=None):
            name = schema.full(table)
            new = name in made.tables or _is_new(up, name)
            return "" if new else f"deletes all rows of {code(name)}, not just those of `up`."
        case Delete(table=table, where=where) if is_always(where):
            return f"deletes all rows of {code(table)}, not just those of `up`."
    return ""


def _lost_table(name: Name, made: _Made, up: Replay, down: Replay, step: Step) -> str:
    if name.schema == TEMPORARY:
        return ""
    if name in made.filled and not _reads_before(down, step, name):
        return f"drops {code(name)}, into which `up` moved rows of other tables."
    if name in made.tables or _is_new(up, name):
        return ""
    return f"drops {code(name)}, which `up` did not make: its rows are gone."


def _is_there(schema: Schema, table: Name) -> bool:
    return schema.table(table) is not None


def _is_new(up: Replay, name: Name) -> bool:
    """Whether an earlier migration of the same pull request made it, and left it empty."""
    table = up.after.tables.get(name)
    return table is not None and (table.new or table.temporary)


def _reads_before(down: Replay, last: Step, name: Name) -> bool:
    """Whether `down` copies the rows elsewhere first."""
    for step in takewhile(lambda step: step is not last, down.steps):
        if isinstance(step.operation, Insert | Update | CreateTable | Merge):
            sources = (step.schema.full(source) for source in step.operation.sources)
            if name in sources:
                return True
    return False


def _made(steps: Iterable[Step]) -> _Made:
    made = _Made()
    for step in steps:
        _note_tables(made, step)
        _note_columns(made, step)
    return made


def _note_tables(made: _Made, step: Step) -> None:
    schema = step.schema
    match step.operation:
        case CreateTable(table=table, temporary=temporary, sources=sources):
            name = Name(table.name, TEMPORARY) if temporary else schema.full(table)
            made.tables.add(name)
            if sources:
                made.filled.add(name)
        case (
            Insert(table=table, sources=sources, listed=False) | Merge(table=table, sources=sources)
        ):
            if sources and schema.full(table) in made.tables:
                made.filled.add(schema.full(table))
        case RenameTable(table=table, to=to):
            made.rename(schema.full(table), to)


def _note_columns(made: _Made, step: Step) -> None:
    schema = step.schema
    match step.operation:
        case AddColumn(table=table, column=column):
            if schema.has_column(table, column.name) is not True:
                made.columns.add((schema.full(table), column.name))
        case RenameColumn(table=table, column=old, to=new):
            if (schema.full(table), old) in made.columns:
                made.columns.add((schema.full(table), new))

"""An alter() that takes DEFAULT or NOT NULL from a column

Knex's [`.alter()`](https://knexjs.org/guide/schema-builder.html#alter) describes the whole column
anew: it sends `DROP DEFAULT`, `DROP NOT NULL` and the type, and sets again only what the call
itself says. A default or a NOT NULL that an earlier migration gave the column is gone without a
word, inserts that relied on the default write NULL, and on the way back nothing restores it.

`{ alterNullable: false }` leaves NOT NULL alone, `{ alterType: false }` the type. The default is
dropped in every case. To state `.notNullable()` again has every row read (see
`set-not-null-scans-table`).

## Unsafe

```js
exports.up = (knex) =>
  knex.schema.createTable('users', (table) => table.string('plan', 20).defaultTo('free'));
exports.down = (knex) => knex.schema.dropTable('users');
```

```js
exports.up = (knex) =>
  knex.schema.alterTable('users', (table) => {
    table.string('plan', 50).alter(); // expect: alter-resets-column
  });
```

## Safe

```js
exports.up = (knex) =>
  knex.schema.createTable('users', (table) => table.string('plan', 20).defaultTo('free'));
exports.down = (knex) => knex.schema.dropTable('users');
```

```js
exports.up = async (knex) => {
  await knex.raw("SET LOCAL lock_timeout = '5s'");
  await knex.schema.alterTable('users', (table) => {
    table.string('plan', 50).defaultTo('free').alter({ alterNullable: false });
  });
};
```

## When it is fine

When they were meant to go. Say so with `.nullable()` and `.defaultTo(null)`.
"""

from collections.abc import Iterator
from itertools import dropwhile

from analyzers.findings import Direction, Finding, Severity
from analyzers.postgres.operations import DropDefault, Name, RenameColumn, RenameTable, SetDefault
from analyzers.postgres.schema import Schema, TableColumn
from analyzers.rules.altering import Altering, alterings
from analyzers.rules.context import Context, MigrationContext, Replay
from analyzers.rules.earlier import existing, surely_fails
from analyzers.rules.rule import Rule
from analyzers.rules.wording import code, takes

rule = Rule(__name__, __doc__, severity=Severity.WARNING)

WAYS = {
    "NOT NULL": ("`.alter({ alterNullable: false })`", "`.nullable()`"),
    "default": ("`.defaultTo(…)` with the old value", "`.defaultTo(null)`"),
}
"""How to keep what `.alter()` takes, and how to give it up."""


@rule.on_migration
def check(context: MigrationContext) -> Iterator[Finding]:
    up = context.migration.up
    for altering in alterings(context.migration):
        here = Context(context.migration, altering.first, context.settings)
        fails = any(map(surely_fails, altering.rest))
        if up is None or fails or not existing(here, altering.drop.table):
            continue
        lost = list(_lost(altering, up))
        if lost:
            yield _finding(altering.drop, lost, here)


def _lost(altering: Altering, up: Replay) -> Iterator[str]:
    """What the column had, was not told to give up, and has no more when the migration ends."""
    drop = altering.drop
    before = _column(altering.first.schema, drop.table, drop.column)
    if before is None or not (before.has_default or before.not_null):
        return
    after = _column(up.after, drop.table, drop.column)
    if after is None:
        after = _column(up.after, *_renamed(altering, up))
    if after is None:
        return
    told = any(isinstance(step.operation, SetDefault) for step in altering.rest)
    if before.has_default and after.has_default is False and not told:
        yield f"its default ({code(before.default.sql)})" if before.default else "its default"
    if before.not_null and after.not_null is False and any(altering.unasked()):
        yield "NOT NULL"


def _renamed(altering: Altering, up: Replay) -> tuple[Name, str]:
    """What the table and the column are called when the migration ends."""
    table, column = altering.first.schema.full(altering.drop.table), altering.drop.column
    for step in dropwhile(lambda step: step is not altering.first, up.steps):
        match step.operation:
            case RenameTable(table=renamed, to=to) if step.schema.full(renamed) == table:
                table = Name(to, table.schema)
            case RenameColumn(table=of, column=old, to=to) if old == column:
                column = to if step.schema.full(of) == table else column
    return table, column


def _column(schema: Schema, name: Name, column: str) -> TableColumn | None:
    table = schema.table(name)
    return table.column(column) if table else None


def _finding(drop: DropDefault, lost: list[str], context: Context) -> Finding:
    column, table = code(drop.column), code(drop.table)
    both = len(lost) > 1
    return rule.finding(
        context.place(drop.at),
        f"`.alter()` takes {' and '.join(lost)} from {column} of {table} without a word, since the "
        f"call does not state {'them' if both else 'it'} again.{takes(context)}",
        advice=_advice(lost),
        direction=Direction.UP,
        statement=context.statement.sql.string,
    )


def _advice(lost: list[str]) -> str:
    keep, leave = zip(*(WAYS.get(what, WAYS["default"]) for what in lost), strict=True)
    return f"To keep it: {' and '.join(keep)}. If it was meant to go: {' and '.join(leave)}."

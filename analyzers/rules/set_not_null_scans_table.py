"""SET NOT NULL reads the whole table under its lock

To see that no row is NULL, PostgreSQL reads all of them while it holds an [ACCESS EXCLUSIVE
lock](https://www.postgresql.org/docs/current/sql-altertable.html): reads and writes wait. From
PostgreSQL 12 on it skips that where a *valid* CHECK constraint proves it; one that is still NOT
VALID doesn't help. Knex's `.notNullable().alter()` drops NOT NULL and sets it again, on a column
that had it too: `.alter({ alterNullable: false })` leaves it alone.

## Unsafe

```js
exports.up = (knex) =>
  knex.schema.alterTable('users', (table) => {
    table.dropNullable('email'); // expect: set-not-null-scans-table
  });
```

## Safe

Three deployments: add the CHECK unread, validate it without blocking anybody, then set NOT NULL.

```js
exports.up = (knex) =>
  knex.raw('ALTER TABLE users ADD CONSTRAINT users_email_set CHECK (email IS NOT NULL) NOT VALID');
```

```js
exports.up = (knex) => knex.raw('ALTER TABLE users VALIDATE CONSTRAINT users_email_set');
```

```js
exports.up = async (knex) => {
  await knex.raw('ALTER TABLE users ALTER COLUMN email SET NOT NULL');
  await knex.raw('ALTER TABLE users DROP CONSTRAINT users_email_set');
};
```

## When it is fine

When the table is small. PostgreSQL 10 and 11 always read it.
"""

from collections.abc import Iterator

from analyzers.findings import Finding, Severity
from analyzers.postgres.operations import (
    AlterColumnType,
    DropDefault,
    DropNotNull,
    SetDefault,
    SetNotNull,
)
from analyzers.rules.context import Context, Step
from analyzers.rules.earlier import before, surely_fails, works_through
from analyzers.rules.long_names import name_of
from analyzers.rules.rule import Rule
from analyzers.rules.wording import code, fenced, identifier, raw, takes

rule = Rule(__name__, __doc__, severity=Severity.ERROR, by_size=True)

SKIPS_BY_CHECK = 12
"""https://www.postgresql.org/docs/release/12.0/"""


ALTERS = (DropDefault, DropNotNull, AlterColumnType, SetDefault)
KEEP = "`.alter({ alterNullable: false })`"


@rule.on(SetNotNull)
def check(change: SetNotNull, context: Context) -> Iterator[Finding]:
    table = change.table
    earlier = _alter(change, context)
    if not works_through(context, table) or any(map(surely_fails, earlier)):
        return
    had = bool(earlier) and _was_set(change, earlier[0])
    what = (
        f"`.alter()` takes NOT NULL from {code(change.column)} and sets it again, which"
        if had
        else f"Setting {code(change.column)} NOT NULL"
    )
    yield rule.finding(
        context.place(change.at),
        f"{what} reads every row of {code(table)} under its lock.{takes(context)}",
        advice=f"It is NOT NULL already: {KEEP} leaves that as it is."
        if had
        else _advice(change, context.settings.postgres),
    )


def _alter(change: SetNotNull, context: Context) -> list[Step]:
    """What `.alter()` sends before it, if that is what sets NOT NULL."""
    own: list[Step] = []
    for step in reversed(list(before(context))):
        operation = step.operation
        if not isinstance(operation, ALTERS) or operation.column != change.column:
            return []
        if operation.table != change.table:
            return []
        own.insert(0, step)
        if isinstance(operation, DropDefault):
            return own
    return []


def _was_set(change: SetNotNull, first: Step) -> bool:
    table = first.schema.table(change.table)
    column = table.column(change.column) if table is not None else None
    return column is not None and bool(column.not_null)


def _advice(change: SetNotNull, major: int) -> str:
    if major < SKIPS_BY_CHECK:
        return ""
    alter = f"ALTER TABLE {identifier(change.table)}"
    constraint = identifier(name_of(change.table.name, change.column, "not_null"))
    column = identifier(change.column)
    return "Prove it beforehand, in two migrations of earlier deployments:\n" + fenced(
        raw(f"{alter} ADD CONSTRAINT {constraint} CHECK ({column} IS NOT NULL) NOT VALID"),
        "// then",
        raw(f"{alter} VALIDATE CONSTRAINT {constraint}"),
    )

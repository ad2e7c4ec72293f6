"""Dropping a column that holds data

Its values are gone for good; a `down` brings the column back empty. PostgreSQL only marks the
column as dropped, but for that it takes an
[ACCESS EXCLUSIVE lock](https://www.postgresql.org/docs/current/sql-altertable.html) on the table
(and on the referenced one, if the column carries a foreign key): reads and writes wait. Running
versions of the application that still name the column fail, `INSERT`s of an ORM included.

An archive made in the same migration, before the drop, turns this into a warning. `DROP COLUMN …
CASCADE` is `drop-cascade`.

## Unsafe

```js
exports.up = (knex) =>
  knex.schema.alterTable('users', (table) => {
    table.dropColumn('phone'); // expect: drop-column
  });
```

## Safe

Deploy code that no longer names the column. Until it is dropped in a later release, it must not
get in the way of inserts:

```js
exports.up = (knex) => knex.raw('ALTER TABLE users ALTER COLUMN phone DROP NOT NULL');
```

## When it is fine

When no running version names the column, and its values are worthless or kept elsewhere.
"""

from collections.abc import Iterator

from analyzers.findings import Finding, Severity
from analyzers.postgres.operations import DropColumn
from analyzers.rules.context import Context
from analyzers.rules.earlier import archived, column_added, existing
from analyzers.rules.rule import Rule
from analyzers.rules.wording import code, takes

rule = Rule(__name__, __doc__, severity=Severity.ERROR)


@rule.on(DropColumn)
def check(drop: DropColumn, context: Context) -> Iterator[Finding]:
    table, column = code(drop.table), code(drop.column)
    if drop.cascade or not context.effects.losses or not existing(context, drop.table):
        return
    if column_added(context, drop.table, drop.column):
        return
    kept = archived(context, drop.table, drop.column)
    loss = "what was written since it was copied" if kept else "all of its values"
    yield rule.finding(
        context.place(drop.at),
        f"This drops {column} of {table}: {loss} will be gone for good, and a running version "
        f"that still names it fails.{takes(context)}",
        severity=Severity.WARNING if kept else None,
        advice=f"Deploy code that no longer names {column} first, copy the values that matter, and "
        "drop it in a later release.",
    )

"""A change of type that rewrites the table or its indexes

Unless the old values can stay as they are on disk (`varchar(50)` to `varchar(100)` or `text`, more
digits for `numeric`), PostgreSQL [copies the table and builds all its indexes
anew](https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES) under an
ACCESS EXCLUSIVE lock: reads and writes wait until it is done. `integer` to `bigint` is such a
change. Tables whose foreign keys point at the column are locked and read too.

## Unsafe

```js
exports.up = (knex) => knex.schema.createTable('users', (table) => table.integer('visits'));
```

```js
exports.up = (knex) =>
  knex.schema.alterTable('users', (table) => {
    table.bigInteger('visits').alter(); // expect: column-type-rewrites-table
  });
```

## Safe

Add a column of the new type, write both, fill the old rows in batches, and change over:

```js
exports.up = (knex) =>
  knex.schema.alterTable('users', (table) => {
    table.bigInteger('visits_big');
  });
```

## When it is fine

When the table is small. `timestamp` to `timestamptz` needs no copy from PostgreSQL 12 on, if the
session's time zone is UTC.
"""

from collections.abc import Iterator

from analyzers.findings import Finding, Severity
from analyzers.postgres.effects import Effects
from analyzers.postgres.operations import AlterColumnType
from analyzers.rules.context import Context
from analyzers.rules.earlier import works_through
from analyzers.rules.narrowing_column_type import what_happens
from analyzers.rules.rule import Rule
from analyzers.rules.wording import code, listed, takes, type_name

rule = Rule(__name__, __doc__, severity=Severity.ERROR, by_size=True)


@rule.on(AlterColumnType)
def check(change: AlterColumnType, context: Context) -> Iterator[Finding]:
    table, column, effects = change.table, code(change.column), context.effects
    if what_happens(effects) or not works_through(context, table):
        return
    yield rule.finding(
        context.place(change.at),
        f"To change {column} to `{type_name(change.type)}`, PostgreSQL {_work(effects)}."
        f"{takes(context)}",
        advice=f"Add a column of the new type beside {column}, deploy code that writes both, fill "
        "the old rows in batches, and change over in a later release.",
    )


def _work(effects: Effects) -> str:
    if effects.rewrites:
        return f"rewrites {listed(effects.rewrites)} and builds its indexes anew"
    if effects.rebuilds:
        return f"builds {listed(effects.rebuilds)} anew"
    return f"reads every row of {listed(effects.scans)} again, to check its constraints"

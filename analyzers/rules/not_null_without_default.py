"""Adding a NOT NULL column without a default

As soon as the table has one row, PostgreSQL refuses the statement (SQLSTATE 23502, `column "…"
contains null values`) and the migration fails; on an empty development database it passes. Where
it does pass, `INSERT`s of the running version, which doesn't know the column, fail.
See [ALTER TABLE](https://www.postgresql.org/docs/current/sql-altertable.html).

## Unsafe

```js
exports.up = (knex) =>
  knex.schema.alterTable('users', (table) => {
    table.string('locale').notNullable(); // expect: not-null-without-default
  });
```

## Safe

A default that is no `VOLATILE` expression is stored once, not written into each row (PostgreSQL 11
and later; before, the whole table is rewritten):

```js
exports.up = (knex) =>
  knex.schema.alterTable('users', (table) => {
    table.string('locale').notNullable().defaultTo('en');
  });
```

Where no default is right: add the column nullable, deploy code that writes it, fill the old rows,
and add `CHECK (locale IS NOT NULL) NOT VALID`, validate it, then set NOT NULL.

## When it is fine

On a table that is empty in production. Tables that the pull request creates are not reported.
"""

from collections.abc import Iterator

from analyzers.findings import Finding, Severity
from analyzers.postgres.operations import AddColumn
from analyzers.rules.context import Context
from analyzers.rules.earlier import empty, existing
from analyzers.rules.rule import Rule
from analyzers.rules.wording import code

rule = Rule(__name__, __doc__, severity=Severity.ERROR)

CONTAINS_NULL = "23502"
"""https://www.postgresql.org/docs/current/errcodes-appendix.html"""


@rule.on(AddColumn)
def check(added: AddColumn, context: Context) -> Iterator[Finding]:
    column, table = added.column, added.table
    refusal = context.effects.refusal
    if refusal is None or refusal.sqlstate != CONTAINS_NULL or column.generated is not None:
        return  # what is computed is NULL in some rows only
    if not existing(context, table) or empty(context, table):
        return
    yield rule.finding(
        context.place(added.at),
        f"PostgreSQL refuses to add {code(column.name)} as NOT NULL without a default as soon as "
        f"{code(table)} has a row.",
        advice=f"Give it a default (`.defaultTo(…)`); or add {code(column.name)} nullable, deploy "
        "code that writes it, fill the old rows in batches, and set NOT NULL in a later migration.",
    )

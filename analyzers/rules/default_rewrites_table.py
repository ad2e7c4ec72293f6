"""A default that makes PostgreSQL rewrite the whole table

A constant default, and one like `now()` that is the same for the whole statement, is stored once
for all rows. One that differs from row to row (`gen_random_uuid()`, `random()`, `nextval(…)`) is
written into each: PostgreSQL [copies the table and builds all its indexes
anew](https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES) under an
ACCESS EXCLUSIVE lock, and reads and writes wait. PostgreSQL 10 does so for every default, and all
of them for a column whose type is a domain with a CHECK, even without one.

## Unsafe

```js
exports.up = (knex) =>
  knex.schema.alterTable('users', (table) => {
    table.uuid('token').defaultTo(knex.raw('gen_random_uuid()')); // expect: default-rewrites-table
  });
```

## Safe

Add the column without it, set the default for new rows, and fill the old ones in batches:

```js
exports.up = async (knex) => {
  await knex.schema.alterTable('users', (table) => {
    table.uuid('token');
  });
  await knex.raw('ALTER TABLE users ALTER COLUMN token SET DEFAULT gen_random_uuid()');
};
```

## When it is fine

When the table is small. Tables that the pull request creates are not reported.
"""

from collections.abc import Iterator

from analyzers.findings import Finding, Severity
from analyzers.postgres.operations import AddColumn
from analyzers.rules.context import Context
from analyzers.rules.earlier import works_through
from analyzers.rules.rule import Rule
from analyzers.rules.wording import code, fenced, identifier, numbers_itself, raw, takes

rule = Rule(__name__, __doc__, severity=Severity.ERROR, by_size=True)


@rule.on(AddColumn)
def check(added: AddColumn, context: Context) -> Iterator[Finding]:
    column, table = added.column, added.table
    if numbers_itself(column) or not context.effects.rewrites or not works_through(context, table):
        return
    rewrites = f"PostgreSQL rewrites {code(table)} and builds its indexes anew.{takes(context)}"
    if column.default is None:
        yield rule.finding(
            context.place(added.at),
            f"{code(column.type)} is a domain with constraints, which each row has to meet: "
            f"{rewrites}",
            advice=f"Give {code(column.name)} the plain type, and add the domain's condition to "
            "the table as a `CHECK … NOT VALID`, validated later.",
        )
        return
    name, alter = identifier(column.name), f"ALTER TABLE {identifier(table)}"
    yield rule.finding(
        context.place(added.at),
        f"The default {code(column.default.sql)} is written into every row: {rewrites}",
        advice=f"Add {code(column.name)} without a default, set it for new rows, and fill the old "
        "ones in batches:\n"
        + fenced(raw(f"{alter} ALTER COLUMN {name} SET DEFAULT {column.default.sql}")),
    )

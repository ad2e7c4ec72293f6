"""A serial, identity or stored generated column rewrites the whole table

Each row gets a value of its own, so PostgreSQL [copies the table and builds all its indexes
anew](https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES) under an
ACCESS EXCLUSIVE lock: reads and writes wait until it is done. Knex's `increments()` and
`bigIncrements()` on an existing table are `serial`. `SET EXPRESSION` (PostgreSQL 17) works a
stored column out anew. A virtual generated column (PostgreSQL 18) writes nothing.

## Unsafe

```js
exports.up = (knex) =>
  knex.schema.alterTable('users', (table) => {
    table.specificType('number', 'bigserial'); // expect: generated-column-rewrites-table
  });
```

## Safe

```js
exports.up = async (knex) => {
  await knex.raw('CREATE SEQUENCE users_number_seq');
  await knex.raw('ALTER TABLE users ADD COLUMN number bigint');
  await knex.raw("ALTER TABLE users ALTER COLUMN number SET DEFAULT nextval('users_number_seq')");
};
```

The rows that are there already are filled in batches afterwards.

## When it is fine

When the table is small. Tables that the pull request creates are not reported.
"""

from collections.abc import Iterator

from analyzers.findings import Finding, Severity
from analyzers.postgres.operations import AddColumn, SetGenerated
from analyzers.rules.context import Context
from analyzers.rules.earlier import works_through
from analyzers.rules.rule import Rule
from analyzers.rules.wording import code, numbers_itself, takes

rule = Rule(__name__, __doc__, severity=Severity.ERROR, by_size=True)

KINDS = {"identity": "an identity column", "stored": "a stored generated column"}


@rule.on(AddColumn)
def check(added: AddColumn, context: Context) -> Iterator[Finding]:
    column, table = added.column, added.table
    if not numbers_itself(column) or not context.effects.rewrites:
        return
    if not works_through(context, table):
        return
    kind = KINDS.get(column.generated or "", f"`{column.type.name}`")
    yield rule.finding(
        context.place(added.at),
        f"{code(column.name)} is {kind}, so every row gets a value: PostgreSQL rewrites "
        f"{code(table)} and builds its indexes anew.{takes(context)}",
        advice=f"Add {code(column.name)} as a plain nullable column, let a default or a trigger "
        "fill new rows, and fill the old ones in batches.",
    )


@rule.on(SetGenerated)
def check_expression(change: SetGenerated, context: Context) -> Iterator[Finding]:
    column, table = code(change.column), change.table
    if not context.effects.rewrites or not works_through(context, table):
        return
    yield rule.finding(
        context.place(change.at),
        f"A stored column is worked out anew for every row: for the new expression of {column}, "
        f"PostgreSQL rewrites {code(table)} and builds its indexes anew.{takes(context)}",
        advice=f"Add a plain column beside {column} that a trigger fills for new rows, fill the "
        "old ones in batches, and change over in a later release.",
    )

"""A new enum value is used in the transaction that adds it

PostgreSQL refuses to use a value that [`ALTER TYPE … ADD
VALUE`](https://www.postgresql.org/docs/current/sql-altertype.html) added, before the transaction
that added it has committed (SQLSTATE 55P04): not in an UPDATE, and not as a default. Knex runs all
pending migrations in **one** transaction, so that the next file of the same deployment fails too,
although each file alone would pass. Before PostgreSQL 12 the value cannot even be added in a
transaction (25001).

## Unsafe

```js
exports.up = async (knex) => {
  await knex.raw("CREATE TYPE mood AS ENUM ('sad')");
  await knex.schema.createTable('people', (table) => table.specificType('mood', 'mood'));
};
```

```js
exports.up = async (knex) => {
  await knex.raw("ALTER TYPE mood ADD VALUE 'glad'");
  // expect: enum-value-used-in-same-transaction
  await knex.raw("ALTER TABLE people ALTER COLUMN mood SET DEFAULT 'glad'");
};
```

## Safe

```js
exports.up = async (knex) => {
  await knex.raw("ALTER TYPE mood ADD VALUE 'glad'");
};
```

## When it is fine

From PostgreSQL 17 on for a type that the same transaction created: this rule is silent then.
"""

from collections.abc import Iterator

from analyzers.findings import Direction, Finding, Severity
from analyzers.postgres.operations import AddEnumValue
from analyzers.rules.context import MigrationContext, Step, place_of
from analyzers.rules.rule import Rule
from analyzers.rules.wording import code, fenced, no_transaction

rule = Rule(__name__, __doc__, severity=Severity.ERROR)


@rule.on_migration
def check(context: MigrationContext) -> Iterator[Finding]:
    migration = context.migration
    for step in migration.up.steps if migration.up else ():
        message = _message(step)
        if message:
            yield rule.finding(
                place_of(migration, step.statement, step.operation.at),
                message,
                advice="Add the value in a migration of its own, without a transaction, and use it "
                "in the next:\n" + fenced(no_transaction(migration.sources, migration.path)),
                direction=Direction.UP,
                statement=step.statement.sql.string,
            )


def _message(step: Step) -> str | None:
    operation, error = step.operation, step.effects.error
    if error == "55P04":
        return "This uses an enum value that the same transaction added: PostgreSQL refuses it."
    if error == "25001" and isinstance(operation, AddEnumValue):
        added = f"{code(operation.value)} to {code(operation.type)}"
        return f"Before PostgreSQL 12, {added} cannot be added in a transaction."
    return None

"""A migration without a down

Knex checks every pending file before it runs the first and refuses one that has no `down`:
"Invalid migration: … must have both an up and down function". Not the rollback fails, but
`migrate:latest`: [no migration of the batch runs](https://knexjs.org/guide/migrations.html).

## Unsafe

```js
// expect: missing-down
exports.up = (knex) => knex.schema.createTable('users', (table) => table.increments());
```

## Safe

```js
exports.up = (knex) => knex.schema.createTable('users', (table) => table.increments());
exports.down = (knex) => knex.schema.dropTable('users');
```

## When it is fine

Never. What cannot be undone exports a `down` that throws and says what to do instead.
"""

from collections.abc import Iterator

from analyzers.findings import Finding, Severity
from analyzers.rules.context import MigrationContext
from analyzers.rules.rule import Rule
from analyzers.rules.wording import code

rule = Rule(__name__, __doc__, severity=Severity.ERROR)


@rule.on_migration
def check(context: MigrationContext) -> Iterator[Finding]:
    migration = context.migration
    if migration.syntax_problems or "down" in migration.exports:
        return
    yield rule.finding(
        migration.start,
        f"{code(migration.name)} exports no `down`: Knex refuses to run any migration ('must have "
        "both an up and down function').",
        advice="Export a `down` that undoes `up`; where that is impossible, one that throws an "
        "error saying why and what to do instead.",
    )

"""A migration without an up

Knex checks every pending file before it runs the first and refuses one that has no `up`: "Invalid
migration: … must have both an up and down function". No migration of the batch runs then. That
holds for [every file in the directory that Knex loads](https://knexjs.org/guide/migrations.html),
helpers and `.d.ts` files too.

## Unsafe

```js file=20240101000000_create_users.js
exports.up = (knex) => knex.schema.createTable('users', (table) => table.increments());
exports.down = (knex) => knex.schema.dropTable('users');
```

```js
// expect: missing-up
exports.down = (knex) => knex.schema.dropTable('teams');
```

## Safe

```js
exports.up = (knex) => knex.schema.createTable('users', (table) => table.increments());
exports.down = (knex) => knex.schema.dropTable('users');
```

## When it is fine

Never in a directory of migrations: put helpers elsewhere.
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
    if migration.syntax_problems or "up" in migration.exports:
        return
    yield rule.finding(
        migration.start,
        f"{code(migration.name)} exports no `up`: Knex refuses to run any migration ('must have "
        "both an up and down function').",
        advice="Export an `up`, or move the file out of the migrations directory.",
    )

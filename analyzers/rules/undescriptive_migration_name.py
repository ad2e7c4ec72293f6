"""A file name that does not say what the migration does

`knex migrate:list`, the table [`knex_migrations`](https://knexjs.org/guide/migrations.html) and
every error message show nothing of a migration but its name, and it can never be changed: at
night, in the middle of an incident, `fix` and `update_1` tell nobody what to roll back.

## Unsafe

```js file=20240301000000_update.js
// expect: undescriptive-migration-name
exports.up = (knex) => knex.schema.createTable('users', (table) => table.increments());
exports.down = (knex) => knex.schema.dropTable('users');
```

## Safe

```js file=20240301000000_create_users.js
exports.up = (knex) => knex.schema.createTable('users', (table) => table.increments());
exports.down = (knex) => knex.schema.dropTable('users');
```

## When it is fine

Where a directory of its own names the release, and holds one migration for it.
"""

import re
from collections.abc import Iterator

from analyzers.findings import Finding, Severity
from analyzers.rules.context import MigrationContext
from analyzers.rules.rule import Rule
from analyzers.rules.wording import code

rule = Rule(__name__, __doc__, severity=Severity.NOTICE)

SAYS_NOTHING = {
    "alter", "change", "changed", "changes", "database", "db", "edit", "fix", "fixed", "fixes",
    "foo", "hotfix", "migrate", "migration", "migrations", "minor", "misc", "modify", "new",
    "patch", "schema", "stuff", "table", "tables", "temp", "test", "tmp", "update", "updated",
    "updates", "wip",
}  # fmt: skip


@rule.on_migration
def check(context: MigrationContext) -> Iterator[Finding]:
    migration = context.migration
    stem = migration.name.rpartition(".")[0]
    words = re.findall(r"[a-z]+", re.sub(r"([a-z])([A-Z])", r"\1_\2", stem).lower())
    if not words or not set(words) <= SAYS_NOTHING:
        return
    yield rule.finding(
        migration.start,
        f"{code(migration.name)} does not say what it does, and its name is all that Knex shows.",
        advice="Name the table and the change: `add_locale_to_users`, `create_invoices`.",
    )

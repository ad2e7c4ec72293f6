"""A migration where Knex does not look, or no migration where it does

Knex loads the files of `migrations.directory` with the extensions of `loadExtensions`, and neither
looks into sub-folders nor takes `.mjs`, `.mts` and `.sql` of itself. A migration elsewhere is
never run, and nothing says so. The other way round, it takes everything in there for a migration:
a helper or a `.d.ts` without `up` and `down` stops every run, `migrate:latest` and
`migrate:rollback` alike. See [the migration
API](https://knexjs.org/guide/migrations.html#migration-api).

## Unsafe

```js file=./knexfile.js
module.exports = {
  client: 'pg',
  connection: process.env.DATABASE_URL,
  migrations: { directory: './migrations' },
};
```

```js file=20240101000000_create_users.js
exports.up = (knex) => knex.schema.createTable('users', (table) => table.bigIncrements());
exports.down = (knex) => knex.schema.dropTable('users');
```

```js file=migrations/2024/20240201000000_create_teams.js
// expect: migration-outside-directory
exports.up = (knex) => knex.schema.createTable('teams', (table) => table.bigIncrements());
exports.down = (knex) => knex.schema.dropTable('teams');
```

## Safe

```js file=./knexfile.js
module.exports = {
  client: 'pg',
  connection: process.env.DATABASE_URL,
  migrations: { directory: './migrations' },
};
```

```js file=20240201000000_create_teams.js
exports.up = (knex) => knex.schema.createTable('teams', (table) => table.bigIncrements());
exports.down = (knex) => knex.schema.dropTable('teams');
```

## When it is fine

For a folder that a program gives to Knex itself: name it under `directories` in
`.github/migaudit.yml`.
"""

from collections.abc import Iterator

from analyzers.findings import Finding, Severity
from analyzers.knex.directory import extension
from analyzers.rules.context import AddedMigration, Astray, MigrationContext, Stray
from analyzers.rules.numbering import style
from analyzers.rules.rule import Rule
from analyzers.rules.wording import code, file_name, listed, start_of

rule = Rule(__name__, __doc__, severity=Severity.WARNING, displaces=True)


@rule.on_stray
def check(stray: Stray) -> Iterator[Finding]:
    where = listed(f"{folder or '.'}/" for folder in stray.directories)
    ending = code(extension(stray.path))
    messages = {
        Astray.SUBFOLDER: f"Knex looks at the files of {where}, and not into sub-folders: this "
        "migration is never run.",
        Astray.EXTENSION: f"Knex loads no {ending} here: this migration is never run.",
        Astray.ELSEWHERE: f"The knexfile has Knex look into {where}: this migration is never run.",
    }
    advice = {
        Astray.SUBFOLDER: f"Move it to {where}.",
        Astray.EXTENSION: f"Add {ending} to `loadExtensions` in the knexfile, or use another one.",
        Astray.ELSEWHERE: f"Move it to {where}, or name its folder in the knexfile.",
    }
    yield rule.finding(start_of(stray.path), messages[stray.why], advice=advice[stray.why])


@rule.on_migration
def check_migration(context: MigrationContext) -> Iterator[Finding]:
    migration = context.migration
    if is_none(migration):
        yield rule.finding(
            migration.start,
            f"Knex takes {code(file_name(migration.path))} for a migration, since it lies here, "
            "and refuses every run: it has neither `up` nor `down`.",
            advice="Move it out of the migrations directory.",
            severity=Severity.ERROR,
        )


def is_none(migration: AddedMigration) -> bool:
    """Whether a file is no migration and isn't named like one: a helper, or a file of types."""
    if migration.name.endswith(".d.ts"):
        return True
    understood = migration.up is not None and not migration.syntax_problems
    return understood and not migration.exports and style(migration.name) is None

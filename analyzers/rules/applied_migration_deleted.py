"""Deleting a migration that has already been applied

Knex compares the files with its table `knex_migrations` before it runs anything. A file that is
recorded there and missing on disk stops `migrate:latest`, `migrate:up`, `migrate:rollback` and
`migrate:list` with "The migration directory is corrupt, the following files are missing": no
migration can be applied any more, and a fresh database never gets what the file built.
See [Knex's migrations](https://knexjs.org/guide/migrations.html). This rule cannot be suppressed.

## Unsafe

```js base file=20240102000000_create_users.js
// expect: applied-migration-deleted
exports.up = (knex) => knex.schema.createTable('users', (table) => table.increments());
exports.down = (knex) => knex.schema.dropTable('users');
```

## Safe

Keep the file, and undo what it did in a new migration:

```js
exports.up = (knex) => knex.raw('COMMENT ON TABLE users IS $$unused since 2024-05$$');
```

## When it is fine

Where the configuration names `environments` and none of them has run it: then this is a warning.
Else never in a file of the repository. A history that is too long is squashed by the people who
also rewrite `knex_migrations` in every database.
"""

from collections.abc import Iterator

from analyzers.findings import Finding, Severity
from analyzers.rules.context import Changes
from analyzers.rules.rule import Rule
from analyzers.rules.standing import ELSEWHERE, applied, is_pending, merged_only
from analyzers.rules.wording import code, file_name, start_of

rule = Rule(__name__, __doc__, severity=Severity.ERROR, suppressible=False)


@rule.on_changes
def check(changes: Changes) -> Iterator[Finding]:
    for path in changes.deleted:
        name = code(file_name(path))
        if is_pending(changes, path):
            yield rule.finding(
                start_of(path),
                f"{name} is {merged_only(changes)}, and may still be deleted. A database that "
                "runs it before this is merged refuses every later run: 'The migration directory "
                "is corrupt, the following files are missing'.",
                severity=Severity.WARNING,
                advice=f"Let nobody deploy the base branch until this is merged. {ELSEWHERE}",
            )
            continue
        yield rule.finding(
            start_of(path),
            f"{name} is {applied(changes, path)}. Without its file Knex refuses every later run: "
            "'The migration directory is corrupt, the following files are missing'.",
            advice=f"Restore {name}. Undo what it did in a new migration.",
        )

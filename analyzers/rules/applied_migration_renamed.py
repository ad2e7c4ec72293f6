"""Renaming or moving a migration that has already been applied

Knex knows a migration by its file name, extension included. After a rename, from `.js` to `.ts`
too, the recorded name is missing on disk: every run stops with "The migration directory is
corrupt, the following files are missing". If somebody repairs the record by hand, a database that
was missed runs the migration a second time under its new name.
See [Knex's migrations](https://knexjs.org/guide/migrations.html). This rule cannot be suppressed.

## Unsafe

```js base file=20240102000000_create_users.js
exports.up = (knex) => knex.schema.createTable('users', (table) => table.increments());
exports.down = (knex) => knex.schema.dropTable('users');
```

```js head file=20240102000000_add_users.js from=20240102000000_create_users.js
// expect: applied-migration-renamed
exports.up = (knex) => knex.schema.createTable('users', (table) => table.increments());
exports.down = (knex) => knex.schema.dropTable('users');
```

## Safe

Leave applied files where they are; new ones may have any name:

```ts
import type { Knex } from 'knex';

export const up = (knex: Knex) => knex.schema.createTable('teams', (table) => table.increments());
export const down = (knex: Knex) => knex.schema.dropTable('teams');
```

## When it is fine

Where the configuration names `environments` and none of them has run it: then this is a warning.
Else never in a pull request alone: each database's `knex_migrations` has to be changed at the same
moment. To turn a project to TypeScript, write new migrations in it and leave the old ones.
"""

from collections.abc import Iterator
from pathlib import PurePosixPath

from analyzers.findings import Finding, Severity
from analyzers.rules.context import Changes, RenamedMigration
from analyzers.rules.rule import Rule
from analyzers.rules.standing import ELSEWHERE, applied, is_pending, merged_only
from analyzers.rules.wording import code, file_name, start_of

rule = Rule(__name__, __doc__, severity=Severity.ERROR, suppressible=False)


@rule.on_changes
def check(changes: Changes) -> Iterator[Finding]:
    for renamed in changes.renamed:
        if is_pending(changes, renamed.previous):
            yield _pending(renamed, changes)
            continue
        yield rule.finding(
            start_of(renamed.path),
            f"{_what(renamed, applied(changes, renamed.previous))} Knex knows it by its old name "
            "and refuses every later run: 'The migration directory is corrupt, the following files "
            "are missing'.",
            advice=f"Give it back its name, `{renamed.previous}`.",
        )


def _pending(renamed: RenamedMigration, changes: Changes) -> Finding:
    return rule.finding(
        start_of(renamed.path),
        f"{_what(renamed, merged_only(changes))} It may still be. A database that runs it under "
        "its old name before this is merged refuses every later run.",
        severity=Severity.WARNING,
        advice=f"Let nobody deploy the base branch until this is merged. {ELSEWHERE}",
    )


def _what(renamed: RenamedMigration, standing: str) -> str:
    old, new = PurePosixPath(renamed.previous), PurePosixPath(renamed.path)
    begun = f"{code(old.name)} is {standing} and"
    if old.name == new.name:
        return f"{begun} now lies in {code(new.parent)}."
    if old.stem == new.stem:
        return f"{begun} changes its extension to {code(new.suffix)}."
    return f"{begun} is renamed to {code(file_name(renamed.path))}."

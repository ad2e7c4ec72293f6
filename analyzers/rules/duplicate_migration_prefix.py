"""Two migrations with the same timestamp or number

Knex runs migrations in the order of their whole names. Where two share the leading timestamp or
number, what comes after it decides: an accident of spelling, and renaming one of them later is no
longer possible. Two files of one name with different extensions both run.
See [Knex's migrations](https://knexjs.org/guide/migrations.html). This rule cannot be suppressed
in a file.

## Unsafe

```js file=20240301000000_create_teams.js
exports.up = (knex) => knex.schema.createTable('teams', (table) => table.increments());
exports.down = (knex) => knex.schema.dropTable('teams');
```

```js pull-request file=20240301000000_create_users.js
// expect: duplicate-migration-prefix
exports.up = (knex) => knex.schema.createTable('users', (table) => table.increments());
exports.down = (knex) => knex.schema.dropTable('users');
```

## Safe

```js file=20240301000000_create_teams.js
exports.up = (knex) => knex.schema.createTable('teams', (table) => table.increments());
exports.down = (knex) => knex.schema.dropTable('teams');
```

```js pull-request file=20240301000001_create_users.js
exports.up = (knex) => knex.schema.createTable('users', (table) => table.increments());
exports.down = (knex) => knex.schema.dropTable('users');
```

## When it is fine

Files that begin with a mere date (`20240301-users.js`) may share it: this rule is silent on them.
"""

from collections.abc import Iterator

from analyzers.findings import Finding, Severity
from analyzers.rules.context import Changes
from analyzers.rules.numbering import number
from analyzers.rules.rule import Rule
from analyzers.rules.wording import code, file_name, start_of

rule = Rule(__name__, __doc__, severity=Severity.ERROR, suppressible=False)


@rule.on_changes
def check(changes: Changes) -> Iterator[Finding]:
    gone = {*changes.deleted, *(renamed.previous for renamed in changes.renamed)}
    holders: dict[str, str] = {}
    for path in changes.applied:
        if path not in gone:
            holders.setdefault(_key(file_name(path)) or path, path)
    for migration in changes.added:
        first = holders.setdefault(_key(migration.name) or migration.path, migration.path)
        if first != migration.path:
            yield rule.finding(
                start_of(migration.path),
                f"{code(migration.name)} shares {code(number(migration.name))} with "
                f"{code(file_name(first))}: which of them runs first hangs on the rest of their "
                "names.",
                advice=f"Give {code(migration.name)} a timestamp or number of its own.",
            )


def _key(name: str) -> str | None:
    """Leading zeros don't make another number."""
    found = number(name)
    return found.lstrip("0") if found else None

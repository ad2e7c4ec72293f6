"""A migration whose timestamp lies in the future

Knex runs migrations [in the order of their names](https://knexjs.org/guide/migrations.html).
Everything that anybody makes with `knex migrate:make` until that moment sorts **before** this one:
where it is applied already, each of those runs after it, in a fresh database before it. Two
databases of one repository then came to be in different ways, and a migration that needs what this
one makes fails in one of them only.

One day ahead is nobody's mistake: `migrate:make` writes the time of the developer's own zone.

## Unsafe

```js file=20991231235959_add_locale.js
exports.up = (knex) => // expect: migration-timestamp-in-future
  knex.schema.createTable('locales', (table) => table.string('tag').primary());
exports.down = (knex) => knex.schema.dropTable('locales');
```

## Safe

```js file=20260115120000_add_locale.js
exports.up = (knex) =>
  knex.schema.createTable('locales', (table) => table.string('tag').primary());
exports.down = (knex) => knex.schema.dropTable('locales');
```

## When it is fine

When all migrations of the directory are numbered that way, and the newest number is what counts.
"""

from collections.abc import Iterator
from datetime import timedelta

from analyzers.findings import Finding, Severity
from analyzers.rules.context import AddedMigration, Changes
from analyzers.rules.numbering import moment
from analyzers.rules.rule import Rule
from analyzers.rules.wording import code

rule = Rule(__name__, __doc__, severity=Severity.WARNING)

TOLERATED = timedelta(days=1)


@rule.on_changes
def check(changes: Changes) -> Iterator[Finding]:
    if changes.now is None:
        return
    latest = changes.now + TOLERATED
    for migration in changes.added:
        time = moment(migration.name)
        if time is not None and time > latest:
            yield _finding(migration, f"{time:%Y-%m-%d %H:%M}", f"{changes.now:%Y%m%d%H%M%S}")


def _finding(migration: AddedMigration, time: str, now: str) -> Finding:
    return rule.finding(
        migration.start,
        f"{code(migration.name)} is dated {time}: every migration that is made until then sorts "
        "before it, and runs after it where it is applied already.",
        advice=f"Give it the time of now, as `npx knex migrate:make` does: `{now}_…`.",
    )

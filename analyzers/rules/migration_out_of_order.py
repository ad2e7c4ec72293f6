"""A new migration that sorts before an applied one

Knex runs pending files in the order of their names and doesn't mind a late one. Databases that
are up to date run it last; a fresh database runs it in its place, before files that production
ran earlier. Where both orders touch the same table, the two schemas may differ: then this is an
error. See [Knex's migrations](https://knexjs.org/guide/migrations.html). This rule cannot be
suppressed in a file.

## Unsafe

```js file=20240301000000_create_teams.js
exports.up = (knex) => knex.schema.createTable('teams', (table) => table.increments());
exports.down = (knex) => knex.schema.dropTable('teams');
```

```js pull-request file=20240201000000_create_users.js
// expect: migration-out-of-order
exports.up = (knex) => knex.schema.createTable('users', (table) => table.increments());
exports.down = (knex) => knex.schema.dropTable('users');
```

## Safe

```js file=20240301000000_create_teams.js
exports.up = (knex) => knex.schema.createTable('teams', (table) => table.increments());
exports.down = (knex) => knex.schema.dropTable('teams');
```

```js pull-request file=20240302000000_create_users.js
exports.up = (knex) => knex.schema.createTable('users', (table) => table.increments());
exports.down = (knex) => knex.schema.dropTable('users');
```

## When it is fine

When the late migration has nothing to do with those it now follows: the warning doesn't fail the
check. A new name costs one `git mv` as long as nobody has run it. Where the configuration names
`environments`, what none of them has run yet is not in its way: Knex will run both in order.
"""

from collections.abc import Iterator

from analyzers.findings import Finding, Severity
from analyzers.rules.context import Changes, LateMigration
from analyzers.rules.rule import Rule
from analyzers.rules.standing import applied
from analyzers.rules.wording import code, file_name, listed, start_of

rule = Rule(__name__, __doc__, severity=Severity.WARNING, suppressible=False)


@rule.on_changes
def check(changes: Changes) -> Iterator[Finding]:
    for late in changes.late:
        yield rule.finding(
            start_of(late.path),
            _message(late, applied(changes, *late.applied)),
            severity=Severity.ERROR if late.touches else None,
            advice=f"Give {code(file_name(late.path))} a name with the time of now, as "
            "`npx knex migrate:make` does.",
        )


def _message(late: LateMigration, standing: str) -> str:
    name, later = code(file_name(late.path)), listed(file_name(path) for path in late.applied)
    message = (
        f"{name} sorts before {later}, {standing}: it runs last in databases that are up to "
        "date, and earlier in fresh ones."
    )
    if late.touches:
        same = listed(file_name(path) for path in late.touches)
        message += f" Both orders matter: {same} touches the same table."
    return message

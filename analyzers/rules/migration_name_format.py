"""A file name that does not begin with a timestamp

Knex runs migrations in the order of their names, compared as plain strings: `10_` comes before
`1_`, and `add_users.js` after every number. [`knex
migrate:make`](https://knexjs.org/guide/migrations.html) writes `YYYYMMDDHHMMSS_`, which sorts by
time and rarely collides between branches. A name without it, or with a month 13, runs at a moment
that nobody chose.

A repository that numbers all its migrations in one way of its own (`001_`, `002_`; `20240301-`;
`2.0.0_`), from the first one on, is asked to keep to that; `naming` in `.github/migaudit.yml` asks
for one way.

## Unsafe

```js file=create_users.js
// expect: migration-name-format
exports.up = (knex) => knex.schema.createTable('users', (table) => table.increments());
exports.down = (knex) => knex.schema.dropTable('users');
```

## Safe

```js file=20240301093000_create_users.js
exports.up = (knex) => knex.schema.createTable('users', (table) => table.increments());
exports.down = (knex) => knex.schema.dropTable('users');
```

## When it is fine

When the name is prescribed by something else than Knex, and its place in the order is the last.
"""

from collections.abc import Iterator

from analyzers.findings import Finding, Severity
from analyzers.rules.context import AddedMigration, Changes
from analyzers.rules.numbering import DATED, Styles, begins, has_timestamp, style
from analyzers.rules.rule import Rule
from analyzers.rules.wording import code, file_name
from analyzers.settings import Naming

rule = Rule(__name__, __doc__, severity=Severity.WARNING)


@rule.on_changes
def check(changes: Changes) -> Iterator[Finding]:
    paths = {*changes.applied, *(renamed.path for renamed in changes.renamed)}
    paths.update(migration.path for migration in changes.added)
    styles = Styles(file_name(path) for path in paths)
    for migration in changes.added:
        match changes.settings.naming:
            case Naming.TIMESTAMP:
                yield from _misnamed(migration, None, 0)
            case Naming.SEQUENCE:
                yield from _unnumbered(migration, *styles.of_others(migration.name))
            case Naming.REPOSITORY:
                own, others = styles.of_others(migration.name)
                if others or not begins(migration.name):
                    yield from _misnamed(migration, own, others)


def _unnumbered(migration: AddedMigration, own: str | None, others: int) -> Iterator[Finding]:
    """A sequence is asked for: of the style that the others have, where they have one."""
    if own not in (None, DATED) and others > 1:
        yield from _misnamed(migration, own, others)
    elif style(migration.name) in (None, DATED):
        yield rule.finding(
            migration.start,
            f"{code(migration.name)} has no number in a sequence, which `naming` asks for: Knex "
            "runs migrations in the order of their names.",
            advice="Begin its name with the next number, such as `042_`.",
        )


def _misnamed(migration: AddedMigration, own: str | None, others: int) -> Iterator[Finding]:
    binding = own is not None and others > 1
    if has_timestamp(migration.name) and not (binding and own != DATED):
        return
    if own is not None and own == style(migration.name):
        return
    other = own if binding and own != DATED else None
    yield rule.finding(
        migration.start,
        _message(migration.name, other),
        advice="Name it as the others are named, so that it sorts last."
        if other
        else "Let `npx knex migrate:make` name it.",
    )


def _message(name: str, other: str | None) -> str:
    if other:
        return (
            f"{code(name)} breaks this directory's numbering ({other}): Knex sorts names as plain "
            "strings, so it may run before migrations that it should follow."
        )
    wrong = "is no real date and time" if name[:14].isdigit() else "is missing"
    return (
        f"The `YYYYMMDDHHMMSS_` prefix of {code(name)} {wrong}: Knex runs migrations in the order "
        "of their names."
    )

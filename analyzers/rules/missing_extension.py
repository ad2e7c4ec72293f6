"""A function or type of an extension that no migration enables

On the developer's machine somebody ran `CREATE EXTENSION` long ago; in a new database, in CI or
after a move to another server the migration fails (`function uuid_generate_v4() does not exist`,
SQLSTATE 42883, `type "citext" does not exist`, 42704). An extension belongs to the [database that
it was created in](https://www.postgresql.org/docs/current/sql-createextension.html).

`gen_random_uuid()` needs none from PostgreSQL 13 on; before, it is one of `pgcrypto`. Silent where
applied migrations use the extension already: then it is there.

## Unsafe

```js
exports.up = (knex) =>
  knex.schema.createTable('users', (table) => {
    // expect: missing-extension
    table.uuid('id').primary().defaultTo(knex.raw('uuid_generate_v4()'));
  });
```

## Safe

```js
exports.up = async (knex) => {
  await knex.raw('CREATE EXTENSION IF NOT EXISTS citext');
  await knex.schema.createTable('users', (table) => {
    table.uuid('id').primary().defaultTo(knex.raw('gen_random_uuid()'));
    table.specificType('email', 'citext');
  });
};
```

## When it is fine

When another tool enables the extensions of every database before the migrations run.
"""

from collections.abc import Iterator

from analyzers.findings import Direction, Finding, Severity
from analyzers.rules.context import AddedMigration, Changes, Step, place_of
from analyzers.rules.extensions import OWN_UUID_SINCE, Needed, in_use, missing_extensions
from analyzers.rules.rule import Rule
from analyzers.rules.wording import code, fenced, identifier, raw

rule = Rule(__name__, __doc__, severity=Severity.ERROR)


@rule.on_changes
def check(changes: Changes) -> Iterator[Finding]:
    """One finding for each extension, at its first use."""
    major = changes.settings.postgres
    steps = [(one, step) for one in changes.added if one.up for step in one.up.steps]
    told: set[str] = set()
    for migration, step in steps:
        for needed in missing_extensions(step, major):
            told = told or {*in_use(steps[0][1].schema, major)}
            if needed.extension not in told:
                told.add(needed.extension)
                yield _finding(needed, migration, step, major)


def _finding(needed: Needed, migration: AddedMigration, step: Step, major: int) -> Finding:
    enabling = fenced(raw(f"CREATE EXTENSION IF NOT EXISTS {identifier(needed.extension)}"))
    own = needed.what.startswith("uuid_generate_v4") and major >= OWN_UUID_SINCE
    instead = (
        "Use `gen_random_uuid()`, which PostgreSQL has itself. Or enable it"
        if own
        else ("Enable it")
    )
    return rule.finding(
        place_of(migration, step.statement, needed.at),
        f"{code(needed.what)} is one of the extension {code(needed.extension)}, which no migration "
        f"enables: on PostgreSQL {major} this fails wherever nobody has done so by hand.",
        advice=f"{instead} before it is used:\n{enabling}",
        direction=Direction.UP,
        statement=step.statement.sql.string,
    )

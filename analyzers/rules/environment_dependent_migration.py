"""A migration that does different things in different places

Whatever branches on `process.env`, the host, the clock or chance builds another schema in another
environment: what was tested in staging is not what runs in production, and nobody can tell from
`knex_migrations` which of the two a database has. See [Knex's
migrations](https://knexjs.org/guide/migrations.html).

## Unsafe

```js
exports.up = async (knex) => {
  if (process.env.NODE_ENV === 'production') { // expect: environment-dependent-migration
    await knex.schema.createTable('audits', (table) => table.increments());
  }
};
```

## Safe

```js
exports.up = async (knex) => {
  await knex.schema.createTable('audits', (table) => table.increments());
};
```

## When it is fine

For values that must differ, such as the name of a role, when every environment gets the same
schema.
"""

from collections.abc import Iterator

from analyzers.findings import Finding, Severity
from analyzers.knex.execution import Habit
from analyzers.rules.context import MigrationContext
from analyzers.rules.observed import observed
from analyzers.rules.rule import Rule
from analyzers.rules.wording import code

rule = Rule(__name__, __doc__, severity=Severity.WARNING)


@rule.on_migration
def check(context: MigrationContext) -> Iterator[Finding]:
    for seen, place, direction in observed(context, Habit.ENVIRONMENT):
        yield rule.finding(
            place,
            f"What this migration does hangs on {code(seen.subject)}: it builds another schema in "
            "another environment.",
            advice="Do the same everywhere; put data of one environment into seeds or settings.",
            direction=direction,
        )

"""An error that is caught and forgotten

Knex takes the migration for done and records it, whatever is missing of it. Inside a transaction
it is worse: after a failed statement PostgreSQL refuses [every further
one](https://www.postgresql.org/docs/current/tutorial-transactions.html) (`current transaction is
aborted`, SQLSTATE 25P02), Knex's own bookkeeping too, and the message about it hides the first.

## Unsafe

```js
exports.up = async (knex) => {
  try {
    await knex.raw("CREATE TYPE mood AS ENUM ('sad', 'ok')");
  } catch (error) { // expect: swallowed-error
    console.log(error);
  }
};
```

## Safe

```js
exports.up = async (knex) => {
  await knex.raw("CREATE TYPE mood AS ENUM ('sad', 'ok')");
};
```

## When it is fine

Around a `knex.transaction(…)` of its own, which is a savepoint, when the failure is expected.
"""

from collections.abc import Iterator

from analyzers.findings import Finding, Severity
from analyzers.knex.execution import Habit
from analyzers.rules.context import MigrationContext
from analyzers.rules.observed import observed
from analyzers.rules.rule import Rule

rule = Rule(__name__, __doc__, severity=Severity.WARNING, about_down=True)


@rule.on_migration
def check(context: MigrationContext) -> Iterator[Finding]:
    for _, place, direction in observed(context, Habit.SWALLOWED_ERROR):
        yield rule.finding(
            place,
            "An error is caught here and forgotten: Knex records the migration as done, or "
            "PostgreSQL refuses all that follows in the transaction.",
            advice="Let it pass, or throw it again. Ask beforehand (`hasTable`, `IF NOT EXISTS`) "
            "instead of failing.",
            direction=direction,
        )

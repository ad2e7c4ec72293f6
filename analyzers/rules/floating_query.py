"""A query that is neither awaited nor returned

Knex's builders are lazy: they send nothing until somebody awaits or returns them. In an `async`
function such a query is never sent, and the migration is recorded as done. With a `.then()` that
nobody awaits, or in `forEach(async …)`, the statements queued by then run before the COMMIT and
the others fail with "Transaction query already complete", after the migration was recorded. Knex
doesn't await the callback of `createTable` or `alterTable` either: what it adds after its first
`await` is lost. See [Knex's interfaces](https://knexjs.org/guide/interfaces.html).

## Unsafe

```js
exports.up = async (knex) => {
  knex.schema.createTable('users', (table) => table.increments()); // expect: floating-query
};
```

## Safe

```js
exports.up = async (knex) => {
  await knex.schema.createTable('users', (table) => table.increments());
};
```

## When it is fine

Never in a migration: one that may be recorded before its work is done cannot be trusted.
"""

from collections.abc import Iterator

from analyzers.findings import Finding, Severity
from analyzers.knex.execution import Habit, Observation
from analyzers.rules.context import MigrationContext
from analyzers.rules.observed import observed
from analyzers.rules.rule import Rule
from analyzers.rules.wording import code

rule = Rule(__name__, __doc__, severity=Severity.ERROR, about_down=True)

ADVICE = {
    Habit.NOT_AWAITED: "Write `await` before it, or return it. For several at once: "
    "`await Promise.all([…])`; for a list: `for (const item of items) await …`.",
    Habit.ASYNC_CALLBACK: "Make the callback synchronous, and await what it needs before the call.",
}


@rule.on_migration
def check(context: MigrationContext) -> Iterator[Finding]:
    for seen, place, direction in observed(context, *ADVICE):
        yield rule.finding(place, _message(seen), advice=ADVICE[seen.habit], direction=direction)


def _message(seen: Observation) -> str:
    if seen.habit is Habit.ASYNC_CALLBACK:
        return (
            f"Knex does not await the `async` callback of {code(seen.subject)}: what it does after "
            "its first `await` is lost."
        )
    return (
        f"{code(seen.subject)} is neither awaited nor returned: Knex may never send it, or commit "
        "before it has run, and records the migration as done."
    )

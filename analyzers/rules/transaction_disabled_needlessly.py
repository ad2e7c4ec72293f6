"""A migration gives up its transaction, and nothing in it asks for that

With [`transaction: false`](https://knexjs.org/guide/migrations.html#transactions-in-migrations) a
failure leaves half of the migration in place, the migrations of the same deployment no longer share
a transaction either, and after a crash Knex's migration lock stays until `migrate:unlock`. That is
the price of what PostgreSQL refuses in a transaction, of batches, and of locks that shall be let go
between two statements.

## Unsafe

```js
exports.config = { transaction: false }; // expect: transaction-disabled-needlessly
exports.up = async (knex) => {
  await knex.schema.createTable('tags', (table) => table.increments());
};
```

## Safe

```js
exports.up = async (knex) => {
  await knex.schema.createTable('tags', (table) => table.increments());
};
```

## When it is fine

When a package that is not followed, or a trigger, does something that needs it.
"""

from collections.abc import Iterator

from analyzers.findings import Finding, Severity
from analyzers.postgres.operations import AddEnumValue, ControlTransaction, Opaque, Vacuum
from analyzers.rules.backfill import changes_rows, in_batches
from analyzers.rules.context import Context, MigrationContext, Replay
from analyzers.rules.rule import Rule
from analyzers.rules.slow import slow
from analyzers.rules.waiting import blocked

rule = Rule(__name__, __doc__, severity=Severity.NOTICE)

OUTSIDE = AddEnumValue | ControlTransaction | Opaque | Vacuum
"""What is better off without a transaction, or not known well enough."""


@rule.on_migration
def check(context: MigrationContext) -> Iterator[Finding]:
    migration = context.migration
    config, up = migration.exports.get("config"), migration.up
    if migration.transaction or config is None or up is None or not up.steps:
        return
    if not any(_needs(replay, context) for replay in migration.replays()):
        yield rule.finding(
            migration.sources.place(config.span),
            "Nothing in this migration needs to run without a transaction: a failure would leave "
            "half of it in place.",
            advice="Leave `transaction: false` out.",
        )


def _needs(replay: Replay, context: MigrationContext) -> bool:
    if not replay.execution.complete or replay.problems:
        return True
    every = [Context(context.migration, step, context.settings) for step in replay.steps]
    return any(map(_is_outside, every)) or _lets_go(every)


def _is_outside(context: Context) -> bool:
    operation, changed = context.step.operation, changes_rows(context)
    return (
        context.effects.forbidden_in_transaction
        or isinstance(operation, OUTSIDE)
        or context.statement.transaction is not None
        or (changed is not None and in_batches(changed, context))
    )


def _lets_go(every: list[Context]) -> bool:
    """Whether something slow would run under locks, or keep rows locked, of other statements."""
    slowly = {id(context.statement) for context in every if any(slow(context))}
    locking = {id(context.statement) for context in every if any(blocked(context))}
    return bool(slowly) and len(slowly | locking) > 1

"""A migration without a transaction that cannot be run twice

Under `transaction: false` each statement commits by itself. When one fails, those before it stay,
Knex does not record the migration, and the [next
run](https://knexjs.org/guide/migrations.html#transactions-in-migrations) begins again with the
first one: what is not made to be repeated then fails, or is done twice.

## Unsafe

```js
exports.config = { transaction: false };
exports.up = async (knex) => {
  // expect: partial-failure-without-transaction
  await knex.raw('ALTER TABLE users ADD COLUMN email text');
  await knex.raw('CREATE INDEX CONCURRENTLY IF NOT EXISTS users_email ON users (email)');
};
```

## Safe

```js
exports.config = { transaction: false };
exports.up = async (knex) => {
  await knex.raw('DROP INDEX CONCURRENTLY IF EXISTS users_email');
  await knex.raw('CREATE INDEX CONCURRENTLY users_email ON users (email)');
};
```

## When it is fine

When somebody watches the migration and puts right by hand what a failure leaves.
"""

from collections.abc import Iterator

from analyzers.findings import Finding, Severity
from analyzers.postgres.operations import ControlTransaction, Select, SetSetting
from analyzers.rules.context import Context, MigrationContext
from analyzers.rules.moments import of_migration, spoken
from analyzers.rules.repeating import once_only
from analyzers.rules.rule import Rule

rule = Rule(__name__, __doc__, severity=Severity.WARNING)

HARMLESS = SetSetting | Select


@rule.on_migration
def check(context: MigrationContext) -> Iterator[Finding]:
    """One finding a migration, at the first statement that stands in the way of a second run."""
    if context.migration.transaction:
        return
    every = tuple(of_migration(context.migration, context.settings))
    if any(isinstance(here.step.operation, ControlTransaction) for here in every):
        return
    changing = [here for here in every if not isinstance(here.step.operation, HARMLESS)]
    last = _unit(changing[-1]) if changing else None
    for here in changing:
        again = once_only(here, every)
        if again is not None and (_unit(here) != last or here.statement.repeated):
            yield spoken(here, _finding(here, again))
            return


def _finding(context: Context, again: str) -> Finding:
    return rule.finding(
        context.place(context.step.operation.at),
        "There is no transaction: when a later statement fails this one stays, and the next run "
        f"{again}.",
        advice="Give it a migration of its own, or write it so that it can be repeated "
        "(`IF NOT EXISTS`, `IF EXISTS`, `ON CONFLICT`).",
    )


def _unit(context: Context) -> object:
    """What commits together: a text that is sent, or a transaction of the migration's own."""
    own = context.statement.transaction
    return id(context.statement) if own is None else own

"""Batches that all run in one transaction

Rows are changed in batches so that each batch commits: locks are let go, and VACUUM can clear the
old versions away. Knex runs a migration, and with it all others of the deployment, in [one
transaction](https://knexjs.org/guide/migrations.html#transactions-in-migrations): nothing is let go
before the last batch is done. A `knex.transaction(…)` for each batch changes nothing there: within
a transaction it is only a savepoint.

## Unsafe

```js
exports.up = async (knex) => {
  let changed;
  do {
    const batch = knex('orders').select('id').where('archived', false).limit(1000);
    // expect: batches-in-one-transaction
    changed = await knex('orders').whereIn('id', batch).update({ archived: true });
  } while (changed > 0);
};
```

## Safe

```js
exports.config = { transaction: false };
exports.up = async (knex) => {
  let changed;
  do {
    const batch = knex('orders').select('id').where('archived', false).limit(1000);
    changed = await knex('orders').whereIn('id', batch).update({ archived: true });
  } while (changed > 0);
};
```

## When it is fine

When all rows together are few.
"""

from collections.abc import Iterator

from analyzers.findings import Finding, Severity
from analyzers.rules.backfill import (
    RowChange,
    by_key,
    changes_rows,
    in_batches,
    loses_a_part,
    of_all_rows,
)
from analyzers.rules.context import Context, MigrationContext
from analyzers.rules.moments import of_migration, spoken
from analyzers.rules.rule import Rule
from analyzers.rules.wording import code, fenced, no_transaction

rule = Rule(__name__, __doc__, severity=Severity.WARNING, by_size=True)

KNEXS_OWN = 0
"""The transaction that Knex runs a migration in; the migration may open one for each batch."""


@rule.on_migration
def check(context: MigrationContext) -> Iterator[Finding]:
    places = set()
    for here in of_migration(context.migration, context.settings):
        if not _is_batch(here):
            continue
        place = here.place(here.step.operation.at)
        if place not in places:
            places.add(place)
            yield spoken(here, _finding(here))


def _is_batch(context: Context) -> bool:
    if context.statement.transaction != KNEXS_OWN or not context.step.transaction.open:
        return False
    operation = changes_rows(context)
    if operation is None or of_all_rows(operation) or not in_batches(operation, context):
        return False
    return not _few(operation, context) and not loses_a_part(context)


def _few(operation: RowChange, context: Context) -> bool:
    """Whether it is a single bounded batch, or the rows of a known list of keys."""
    return _alone(context) or (not context.statement.repeated and by_key(operation, context.schema))


def _alone(context: Context) -> bool:
    up, statement = context.migration.up, context.statement
    sent = up.execution.statements if up else ()
    return not statement.repeated and sum(one.span == statement.span for one in sent) == 1


def _finding(context: Context) -> Finding:
    operation = changes_rows(context)
    assert operation is not None
    migration = context.migration
    return rule.finding(
        context.place(operation.at),
        f"All batches of {code(operation.table)} run in Knex's one transaction: their rows stay "
        "locked, and their old versions on disk, as if they had been changed at once.",
        advice="Take the migration out of the transaction, and keep nothing else in it:\n"
        + fenced(no_transaction(migration.sources, migration.path)),
    )

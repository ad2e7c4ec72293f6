"""Schema and existing rows are changed in one migration

The locks that the change of a table takes are held until the transaction commits: over the change
of the rows too, however long that takes. And there is one way back for both only, although the
schema can be undone and the rows mostly cannot.
See [explicit locking](https://www.postgresql.org/docs/current/explicit-locking.html).

## Unsafe

```js
exports.up = async (knex) => {
  await knex.schema.alterTable('users', (table) => table.string('plan'));
  await knex('users').whereNull('plan').update({ plan: 'free' }); // expect: mixed-schema-and-data
};
```

## Safe

```js
exports.up = async (knex) => {
  await knex.schema.alterTable('users', (table) => table.string('plan'));
};
```

The rows are filled by a migration of the next deployment, in batches and without a transaction.

## When it is fine

When the tables are small. Inserting constant rows, and filling new tables, is not reported.
"""

from collections.abc import Iterator

from analyzers.findings import Finding, Related, Severity
from analyzers.postgres.operations import (
    Cluster,
    Copy,
    CreateTable,
    Delete,
    Insert,
    LockTable,
    Merge,
    Name,
    Refresh,
    Reindex,
    Select,
    Truncate,
    Update,
    Vacuum,
)
from analyzers.rules.backfill import changes_rows
from analyzers.rules.context import Context, MigrationContext
from analyzers.rules.earlier import existing
from analyzers.rules.moments import of_migration, spoken
from analyzers.rules.rule import Rule
from analyzers.rules.waiting import blocked
from analyzers.rules.wording import code

rule = Rule(__name__, __doc__, severity=Severity.WARNING)

NOT_SCHEMA = (
    Insert | Update | Delete | Merge | Copy | Select | LockTable | Truncate | CreateTable
    | Vacuum | Cluster | Reindex | Refresh
)  # fmt: skip


@rule.on_migration
def check(context: MigrationContext) -> Iterator[Finding]:
    """One finding a migration, at its first change of rows."""
    every = tuple(of_migration(context.migration, context.settings))
    schema = next((here for here in every if _changed(here) is not None), None)
    rows = next((here for here in every if changes_rows(here) is not None), None)
    if schema is None or rows is None:
        return
    operation, changed = changes_rows(rows), _changed(schema)
    assert operation is not None
    finding = rule.finding(
        rows.place(operation.at),
        f"This changes rows of {code(operation.table)}, and the migration changes the table "
        f"{code(changed)} too: {_reason(rows)}.",
        advice="Change the rows in a migration of the next deployment.",
        related=(Related(schema.place(schema.step.operation.at), "this changes the table"),),
    )
    yield spoken(rows, finding)


def _reason(rows: Context) -> str:
    if rows.step.transaction.open:
        return "its locks are held until both are done"
    return "when one of them fails the other stays, and there is one way back for both"


def _changed(context: Context) -> Name | None:
    """The existing table whose schema it changes under a lock that keeps others waiting."""
    operation = context.step.operation
    if isinstance(operation, NOT_SCHEMA):
        return None
    table = getattr(operation, "table", None)
    if isinstance(table, Name) and not existing(context, table):
        return None
    lock = next(blocked(context), None)
    return None if lock is None else table if isinstance(table, Name) else lock.relation

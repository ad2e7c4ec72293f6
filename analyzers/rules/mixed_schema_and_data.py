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

from analyzers.findings import Direction, Finding, Severity
from analyzers.postgres.operations import (
    AddColumn,
    AddConstraint,
    AlterColumnType,
    ChangeTable,
    CreateIndex,
    Delete,
    DropColumn,
    DropConstraint,
    DropNotNull,
    Insert,
    RenameColumn,
    SetNotNull,
    Update,
)
from analyzers.rules.context import Context, MigrationContext, Step, place_of
from analyzers.rules.earlier import existing
from analyzers.rules.rule import Rule
from analyzers.rules.wording import code

rule = Rule(__name__, __doc__, severity=Severity.WARNING)

SCHEMA = (
    AddColumn | AddConstraint | AlterColumnType | ChangeTable | CreateIndex | DropColumn
    | DropConstraint | DropNotNull | RenameColumn | SetNotNull
)  # fmt: skip


@rule.on_migration
def check(context: MigrationContext) -> Iterator[Finding]:
    """One finding a migration, at its first change of rows."""
    up, changed = context.migration.up, None
    data: Step | None = None
    for step in up.steps if up else ():
        here, operation = Context(context.migration, step, context.settings), step.operation
        if isinstance(operation, SCHEMA) and existing(here, operation.table):
            changed = changed or operation.table
        elif isinstance(operation, Update | Delete | Insert) and _of_rows(operation, here):
            data = data or step
    if changed is None or data is None or not isinstance(data.operation, Update | Delete | Insert):
        return
    yield rule.finding(
        place_of(context.migration, data.statement, data.operation.at),
        f"This changes rows of {code(data.operation.table)}, and the migration changes the table "
        f"{code(changed)} too: its locks are held until both are done.",
        advice="Change the rows in a migration of the next deployment.",
        direction=Direction.UP,
        statement=data.statement.sql.string,
    )


def _of_rows(operation: Update | Delete | Insert, context: Context) -> bool:
    if isinstance(operation, Insert) and not operation.sources:
        return False
    return existing(context, operation.table)

"""Renaming a table that the running application uses

The moment the migration commits, every query of the running version that uses the old name fails
with `relation does not exist`, until the last process runs the new code; after a rollback of the
code it is the other way round. The rename itself is quick, but takes an
[ACCESS EXCLUSIVE lock](https://www.postgresql.org/docs/current/sql-altertable.html): reads and
writes wait for it.

A view under the old name, made in the same migration, keeps the running version alive: then this
rule is silent.

## Unsafe

```js
exports.up = (knex) => knex.schema.renameTable('clients', 'customers'); // expect: rename-table
```

## Safe

A simple view [takes inserts, updates and
deletes](https://www.postgresql.org/docs/current/sql-createview.html#SQL-CREATEVIEW-UPDATABLE-VIEWS)
too. Drop it when no running version uses the old name any more:

```js
exports.up = async (knex) => {
  await knex.schema.renameTable('clients', 'customers');
  await knex.raw('CREATE VIEW clients AS SELECT * FROM customers');
};
```

## When it is fine

When nothing uses the table while the migration runs: a maintenance window, a table without code.
"""

from collections.abc import Iterator

from analyzers.findings import Finding, Severity
from analyzers.postgres.operations import CreateObject, CreateTable, ObjectKind, RenameTable
from analyzers.rules.context import Context
from analyzers.rules.earlier import existing
from analyzers.rules.rule import Rule
from analyzers.rules.wording import code, fenced, identifier, raw, takes

rule = Rule(__name__, __doc__, severity=Severity.ERROR)


@rule.on(RenameTable)
def check(rename: RenameTable, context: Context) -> Iterator[Finding]:
    if not existing(context, rename.table) or _has_view(rename, context):
        return
    if _is_made_anew(rename, context):
        return
    old, new = identifier(rename.table), identifier(rename.to)
    yield rule.finding(
        context.place(rename.at),
        f"Renaming {code(rename.table)} to {code(rename.to)} breaks every query of the running "
        f"version as soon as it commits.{takes(context)}",
        advice="Leave a view under the old name until no running version uses it:\n"
        + fenced(raw(f"CREATE VIEW {old} AS TABLE {new}")),
    )


def _is_made_anew(rename: RenameTable, context: Context) -> bool:
    """Whether the migration creates another table under the old name, which queries then meet."""
    up = context.migration.up
    old = context.schema.full(rename.table)
    return any(
        isinstance(step.operation, CreateTable) and step.schema.full(step.operation.table) == old
        for step in (up.steps if up and old in up.after.tables else ())
    )


def _has_view(rename: RenameTable, context: Context) -> bool:
    """Whether a view takes the old name, in the same transaction."""
    steps = context.migration.up.steps if context.migration.up else ()
    return any(
        isinstance(step.operation, CreateObject)
        and step.operation.kind is ObjectKind.VIEW
        and step.operation.name.name == rename.table.name
        and step.statement.transaction is not None
        and step.statement.transaction == context.statement.transaction
        for step in steps
    )

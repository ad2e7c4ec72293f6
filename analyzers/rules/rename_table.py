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
from analyzers.postgres.operations import CreateObject, CreateTable, Name, ObjectKind, RenameTable
from analyzers.rules.context import Context
from analyzers.rules.earlier import existing
from analyzers.rules.rule import Rule
from analyzers.rules.wording import code, fenced, identifier, raw, takes

rule = Rule(__name__, __doc__, severity=Severity.ERROR)


@rule.on(RenameTable)
def check(rename: RenameTable, context: Context) -> Iterator[Finding]:
    if not existing(context, rename.table) or _has_view(rename, context):
        return
    following = _following(rename, context)
    if isinstance(following, CreateTable):
        return  # it is made anew: queries meet that one
    old, new = code(rename.table), code(rename.to)
    if following is not None:
        yield rule.finding(
            context.place(rename.at),
            f"Another table takes the name {old}: what the running version wrote meanwhile is in "
            f"{new} alone, to which foreign keys still point.{takes(context)}",
            advice=f"Have a trigger on {old} write into both tables while the other one is filled, "
            "and exchange their names once both hold the same.",
        )
        return
    view = f"CREATE VIEW {identifier(rename.table)} AS TABLE {identifier(rename.to)}"
    yield rule.finding(
        context.place(rename.at),
        f"Renaming {old} to {new} breaks every query of the running version as soon as it "
        f"commits.{takes(context)}",
        advice="Leave a view under the old name until no running version uses it:\n"
        + fenced(raw(view)),
    )


def _following(rename: RenameTable, context: Context) -> CreateTable | RenameTable | None:
    """What gives another table the old name, which that has in the end."""
    up = context.migration.up
    old = context.schema.full(rename.table)
    for step in up.steps if up and old in up.after.tables else ():
        match step.operation:
            case CreateTable(table=table) as made if step.schema.full(table) == old:
                return made
            case RenameTable(table=table, to=to) as moved:
                if Name(to, step.schema.full(table).schema) == old:
                    return moved
    return None


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

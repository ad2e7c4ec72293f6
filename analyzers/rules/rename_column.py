"""Renaming a column that the running application uses

The moment the migration commits, every query of the running version that names the column fails
with `column does not exist`, until the last process runs the new code; after a rollback of the
code it is the other way round. The rename itself is quick, but takes an
[ACCESS EXCLUSIVE lock](https://www.postgresql.org/docs/current/sql-altertable.html): reads and
writes wait for it.

## Unsafe

```js
exports.up = (knex) =>
  knex.schema.alterTable('users', (table) => {
    table.renameColumn('mail', 'email'); // expect: rename-column
  });
```

## Safe

Expand, then contract: add the new column, write both, fill the old rows, read the new one, and
drop the old one in a later release.

```js
exports.up = (knex) =>
  knex.schema.alterTable('users', (table) => {
    table.string('email');
  });
```

## When it is fine

When nothing uses the column while the migration runs, or no query names it.
"""

from collections.abc import Iterator

from analyzers.findings import Finding, Severity
from analyzers.postgres.operations import RenameColumn
from analyzers.rules.context import Context
from analyzers.rules.earlier import column_added, existing
from analyzers.rules.rule import Rule
from analyzers.rules.wording import code, takes

rule = Rule(__name__, __doc__, severity=Severity.ERROR)


@rule.on(RenameColumn)
def check(rename: RenameColumn, context: Context) -> Iterator[Finding]:
    if not existing(context, rename.table) or column_added(context, rename.table, rename.column):
        return
    up = context.migration.up
    left = up.after.table(context.schema.full(rename.table)) if up else None
    if left is not None and left.column(rename.column) is not None:
        return  # a column of the old name is there again when the migration ends
    old, new, table = code(rename.column), code(rename.to), code(rename.table)
    yield rule.finding(
        context.place(rename.at),
        f"Renaming {old} of {table} to {new} breaks every query of the running version that "
        f"names it, as soon as it commits.{takes(context)}",
        advice=f"Add {new} beside {old}, deploy code that writes both, fill the old rows, deploy "
        f"code that reads {new}, and drop {old} in a later release.",
    )

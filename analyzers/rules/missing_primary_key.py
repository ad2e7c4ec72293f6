"""A table without a primary key

Rows that are equal cannot be told apart: one of them cannot be changed or deleted alone. Logical
replication refuses updates and deletes of such a table, unless it has a [replica
identity](https://www.postgresql.org/docs/current/logical-replication-publication.html), and many
tools will not show or edit it.

## Unsafe

```js
exports.up = (knex) =>
  knex.schema.createTable('visits', (table) => { // expect: missing-primary-key
    table.timestamp('at');
  });
```

## Safe

```js
exports.up = (knex) =>
  knex.schema.createTable('visits', (table) => {
    table.bigIncrements();
    table.timestamp('at');
  });
```

## When it is fine

For logs that are only ever added to and read as a whole. Temporary tables, partitions and copies
of other tables are not reported.
"""

from collections.abc import Iterator

from analyzers.findings import Direction, Finding, Severity
from analyzers.postgres.operations import CreateTable
from analyzers.postgres.schema import Table
from analyzers.rules.context import MigrationContext, Replay, Step, place_of
from analyzers.rules.rule import Rule
from analyzers.rules.wording import code

rule = Rule(__name__, __doc__, severity=Severity.NOTICE)


@rule.on_migration
def check(context: MigrationContext) -> Iterator[Finding]:
    up = context.migration.up
    for step in up.steps if up else ():
        made = step.operation
        if isinstance(made, CreateTable) and up and not _has_key(made, step, up):
            yield rule.finding(
                place_of(context.migration, step.statement, made.at),
                f"{code(made.table)} gets no primary key: equal rows cannot be told apart.",
                advice="Give it one, `table.bigIncrements()` or `table.primary([…])`.",
                direction=Direction.UP,
                statement=step.statement.sql.string,
            )


def _has_key(made: CreateTable, step: Step, up: Replay) -> bool:
    """Also of what isn't meant to have one, and of what the migration doesn't leave behind."""
    copied = made.like or made.inherits or made.partition_of or made.from_query
    if copied or made.temporary or step.schema.has_table(made.table):
        return True
    left: Table | None = up.after.table(step.schema.full(made.table))
    return left is None or left.primary_key is not None or not up.execution.complete

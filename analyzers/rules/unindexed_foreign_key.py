"""A foreign key that no index leads with

PostgreSQL [makes no
index](https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-FK) for the
referencing column, and neither does Knex. Every DELETE of a referenced row, and every UPDATE of
its key, then reads the whole referencing table to look for rows that point at it, and joins from
the one side to the other do the same.

## Unsafe

```js
exports.up = (knex) =>
  knex.schema.createTable('orders', (table) => {
    table.bigIncrements();
    table.bigInteger('user_id').references('users.id'); // expect: unindexed-foreign-key
  });
```

## Safe

```js
exports.up = (knex) =>
  knex.schema.createTable('orders', (table) => {
    table.bigIncrements();
    table.bigInteger('user_id').references('users.id').index();
  });
```

## When it is fine

When rows of the referenced table are never deleted and the table stays small.
"""

from collections.abc import Iterator

from analyzers.findings import Finding, Severity
from analyzers.postgres.schema import Schema, Table
from analyzers.rules.context import Changes, Context
from analyzers.rules.moments import of_all, spoken
from analyzers.rules.references import foreign_keys
from analyzers.rules.rule import Rule
from analyzers.rules.wording import code, listed

rule = Rule(__name__, __doc__, severity=Severity.WARNING, by_size=True)


@rule.on_changes
def check(changes: Changes) -> Iterator[Finding]:
    """Against what the whole pull request leaves: an index is best built in a file of its own."""
    ups = [migration.up for migration in changes.added if migration.up is not None]
    if not ups or not all(up.execution.complete for up in ups):
        return
    for context in of_all(changes):
        yield from _unserved(context, ups[-1].after)


def _unserved(context: Context, after: Schema) -> Iterator[Finding]:
    for name, constraint in foreign_keys(context.step.operation):
        table = after.table(context.schema.full(name))
        if table is None or not table.certain or _is_served(constraint.columns, table):
            continue
        finding = rule.finding(
            context.place(constraint.at),
            f"No index of {code(table.name)} leads with {listed(constraint.columns)}: deleting "
            "what it references reads the whole table.",
            advice=f"Add an index on {listed(constraint.columns)}: at once in a new table, "
            "concurrently in an old one.",
        )
        yield spoken(context, finding)


def _is_served(columns: tuple[str, ...], table: Table) -> bool:
    """Whether an index over all rows begins with these columns, in any order."""
    return any(
        set(index.columns[: len(columns)]) == set(columns) and index.predicate is None
        for index in table.indexes
    )

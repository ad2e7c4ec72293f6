"""A foreign key that deletes rows along with their parent

With `ON DELETE CASCADE`, deleting one row silently deletes all rows that point at it, and so on
through every further cascade: a mistaken `DELETE` takes whole accounts along, application code and
its audit trail never see it, and where no index leads with the column each delete reads the whole
referencing table. See [foreign
keys](https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-FK).

## Unsafe

```js
exports.up = (knex) =>
  knex.schema.alterTable('orders', (table) => {
    table
      .foreign('user_id')
      .references('users.id')
      .onDelete('CASCADE'); // expect: cascading-foreign-key
  });
```

## Safe

```js
exports.up = (knex) =>
  knex.raw(`ALTER TABLE orders ADD CONSTRAINT orders_user_id_foreign
    FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE RESTRICT NOT VALID`);
```

## When it is fine

For rows that are part of their parent and nothing without it, such as the lines of an order. Keys
of tables that the pull request creates are not reported.
"""

from collections.abc import Iterator

from analyzers.findings import Finding, Severity
from analyzers.postgres.operations import AddColumn, AddConstraint, Constraint, Name
from analyzers.rules.context import Context
from analyzers.rules.earlier import existing
from analyzers.rules.rule import Rule
from analyzers.rules.wording import code, listed

rule = Rule(__name__, __doc__, severity=Severity.WARNING)


@rule.on(AddConstraint)
def check(added: AddConstraint, context: Context) -> Iterator[Finding]:
    yield from _cascades(added.table, added.constraint, context)


@rule.on(AddColumn)
def check_column(added: AddColumn, context: Context) -> Iterator[Finding]:
    for constraint in added.column.constraints:
        yield from _cascades(added.table, constraint, context)


def _cascades(table: Name, constraint: Constraint, context: Context) -> Iterator[Finding]:
    reference = constraint.reference
    if reference is None or reference.on_delete != "CASCADE" or not existing(context, table):
        return
    parent = code(reference.table)
    column = f" ({listed(constraint.columns)})" if constraint.columns else ""
    yield rule.finding(
        context.place(reference.on_delete_at or reference.at or constraint.at),
        f"Deleting a row of {parent} will silently delete every row of {code(table)}{column} that "
        "points at it.",
        advice="Prefer `RESTRICT` or `SET NULL`, and delete in the application, where it is seen.",
    )

"""A CHECK constraint that is validated under its lock

`ADD CHECK` takes an [ACCESS EXCLUSIVE
lock](https://www.postgresql.org/docs/current/sql-altertable.html) and reads the whole table: reads
and writes wait until it is done, in Knex's transaction until the whole batch of migrations
commits. `NOT VALID` skips the reading, and new rows are checked all the same; `VALIDATE
CONSTRAINT` makes it up under a lock that blocks neither reads nor writes, in a migration that is
deployed later.

A constraint of a domain is checked in every table with a column of the domain, and its `VALIDATE
CONSTRAINT` blocks writes, too.

Knex's `.checkIn()` and its kin, and `.enu()`, write a CHECK at the new column, which reads the
table too.

## Unsafe

```js
exports.up = (knex) =>
  knex.schema.alterTable('orders', (table) => {
    table.enu('state', ['open', 'paid']); // expect: validating-check-constraint
  });
```

## Safe

```js
exports.up = (knex) =>
  knex.raw('ALTER TABLE orders ADD CONSTRAINT orders_total CHECK (total >= 0) NOT VALID');
```

## When it is fine

When the table is small. Tables that the pull request creates are not reported.
"""

from collections.abc import Iterator

from analyzers.findings import Finding, Severity
from analyzers.postgres.operations import (
    AddColumn,
    AddConstraint,
    AlterDomain,
    Constraint,
    ConstraintKind,
    Name,
)
from analyzers.rules.context import Context
from analyzers.rules.earlier import works_through
from analyzers.rules.rule import Rule
from analyzers.rules.wording import code, fenced, identifier, listed, raw, takes, written

rule = Rule(__name__, __doc__, severity=Severity.ERROR, by_size=True)


@rule.on(AddConstraint)
def check(added: AddConstraint, context: Context) -> Iterator[Finding]:
    yield from _validates(added.table, added.constraint, context)


@rule.on(AddColumn)
def check_column(added: AddColumn, context: Context) -> Iterator[Finding]:
    """Where the column has the table rewritten, every row is read anyway."""
    for constraint in added.column.constraints if not context.effects.rewrites else ():
        yield from _validates(added.table, constraint, context)


@rule.on(AlterDomain)
def check_domain(change: AlterDomain, context: Context) -> Iterator[Finding]:
    """A domain's VALIDATE CONSTRAINT keeps writes waiting as its ADD does."""
    tables = [name for name in context.effects.scans if works_through(context, name)]
    if tables and change.verb != "set not null":
        yield rule.finding(
            context.place(change.at),
            f"To check the domain {code(change.domain)}, this reads every row of {listed(tables)} "
            f"while writes wait.{takes(context)}",
            advice="Have new values checked alone (`ADD CONSTRAINT … NOT VALID`); check old ones "
            "by a `CHECK … NOT VALID` of the table, validated in a later deployment.",
        )


def _validates(table: Name, constraint: Constraint, context: Context) -> Iterator[Finding]:
    if constraint.kind is not ConstraintKind.CHECK or not works_through(context, table):
        return
    yield rule.finding(
        context.place(constraint.at),
        f"Adding this CHECK reads every row of {code(table)} under its lock.{takes(context)}",
        advice=_advice(table, constraint, context),
    )


def _advice(table: Name, constraint: Constraint, context: Context) -> str:
    sql = written(context, constraint.at)
    if constraint.name is None or not sql.lower().startswith("constraint"):
        return (
            "Add the column without the check; then add a named one with `NOT VALID`, and run "
            "`VALIDATE CONSTRAINT` in a later deployment."
        )
    alter = f"ALTER TABLE {identifier(table)}"
    return "Add it unread, and validate it in a migration of a later deployment:\n" + fenced(
        raw(f"{alter} ADD {sql} NOT VALID"),
        "// later",
        raw(f"{alter} VALIDATE CONSTRAINT {identifier(constraint.name)}"),
    )

"""A foreign key that is validated under its lock

`ADD FOREIGN KEY` takes a [SHARE ROW EXCLUSIVE
lock](https://www.postgresql.org/docs/current/sql-altertable.html) on **both** tables, then looks
up every row of the one in the other: writes of both wait until it is done, in Knex's transaction
until the whole batch of migrations commits. `NOT VALID` skips the look-up; `VALIDATE CONSTRAINT`
makes it up under a lock that blocks neither reads nor writes. They belong into two migrations that
are deployed one after the other: Knex runs a batch in one transaction, which would hold the strong
lock over the scan.

A foreign key written at a new nullable column (`ADD COLUMN … REFERENCES`) needs no look-up. Knex's
`.references()` always adds the key separately.

## Unsafe

```js
exports.up = (knex) =>
  knex.schema.alterTable('orders', (table) => {
    table.foreign('user_id').references('users.id'); // expect: validating-foreign-key
  });
```

## Safe

```js
exports.up = async (knex) => {
  await knex.raw(`ALTER TABLE orders ADD CONSTRAINT orders_user_id_foreign
    FOREIGN KEY (user_id) REFERENCES users (id) NOT VALID`);
};
```

## When it is fine

When both tables are small. Tables that the pull request creates are not reported.
"""

from collections.abc import Iterator

from analyzers.findings import Finding, Severity
from analyzers.postgres.operations import AddColumn, AddConstraint, Constraint, ConstraintKind, Name
from analyzers.rules.context import Context
from analyzers.rules.earlier import works_through
from analyzers.rules.rule import Rule
from analyzers.rules.wording import code, fenced, identifier, raw, takes, written

rule = Rule(__name__, __doc__, severity=Severity.ERROR, by_size=True)


@rule.on(AddConstraint)
def check(added: AddConstraint, context: Context) -> Iterator[Finding]:
    yield from _validates(added.table, added.constraint, context)


@rule.on(AddColumn)
def check_column(added: AddColumn, context: Context) -> Iterator[Finding]:
    """Where the column has the table rewritten, every row is read anyway."""
    for constraint in added.column.constraints if not context.effects.rewrites else ():
        yield from _validates(added.table, constraint, context)


def _validates(table: Name, constraint: Constraint, context: Context) -> Iterator[Finding]:
    reference = constraint.reference
    if constraint.kind is not ConstraintKind.FOREIGN_KEY or reference is None:
        return
    if not works_through(context, table):
        return
    yield rule.finding(
        context.place(constraint.at),
        f"Adding this foreign key looks up every row of {code(table)} in {code(reference.table)} "
        f"while writes of both wait.{takes(context)}",
        advice=_advice(table, constraint, context),
    )


def _advice(table: Name, constraint: Constraint, context: Context) -> str:
    sql = written(context, constraint.at)
    if constraint.name is None or not sql.lower().startswith("constraint"):
        return "Add the key with `NOT VALID`, and run `VALIDATE CONSTRAINT` in a later deployment."
    alter = f"ALTER TABLE {identifier(table)}"
    return "Add it without the look-up, and validate it in a migration of a later deployment:\n" + (
        fenced(
            raw(f"{alter} ADD {sql} NOT VALID"),
            "// later",
            raw(f"{alter} VALIDATE CONSTRAINT {identifier(constraint.name)}"),
        )
    )

"""A UNIQUE or PRIMARY KEY that builds its index under its lock

`ADD UNIQUE`, `ADD PRIMARY KEY` and `ADD EXCLUDE` take an
[ACCESS EXCLUSIVE lock](https://www.postgresql.org/docs/current/sql-altertable.html) and build an
index: reads and writes wait until it is done, and in Knex's transaction until the whole batch of
migrations commits. A duplicate fails the migration at the very end. Knex's `table.unique()` and
`table.primary()` write this.

An index built concurrently before can become the constraint, which takes no time. For EXCLUDE
there is no such way.

## Unsafe

```js
exports.up = (knex) =>
  knex.schema.alterTable('users', (table) => {
    table.unique(['email']); // expect: blocking-unique-constraint
  });
```

## Safe

```js
exports.config = { transaction: false };

exports.up = async (knex) => {
  await knex.raw('CREATE UNIQUE INDEX CONCURRENTLY users_email_unique ON users (email)');
  await knex.raw(
    'ALTER TABLE users ADD CONSTRAINT users_email_unique UNIQUE USING INDEX users_email_unique',
  );
};
```

## When it is fine

When the table is small. Tables that the pull request creates are not reported.
"""

from collections.abc import Iterator

from analyzers.findings import Finding, Severity
from analyzers.postgres.operations import AddColumn, AddConstraint, Constraint, ConstraintKind, Name
from analyzers.rules.context import Context
from analyzers.rules.earlier import works_through
from analyzers.rules.rule import Rule
from analyzers.rules.wording import code, fenced, identifier, no_transaction, raw, takes

rule = Rule(__name__, __doc__, severity=Severity.ERROR, by_size=True)

BUILDING = {ConstraintKind.UNIQUE, ConstraintKind.PRIMARY_KEY, ConstraintKind.EXCLUDE}


@rule.on(AddConstraint)
def check(added: AddConstraint, context: Context) -> Iterator[Finding]:
    yield from _builds(added.table, added.constraint, context)


@rule.on(AddColumn)
def check_column(added: AddColumn, context: Context) -> Iterator[Finding]:
    """A key without values fails on the first row, and a rewrite builds all indexes anyway."""
    column = added.column
    for constraint in column.constraints:
        empty_key = constraint.kind is ConstraintKind.PRIMARY_KEY and column.default is None
        if not empty_key and not context.effects.rewrites:
            yield from _builds(added.table, constraint, context)


def _builds(table: Name, constraint: Constraint, context: Context) -> Iterator[Finding]:
    if constraint.kind not in BUILDING or constraint.using_index is not None:
        return
    if not works_through(context, table):
        return
    yield rule.finding(
        context.place(constraint.at),
        f"This {constraint.kind.value.upper()} constraint builds its index on {code(table)} under "
        f"its lock.{takes(context)}",
        advice=_advice(table, constraint, context),
    )


def _advice(table: Name, constraint: Constraint, context: Context) -> str:
    if constraint.kind is ConstraintKind.EXCLUDE:
        return "There is no way to build it beforehand: run it when the table is quiet."
    keyword = constraint.kind.value.upper()
    index = identifier(constraint.name or "_".join((table.name, *constraint.columns, "key")))
    columns = ", ".join(map(identifier, constraint.columns))
    on = f"{identifier(table)} ({columns})"
    return "Build the index concurrently, and make it the constraint:\n" + fenced(
        no_transaction(context.migration.sources, context.migration.path),
        raw(f"CREATE UNIQUE INDEX CONCURRENTLY {index} ON {on}"),
        raw(
            f"ALTER TABLE {identifier(table)} ADD CONSTRAINT {index} {keyword} USING INDEX {index}"
        ),
    )

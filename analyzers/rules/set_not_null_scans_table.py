"""SET NOT NULL reads the whole table under its lock

To see that no row is NULL, PostgreSQL reads all of them while it holds an [ACCESS EXCLUSIVE
lock](https://www.postgresql.org/docs/current/sql-altertable.html): reads and writes wait. From
PostgreSQL 12 on it skips that where a *valid* CHECK constraint proves it; one that is still NOT
VALID doesn't help. Knex's `.notNullable().alter()` drops NOT NULL and sets it again, on a column
that had it too: `.alter({ alterNullable: false })` leaves it alone. `PRIMARY KEY
USING INDEX` sets columns NOT NULL too, and so does `ALTER DOMAIN … SET NOT NULL`, in every table.

## Unsafe

```js
exports.up = (knex) =>
  knex.schema.alterTable('users', (table) => {
    table.dropNullable('email'); // expect: set-not-null-scans-table
  });
```

## Safe

Three deployments: add the CHECK unread, validate it without blocking anybody, then set NOT NULL.

```js
exports.up = (knex) =>
  knex.raw('ALTER TABLE users ADD CONSTRAINT users_email_set CHECK (email IS NOT NULL) NOT VALID');
```

```js
exports.up = (knex) => knex.raw('ALTER TABLE users VALIDATE CONSTRAINT users_email_set');
```

```js
exports.up = async (knex) => {
  await knex.raw('ALTER TABLE users ALTER COLUMN email SET NOT NULL');
  await knex.raw('ALTER TABLE users DROP CONSTRAINT users_email_set');
};
```

## When it is fine

When the table is small. PostgreSQL 10 and 11 always read it.
"""

from collections.abc import Iterator

from analyzers.findings import Finding, Severity
from analyzers.postgres.operations import (
    AddColumn,
    AddConstraint,
    AlterColumnType,
    AlterDomain,
    ConstraintKind,
    DropDefault,
    DropNotNull,
    SetDefault,
    SetNotNull,
)
from analyzers.rules.context import Context, Step
from analyzers.rules.earlier import before, surely_fails, works_through
from analyzers.rules.long_names import name_of
from analyzers.rules.rule import Rule
from analyzers.rules.wording import code, fenced, identifier, listed, raw, takes, written

rule = Rule(__name__, __doc__, severity=Severity.ERROR, by_size=True)

SKIPS_BY_CHECK = 12
"""https://www.postgresql.org/docs/release/12.0/"""


ALTERS = (DropDefault, DropNotNull, AlterColumnType, SetDefault)
KEEP = "`.alter({ alterNullable: false })`"


@rule.on(SetNotNull)
def check(change: SetNotNull, context: Context) -> Iterator[Finding]:
    table = change.table
    earlier = _alter(change, context)
    if not works_through(context, table) or any(map(surely_fails, earlier)):
        return
    had = bool(earlier) and _was_set(change, earlier[0])
    what = (
        f"`.alter()` takes NOT NULL from {code(change.column)} and sets it again, which"
        if had
        else f"Setting {code(change.column)} NOT NULL"
    )
    yield rule.finding(
        context.place(change.at),
        f"{what} reads every row of {code(table)} under its lock.{takes(context)}",
        advice=f"It is NOT NULL already: {KEEP} leaves that as it is."
        if had
        else _advice(change, context.settings.postgres),
    )


@rule.on(AddConstraint)
def check_constraint(added: AddConstraint, context: Context) -> Iterator[Finding]:
    """ADD NOT NULL (PostgreSQL 18), and PRIMARY KEY USING INDEX of columns that may be NULL."""
    table, constraint = added.table, added.constraint
    if constraint.kind is not ConstraintKind.NOT_NULL and constraint.using_index is None:
        return
    untold = constraint.using_index is not None and not context.effects.known
    if untold or not works_through(context, table):
        return
    if constraint.using_index is None:
        what, advice = f"Setting {listed(constraint.columns)} NOT NULL", _unread(added, context)
    else:
        what = "The index spares no reading where a column may be NULL: making it the PRIMARY KEY"
        advice = "Set the columns NOT NULL beforehand, by a validated `CHECK (… IS NOT NULL)`."
    yield rule.finding(
        context.place(constraint.at),
        f"{what} reads every row of {code(table)} under its lock.{takes(context)}",
        advice=advice,
    )


@rule.on(AddColumn)
def check_computed(added: AddColumn, context: Context) -> Iterator[Finding]:
    """A virtual column (PostgreSQL 18) is worked out for every row to see that none is NULL."""
    column, table = added.column, added.table
    if column.generated is None or not column.not_null or context.effects.rewrites:
        return
    if works_through(context, table):
        yield rule.finding(
            context.place(added.at),
            f"To add {code(column.name)} as NOT NULL, PostgreSQL works it out for every row of "
            f"{code(table)}, and fails where it is NULL.{takes(context)}",
            advice=f"Leave NOT NULL out: {code(column.name)} is what its expression says.",
        )


@rule.on(AlterDomain)
def check_domain(change: AlterDomain, context: Context) -> Iterator[Finding]:
    tables = [name for name in context.effects.scans if works_through(context, name)]
    if tables and change.verb == "set not null":
        yield rule.finding(
            context.place(change.at),
            f"Setting the domain {code(change.domain)} NOT NULL reads every row of "
            f"{listed(tables)} under its lock.{takes(context)}",
            advice="Set the columns NOT NULL that have to be, one table after the other.",
        )


def _unread(added: AddConstraint, context: Context) -> str:
    constraint, alter = added.constraint, f"ALTER TABLE {identifier(added.table)}"
    if constraint.name is None:
        return "Give it a name, add it with `NOT VALID`, and validate it in a later deployment."
    sql = written(context, constraint.at)
    return "Add it unread, and validate it in a migration of a later deployment:\n" + fenced(
        raw(f"{alter} ADD {sql} NOT VALID"),
        "// later",
        raw(f"{alter} VALIDATE CONSTRAINT {identifier(constraint.name)}"),
    )


def _alter(change: SetNotNull, context: Context) -> list[Step]:
    """What `.alter()` sends before it, if that is what sets NOT NULL."""
    own: list[Step] = []
    for step in reversed(list(before(context))):
        operation = step.operation
        if not isinstance(operation, ALTERS) or operation.column != change.column:
            return []
        if operation.table != change.table:
            return []
        own.insert(0, step)
        if isinstance(operation, DropDefault):
            return own
    return []


def _was_set(change: SetNotNull, first: Step) -> bool:
    table = first.schema.table(change.table)
    column = table.column(change.column) if table is not None else None
    return column is not None and bool(column.not_null)


def _advice(change: SetNotNull, major: int) -> str:
    if major < SKIPS_BY_CHECK:
        return ""
    alter = f"ALTER TABLE {identifier(change.table)}"
    constraint = identifier(name_of(change.table.name, change.column, "not_null"))
    column = identifier(change.column)
    return "Prove it beforehand, in two migrations of earlier deployments:\n" + fenced(
        raw(f"{alter} ADD CONSTRAINT {constraint} CHECK ({column} IS NOT NULL) NOT VALID"),
        "// then",
        raw(f"{alter} VALIDATE CONSTRAINT {constraint}"),
    )

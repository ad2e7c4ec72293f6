"""A guard for what the history of the migrations knows

`IF EXISTS`, `IF NOT EXISTS`, `createTableIfNotExists` and `hasTable` guards make a migration pass
whatever it meets. Where the earlier migrations say what is there, it can only meet something else
if somebody changed that database by hand: then the migration is recorded as done, the table keeps
the columns that it happened to have ([no check is
made](https://www.postgresql.org/docs/current/sql-createtable.html)), and the difference comes to
light much later. Without the guard it fails at once, and says what is different.

## Unsafe

```js
exports.up = (knex) => knex.schema.createTable('users', (table) => table.bigIncrements());
exports.down = (knex) => knex.schema.dropTable('users');
```

```js
exports.up = async (knex) => {
  await knex.raw("SET LOCAL lock_timeout = '5s'");
  // expect: if-exists-hides-drift
  await knex.raw('ALTER TABLE users ADD COLUMN IF NOT EXISTS email text');
};
```

## Safe

```js
exports.up = (knex) => knex.schema.createTable('users', (table) => table.bigIncrements());
exports.down = (knex) => knex.schema.dropTable('users');
```

```js
exports.up = async (knex) => {
  await knex.raw("SET LOCAL lock_timeout = '5s'");
  await knex.raw('ALTER TABLE users ADD COLUMN email text');
};
```

## When it is fine

Under `transaction: false`, where a migration that failed halfway has to be run again: there this
rule is silent. And where databases are known to differ, until they no longer do.
"""

from collections.abc import Iterator

from analyzers.findings import Direction, Finding, Severity
from analyzers.knex.execution import Habit
from analyzers.postgres.operations import (
    AddColumn,
    CreateIndex,
    CreateTable,
    DropColumn,
    DropConstraint,
    DropIndex,
    DropTable,
    Name,
    Operation,
)
from analyzers.postgres.schema import Table
from analyzers.rules.context import Context, MigrationContext
from analyzers.rules.observed import observed
from analyzers.rules.rule import Rule
from analyzers.rules.wording import code

rule = Rule(__name__, __doc__, severity=Severity.NOTICE)

ADVICE = "Leave the guard out: where it would make a difference, the migration should fail."


@rule.on_migration
def check_guards(context: MigrationContext) -> Iterator[Finding]:
    if not context.migration.transaction:
        return
    for seen, place, direction in observed(context, Habit.DECIDED_GUARD):
        if direction is Direction.UP:
            name, answer = seen.subject.rsplit(", ", 1)
            yield rule.finding(
                place,
                f"The history of the migrations says that {code(name)} {answer}: where that is "
                "not so, this guard hides it.",
                advice=ADVICE,
                direction=direction,
            )


@rule.on(CreateTable)
def check_create_table(create: CreateTable, context: Context) -> Iterator[Finding]:
    if create.if_not_exists and not create.temporary:
        yield from _guarded(create, context.schema.has_table(create.table), create.table, context)


@rule.on(DropTable)
def check_drop_table(drop: DropTable, context: Context) -> Iterator[Finding]:
    if drop.if_exists:
        yield from _guarded(drop, context.schema.has_table(drop.table), drop.table, context)


@rule.on(AddColumn)
def check_add_column(add: AddColumn, context: Context) -> Iterator[Finding]:
    column = add.column.name
    if add.if_not_exists:
        there = context.schema.has_column(add.table, column)
        yield from _guarded(add, there, f"{add.table}.{column}", context)


@rule.on(DropColumn)
def check_drop_column(drop: DropColumn, context: Context) -> Iterator[Finding]:
    if drop.if_exists:
        there = context.schema.has_column(drop.table, drop.column)
        yield from _guarded(drop, there, f"{drop.table}.{drop.column}", context)


@rule.on(DropConstraint)
def check_drop_constraint(drop: DropConstraint, context: Context) -> Iterator[Finding]:
    if drop.if_exists:
        table = context.schema.table(drop.table)
        there = _has(table, table and table.constraint(drop.constraint))
        yield from _guarded(drop, there, drop.constraint, context)


@rule.on(CreateIndex)
def check_create_index(create: CreateIndex, context: Context) -> Iterator[Finding]:
    if create.if_not_exists and create.name:
        table = context.schema.table(create.table)
        there = _has(table, table and table.index(create.name))
        yield from _guarded(create, there, create.name, context)


@rule.on(DropIndex)
def check_drop_index(drop: DropIndex, context: Context) -> Iterator[Finding]:
    if drop.if_exists and context.schema.owner(drop.index):
        yield from _guarded(drop, True, drop.index, context)


def _guarded(
    operation: Operation, there: bool | None, what: Name | str, context: Context
) -> Iterator[Finding]:
    """Outside of a transaction guards are what makes a second try possible."""
    if there is None or context.statement.transaction is None or operation.conditional:
        return
    known = "is there" if there else "is not there"
    yield rule.finding(
        context.place(operation.at),
        f"The history of the migrations says that {code(what)} {known}: where that is not so, "
        "this guard hides it.",
        advice=ADVICE,
    )


def _has(table: Table | None, part: object) -> bool | None:
    """Whether a table has the part that was looked for in it; None: the history does not tell."""
    if part is not None and table is not None:
        return True
    return False if table and table.certain else None

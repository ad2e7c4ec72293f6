"""DROP … CASCADE takes along what nobody has named

PostgreSQL drops the object and everything that depends on it, and what depends on that: views,
foreign keys of other tables, columns of a type, triggers of a function. Which ones that are is
decided by what is in the database on that day, not by what the author saw in their own.
See [dependency tracking](https://www.postgresql.org/docs/current/ddl-depend.html).

Without CASCADE the same statement fails and lists what depends on the object: name those, each in
a statement of its own.

## Unsafe

```js
exports.up = async (knex) => {
  await knex.raw('DROP TYPE plan CASCADE'); // expect: drop-cascade
};
```

## Safe

```js
exports.up = async (knex) => {
  await knex.raw('DROP VIEW active_users');
  await knex.raw('DROP TYPE plan');
};
```

## When it is fine

In `down`, and for what the same migration made. Triggers and policies have nothing that depends
on them.
"""

from collections.abc import Iterator

from analyzers.findings import Finding, Severity
from analyzers.postgres.operations import (
    DropColumn,
    DropConstraint,
    DropIndex,
    DropObject,
    DropTable,
    ObjectKind,
    Range,
)
from analyzers.rules.context import Context
from analyzers.rules.earlier import column_added, existing, made_here
from analyzers.rules.rule import Rule
from analyzers.rules.wording import code, takes

rule = Rule(__name__, __doc__, severity=Severity.ERROR)

NOTHING_DEPENDS = {ObjectKind.TRIGGER, ObjectKind.EVENT_TRIGGER, ObjectKind.POLICY, ObjectKind.RULE}
WHOLE_SCHEMAS = {ObjectKind.SCHEMA, ObjectKind.DATABASE, ObjectKind.OWNED}


@rule.on(DropTable)
def check_table(drop: DropTable, context: Context) -> Iterator[Finding]:
    if drop.cascade and context.effects.losses and existing(context, drop.table):
        loses = " Its rows are gone for good."
        yield _finding(f"the table {code(drop.table)}", drop.at, context, loses)


@rule.on(DropColumn)
def check_column(drop: DropColumn, context: Context) -> Iterator[Finding]:
    added = column_added(context, drop.table, drop.column)
    lost = context.effects.losses and not added
    if drop.cascade and lost and existing(context, drop.table):
        what = f"the column {code(drop.column)} of {code(drop.table)}"
        yield _finding(what, drop.at, context, " Its values are gone for good.")


@rule.on(DropConstraint)
def check_constraint(drop: DropConstraint, context: Context) -> Iterator[Finding]:
    if drop.cascade and existing(context, drop.table):
        yield _finding(f"the constraint {code(drop.constraint)}", drop.at, context)


@rule.on(DropIndex)
def check_index(drop: DropIndex, context: Context) -> Iterator[Finding]:
    owner = context.schema.owner(drop.index)
    if drop.cascade and (owner is None or existing(context, owner.name)):
        yield _finding(f"the index {code(drop.index)}", drop.at, context)


@rule.on(DropObject)
def check_object(drop: DropObject, context: Context) -> Iterator[Finding]:
    told = drop.kind in NOTHING_DEPENDS | WHOLE_SCHEMAS
    if drop.cascade and not told and not made_here(context, drop.name):
        yield _finding(f"the {drop.kind.value} {code(drop.name)}", drop.at, context)


def _finding(what: str, at: Range, context: Context, loses: str = "") -> Finding:
    return rule.finding(
        context.place(at),
        f"CASCADE drops {what} and everything that depends on it, whatever that is in "
        f"production.{loses}{takes(context)}",
        advice="Leave CASCADE out, and drop by name what PostgreSQL then says depends on it.",
    )

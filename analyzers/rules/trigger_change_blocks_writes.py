"""A change of triggers blocks writes

`CREATE TRIGGER`, `ENABLE` and `DISABLE TRIGGER` take a SHARE ROW EXCLUSIVE lock, `DROP TRIGGER` an
[ACCESS EXCLUSIVE lock](https://www.postgresql.org/docs/current/sql-createtrigger.html) on the
table, held until Knex's transaction commits: writes wait, at a drop reads too. While triggers are
disabled, what they guard, foreign keys included (`DISABLE TRIGGER ALL`), is not guarded.

## Unsafe

```js
exports.up = async (knex) => {
  // expect: trigger-change-blocks-writes
  await knex.raw('CREATE TRIGGER t BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION touch()');
};
```

## Safe

What a trigger does is changed by its function, which locks no table:

```js
exports.up = (knex) =>
  knex.raw(`CREATE OR REPLACE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN NEW.updated_at := now(); RETURN NEW; END $$`);
```

## When it is fine

Alone in its migration with a `lock_timeout`, on a table whose writers can wait for a moment.
Tables that the pull request creates are not reported.
"""

from collections.abc import Iterator

from analyzers.findings import Finding, Severity
from analyzers.postgres.operations import (
    ChangeTable,
    CreateObject,
    DropObject,
    Name,
    ObjectKind,
    Range,
    TableChange,
)
from analyzers.rules.context import Context
from analyzers.rules.earlier import existing
from analyzers.rules.rule import Rule
from analyzers.rules.wording import code, takes

rule = Rule(__name__, __doc__, severity=Severity.WARNING)


@rule.on(CreateObject)
def check_create(made: CreateObject, context: Context) -> Iterator[Finding]:
    if made.kind is ObjectKind.TRIGGER and made.table is not None:
        yield from _change(f"Creating the trigger {code(made.name)}", made.table, made.at, context)


@rule.on(DropObject)
def check_drop(drop: DropObject, context: Context) -> Iterator[Finding]:
    if drop.kind is ObjectKind.TRIGGER and drop.table is not None:
        yield from _change(f"Dropping the trigger {code(drop.name)}", drop.table, drop.at, context)


@rule.on(ChangeTable)
def check_switch(change: ChangeTable, context: Context) -> Iterator[Finding]:
    if change.change in (TableChange.ENABLE_TRIGGER, TableChange.DISABLE_TRIGGER):
        which = f"the trigger {code(change.subject)}" if change.subject else "triggers"
        verb = "Enabling" if change.change is TableChange.ENABLE_TRIGGER else "Disabling"
        yield from _change(f"{verb} {which}", change.table, change.at, context)


def _change(what: str, table: Name, at: Range, context: Context) -> Iterator[Finding]:
    if context.effects.blocking() and existing(context, table):
        yield rule.finding(
            context.place(at),
            f"{what} keeps the writers of {code(table)} waiting until the transaction "
            f"commits.{takes(context)}",
            advice="Keep it alone in its migration, after `SET LOCAL lock_timeout`.",
        )

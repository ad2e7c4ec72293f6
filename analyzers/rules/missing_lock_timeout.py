"""A lock that blocks others is taken without a lock_timeout

A statement that needs a strong lock waits for every open transaction on the table to end, and
**everybody who comes after it waits behind it**, plain reads included: one forgotten `SELECT` in
some other session, and the table is down for as long as that lasts. With
[`lock_timeout`](https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-LOCK-TIMEOUT)
the migration gives up after some seconds and can be tried again.

`SET LOCAL` lasts until the transaction ends, for the following migrations of the same batch too.
`SET` without LOCAL stays on the pooled connection. One finding stands for a whole pull request,
at the first such lock.

## Unsafe

```js
exports.up = (knex) =>
  knex.schema.alterTable('users', (table) => {
    table.string('nickname'); // expect: missing-lock-timeout
  });
```

## Safe

```js
exports.up = async (knex) => {
  await knex.raw("SET LOCAL lock_timeout = '5s'");
  await knex.schema.alterTable('users', (table) => {
    table.string('nickname');
  });
};
```

## When it is fine

When the role that migrates has a `lock_timeout` of its own (`ALTER ROLE … SET lock_timeout`), or
nothing else runs meanwhile.
"""

from collections.abc import Iterator

from analyzers.findings import Direction, Finding, Severity
from analyzers.postgres.effects import Lock
from analyzers.postgres.operations import DropObject, RenameObject
from analyzers.rules.context import AddedMigration, Changes, Context, Step, place_of
from analyzers.rules.earlier import existing
from analyzers.rules.rule import Rule
from analyzers.rules.wording import fenced, raw, takes

rule = Rule(__name__, __doc__, severity=Severity.WARNING, once=True)


@rule.on_changes
def check(changes: Changes) -> Iterator[Finding]:
    for migration in changes.added:
        for step in migration.up.steps if migration.up else ():
            if _blocks(Context(migration, step, changes.settings)):
                yield _finding(migration, step, changes)


def _blocks(context: Context) -> bool:
    if context.step.transaction.lock_timeout is not None:
        return False
    return any(_on_table(lock, context) for lock in context.effects.blocking())


def _on_table(lock: Lock, context: Context) -> bool:
    schema, operation = context.schema, context.step.operation
    other = lock.relation in schema.views or lock.relation in schema.sequences
    if other or schema.owner(lock.relation) is not None:
        return False
    if isinstance(operation, DropObject | RenameObject) and operation.table is None:
        return False  # a view or sequence that the history doesn't know
    return existing(context, lock.relation)


def _finding(migration: AddedMigration, step: Step, changes: Changes) -> Finding:
    in_transaction = step.statement.transaction is not None
    setting = "SET LOCAL lock_timeout = '5s'" if in_transaction else "SET lock_timeout = '5s'"
    return rule.finding(
        place_of(migration, step.statement, step.operation.at),
        "Without a `lock_timeout` this waits for every open transaction on the table, and all "
        f"later queries wait behind it.{takes(Context(migration, step, changes.settings))}",
        advice="Give up after some seconds, and try again later. First in `up`:\n"
        + fenced(raw(setting)),
        direction=Direction.UP,
        statement=step.statement.sql.string,
    )

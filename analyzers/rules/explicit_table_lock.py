"""LOCK TABLE in a mode that keeps others waiting

The lock is held until Knex's transaction commits, over every further statement of the whole batch
of migrations. Without a mode it is
[ACCESS EXCLUSIVE](https://www.postgresql.org/docs/current/sql-lock.html): plain reads wait too.
Statements that change a table take the lock they need by themselves.

## Unsafe

```js
exports.up = async (knex) => {
  await knex.raw('LOCK TABLE accounts IN SHARE ROW EXCLUSIVE MODE'); // expect: explicit-table-lock
};
```

## Safe

```js
exports.up = async (knex) => {
  await knex.raw('SELECT id FROM accounts WHERE id = 1 FOR UPDATE');
};
```

## When it is fine

To take several locks at once and in one order, before statements that would need them one after
the other, with a `lock_timeout` before it.
"""

from collections.abc import Iterator

from analyzers.findings import Finding, Severity
from analyzers.postgres.locks import LockMode
from analyzers.postgres.operations import LockTable
from analyzers.rules.context import Context
from analyzers.rules.earlier import existing
from analyzers.rules.rule import Rule
from analyzers.rules.wording import code

rule = Rule(__name__, __doc__, severity=Severity.WARNING)


@rule.on(LockTable)
def check(lock: LockTable, context: Context) -> Iterator[Finding]:
    mode = next((mode for mode in LockMode if mode.sql == lock.mode), LockMode.ACCESS_EXCLUSIVE)
    if not mode.blocks_writes or not existing(context, lock.table):
        return
    yield rule.finding(
        context.place(lock.at),
        f"This locks {code(lock.table)} in {mode.sql} mode, which {mode.whom}, until the "
        "transaction of the whole batch commits.",
        advice="Leave the locking to the statements that need it, or lock only the rows: "
        "`SELECT … FOR UPDATE`.",
    )

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
from analyzers.postgres.operations import LockTable
from analyzers.rules.context import Context
from analyzers.rules.rule import Rule
from analyzers.rules.waiting import blocked
from analyzers.rules.wording import listed, until

rule = Rule(__name__, __doc__, severity=Severity.WARNING)


@rule.on(LockTable)
def check(lock: LockTable, context: Context) -> Iterator[Finding]:
    locks = tuple(blocked(context))
    if not locks:
        return
    mode = locks[0].mode
    yield rule.finding(
        context.place(lock.at),
        f"This locks {listed(lock.relation for lock in locks)} in {mode.sql} mode, which "
        f"{mode.whom}, {until(context)}.",
        advice="Leave the locking to the statements that need it, or lock only the rows: "
        "`SELECT … FOR UPDATE`.",
    )

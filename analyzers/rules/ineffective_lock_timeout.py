"""A lock_timeout that does not last exactly as long as the migration

`SET LOCAL` sets
[`lock_timeout`](https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-LOCK-TIMEOUT)
for the rest of the transaction. Everything else goes wrong in one way or another:

- `SET` without LOCAL stays on the connection when the migration is over. Knex gives it back to its
  pool, and whoever gets it next, the application for one, has the timeout too.
- Under `transaction: false`, `SET LOCAL` does [nothing but
  warn](https://www.postgresql.org/docs/current/sql-set.html), and `SET` reaches only one connection
  of the pool: statements that run side by side have others.
- After the first lock it is too late: that one was waited for without end.

## Unsafe

```js
exports.up = async (knex) => {
  await knex.raw("SET lock_timeout = '5s'"); // expect: ineffective-lock-timeout
  await knex.schema.alterTable('users', (table) => table.string('nickname'));
};
```

## Safe

```js
exports.up = async (knex) => {
  await knex.raw("SET LOCAL lock_timeout = '5s'");
  await knex.schema.alterTable('users', (table) => table.string('nickname'));
};
```

## When it is fine

When every connection is meant to have it. Then the knexfile is the place: `pool.afterCreate`, or
`connection.options`.
"""

from collections.abc import Iterator

from analyzers.findings import Finding, Related, Severity
from analyzers.rules.context import MigrationContext
from analyzers.rules.moments import spoken
from analyzers.rules.rule import Rule
from analyzers.rules.waiting import Flaw, Ineffective, ineffective
from analyzers.rules.wording import takes

rule = Rule(__name__, __doc__, severity=Severity.WARNING)

LOCAL = "Begin `up` with `SET LOCAL lock_timeout = '5s'`: it ends with Knex's transaction."
TRANSACTION = (
    "Run what takes the lock in a `knex.transaction(…)` that begins with `SET LOCAL lock_timeout`. "
    "What cannot run in one has to be between a `SET` and a `RESET lock_timeout`."
)

MESSAGES = {
    Flaw.ELSEWHERE: "This does not run in Knex's transaction but on a connection of its own: no "
    "statement of the migration has the timeout.",
    Flaw.NO_TRANSACTION: "SET LOCAL does nothing here: there is no transaction, and PostgreSQL "
    "only warns. Every lock is waited for without end.",
    Flaw.TOO_LATE: "This comes too late: an earlier statement has waited without end by then.",
    Flaw.LEAKS: "Without LOCAL the timeout stays on this connection of the pool when the migration "
    "is over: whoever gets it next has it, too.",
}


@rule.on_migration
def check(context: MigrationContext) -> Iterator[Finding]:
    for found in ineffective(context.migration, context.settings):
        here = found.context
        finding = rule.finding(
            here.place(here.step.operation.at),
            _message(found),
            advice=LOCAL if context.migration.transaction else TRANSACTION,
            related=tuple(_related(found)),
        )
        yield spoken(here, finding)


def _message(found: Ineffective) -> str:
    message = MESSAGES[found.flaw]
    if found.waiting is not None:
        return message + takes(found.waiting)
    alone = found.flaw is Flaw.LEAKS and not found.context.step.transaction.open
    return f"{message} And no other connection has it." if alone else message


def _related(found: Ineffective) -> Iterator[Related]:
    if found.waiting is not None:
        at = found.waiting.place(found.waiting.step.operation.at)
        yield Related(at, "this takes the lock")

"""Dropping an index without CONCURRENTLY blocks reads and writes

`DROP INDEX` takes an [ACCESS EXCLUSIVE
lock](https://www.postgresql.org/docs/current/sql-dropindex.html) on the index **and on its
table**. The work is short, the wait for it need not be: it queues behind every open transaction on
the table, and all later queries queue behind it. Knex's `dropIndex()` writes this. `DROP INDEX
CONCURRENTLY` waits without blocking anybody; it cannot run in a transaction.

## Unsafe

```js
exports.up = (knex) =>
  knex.schema.alterTable('users', (table) => {
    table.dropIndex('email'); // expect: non-concurrent-index-drop
  });
```

## Safe

```js
exports.config = { transaction: false };

exports.up = async (knex) => {
  await knex.raw('DROP INDEX CONCURRENTLY IF EXISTS users_email_index');
};
```

## When it is fine

On a quiet table, with a `lock_timeout`. Indexes of tables that the pull request creates are not
reported.
"""

from collections.abc import Iterator

from analyzers.findings import Finding, Severity
from analyzers.postgres.operations import DropIndex
from analyzers.rules.context import Context
from analyzers.rules.earlier import existing, surely_fails
from analyzers.rules.rule import Rule
from analyzers.rules.wording import code, fenced, identifier, no_transaction, raw, takes

rule = Rule(__name__, __doc__, severity=Severity.WARNING)


@rule.on(DropIndex)
def check(drop: DropIndex, context: Context) -> Iterator[Finding]:
    owner = context.schema.owner(drop.index)
    if drop.concurrently or drop.cascade or (owner and not existing(context, owner.name)):
        return
    if surely_fails(context.step) or (context.effects.known and not context.effects.blocking()):
        return
    table = f" of {code(owner.name)}" if owner else ""
    lock = takes(context) or " It takes an ACCESS EXCLUSIVE lock on it: reads and writes wait."
    migration = context.migration
    yield rule.finding(
        context.place(drop.at),
        f"Dropping the index {code(drop.index)}{table} this way locks its whole table.{lock}",
        advice="Drop it concurrently, in a migration of its own:\n"
        + fenced(
            no_transaction(migration.sources, migration.path),
            raw(f"DROP INDEX CONCURRENTLY IF EXISTS {identifier(drop.index)}"),
        ),
    )

"""CONCURRENTLY inside a transaction fails

PostgreSQL refuses [`CREATE INDEX
CONCURRENTLY`](https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY)
and `DROP INDEX CONCURRENTLY` in a transaction block (SQLSTATE 25001), and Knex runs every
migration in one, unless the file says `exports.config = { transaction: false }`. Several
statements in one `knex.raw` are a transaction of their own, `transaction: false` or not.

## Unsafe

```js
exports.up = async (knex) => {
  // expect: concurrent-index-in-transaction
  await knex.raw('CREATE INDEX CONCURRENTLY users_email ON users (email)');
};
```

## Safe

```js
exports.config = { transaction: false };

exports.up = async (knex) => {
  await knex.raw('CREATE INDEX CONCURRENTLY users_email ON users (email)');
};
```

## When it is fine

Never: the migration fails. Keep such statements in a migration of their own, since what ran
before a failure stays when there is no transaction.
"""

from collections.abc import Iterator

from analyzers.findings import Finding, Severity
from analyzers.postgres.operations import CreateIndex, DetachPartition, DropIndex, Range, Reindex
from analyzers.rules.context import Context
from analyzers.rules.rule import Rule
from analyzers.rules.wording import code, fenced, no_transaction

rule = Rule(__name__, __doc__, severity=Severity.ERROR)


@rule.on(CreateIndex)
def check(index: CreateIndex, context: Context) -> Iterator[Finding]:
    if index.concurrently:
        name, table = code(index.name or "an index"), code(index.table)
        yield from _refused(f"to build {name} on {table}", index.at, context)


@rule.on(DropIndex)
def check_drop(drop: DropIndex, context: Context) -> Iterator[Finding]:
    if drop.concurrently:
        yield from _refused(f"to drop {code(drop.index)}", drop.at, context)


@rule.on(Reindex)
def check_rebuild(rebuild: Reindex, context: Context) -> Iterator[Finding]:
    if rebuild.concurrently:
        yield from _refused(f"to rebuild {code(rebuild.name)}", rebuild.at, context)


@rule.on(DetachPartition)
def check_detach(detach: DetachPartition, context: Context) -> Iterator[Finding]:
    if detach.concurrently:
        yield from _refused(f"to detach {code(detach.partition)}", detach.at, context)


def _refused(what: str, at: Range, context: Context) -> Iterator[Finding]:
    migration = context.migration
    if not context.effects.forbidden_in_transaction or not context.step.transaction.open:
        return
    refused = f"PostgreSQL refuses {what} concurrently here"
    if context.statement.transaction is None:
        message = f"{refused}: the statements of one `knex.raw` run in one transaction."
        advice = "Send it with a `knex.raw` of its own."
    else:
        message = f"{refused}: Knex runs this in a transaction."
        advice = "Take the migration out of the transaction, and keep nothing else in it:\n"
        advice += fenced(no_transaction(migration.sources, migration.path))
    yield rule.finding(context.place(at), message, advice=advice)

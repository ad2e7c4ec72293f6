"""Creating an index without CONCURRENTLY blocks writes

`CREATE INDEX` holds a [SHARE lock](https://www.postgresql.org/docs/current/sql-createindex.html)
on the table until the index is built, and in Knex's transaction until the whole batch of
migrations commits: reads go on, every INSERT, UPDATE and DELETE waits. On a large table that is
minutes. Knex's `table.index()` has no option for `CONCURRENTLY`.

`CREATE INDEX CONCURRENTLY` reads the table twice and blocks nobody. It cannot run in a
transaction, and a failure leaves an INVALID index, which has to be dropped before the next try:
`IF NOT EXISTS` would keep it. On a partitioned table build it `ON ONLY` the parent, then
concurrently on each partition, and attach them.

## Unsafe

```js
exports.up = (knex) =>
  knex.schema.alterTable('users', (table) => {
    table.index(['email']); // expect: non-concurrent-index
  });
```

## Safe

```js
exports.config = { transaction: false };

exports.up = async (knex) => {
  await knex.raw('DROP INDEX CONCURRENTLY IF EXISTS users_email_index');
  await knex.raw('CREATE INDEX CONCURRENTLY users_email_index ON users (email)');
};
```

## When it is fine

When the table is small enough for its writers to wait. Tables that the pull request creates are
not reported.
"""

import re
from collections.abc import Iterator

from analyzers.findings import Finding, Severity
from analyzers.postgres.operations import CreateIndex, Name
from analyzers.rules.context import Context
from analyzers.rules.earlier import works_through
from analyzers.rules.rule import Rule
from analyzers.rules.wording import code, fenced, identifier, no_transaction, raw, takes, written

rule = Rule(__name__, __doc__, severity=Severity.ERROR, by_size=True)


@rule.on(CreateIndex)
def check(index: CreateIndex, context: Context) -> Iterator[Finding]:
    if not works_through(context, index.table):
        return
    if index.only and _partitioned(index, context):
        return  # builds nothing: the partitions' indexes are attached to it
    name = code(index.name) if index.name else "an index"
    yield rule.finding(
        context.place(index.at),
        f"Building {name} on {code(index.table)} keeps every write of the table waiting until it "
        f"is done.{takes(context)}",
        advice=_advice(index, context),
    )


def _partitioned(index: CreateIndex, context: Context) -> bool:
    table = context.schema.table(index.table)
    return table is None or table.partition_by is not None


def _advice(index: CreateIndex, context: Context) -> str:
    if index.name is None or (_partitioned(index, context) and context.schema.table(index.table)):
        return "Build it with `CREATE INDEX CONCURRENTLY`, in a migration without transaction."
    sql = written(context, index.at)
    concurrently = re.sub(r"(?i)\bindex(\s+if\s+not\s+exists)?\b", _concurrently, sql, count=1)
    return "Build it concurrently, in a migration of its own:\n" + fenced(
        no_transaction(context.migration.sources, context.migration.path),
        "// what a failed attempt left behind would be kept as an INVALID index",
        raw(
            f"DROP INDEX CONCURRENTLY IF EXISTS {identifier(Name(index.name, index.table.schema))}"
        ),
        raw(concurrently),
    )


def _concurrently(found: re.Match[str]) -> str:
    keyword = found[0].split()[0]
    return f"{keyword} {'CONCURRENTLY' if keyword.isupper() else 'concurrently'}"

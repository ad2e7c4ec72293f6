"""A concurrent index build that cannot be tried again

When `CREATE INDEX CONCURRENTLY` fails (a duplicate, a deadlock, a `lock_timeout`, a killed
process), it [leaves an INVALID
index](https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY)
behind, which is kept up to date and serves no query. A second run fails on its name; with `IF NOT
EXISTS` the second run "succeeds", the migration is recorded, and the index stays INVALID.

## Unsafe

```js
exports.config = { transaction: false };
exports.up = async (knex) => {
  // expect: concurrent-index-not-idempotent
  await knex.raw('CREATE INDEX CONCURRENTLY IF NOT EXISTS users_email ON users (email)');
};
```

## Safe

```js
exports.config = { transaction: false };
exports.up = async (knex) => {
  await knex.raw('DROP INDEX CONCURRENTLY IF EXISTS users_email');
  await knex.raw('CREATE INDEX CONCURRENTLY users_email ON users (email)');
};
```

## When it is fine

When somebody looks at the index after each deployment that failed.
"""

from collections.abc import Iterator

from analyzers.findings import Finding, Severity
from analyzers.postgres.operations import CreateIndex, DropIndex, Name
from analyzers.rules.context import Context
from analyzers.rules.earlier import before, surely_fails
from analyzers.rules.rule import Rule
from analyzers.rules.wording import code, fenced, identifier, raw

rule = Rule(__name__, __doc__, severity=Severity.NOTICE)


@rule.on(CreateIndex)
def check(index: CreateIndex, context: Context) -> Iterator[Finding]:
    if not index.concurrently or index.name is None or _is_refused(context):
        return
    if _dropped_before(index.name, context):
        return
    again = "keeps the INVALID index" if index.if_not_exists else "fails on the INVALID index"
    name = identifier(Name(index.name, index.table.schema))
    yield rule.finding(
        context.place(index.at),
        f"If building {code(index.name)} fails, the next try {again} that the first one left.",
        advice="Drop what a failed try left, before it:\n"
        + fenced(raw(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")),
    )


def _is_refused(context: Context) -> bool:
    """Whether it surely fails, and not only in the transaction that it is to leave."""
    return surely_fails(context.step) and context.effects.error != "25001"


def _dropped_before(index: str, context: Context) -> bool:
    drops = (s.operation for s in before(context) if isinstance(s.operation, DropIndex))
    return any(drop.index.name == index and drop.if_exists for drop in drops)

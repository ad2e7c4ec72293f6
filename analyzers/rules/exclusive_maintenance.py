"""Maintenance that keeps a table to itself for as long as it takes

`VACUUM FULL`, `CLUSTER`, `SET TABLESPACE`, `SET LOGGED` and `SET UNLOGGED` write the whole table
anew under an ACCESS EXCLUSIVE lock; `REINDEX` blocks writes (and reads that would use the index);
`REFRESH MATERIALIZED VIEW` and `DETACH PARTITION` block reads too. See [explicit
locking](https://www.postgresql.org/docs/current/explicit-locking.html).

Most have a form that blocks nobody: `REINDEX … CONCURRENTLY` (PostgreSQL 12), `REFRESH
MATERIALIZED VIEW CONCURRENTLY` (with a unique index on the view), `DETACH PARTITION …
CONCURRENTLY` (PostgreSQL 14), plain `VACUUM`.

## Unsafe

```js
exports.up = (knex) => knex.raw('REINDEX TABLE users'); // expect: exclusive-maintenance
```

## Safe

```js
exports.config = { transaction: false };
exports.up = (knex) => knex.raw('REINDEX TABLE CONCURRENTLY users');
```

## When it is fine

In a maintenance window; better not in a migration at all, since it runs again in every new
database.
"""

from collections.abc import Iterator

from analyzers.findings import Finding, Severity
from analyzers.postgres.operations import (
    ChangeTable,
    Cluster,
    DetachPartition,
    Name,
    ObjectKind,
    Range,
    Refresh,
    Reindex,
    TableChange,
    Vacuum,
)
from analyzers.rules.context import Context
from analyzers.rules.earlier import existing
from analyzers.rules.rule import Rule
from analyzers.rules.wording import code, takes

rule = Rule(__name__, __doc__, severity=Severity.ERROR, by_size=True)

COPYING = {TableChange.LOGGED, TableChange.UNLOGGED, TableChange.TABLESPACE}


@rule.on(Vacuum)
def check_vacuum(vacuum: Vacuum, context: Context) -> Iterator[Finding]:
    if vacuum.full:
        yield from _blocks("`VACUUM FULL`", vacuum.table, vacuum.at, context, "plain `VACUUM`")


@rule.on(Cluster)
def check_cluster(cluster: Cluster, context: Context) -> Iterator[Finding]:
    yield from _blocks("`CLUSTER`", cluster.table, cluster.at, context)


@rule.on(Reindex)
def check_reindex(reindex: Reindex, context: Context) -> Iterator[Finding]:
    table = reindex.name if reindex.kind is ObjectKind.TABLE else None
    if not reindex.concurrently:
        yield from _blocks("`REINDEX`", table, reindex.at, context, "`REINDEX … CONCURRENTLY`")


@rule.on(Refresh)
def check_refresh(refresh: Refresh, context: Context) -> Iterator[Finding]:
    what, instead = f"`REFRESH` of {code(refresh.view)}", "`REFRESH … CONCURRENTLY`"
    if not refresh.concurrently and refresh.with_data:
        yield from _blocks(what, refresh.view, refresh.at, context, instead)


@rule.on(ChangeTable)
def check_change(change: ChangeTable, context: Context) -> Iterator[Finding]:
    if change.change in COPYING:
        yield from _blocks(f"`{change.change.value}`", change.table, change.at, context)


@rule.on(DetachPartition)
def check_detach(detach: DetachPartition, context: Context) -> Iterator[Finding]:
    what, instead = "`DETACH PARTITION`", "`DETACH PARTITION … CONCURRENTLY` (PostgreSQL 14)"
    if not detach.concurrently:
        yield from _blocks(what, detach.table, detach.at, context, instead)


def _blocks(
    what: str, table: Name | None, at: Range, context: Context, instead: str = ""
) -> Iterator[Finding]:
    if table is None or existing(context, table):
        advice = f"Use {instead}." if instead else "Run it in a maintenance window, by hand."
        message = f"{what} keeps others waiting for as long as it takes.{takes(context)}"
        yield rule.finding(context.place(at), message, advice=advice)

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
    AttachPartition,
    ChangeTable,
    Cluster,
    CreateTable,
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
from analyzers.rules.earlier import existing, works_through
from analyzers.rules.rule import Rule
from analyzers.rules.wording import code, takes

rule = Rule(__name__, __doc__, severity=Severity.ERROR, by_size=True)

COPYING = {
    TableChange.LOGGED,
    TableChange.UNLOGGED,
    TableChange.TABLESPACE,
    TableChange.ACCESS_METHOD,
}


PROVEN = "a CHECK that proves where the rows belong, validated beforehand"


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
    if change.change in COPYING and context.effects.rewrites:
        yield from _blocks(f"`{change.change.value}`", change.table, change.at, context)


@rule.on(DetachPartition)
def check_detach(detach: DetachPartition, context: Context) -> Iterator[Finding]:
    what, instead = "`DETACH PARTITION`", "`DETACH PARTITION … CONCURRENTLY` (PostgreSQL 14)"
    if not detach.concurrently:
        yield from _blocks(what, detach.table, detach.at, context, instead)


@rule.on(AttachPartition)
def check_attach(attach: AttachPartition, context: Context) -> Iterator[Finding]:
    """Where nothing proves that the rows belong there, they are read."""
    waited_for = [lock.relation for lock in context.effects.blocking()]
    parent = context.schema.full(attach.table)
    for name in (parent, *context.effects.scans):
        if name in waited_for and existing(context, name):
            what = f"`ATTACH PARTITION` to {code(parent)}"
            yield from _blocks(what, name, attach.at, context, PROVEN)
            return


@rule.on(CreateTable)
def check_partition(made: CreateTable, context: Context) -> Iterator[Finding]:
    """The rows of a default partition are read: they might belong into the new one."""
    if made.partition_of and any(works_through(context, name) for name in context.effects.scans):
        what = f"A new partition beside the default one of {code(made.partition_of)}"
        yield from _blocks(what, made.partition_of, made.at, context, PROVEN)


def _blocks(
    what: str, table: Name | None, at: Range, context: Context, instead: str = ""
) -> Iterator[Finding]:
    if table is None or existing(context, table):
        advice = f"Use {instead}." if instead else "Run it in a maintenance window, by hand."
        message = f"{what} keeps others waiting for as long as it takes.{takes(context)}"
        yield rule.finding(context.place(at), message, advice=advice)

"""Maintenance that keeps a table to itself for as long as it takes

`VACUUM FULL`, `CLUSTER`, `SET TABLESPACE`, `SET ACCESS METHOD`, `SET LOGGED` and `SET UNLOGGED`
write the whole table anew under an ACCESS EXCLUSIVE lock; `REINDEX` blocks writes (and reads that
would use the index); `REFRESH MATERIALIZED VIEW` and `DETACH PARTITION` block reads too. See
[explicit locking](https://www.postgresql.org/docs/current/explicit-locking.html).

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

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from analyzers.findings import Finding, Severity
from analyzers.postgres.operations import (
    AlterIndex,
    AttachPartition,
    ChangeTable,
    Cluster,
    CreateTable,
    DetachPartition,
    Name,
    ObjectKind,
    Operation,
    Refresh,
    Reindex,
    Vacuum,
)
from analyzers.rules.context import Context
from analyzers.rules.earlier import empty, existing, surely_fails
from analyzers.rules.rule import Rule
from analyzers.rules.wording import code, takes

rule = Rule(__name__, __doc__, severity=Severity.ERROR, by_size=True)

PROVEN = "a CHECK that proves where the rows belong, validated beforehand"
DETACHED = "`DETACH PARTITION … CONCURRENTLY` (PostgreSQL 14)"


@rule.on(
    Vacuum, Cluster, Reindex, Refresh, ChangeTable, AlterIndex, AttachPartition, DetachPartition,
    CreateTable,
)  # fmt: skip
def check(operation: Operation, context: Context) -> Iterator[Finding]:
    if not keeps_waiting(context):
        return
    what, instead = MAINTENANCE[type(operation)](operation, context)
    yield rule.finding(
        context.place(operation.at),
        f"{what} keeps others waiting for as long as it takes.{takes(context)}",
        advice=f"Use {instead}." if instead else "Run it in a maintenance window, by hand.",
    )


def keeps_waiting(context: Context) -> bool:
    """Whether others wait for what they use while it is worked through, or for a whole family.

    What waits for writers itself locks them out for a moment at its end.
    """
    effects, operation = context.effects, context.step.operation
    long = {*effects.scans, *effects.rewrites, *effects.rebuilds, *_divided(context)}
    if isinstance(operation, Refresh) and not operation.with_data:
        long.clear()  # its new file is empty
    untold = not effects.known and isinstance(operation, Reindex | Vacuum | Cluster)
    if not (long or untold) or effects.waits_for_writers or surely_fails(context.step):
        return False
    if any(untold or name in long for name in _waited_for(context)):
        return True
    return untold and _reaches_all(operation)


def _waited_for(context: Context) -> Iterator[Name]:
    """What others use and wait for. Into a view nobody writes: only its readers wait."""
    schema = context.schema
    for lock in context.effects.blocking():
        is_view = lock.relation in schema.views or isinstance(context.step.operation, Refresh)
        owner = schema.owner(lock.relation)
        table = owner.name if owner is not None else lock.relation
        felt = lock.mode.blocks_reads or not is_view
        if felt and existing(context, table) and not empty(context, table):
            yield lock.relation


def _divided(context: Context) -> Iterator[Name]:
    """The table whose partitions change: every query of it waits, as does what it waits for."""
    operation = context.step.operation
    if isinstance(operation, AttachPartition | DetachPartition):
        yield context.schema.full(operation.table)


def _reaches_all(operation: Operation) -> bool:
    """Whether it names no table: those that no history tells of are worked through, too."""
    match operation:
        case Reindex(kind=kind):
            return kind not in (ObjectKind.INDEX, ObjectKind.TABLE)
        case Vacuum(table=table, full=full):
            return table is None and full
    return isinstance(operation, Cluster) and operation.table is None


def _attached(attach: AttachPartition, context: Context) -> tuple[str, str]:
    return f"`ATTACH PARTITION` to {code(context.schema.full(attach.table))}", PROVEN


def _partition(made: CreateTable, _: Context) -> tuple[str, str]:
    return f"A new partition beside the default one of {code(made.partition_of)}", PROVEN


MAINTENANCE: Mapping[type[Operation], Callable[[Any, Context], tuple[str, str]]] = {
    Vacuum: lambda _, __: ("`VACUUM FULL`", "plain `VACUUM`"),
    Cluster: lambda _, __: ("`CLUSTER`", ""),
    Reindex: lambda _, __: ("`REINDEX`", "`REINDEX … CONCURRENTLY`"),
    Refresh: lambda one, _: (f"`REFRESH` of {code(one.view)}", "`REFRESH … CONCURRENTLY`"),
    ChangeTable: lambda one, _: (f"`{one.change.value}`", ""),
    AlterIndex: lambda one, _: (f"`SET TABLESPACE` of {code(one.index)}", ""),
    DetachPartition: lambda _, __: ("`DETACH PARTITION`", DETACHED),
    AttachPartition: _attached,
    CreateTable: _partition,
}
"""What each statement is called, and what to do instead."""

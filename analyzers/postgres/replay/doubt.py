"""What is known after an operation that may not have run."""

from collections.abc import Iterator
from typing import TypeVar

from analyzers.postgres.layered import Layered
from analyzers.postgres.operations import Name
from analyzers.postgres.schema import Rows, Schema, Table, View
from analyzers.struct import replace

Item = TypeVar("Item")


def either(without: Schema, ran: Schema) -> Schema:
    """What holds in both schemas is certain; what only one of them has is in doubt."""
    if without is ran:
        return without
    found = replace(
        without,
        types=_both(without.types, ran.types),
        functions=_both(without.functions, ran.functions),
        namespaces=without.namespaces | ran.namespaces,
        extensions=without.extensions | ran.extensions,
        absent=without.absent & ran.absent,
        emptied=without.emptied & ran.emptied,
    )
    for name in ran.sequences.differing(without.sequences):
        if name in ran.sequences:
            found = found.with_sequence(ran.sequences[name])
    for table in _tables(without.tables, ran.tables):
        if found.tables.get(table.name) is not table:
            found = found.with_table(table)
    for name in without.views.differing(ran.views):
        if (name in without.views) != (name in ran.views):
            view: View = without.views.get(name) or ran.views[name]
            found = found.with_view(replace(view, exists=False))
    return found


def _both(without: Layered[Name, Item], ran: Layered[Name, Item]) -> Layered[Name, Item]:
    both = without
    for name in without.differing(ran):
        if name in ran:
            both = both.having(name, ran[name])
    return both


def _tables(without: Layered[Name, Table], ran: Layered[Name, Table]) -> Iterator[Table]:
    for name in without.differing(ran):
        one, other = without.get(name), ran.get(name)
        if one is None and other is None:
            continue
        if one is None or other is None:
            there = one or other
            assert there is not None
            yield replace(there, exists=False, certain=False)
        else:
            yield one if one is other or one == other else _blend(one, other)


def _blend(without: Table, ran: Table) -> Table:
    before = {c.name: c for c in without.columns}
    after = {c.name: c for c in ran.columns}
    both = {n for n in before.keys() & after.keys() if before[n] == after[n]}
    doubtful = (without.doubtful | ran.doubtful | before.keys() | after.keys()) - (
        both - without.doubtful - ran.doubtful
    )
    return replace(
        ran,
        columns=tuple({**before, **after}.values()),
        constraints=_union(without.constraints, ran.constraints),
        indexes=_union(without.indexes, ran.indexes),
        triggers=_union(without.triggers, ran.triggers),
        rules=without.rules | ran.rules,
        policies=_union(without.policies, ran.policies),
        exists=without.exists and ran.exists,
        unlogged=ran.unlogged if ran.unlogged == without.unlogged else None,
        certain=False,
        lacks=(without.lacks & ran.lacks) - before.keys() - after.keys(),
        doubtful=frozenset(doubtful),
        rows=Rows.UNKNOWN if Rows.UNKNOWN in (without.rows, ran.rows) else ran.rows,
    )


def _union(one: tuple[Item, ...], other: tuple[Item, ...]) -> tuple[Item, ...]:
    return (*one, *(item for item in other if item not in one))

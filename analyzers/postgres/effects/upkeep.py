"""What the upkeep of tables, indexes and materialized views does."""

from collections.abc import Iterator

from analyzers.postgres.effect import Effects
from analyzers.postgres.effects import documentation as docs
from analyzers.postgres.effects.columns import rewritten
from analyzers.postgres.effects.known_types import not_clustered
from analyzers.postgres.effects.question import (
    Answers,
    Question,
    has_rows,
    indexes,
    possible,
    refused,
)
from analyzers.postgres.locks import LockMode
from analyzers.postgres.operations import (
    Cluster,
    Name,
    ObjectKind,
    Refresh,
    Reindex,
    Vacuum,
)
from analyzers.postgres.schema import Table, View
from analyzers.struct import replace

_AE = LockMode.ACCESS_EXCLUSIVE


_S = LockMode.SHARE


_SUE = LockMode.SHARE_UPDATE_EXCLUSIVE


def _reindex(question: Question[Reindex]) -> Effects:
    operation = question.operation
    found = Effects(
        forbidden_in_transaction=operation.concurrently
        or operation.kind not in (ObjectKind.INDEX, ObjectKind.TABLE),
        waits_for_writers=operation.concurrently,
        documentation=docs.REINDEX,
    )
    if any(table.partition_by is not None for table, _ in _reindexed(question)):
        return _reindex_divided(question, found)
    missing = _missing(question)
    if missing is not None:
        return found.also(missing)
    reindexed = list(_reindexed(question))
    for table, rebuilt in reindexed:
        found = found.also(_rebuilt(question, table.name, rebuilt))
    found = found.also(*_of_view(question))
    return found.also(_unknown(question, [table for table, _ in reindexed], found))


def _of_view(question: Question[Reindex]) -> Iterator[Effects]:
    """Indexes of materialized views."""
    schema, full = question.schema, question.schema.full(question.operation.name)
    view = schema.views.get(schema.links.owners.get(full, full))
    if view is not None:
        every = (Name(index.name, view.name.schema) for index in view.indexes)
        yield _rebuilt(question, view.name, tuple(n for n in every if full in (n, view.name)))


def _unknown(question: Question[Reindex], reindexed: list[Table], found: Effects) -> Effects:
    """Indexes that the history doesn't tell of: one by its name, those of such a table, of all."""
    operation, schema = question.operation, question.schema
    if operation.kind is ObjectKind.INDEX:
        if found.rebuilds:
            return Effects()
        index = question.lock(schema.full(operation.name), _on_index(question))
        return Effects(locks=(index,), known=False)
    every = operation.kind is ObjectKind.TABLE or schema.complete
    return Effects(known=every and all(table.certain for table in reindexed))


def _missing(question: Question[Reindex]) -> Effects | None:
    operation, schema = question.operation, question.schema
    there = {
        ObjectKind.TABLE: schema.has_table(operation.name),
        ObjectKind.INDEX: schema.full(operation.name) in schema.links.owners or None,
    }
    if there.get(operation.kind, True) is True:
        return None
    if not schema.complete and there[operation.kind] is None:
        return None
    return refused("42P01", f'relation "{operation.name}" does not exist')


def _reindex_divided(question: Question[Reindex], found: Effects) -> Effects:
    """Since 14 each partition in a transaction of its own; before, tables are passed over."""
    if question.major >= 14:
        family = [name for table, _ in _reindexed(question) for name in _below(question, table)]
        mode = _SUE if question.operation.concurrently else _S
        found = found.also(Effects(locks=question.locks(family, mode)))
        return replace(found, forbidden_in_transaction=True, known=False)
    if question.operation.kind is ObjectKind.INDEX:
        return found.also(refused("0A000", "REINDEX is not implemented for partitioned indexes"))
    tables = [table.name for table, _ in _reindexed(question)]
    return found.also(Effects(locks=question.locks(tables, _S)))


def _below(question: Question[Reindex], table: Table) -> Iterator[Name]:
    return (member.name for member in question.parts(table))


def _reindexed(question: Question[Reindex]) -> Iterator[tuple[Table, tuple[Name, ...]]]:
    operation, schema = question.operation, question.schema
    match operation.kind:
        case ObjectKind.INDEX:
            table = schema.owner(operation.name)
            if table is not None:
                yield table, (Name(operation.name.name, table.name.schema),)
        case ObjectKind.TABLE:
            if schema.view(operation.name) is None:
                table = question.table(operation.name)
                yield table, indexes(table)
        case _:
            for table in schema.tables.values():
                if (
                    operation.kind is not ObjectKind.SCHEMA
                    or table.name.schema == operation.name.name
                ):
                    yield table, indexes(table)


def _rebuilt(question: Question[Reindex], held: Name, rebuilt: tuple[Name, ...]) -> Effects:
    concurrently = question.operation.concurrently
    return Effects(
        locks=(
            question.lock(held, _SUE if concurrently else _S),
            *question.locks(rebuilt, _on_index(question)),
        ),
        rebuilds=rebuilt,
        scans=(held,) if rebuilt else (),
    )


def _on_index(question: Question[Reindex]) -> LockMode:
    return _SUE if question.operation.concurrently and question.major < 14 else _AE


def _vacuum(question: Question[Vacuum]) -> Effects:
    operation = question.operation
    found = Effects(
        forbidden_in_transaction=operation.vacuum,
        known=operation.table is not None,
        documentation=docs.VACUUM,
    )
    view = question.schema.view(operation.table) if operation.table is not None else None
    if operation.table is None or (view is not None and not view.materialized):
        return found  # what holds no rows is passed over
    table = question.table(operation.table)
    mode = _AE if operation.full else _SUE
    reached = list(question.family(table) if question.major >= 18 else question.parts(table))
    family = [member.name for member in reached]
    missing = question.missing(operation.table)
    found = found.also(Effects(locks=question.locks(family, mode), refusal=missing))
    if operation.full:
        found = found.also(*(_copied(question, member) for member in reached))
    if not operation.analyze:
        return found
    sampled = [member.name for member in question.family(table) if member.name not in family]
    return found.also(Effects(locks=question.locks(sampled, LockMode.ACCESS_SHARE)))


def _copied(question: Question[Vacuum] | Question[Cluster], table: Table) -> Effects:
    """Its rows go into a new file; a materialized view's, too."""
    view = question.schema.view(table.name)
    if view is None:
        return rewritten(question, table)
    held = tuple(Name(index.name, table.name.schema) for index in view.indexes)
    return rewritten(question, table).also(Effects(locks=question.locks(held, _AE), rebuilds=held))


def _cluster(question: Question[Cluster]) -> Effects:
    operation = question.operation
    if operation.table is None:
        return Effects(forbidden_in_transaction=True, known=False, documentation=docs.CLUSTER)
    table = question.table(operation.table)
    divided = table.partition_by is not None
    found = Effects(
        locks=(question.lock(table.name, _AE),),
        refusal=question.missing(operation.table),
        forbidden_in_transaction=divided and question.major >= 15,
        documentation=docs.CLUSTER,
    )
    if divided and question.major < 15:
        return found.also(refused("0A000", "cannot cluster a partitioned table"))
    leaves = [member for member in question.parts(table) if member.partition_by is None]
    found = found.also(Effects(locks=question.locks((leaf.name for leaf in leaves), _AE)))
    unfit = not_clustered(question.schema, table, operation.index)
    return found.also(unfit, *(_copied(question, leaf) for leaf in leaves))


def _refresh(question: Question[Refresh]) -> Effects:
    operation, schema = question.operation, question.schema
    view = schema.view(operation.view)
    name = schema.full(operation.view)
    mode = LockMode.EXCLUSIVE if operation.concurrently else _AE
    sources = tuple(_read_by(question, view)) if view and operation.with_data else ()
    held = tuple(Name(i.name, name.schema) for i in view.indexes) if view else ()
    found = Effects(
        locks=(
            question.lock(name, mode),
            *question.locks(sources, LockMode.ACCESS_SHARE),
        ),
        scans=tuple(name for name in sources if has_rows(schema, name)),
        known=view is not None,
        documentation=docs.REFRESH,
    )
    if not operation.concurrently:
        locks = question.locks(held, _AE)
        scans = (name,) if held and operation.with_data else ()
        return found.also(Effects(locks=locks, rewrites=(name,), rebuilds=held, scans=scans))
    found = found.also(possible(("0A000", "the view has not been populated")))
    if view is not None and not any(index.unique for index in view.indexes):
        message = f'cannot refresh materialized view "{name}" concurrently'
        return found.also(refused("55000", message))
    return found.also(Effects(scans=(name,)))


def _read_by(question: Question[Refresh], view: View) -> Iterator[Name]:
    for source in sorted(view.sources):
        yield from (one.name for one in question.reached(source))


ANSWERS: Answers = {
    Reindex: _reindex,
    Vacuum: _vacuum,
    Cluster: _cluster,
    Refresh: _refresh,
}

"""What queries and changes of rows do. How many rows they read is the planner's to decide: only
statements without any condition surely read all.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from analyzers.postgres.effect import Effects, Lock
from analyzers.postgres.effects import documentation as docs
from analyzers.postgres.effects.question import Answers, Question, refused
from analyzers.postgres.locks import LockMode
from analyzers.postgres.operations import (
    Copy,
    Delete,
    Insert,
    LockTable,
    Merge,
    Name,
    Select,
    Update,
)
from analyzers.postgres.schema import Table

_AS, _RS, _RE = LockMode.ACCESS_SHARE, LockMode.ROW_SHARE, LockMode.ROW_EXCLUSIVE


def _insert(question: Question[Insert]) -> Effects:
    operation = question.operation
    found = _written(question, operation.table).also(_read(question, operation.sources))
    table = question.table(operation.table)
    parents = [
        c.reference.table
        for c in table.constraints
        if c.reference and (not operation.columns or set(c.columns) & set(operation.columns))
    ]
    others = [name for name in parents if name != table.name]
    found = found.also(Effects(locks=question.locks(others, _RS)))
    if operation.conflict and table.certain and not _is_unique(table, operation.conflict):
        message = "no unique or exclusion constraint matches the ON CONFLICT specification"
        return found.also(refused("42P10", message))
    return found


def _is_unique(table: Table, columns: tuple[str, ...]) -> bool:
    wanted = frozenset(columns)
    return any(index.unique and frozenset(index.columns) == wanted for index in table.indexes)


def _update(question: Question[Update | Delete]) -> Effects:
    operation = question.operation
    found = _written(question, operation.table).also(_read(question, operation.sources))
    table = question.table(operation.table)
    if isinstance(operation, Delete):
        found = found.also(*_referred_to(question, table))
    if operation.where is not None:
        return found
    scans = tuple(m.name for m in question.family(table) if m.partition_by is None)
    return found.also(Effects(scans=scans))


def _referred_to(question: Question[Update | Delete], table: Table) -> Iterator[Effects]:
    """What foreign keys do with rows that refer to a deleted one."""
    for other, constraint, reference in question.foreign_keys(table):
        if reference.on_delete in ("NO ACTION", "RESTRICT"):
            message = f'a row of "{other.name}" refers to it by {constraint.name}'
            yield refused("23503", message, certain=False)


def _merge(question: Question[Merge]) -> Effects:
    operation = question.operation
    return _written(question, operation.table).also(_read(question, operation.sources))


def _copy(question: Question[Copy]) -> Effects:
    operation = question.operation
    if operation.writes:
        return _written(question, operation.table)
    return _read(question, [operation.table])


def _written(question: Question[Any], name: Name) -> Effects:
    full = question.schema.full(name)
    return Effects(
        locks=(question.lock(full, _RE),),
        refusal=question.missing(name),
        documentation=docs.LOCKS,
    )


def _read(question: Question[Any], sources: Iterable[Name]) -> Effects:
    named = [name for name in sorted(sources) if name.schema not in _CATALOGUES]
    refusals = [refusal for name in named if (refusal := question.missing(name))]
    known = [name for name in named if question.schema.has_table(name) is not False]
    return Effects(
        locks=question.locks([question.schema.full(name) for name in known], _AS),
        refusal=refusals[0] if refusals and not _may_be_catalogue(named) else None,
    )


_CATALOGUES = frozenset({"pg_catalog", "information_schema"})


def _may_be_catalogue(names: list[Name]) -> bool:
    return any(name.schema is None and name.name.startswith("pg_") for name in names)


def _select(question: Question[Select]) -> Effects:
    operation = question.operation
    mode = _RS if operation.locking else _AS
    named = [n for n in sorted(operation.sources) if n.schema not in _CATALOGUES]
    found = _read(question, named)
    if operation.locking:
        tables = [question.schema.full(name) for name in named]
        found = Effects(locks=question.locks(tables, mode), refusal=found.refusal)
    return found.also(Effects(locks=tuple(_sequences(question)), documentation=docs.LOCKS))


def _sequences(question: Question[Select]) -> Iterator[Lock]:
    if not question.operation.functions & {"nextval", "setval"}:
        return
    for literal in sorted(question.operation.literals):
        namespace, _, name = literal.rpartition(".")
        for full in question.schema.candidates(Name(name, namespace or None)):
            if full in question.schema.sequences:
                yield Lock(full, _RE)


def _lock(question: Question[LockTable]) -> Effects:
    operation = question.operation
    mode = LockMode[operation.mode.replace(" ", "_")]
    table = question.table(operation.table)
    names = list(_names(question, operation.table)) or [table.name]
    locks: tuple[Lock, ...] = question.locks(names, mode)
    missing = question.missing(operation.table)
    return Effects(locks=locks, refusal=missing, documentation=docs.LOCKS)


def _names(question: Question[LockTable], name: Name) -> Iterator[Name]:
    view = question.schema.view(name)
    if view is not None:
        yield view.name
        yield from sorted(view.sources)
        return
    yield from (member.name for member in question.family(question.table(name)))


ANSWERS: Answers = {
    Insert: _insert,
    Update: _update,
    Delete: _update,
    Merge: _merge,
    Copy: _copy,
    Select: _select,
    LockTable: _lock,
}

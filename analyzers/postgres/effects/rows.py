"""What queries and changes of rows do. How many rows they read is the planner's to decide: only
statements without any condition surely read all.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from analyzers.postgres.effect import Effects, Lock
from analyzers.postgres.effects import documentation as docs
from analyzers.postgres.effects.question import Answers, Question
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
    return found.also(Effects(locks=question.locks(others, _RS)))


def _update(question: Question[Update | Delete]) -> Effects:
    operation = question.operation
    found = _written(question, operation.table).also(_read(question, operation.sources))
    if operation.where is not None:
        return found
    table = question.table(operation.table)
    scans = tuple(m.name for m in question.family(table) if m.partition_by is None)
    return found.also(Effects(scans=scans))


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
    return found.also(Effects(documentation=docs.LOCKS))


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

"""What queries and changes of rows do. How many rows they read is the planner's to decide: only
statements without any condition surely read all.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeAlias

from analyzers.postgres.effect import Effects, Lock, Loss, LossKind
from analyzers.postgres.effects import documentation as docs
from analyzers.postgres.effects.assigned import unassignable
from analyzers.postgres.effects.question import Answers, Question, possible, refused
from analyzers.postgres.effects.row_values import (
    left_out,
    may_be_refused,
    not_assignable,
    uncounted,
)
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
from analyzers.postgres.schema import Table, View
from analyzers.struct import replace

_AS, _RS, _RE = LockMode.ACCESS_SHARE, LockMode.ROW_SHARE, LockMode.ROW_EXCLUSIVE

Asked: TypeAlias = Question[Any]


def _insert(question: Question[Insert]) -> Effects:
    operation = question.operation
    found = _inserted(question, operation.table)
    found = found.also(_read(question, operation.sources, filtered=operation.where is not None))
    table = question.table(operation.table)
    found = found.also(*_missing(table, operation.columns), *_unassignable(question))
    found = found.also(*not_assignable(table, operation, question.major))
    found = found.also(
        _looked_up(question, table, operation.columns), may_be_refused(question, table)
    )
    if question.schema.view(operation.table) is None:
        found = found.also(*left_out(table, operation, question.schema))
        found = found.also(*uncounted(question, table, operation))
    if operation.conflict and table.certain and not _is_unique(table, operation.conflict):
        message = "no unique or exclusion constraint matches the ON CONFLICT specification"
        return found.also(refused("42P10", message))
    if operation.conflict:
        found = found.also(possible(("42P10", "the index may be partial, or not there")))
    return found


def _unassignable(question: Question[Insert] | Question[Update | Delete]) -> Iterator[Effects]:
    operation = question.operation
    if isinstance(operation, Insert | Update):
        yield from (Effects(refusal=one) for one in unassignable(operation, question.schema))


def _is_unique(table: Table, columns: tuple[str, ...]) -> bool:
    wanted = frozenset(columns)
    return any(index.unique and frozenset(index.columns) == wanted for index in table.indexes)


def _update(question: Question[Update | Delete]) -> Effects:
    operation = question.operation
    filtered = operation.where is not None or bool(operation.sources)
    found = _written(question, operation.table, filtered=filtered)
    found = found.also(_read(question, operation.sources, filtered=filtered))
    table = question.table(operation.table)
    if isinstance(operation, Update):
        found = found.also(*_updated(question, table, operation))
    else:
        published = ("55000", "it publishes changes and has no replica identity")
        found = found.also(possible(published), *_referred_to(question, table))
    if operation.where is not None:
        named = sorted(operation.where.columns - {"*"}) if not operation.sources else ()
        return found.also(*_missing(table, named))
    if operation.sources:
        return found
    scans = tuple(m.name for m in question.family(table) if m.partition_by is None)
    emptied = isinstance(operation, Delete) and question.schema.view(operation.table) is None
    losses = [Loss(LossKind.EMPTIED, name) for name in scans if emptied]
    return found.also(Effects(scans=scans, losses=tuple(losses)))


def _updated(
    question: Question[Update | Delete], table: Table, operation: Update
) -> Iterator[Effects]:
    yield from _missing(table, operation.columns)
    yield from _unassignable(question)
    yield from not_assignable(table, operation, question.major)
    yield from uncounted(question, table, operation)
    for member in question.family(table):
        yield _looked_up(question, member, operation.columns)
        yield may_be_refused(question, member)
    keys = frozenset(operation.columns)
    if any(True for _ in question.foreign_keys(table, keys)):
        yield from _referred_to(question, table)


def _missing(table: Table, columns: Iterable[str]) -> Iterator[Effects]:
    for column in columns:
        if table.has_column(column) is False and column not in _EVERYWHERE:
            yield refused("42703", f'column "{column}" of "{table.name}" does not exist')
        elif table.has_column(column) is None:
            yield possible(("42703", f'"{table.name}" may have no column "{column}"'))


_EVERYWHERE = frozenset({"ctid", "xmin", "xmax", "cmin", "cmax", "tableoid", "oid", "excluded"})


def _looked_up(question: Asked, table: Table, columns: tuple[str, ...]) -> Effects:
    """Foreign keys look for the rows that changed ones refer to."""
    parents = [
        c.reference.table
        for c in table.constraints
        if c.reference and (not columns or set(c.columns) & set(columns) or _has_default(table, c))
    ]
    names = dict.fromkeys(r.name for parent in parents for r in question.reached(parent))
    return Effects(locks=_perhaps(question.locks(names, _RS)))


def _has_default(table: Table, constraint: Any) -> bool:
    columns = (table.column(name) for name in constraint.columns)
    return any(column is not None and column.has_default is not False for column in columns)


def _perhaps(locks: Iterable[Lock]) -> tuple[Lock, ...]:
    return tuple(replace(lock, certain=False) for lock in locks)


def _referred_to(question: Asked, table: Table) -> Iterator[Effects]:
    """What foreign keys do with rows that refer to a deleted or changed one, and with theirs."""
    waiting, seen = list(question.family(table)), set[Name]()
    while waiting:
        parent = waiting.pop()
        if parent.name in seen:
            continue
        seen.add(parent.name)
        for other, constraint, reference in question.foreign_keys(parent):
            names = [one.name for one in question.reached(other.name)]
            for mode in (_RS, _RE):
                yield Effects(locks=_perhaps(question.locks(names, mode)))
            if reference.on_delete not in ("NO ACTION", "RESTRICT", "CASCADE"):
                yield possible(("428C9", f"{constraint.name} sets a column that takes no values"))
            if reference.on_delete in ("NO ACTION", "RESTRICT"):
                message = f'a row of "{other.name}" refers to it by {constraint.name}'
                yield refused("23503", message, certain=False)
            yield _looked_up(question, other, ())
            yield may_be_refused(question, other)
            waiting.append(other)


def _merge(question: Question[Merge]) -> Effects:
    operation = question.operation
    table = question.table(operation.table)
    found = _written(question, operation.table, filtered=False)
    found = found.also(_read(question, operation.sources, filtered=False))
    found = found.also(may_be_refused(question, table), _looked_up(question, table, ()))
    return found.also(*_unseen(question), *_referred_to(question, table))


def _unseen(question: Question[Merge]) -> Iterator[Effects]:
    """What MERGE assigns isn't looked at here."""
    yield possible(
        ("42703", "a column that it names does not exist"),
        ("428C9", "a column that it assigns is generated"),
        ("0A000", "it isn't supported for such a relation"),
    )


def _copy(question: Question[Copy]) -> Effects:
    operation = question.operation
    if operation.writes:
        table = question.table(operation.table)
        found = _inserted(question, operation.table)
        return found.also(may_be_refused(question, table), _looked_up(question, table, ()))
    return _read(question, [operation.table], filtered=False)


def _inserted(question: Asked, name: Name) -> Effects:
    """New rows go to the partitions that they belong to, never to heirs."""
    found = _written(question, name, filtered=True)
    table = question.table(name)
    own = {member.name for member in question.parts(table)}
    view = question.schema.view(name)
    locks = (lock for lock in found.locks if view is not None or lock.relation in own)
    return replace(found, locks=tuple(locks))


def _written(question: Asked, name: Name, *, filtered: bool) -> Effects:
    opened = _opened(question, [name], _RE, filtered=filtered)
    if question.operation.alone:
        opened = iter(question.locks([question.schema.full(name)], _RE))
    return Effects(
        locks=tuple(opened),
        refusal=question.missing(name),
        documentation=docs.LOCKS,
    )


def _opened(
    question: Asked, names: Iterable[Name], mode: LockMode, *, filtered: bool
) -> Iterator[Lock]:
    for name in names:
        for one in question.reached(name):
            lock = question.lock(one.name, mode)
            yield replace(lock, certain=not (filtered and one.spared))


def _read(
    question: Asked, sources: Iterable[Name], mode: LockMode = _AS, *, filtered: bool
) -> Effects:
    named = [name for name in sorted(sources) if name.schema not in _CATALOGUES]
    refusals = [refusal for name in named if (refusal := question.missing(name))]
    known = [name for name in named if question.schema.has_table(name) is not False]
    views = [view for name in known if (view := question.schema.view(name))]
    empty = any(view.materialized for view in views)
    locks = tuple(_opened(question, known, mode, filtered=filtered or bool(views)))
    # FOR UPDATE of a view reaches what its query reads, not what is read within expressions.
    weaker = (replace(lock, mode=_AS) for lock in locks if views and not lock.certain)
    found = Effects(
        locks=(*locks, *weaker),
        refusal=refusals[0] if refusals and not _may_be_catalogue(named) else None,
    )
    if views and mode is _RS:
        found = found.also(*_unlockable(question, views))
    return found.also(possible(("55000", "a view has not been populated"))) if empty else found


def _unlockable(question: Asked, views: Iterable[View]) -> Iterator[Effects]:
    """Whose rows FOR UPDATE can't lock, which is found out once the query is worked out.

    https://www.postgresql.org/docs/current/sql-select.html#SQL-FOR-UPDATE-SHARE
    """
    for view in views:
        reached = (one.name for one in question.reached(view.name))
        if any((there := question.schema.views.get(n)) and there.materialized for n in reached):
            yield possible(("42809", "cannot lock rows in a materialized view"))
    yield possible(("0A000", "the query of a view groups its rows, or makes up some"))


_CATALOGUES = frozenset({"pg_catalog", "information_schema"})


def _may_be_catalogue(names: list[Name]) -> bool:
    return any(name.schema is None and name.name.startswith("pg_") for name in names)


def _select(question: Question[Select]) -> Effects:
    operation = question.operation
    mode = _RS if operation.locking else _AS
    found = _read(question, operation.sources, mode, filtered=operation.filtered)
    if operation.alone:
        own = {question.schema.full(source) for source in operation.sources}
        found = replace(found, locks=tuple(lock for lock in found.locks if lock.relation in own))
    if len(operation.sources) == 1:
        (source,) = operation.sources
        table = question.schema.table(source)
        if table is not None:
            found = found.also(*_missing(table, sorted(operation.columns)))
        view = question.schema.view(source)
        hidden = operation.columns - set(view.outputs) if view and view.outputs else ()
        for column in sorted(hidden):
            found = found.also(refused("42703", f'column "{column}" does not exist'))
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
    if question.schema.view(operation.table) is not None and question.major < 11:
        return refused("42809", f'"{operation.table}" is not a table')
    return Effects(locks=locks, refusal=missing, documentation=docs.LOCKS)


def _names(question: Question[LockTable], name: Name) -> Iterator[Name]:
    if question.schema.view(name) is not None:
        views = question.schema.views
        reached = (one.name for one in question.reached(name))
        yield from (one for one in reached if one not in views or not views[one].materialized)
        return
    yield from (member.name for member in question.family(question.table(name)))


def _by_rules(answer: Callable[[Asked], Effects]) -> Callable[[Asked], Effects]:
    """What the rules of a table do besides, or instead, isn't looked at.

    https://www.postgresql.org/docs/current/rules-update.html
    """

    def answered(question: Asked) -> Effects:
        found = answer(question)
        table = question.table(question.operation.table)
        if not table.rules:
            return found
        own = tuple(lock for lock in found.locks if lock.relation == table.name)
        others = tuple(lock for lock in found.locks if lock.relation != table.name)
        return replace(found, known=False, scans=(), locks=(*own, *_perhaps(others)))

    return answered


ANSWERS: Answers = {
    Insert: _by_rules(_insert),
    Update: _by_rules(_update),
    Delete: _by_rules(_update),
    Merge: _by_rules(_merge),
    Copy: _copy,
    Select: _select,
    LockTable: _lock,
}

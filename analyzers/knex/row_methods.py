"""Methods of a query that change rows: insert, update, delete, truncate."""

from collections.abc import Callable, Sequence
from functools import partial

from analyzers.javascript.machine import Machine
from analyzers.javascript.values import (
    Array,
    Object,
    Outcome,
    Undefined,
    Value,
)
from analyzers.knex.builder import Builder, Call, Method, Methods
from analyzers.knex.query_builder import QueryBuilder
from analyzers.knex.release import Since
from analyzers.knex.sql import Refused
from analyzers.knex.values import (
    absent,
    integer,
    is_number,
    json_string,
    known,
    properties,
    string,
    truthy,
)
from analyzers.source import Span
from analyzers.text import Text


class OnConflictBuilder(Builder):
    """`.onConflict(…)`, which waits for `.merge()` or `.ignore()`."""

    def __init__(self, query: QueryBuilder, target: Value) -> None:
        super().__init__(query.connection)
        self.query = query
        self.target = target

    def _run(
        self,
        key: str,
        method: Method,
        machine: Machine,
        arguments: Sequence[Value],
        at: Span,
    ) -> Outcome:
        """What it is told is told to the query."""
        run = partial(method.run, self)
        return self.query.told_now(key, Method(lambda _, call: run(call)), machine, arguments, at)


def _insert(query: QueryBuilder, call: Call) -> Outcome:
    query.record.method = "insert"
    query.record.calls["insert"] = call.at
    query.record.inserted = call[0]
    _note_returning(query, call[1])
    return query


def _note_returning(query: QueryBuilder, returning: Value) -> None:
    empty = isinstance(returning, (bool, int, float)) or absent(returning)
    if empty or (isinstance(returning, Array) and not returning.items):
        return
    query.record.returning = returning


def _update(query: QueryBuilder, call: Call) -> Outcome:
    query.record.method = "update"
    query.record.calls["update"] = call.at
    values, data = call[0], query.record.updated or {}
    query.record.updated = data
    if isinstance(values, Text):
        value = call[1]
        data[values.string] = Text.of(json_string(value)) if isinstance(value, Object) else value
        _note_returning(query, call[2])
    elif isinstance(known(values), Object) and isinstance(values, Object):
        data |= properties(values)
        _note_returning(query, call[1])
    else:
        raise Refused("updates with something that is no object")
    return query


def _count_up(sign: int) -> Callable[[QueryBuilder, Call], Outcome]:
    def method(query: QueryBuilder, call: Call) -> Outcome:
        query.record.method = "update"
        query.record.calls["update"] = call.at
        column, amount = call[0], call[1]
        amount = 1 if isinstance(amount, Undefined) else amount
        pairs = properties(column) if isinstance(column, Object) else None
        if pairs is None:
            pairs = {string(column).string: amount}
        for key, value in pairs.items():
            query.record.counters[key] = _signed(value, sign)
        return query

    return method


def _signed(amount: Value, sign: int) -> Value:
    if isinstance(amount, (int, float)) and is_number(amount):
        return amount * sign
    if isinstance(amount, Text) and (number := integer(amount)) is not None:
        return number * sign
    return amount


def _returning(query: QueryBuilder, call: Call) -> Outcome:
    query.record.returning = call[0]
    return query


def _delete(query: QueryBuilder, call: Call) -> Outcome:
    query.record.method = "del"
    query.record.calls["del"] = call.at
    _note_returning(query, call[0])
    return query


def _truncate(query: QueryBuilder, call: Call) -> Outcome:
    query.record.method = "truncate"
    query.record.calls["truncate"] = call.at
    if truthy(call[0]):
        query.record.table = call[0]
    return query


def _column_info(query: QueryBuilder, call: Call) -> Outcome:
    query.record.method = "columnInfo"
    query.record.column = call[0]
    return query


def _on_conflict(query: QueryBuilder, call: Call) -> Outcome:
    target = call[0]
    if isinstance(target, Text):
        target = Array([target])
    return OnConflictBuilder(query, target)


def _ignore(conflict: OnConflictBuilder, call: Call) -> Outcome:
    record = conflict.query.record
    record.conflict, record.on_conflict = _target_of(conflict), "ignore"
    return conflict.query


def _merge(conflict: OnConflictBuilder, call: Call) -> Outcome:
    record = conflict.query.record
    record.conflict, record.on_conflict = _target_of(conflict), "merge"
    record.merged = call[0]
    return conflict.query


def _target_of(conflict: OnConflictBuilder) -> Value:
    return True if absent(conflict.target) else conflict.target


def _set(attribute: str) -> Callable[[QueryBuilder, Call], Outcome]:
    def method(query: QueryBuilder, call: Call) -> Outcome:
        setattr(query.record, attribute, call[0])
        return query

    return method


ROW_METHODS: Methods = {
    "insert": Method(_insert),
    "update": Method(_update),
    "increment": Method(_count_up(1)),
    "decrement": Method(_count_up(-1)),
    "updateFrom": Method(_set("update_from"), Since.UPDATE_FROM),
    "using": Method(_set("using"), Since.DELETE_USING),
    "returning": Method(_returning),
    "del": Method(_delete),
    "delete": Method(_delete),
    "truncate": Method(_truncate),
    "columnInfo": Method(_column_info),
    "onConflict": Method(_on_conflict),
}
"""Every method of a query that makes it change rows."""

OnConflictBuilder.methods = {"ignore": Method(_ignore), "merge": Method(_merge)}

"""Methods of a query: what is read, from where, and in which order."""

from collections.abc import Callable
from typing import Any

from analyzers.javascript.values import (
    UNDEFINED,
    Array,
    Evaluation,
    Object,
    Outcome,
    Undefined,
    Unknown,
    Value,
    is_function,
)
from analyzers.knex.builder import Call, Method, Methods
from analyzers.knex.clauses import Join, Ordering, Selected, Union, With
from analyzers.knex.expressions import Expression, RawExpression, Subquery
from analyzers.knex.function_methods import FUNCTION_METHODS
from analyzers.knex.query_builder import (
    JOINS,
    JoinBuilder,
    QueryBuilder,
)
from analyzers.knex.raw import RUNNING
from analyzers.knex.release import Since
from analyzers.knex.row_methods import ROW_METHODS
from analyzers.knex.sql import Refused, Unknowable
from analyzers.knex.values import (
    absent,
    integer,
    items,
    known,
    member,
    string,
)
from analyzers.knex.where_methods import WHERE_METHODS, add_on, raw_of
from analyzers.text import Text


def _list_of(call: Call) -> Array:
    """The arguments of a call that takes a list, or as many arguments."""
    first = call[0]
    return first if isinstance(first, Array) else Array(list(call.arguments))


def _table(query: QueryBuilder, call: Call) -> Outcome:
    query.record.table = call[0]
    query.record.only = isinstance(call[1], Object) and member(call[1], "only") is True
    return query


def _from_raw(query: QueryBuilder, call: Call) -> Outcome:
    query.record.table = raw_of(query, call)
    return query


def _with_schema(query: QueryBuilder, call: Call) -> Outcome:
    query.record.schema = call[0]
    return query


def _as(query: QueryBuilder, call: Call) -> Outcome:
    query.record.alias = call[0]
    return query


def _select(query: QueryBuilder, call: Call) -> Outcome:
    if not absent(call[0]) and call[0] is not False:
        query.record.selected.append(Selected("columns", _list_of(call), call.at))
    return query


def _distinct(query: QueryBuilder, call: Call) -> Outcome:
    query.record.selected.append(Selected("columns", _list_of(call), call.at, distinct=True))
    return query


def _distinct_on(query: QueryBuilder, call: Call) -> Outcome:
    query.record.selected.append(Selected("distinct on", _list_of(call), call.at))
    return query


def _first(query: QueryBuilder, call: Call) -> Outcome:
    if query.record.method != "select":
        raise Refused(f'cannot chain .first() on a "{query.record.method}" query')
    if call.arguments:
        _select(query, call)
    query.record.method = "first"
    query.record.limit = 1
    return query


def _pluck(query: QueryBuilder, call: Call) -> Outcome:
    if query.record.method != "select":
        raise Refused(f'cannot chain .pluck() on a "{query.record.method}" query')
    query.record.method = "pluck"
    query.record.selected.append(Selected("pluck", call[0], call.at))
    return query


def _join(query: QueryBuilder, call: Call) -> Outcome:
    kind, table, first = JOINS[call.method] or query.join_kind, call[0], call[1]
    schema = UNDEFINED if isinstance(table, Subquery) else query.record.schema
    query.record.calls.setdefault("join", call.at)
    if kind == "raw":
        table, schema = raw_of(query, call), UNDEFINED
        query.record.joins.append(Join(kind, table, schema, (), call.at))
        return query
    builder = first if isinstance(first, JoinBuilder) else JoinBuilder(query.connection, call.at)
    if builder is not first and not absent(first):
        rest = call.with_arguments(*call.arguments[1:])
        add_on(builder, rest)
    if isinstance(builder.kind, Text):
        kind = builder.kind.string
    query.record.joins.append(Join(kind, table, schema, tuple(builder.conditions), call.at))
    return query


def _group_by(query: QueryBuilder, call: Call) -> Outcome:
    query.record.calls.setdefault("groupBy", call.at)
    if isinstance(call[0], RawExpression):
        query.record.groups.append(Ordering(call[0], call.at, raw=True))
    else:
        query.record.groups.append(Ordering(_list_of(call), call.at))
    return query


def _group_by_raw(query: QueryBuilder, call: Call) -> Outcome:
    query.record.groups.append(Ordering(raw_of(query, call), call.at, raw=True))
    return query


def _order_by(query: QueryBuilder, call: Call) -> Outcome:
    query.record.calls.setdefault("orderBy", call.at)
    column = call[0]
    if not isinstance(column, Array):
        query.record.orders.append(Ordering(column, call.at, call[1], call[2]))
        return query
    for entry in column.items:
        if isinstance(entry, Object):
            parts = [member(entry, key) for key in ("column", "order", "nulls")]
            query.record.orders.append(Ordering(parts[0], call.at, parts[1], parts[2]))
        else:
            query.record.orders.append(Ordering(entry, call.at))
    return query


def _order_by_raw(query: QueryBuilder, call: Call) -> Outcome:
    query.record.orders.append(Ordering(raw_of(query, call), call.at, raw=True))
    return query


def _union(words: str) -> Callable[[QueryBuilder, Call], Outcome]:
    def method(query: QueryBuilder, call: Call) -> Outcome:
        given = list(call.arguments)
        parenthesized = given[-1:] == [True]
        if given and isinstance(given[-1], bool):
            given.pop()
        queries = given[0].items if len(given) == 1 and isinstance(given[0], Array) else given
        query.record.unions += [Union(words, each, parenthesized, call.at) for each in queries]
        return query

    return method


def _with(*, recursive: bool = False, materialized: bool | None = None) -> Any:
    def method(query: QueryBuilder, call: Call) -> Outcome:
        alias, second, third = call[0], call[1], call[2]
        inner, listed = (second, UNDEFINED) if isinstance(third, Undefined) else (third, second)
        if not isinstance(inner, (Expression, Unknown)):
            raise Refused("gives no query for a common table expression")
        query.record.withs.append(With(alias, listed, inner, call.at, recursive, materialized))
        return query

    return method


def _limit(query: QueryBuilder, call: Call) -> Outcome:
    query.record.calls.setdefault("limit", call.at)
    if isinstance(call[0], Unknown):
        query.record.limit = call[0]
    elif (limit := integer(call[0])) is not None:
        query.record.limit = limit
        _note_unbound(query, "limit", call[1])
    return query


def _offset(query: QueryBuilder, call: Call) -> Outcome:
    query.record.calls.setdefault("offset", call.at)
    if absent(call[0]) or isinstance(call[0], (Unknown, Expression)):
        query.record.offset = call[0]
    elif (offset := integer(call[0])) is not None:
        if offset < 0:
            raise Refused("gives a negative offset")
        query.record.offset = offset
    _note_unbound(query, "offset", call[1])
    return query


def _note_unbound(query: QueryBuilder, attribute: str, options: Value) -> None:
    """`skipBinding` writes the number itself into the SQL."""
    skipped = member(options, "skipBinding") if isinstance(options, Object) else options
    if known(skipped) is True:
        query.record.unbound |= {attribute}


def _lock(words: str) -> Callable[[QueryBuilder, Call], Outcome]:
    def method(query: QueryBuilder, call: Call) -> Outcome:
        query.record.lock = words
        query.record.locked_tables = list(_list_of(call).items)
        return query

    return method


def _wait(words: str) -> Callable[[QueryBuilder, Call], Outcome]:
    def method(query: QueryBuilder, call: Call) -> Outcome:
        if not query.record.lock:
            raise Refused(f"asks for {words} without a lock")
        query.record.wait = words
        return query

    return method


def _comment(query: QueryBuilder, call: Call) -> Outcome:
    query.record.comments.append(call[0])
    return query


def _hint(query: QueryBuilder, call: Call) -> Outcome:
    query.record.hints += items(call[0])
    return query


def _clear(*attributes: str) -> Callable[[QueryBuilder, Call], Outcome]:
    def method(query: QueryBuilder, call: Call) -> Outcome:
        for attribute in attributes or _CLEARED.get(string(call[0]).string, ()):
            emptied: Any = UNDEFINED if attribute in ("limit", "offset") else []
            setattr(query.record, attribute, {} if attribute == "counters" else emptied)
        return query

    return method


_CLEARED = {
    "with": ("withs",),
    "select": ("selected",),
    "columns": ("selected",),
    "hintComments": ("hints",),
    "where": ("wheres",),
    "union": ("unions",),
    "join": ("joins",),
    "group": ("groups",),
    "order": ("orders",),
    "having": ("havings",),
    "limit": ("limit",),
    "offset": ("offset",),
    "counter": ("counters",),
    "counters": ("counters",),
}


def _clone(query: QueryBuilder, call: Call) -> Outcome:
    return query.copy(call.machine)


def _modify(query: QueryBuilder, call: Call) -> Evaluation:
    if not is_function(call[0]):
        raise Unknowable(Unknown("is changed by something unknown", call.at))
    yield call.machine.call(call[0], [query, *call.arguments[1:]], call.at, this=query)
    return query


def _to_nothing(query: QueryBuilder, call: Call) -> Outcome:
    return call.machine.unresolved(call.at, "reads rows one by one while it runs")


QUERY_METHODS: Methods = {
    **RUNNING,
    **WHERE_METHODS,
    **ROW_METHODS,
    **FUNCTION_METHODS,
    **dict.fromkeys(("table", "from", "into"), Method(_table)),
    **dict.fromkeys(("select", "column", "columns"), Method(_select)),
    **dict.fromkeys(JOINS, Method(_join)),
    "fromRaw": Method(_from_raw, Since.FROM_RAW),
    "withSchema": Method(_with_schema),
    "as": Method(_as),
    "distinct": Method(_distinct),
    "distinctOn": Method(_distinct_on),
    "first": Method(_first),
    "pluck": Method(_pluck),
    "groupBy": Method(_group_by),
    "groupByRaw": Method(_group_by_raw),
    "orderBy": Method(_order_by),
    "orderByRaw": Method(_order_by_raw),
    "union": Method(_union("union")),
    "unionAll": Method(_union("union all")),
    "intersect": Method(_union("intersect")),
    "except": Method(_union("except"), Since.EXCEPT),
    "with": Method(_with()),
    "withWrapped": Method(_with()),
    "withRecursive": Method(_with(recursive=True)),
    "withRecursiveWrapped": Method(_with(recursive=True)),
    "withMaterialized": Method(_with(materialized=True), Since.MATERIALIZED_WITH),
    "withNotMaterialized": Method(_with(materialized=False), Since.MATERIALIZED_WITH),
    "limit": Method(_limit),
    "offset": Method(_offset),
    "forUpdate": Method(_lock("for update")),
    "forShare": Method(_lock("for share")),
    "forNoKeyUpdate": Method(_lock("for no key update")),
    "forKeyShare": Method(_lock("for key share")),
    "skipLocked": Method(_wait("skip locked")),
    "noWait": Method(_wait("nowait")),
    "comment": Method(_comment, Since.QUERY_COMMENTS),
    "hintComment": Method(_hint),
    "clear": Method(_clear()),
    "clearSelect": Method(_clear("selected")),
    "clearWhere": Method(_clear("wheres")),
    "clearGroup": Method(_clear("groups")),
    "clearOrder": Method(_clear("orders")),
    "clearHaving": Method(_clear("havings")),
    "clearCounters": Method(_clear("counters")),
    "clone": Method(_clone),
    "modify": Method(_modify),
    "stream": Method(_to_nothing),
    "pipe": Method(_to_nothing),
}
"""Every method of a query."""

QueryBuilder.methods = QUERY_METHODS

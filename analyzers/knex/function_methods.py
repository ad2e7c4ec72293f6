"""Methods of a query that select what functions give: aggregates, windows, JSON."""

from collections.abc import Callable, Iterable

from analyzers.javascript.values import UNDEFINED, Array, Object, Outcome, Value
from analyzers.knex.builder import Call, Method, Methods
from analyzers.knex.clauses import Selected
from analyzers.knex.expressions import RawExpression
from analyzers.knex.query_builder import WINDOWS, QueryBuilder, WindowBuilder
from analyzers.knex.release import Since
from analyzers.knex.values import absent, items, member, truthy
from analyzers.text import Text


def _aggregate(function: str, *, distinct: bool = False) -> Callable[[QueryBuilder, Call], Outcome]:
    def method(query: QueryBuilder, call: Call) -> Outcome:
        column, options = call[0], call[1]
        if function == "count" and not distinct and absent(column):
            column = Text.of("*")
        alias = member(options, "as") if isinstance(options, Object) else UNDEFINED
        chosen = distinct or (isinstance(options, Object) and truthy(member(options, "distinct")))
        query.record.selected.append(
            Selected("aggregate", column, call.at, function, distinct=chosen, alias=alias)
        )
        return query

    return method


def _count_distinct(query: QueryBuilder, call: Call) -> Outcome:
    given = list(call.arguments)
    alias: Value = UNDEFINED
    if len(given) > 1 and isinstance(given[-1], Object):
        alias = member(given.pop(), "as")
    column: Value = Array(given) if len(given) > 1 else given[0] if given else Text.of("*")
    query.record.selected.append(
        Selected("aggregate", column, call.at, "count", distinct=True, alias=alias)
    )
    return query


def _window(query: QueryBuilder, call: Call) -> Outcome:
    alias, second, third = call[0], call[1], call[2]
    partitions: Iterable[Value] = [] if absent(third) else items(third)
    orders: Iterable[Value] = []
    raw: Value = UNDEFINED
    if isinstance(second, WindowBuilder):
        partitions, orders = second.partitions, second.orders
    elif isinstance(second, RawExpression):
        raw = second
    else:
        orders = items(second)
    query.record.selected.append(
        Selected(
            "window",
            raw,
            call.at,
            WINDOWS[call.method],
            alias=alias if isinstance(alias, Text) else UNDEFINED,
            partitions=tuple(partitions),
            orders=tuple(orders),
        )
    )
    return query


def _window_entry(list_name: str) -> Callable[[WindowBuilder, Call], Outcome]:
    def method(window: WindowBuilder, call: Call) -> Outcome:
        entries: list[Value] = getattr(window, list_name)
        if isinstance(call[0], Array):
            entries.extend(call[0].items)
        else:
            entries.append(Object({"column": call[0], "order": call[1]}))
        return window

    return method


def _json(query: QueryBuilder, call: Call) -> Outcome:
    selected = Selected("json", UNDEFINED, call.at, call.method, arguments=call.arguments)
    query.record.selected.append(selected)
    return query


FUNCTION_METHODS: Methods = {
    "count": Method(_aggregate("count")),
    "min": Method(_aggregate("min")),
    "max": Method(_aggregate("max")),
    "sum": Method(_aggregate("sum")),
    "avg": Method(_aggregate("avg")),
    "countDistinct": Method(_count_distinct),
    "sumDistinct": Method(_aggregate("sum", distinct=True)),
    "avgDistinct": Method(_aggregate("avg", distinct=True)),
    **dict.fromkeys(WINDOWS, Method(_window)),
    **dict.fromkeys(
        ("jsonExtract", "jsonSet", "jsonInsert", "jsonRemove"),
        Method(_json, Since.JSON_QUERIES),
    ),
}
"""Every method of a query that selects what a function gives."""

_WINDOW_METHODS: Methods = {
    "partitionBy": Method(_window_entry("partitions")),
    "orderBy": Method(_window_entry("orders")),
}
WindowBuilder.methods = _WINDOW_METHODS

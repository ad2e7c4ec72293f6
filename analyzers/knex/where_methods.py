"""Methods of a query that add conditions: `where…`, `having…`, and `on…` of a join."""

from collections.abc import Callable
from typing import Any

from analyzers.javascript.values import UNDEFINED, Array, Object, Outcome, Value
from analyzers.knex.builder import Call, Method, Methods
from analyzers.knex.expressions import Expression, RawExpression, Subquery
from analyzers.knex.query_builder import Conditions, JoinBuilder, QueryBuilder
from analyzers.knex.raw import Raw
from analyzers.knex.release import Since, Version
from analyzers.knex.sql import Refused
from analyzers.knex.values import known, properties, string
from analyzers.text import Text


def where(builder: QueryBuilder, call: Call) -> Outcome:
    """`where(column, operator, value)` in all the ways in which it may be called."""
    column = call[0]
    if isinstance(column, bool):
        _add(builder, call, "basic", column=1, operator=Text.of("="), value=int(column))
    elif isinstance(column, Subquery) and column.from_callback:
        _add(builder, call, "wrapped", value=column)
    elif isinstance(column, Object):
        _where_each(builder, call, column)
    elif isinstance(column, RawExpression) and len(call.arguments) == 1:
        _add(builder, call, "raw", value=column)
    elif len(call.arguments) == 2:
        _where_equal(builder, call, column, call[1])
    else:
        _where_compared(builder, call)
    return builder


def _where_equal(builder: QueryBuilder, call: Call, column: Value, value: Value) -> None:
    if value is None:
        _add(builder, call, "null", column=column)
    else:
        parts = {"column": column, "operator": Text.of("="), "value": value}
        _add(builder, call, "basic", as_column=builder.as_column, **parts)


def _where_compared(builder: QueryBuilder, call: Call) -> None:
    column, operator, value = call[0], call[1], call[2]
    word = operator.string.lower().strip() if isinstance(operator, Text) else ""
    positive = word.removeprefix("not ")
    if len(call.arguments) == 3 and positive in ("in", "between"):
        builder.negated = word != positive
        (_where_in if positive == "in" else _where_between)(builder, call, column, value)
    elif value is None and word in ("is", "is not"):
        builder.negated = word == "is not"
        _add(builder, call, "null", column=column)
    else:
        parts = {"column": column, "operator": operator, "value": value}
        _add(builder, call, "basic", as_column=builder.as_column, **parts)


def _where_each(builder: QueryBuilder, call: Call, columns: Object) -> None:
    """`where({a: 1, b: 2})`; after `or` all of it stands in parentheses."""
    joined_by, negated = builder.joined_by, builder.negated
    builder.joined_by, builder.negated = "and", False
    target = builder
    if joined_by == "or" and call.method.startswith("or"):
        target = builder.nested(call.machine)
        target.as_column = builder.as_column
    for key, value in properties(columns).items():
        if target is builder:
            builder.joined_by, builder.negated = joined_by, negated
        _where_equal(target, call, Text.of(key), value)
    if target is not builder:
        builder.joined_by = "or"
        _add(builder, call, "wrapped", value=target)


def _add(builder: QueryBuilder, call: Call, kind: str, **parts: Any) -> None:
    builder.record.wheres.append(builder.condition_of(kind, call, **parts))
    builder.record.calls.setdefault("where", call.at)


def _where_column(builder: QueryBuilder, call: Call) -> Outcome:
    builder.as_column = True
    where(builder, call)
    builder.as_column = False
    return builder


def _where_in(builder: QueryBuilder, call: Call, column: Value, values: Value) -> None:
    if isinstance(values, Array) and not values.items:
        negated, builder.negated = builder.negated, False
        _add(builder, call, "basic", column=1, operator=Text.of("="), value=int(negated))
    else:
        _add(builder, call, "in", column=column, value=values)


def _where_between(builder: QueryBuilder, call: Call, column: Value, bounds: Value) -> None:
    known(bounds)
    if not isinstance(bounds, Array) or len(bounds.items) != 2:
        raise Refused("does not give two values for between")
    _add(builder, call, "between", column=column, value=bounds)


def _in(builder: QueryBuilder, call: Call) -> Outcome:
    _where_in(builder, call, call[0], call[1])
    return builder


def _between(builder: QueryBuilder, call: Call) -> Outcome:
    _where_between(builder, call, call[0], call[1])
    return builder


def _null(builder: QueryBuilder, call: Call) -> Outcome:
    _add(builder, call, "null", column=call[0])
    return builder


def _exists(builder: QueryBuilder, call: Call) -> Outcome:
    _add(builder, call, "exists", value=call[0])
    return builder


def _wrapped(builder: QueryBuilder, call: Call) -> Outcome:
    _add(builder, call, "wrapped", value=call[0])
    return builder


def _raw(builder: QueryBuilder, call: Call) -> Outcome:
    _add(builder, call, "raw", value=raw_of(builder, call))
    return builder


def raw_of(builder: Conditions, call: Call, first: int = 0) -> RawExpression:
    """The raw SQL that arguments give, as such or as text with bindings."""
    given = call[first]
    if isinstance(given, RawExpression):
        return given
    return Raw(builder.connection, given, call[first + 1], call.at)


def _valued(kind: str) -> Callable[[QueryBuilder, Call], Outcome]:
    def method(builder: QueryBuilder, call: Call) -> Outcome:
        _add(builder, call, kind, column=call[0], value=call[1], as_column=builder.as_column)
        return builder

    return method


def _json_path(builder: QueryBuilder, call: Call) -> Outcome:
    parts = {"column": call[0], "path": call[1], "operator": call[2], "value": call[3]}
    _add(builder, call, "json path", **parts)
    return builder


def _having(builder: QueryBuilder, call: Call) -> Outcome:
    column = call[0]
    if isinstance(column, RawExpression) and len(call.arguments) == 1:
        parts: dict[str, Any] = {"kind": "raw", "value": column}
    elif isinstance(column, Subquery):
        parts = {"kind": "wrapped", "value": column}
    else:
        parts = {"kind": "basic", "column": column, "operator": call[1], "value": call[2]}
    return _add_having(builder, call, **parts)


def _add_having(builder: QueryBuilder, call: Call, kind: str, **parts: Any) -> Outcome:
    builder.record.havings.append(builder.condition_of(kind, call, **parts))
    builder.record.calls.setdefault("having", call.at)
    return builder


def _having_kind(kind: str, *names: str) -> Callable[[QueryBuilder, Call], Outcome]:
    def method(builder: QueryBuilder, call: Call) -> Outcome:
        parts = {name: call[index] for index, name in enumerate(names)}
        return _add_having(builder, call, kind, **parts)

    return method


def _having_raw(builder: QueryBuilder, call: Call) -> Outcome:
    return _add_having(builder, call, "raw", value=raw_of(builder, call))


def _on(kind: str) -> Callable[[JoinBuilder, Call], Outcome]:
    def method(builder: JoinBuilder, call: Call) -> Outcome:
        add_on(builder, call, kind)
        return builder

    return method


def add_on(builder: JoinBuilder, call: Call, kind: str = "on basic") -> None:
    """`on(first, operator, second)` in all the ways in which it may be called."""
    first = call[0]
    if isinstance(first, Object):
        joined_by = builder.joined_by
        for key, value in properties(first).items():
            builder.joined_by = joined_by
            parts = {"column": Text.of(key), "operator": Text.of("="), "value": value}
            _add_on(builder, call, kind, **parts)
        builder.joined_by = "and"
    elif isinstance(first, JoinBuilder):
        _add_on(builder, call, "on wrapped", value=first)
    elif len(call.arguments) == 1:
        _add_on(builder, call, "raw", value=first if isinstance(first, Expression) else UNDEFINED)
    elif len(call.arguments) == 2:
        _add_on(builder, call, kind, column=first, operator=Text.of("="), value=call[1])
    else:
        _add_on(builder, call, kind, column=first, operator=call[1], value=call[2])


def _add_on(builder: JoinBuilder, call: Call, kind: str, **parts: Any) -> None:
    builder.conditions.append(builder.condition_of(kind, call, **parts))


def _on_kind(kind: str, *names: str) -> Callable[[JoinBuilder, Call], Outcome]:
    def method(builder: JoinBuilder, call: Call) -> Outcome:
        parts = {name: call[index] for index, name in enumerate(names)}
        _add_on(builder, call, kind, **parts)
        return builder

    return method


def _on_in(builder: JoinBuilder, call: Call) -> Outcome:
    values = call[1]
    if isinstance(values, Array) and not values.items:
        _add_on(builder, call, "on basic", column=1, operator=Text.of("="), value=0)
    else:
        _add_on(builder, call, "on in", column=call[0], value=values)
    return builder


def _on_json(builder: JoinBuilder, call: Call) -> Outcome:
    sides = [Array([call[0], call[1]]), Array([call[2], call[3]])]
    _add_on(builder, call, "on json", column=sides[0], value=sides[1])
    return builder


def _using(builder: JoinBuilder, call: Call) -> Outcome:
    _add_on(builder, call, "using", column=call[0])
    return UNDEFINED


def _type(builder: JoinBuilder, call: Call) -> Outcome:
    builder.kind = string(call[0])
    return builder


Run = Callable[[Any, Call], Outcome]


def flagged(run: Run, *, joined_by: str = "", negated: bool = False) -> Run:
    """The method as `or…` and `…Not…` call it."""

    def method(builder: Conditions, call: Call) -> Outcome:
        if joined_by:
            builder.joined_by = joined_by
        if negated:
            builder.negated = True
        return run(builder, call)

    return method


def _family(
    plain: str,
    negative: str | None,
    run: Run,
    since: Version | None = None,
    *,
    with_and: bool = True,
) -> Methods:
    """A method with its `and…`, `or…` and negated forms: `whereIn`, `orWhereNotIn`, …

    Knex has no `andWhereIn` and some others, though it has `orWhereIn`.
    """
    forms: dict[str, Method] = {}
    for name, negated in ((plain, False), (negative, True)):
        if name is not None:
            capital = name[0].upper() + name[1:]
            forms[name] = Method(flagged(run, negated=negated), since)
            forms[f"or{capital}"] = Method(flagged(run, joined_by="or", negated=negated), since)
            if with_and:
                forms[f"and{capital}"] = forms[name]
    return forms


WHERE_METHODS: Methods = {
    **_family("where", "whereNot", where),
    **_family("whereColumn", "whereNotColumn", _where_column),
    **_family("whereIn", "whereNotIn", _in, with_and=False),
    **_family("whereBetween", "whereNotBetween", _between),
    **_family("whereNull", "whereNotNull", _null, with_and=False),
    **_family("whereExists", "whereNotExists", _exists, with_and=False),
    **_family("whereRaw", None, _raw),
    **_family("whereLike", None, _valued("like"), Since.LIKE_QUERIES),
    **_family("whereILike", None, _valued("ilike"), Since.LIKE_QUERIES),
    **_family("whereJsonObject", "whereNotJsonObject", _valued("json object"), Since.JSON_QUERIES),
    **_family("whereJsonPath", None, _json_path, Since.JSON_QUERIES),
    **_family(
        "whereJsonSupersetOf",
        "whereJsonNotSupersetOf",
        _valued("json superset"),
        Since.JSON_QUERIES,
        with_and=False,
    ),
    **_family(
        "whereJsonSubsetOf",
        "whereJsonNotSubsetOf",
        _valued("json subset"),
        Since.JSON_QUERIES,
        with_and=False,
    ),
    "whereWrapped": Method(_wrapped),
    **_family("having", None, _having),
    **_family("havingNull", "havingNotNull", _having_kind("null", "column")),
    **_family("havingExists", "havingNotExists", _having_kind("exists", "value")),
    **_family("havingBetween", "havingNotBetween", _having_kind("between", "column", "value")),
    **_family("havingIn", "havingNotIn", _having_kind("on in", "column", "value")),
    **_family("havingRaw", None, _having_raw, with_and=False),
    "havingWrapped": Method(_having),
}
"""Every method of a query that adds a condition."""

_ON_METHODS: Methods = {
    **_family("on", None, _on("on basic")),
    **_family("onVal", None, _on("on value")),
    **_family("onIn", "onNotIn", _on_in),
    **_family("onNull", "onNotNull", _on_kind("null", "column")),
    **_family("onExists", "onNotExists", _on_kind("exists", "value")),
    **_family("onBetween", "onNotBetween", _on_kind("between", "column", "value")),
    **_family("onJsonPathEquals", None, _on_json, Since.JSON_QUERIES),
    "using": Method(_using),
    "type": Method(_type),
}
JoinBuilder.methods = _ON_METHODS

"""Conditions of `where`, `having` and `on`, as Knex writes them."""

import json
from collections.abc import Callable, Iterable, Mapping

from analyzers.javascript.values import Array, Object, Undefined, Unknown, Value
from analyzers.knex.clauses import Condition
from analyzers.knex.expressions import (
    Expression,
    RawExpression,
    Subquery,
    columns,
    operator,
    parameter,
    parameters,
    wrapped,
)
from analyzers.knex.sql import EMPTY, Part, Query, Refused, joined, optional, sql
from analyzers.knex.values import integer, is_number, json_string, known
from analyzers.text import Text


def clause(word: str, conditions: Iterable[Condition]) -> Query:
    """`where a and b`; nothing where no condition says anything."""
    return _chained(f"{word} ", conditions)


def on_clause(conditions: Iterable[Condition]) -> Query:
    """What follows a joined table."""
    chosen = list(conditions)
    if not chosen:
        return EMPTY
    return _chained(" using " if chosen[0].kind == "using" else " on ", chosen)


def written(condition: Condition) -> Query:
    """One condition, without the word that joins it to the others."""
    return KINDS[condition.kind](condition).within(condition.at)


def grouped(conditions: Iterable[Condition]) -> Query:
    """The conditions without a word before them."""
    return _chained("", conditions)


def check_defined(condition: Condition) -> None:
    """Knex refuses to send a condition on `undefined`: it could match every row."""
    if condition.kind in _WITH_VALUE and _holds_undefined(condition.value):
        raise Refused("compares a column with undefined, which Knex refuses")


def _chained(first: str, conditions: Iterable[Condition]) -> Query:
    parts: list[Part] = []
    for condition in conditions:
        check_defined(condition)
        if one := written(condition):
            word = f" {condition.joined_by} " if parts else first
            parts += [Text.of(word, condition.at), one]
    return sql(*parts)


def _holds_undefined(value: Value) -> bool:
    if isinstance(value, Array):
        return any(_holds_undefined(item) for item in value.items)
    if isinstance(value, Object):
        return any(_holds_undefined(item) for item in value.properties.values())
    return isinstance(value, Undefined)


def _negation(condition: Condition, word: str = "") -> str:
    return f"not {word}" if condition.negated else word


def _column(condition: Condition) -> Query:
    if isinstance(condition.column, Array):
        return sql("(", columns(condition.column), ")")
    return wrapped(condition.column)


def _value(condition: Condition) -> Query:
    return (wrapped if condition.as_column else parameter)(condition.value)


def _basic(condition: Condition) -> Query:
    return sql(
        *(_negation(condition), wrapped(condition.column)),
        *(" ", operator(condition.operator), " ", _value(condition)),
    )


def _null(condition: Condition) -> Query:
    return sql(wrapped(condition.column), " is ", _negation(condition, "null"))


def _in(condition: Condition) -> Query:
    return sql(_column(condition), " ", _negation(condition, "in "), _listed(condition.value))


def _listed(value: Value) -> Query:
    """The right side of `in`; a list that only a run knows becomes one parameter."""
    if isinstance(value, Array) and value.items and isinstance(value.items[0], Array):
        rows = (sql("(", parameters(row), ")") for row in value.items)
        return sql("(", joined(", ", rows), ")")
    if isinstance(value, (Array, RawExpression, Unknown)):
        return sql("(", parameters(value), ")")
    return parameter(value)


def _on_in(condition: Condition) -> Query:
    if isinstance(condition.column, Array):
        rows = joined("),(", map(parameters, _items(condition.value)))
        return sql(_column(condition), " ", _negation(condition, "in "), "((", rows, "))")
    listed = parameters(condition.value)
    if not listed.sql.string.startswith("("):
        listed = sql("(", listed, ")")
    return sql(wrapped(condition.column), " ", _negation(condition, "in "), listed)


def _between(condition: Condition) -> Query:
    low, high = map(parameter, _items(condition.value))
    column = wrapped(condition.column)
    return sql(column, " ", _negation(condition, "between"), " ", low, " and ", high)


def _items(value: Value) -> list[Value]:
    if not isinstance(known(value), Array):
        raise Refused("gives no list where Knex wants one")
    return list(value.items) if isinstance(value, Array) else []


def _exists(condition: Condition) -> Query:
    return sql(_negation(condition, "exists"), " (", _query_or_nothing(condition.value), ")")


def _query_or_nothing(value: Value) -> Query:
    known(value)
    return value.embedded(as_value=False) if isinstance(value, Expression) else EMPTY


def _raw(condition: Condition) -> Query:
    return sql(_negation(condition), _query_or_nothing(condition.value))


def _wrapped(condition: Condition) -> Query:
    """Conditions that a callback adds, in parentheses."""
    known(condition.value)
    if not isinstance(condition.value, Subquery):
        return EMPTY
    inner = condition.value.condition()
    if not inner:
        return EMPTY
    bare = inner.sql.slice(len("where "), len(inner.sql))
    return sql(_negation(condition), "(", Query(bare, inner.bindings), ")")


def _like(word: str) -> Callable[[Condition], Query]:
    return lambda condition: sql(
        _column(condition), " ", _negation(condition, word), _value(condition)
    )


def _using(condition: Condition) -> Query:
    return sql("(", columns(condition.column), ")")


def _on_basic(condition: Condition) -> Query:
    value = wrapped(condition.value)
    if isinstance(condition.value, Subquery):
        value = sql("(", value, ")")
    return sql(wrapped(condition.column), " ", operator(condition.operator), " ", value)


def _on_value(condition: Condition) -> Query:
    column, sign = wrapped(condition.column), operator(condition.operator)
    return sql(column, " ", sign, " ", parameter(condition.value))


def _on_json(condition: Condition) -> Query:
    first, second = _items(condition.column), _items(condition.value)
    sides = [
        sql("jsonb_path_query_first(", wrapped(column), ", ", parameter(path), ")")
        for column, path in (first, second)
    ]
    return joined(" = ", sides)


def _json_object(condition: Condition) -> Query:
    sign = "!=" if condition.negated else "="
    return sql(_column(condition), f" {sign} ", _json_value(condition))


def _json_path(condition: Condition) -> Query:
    path = sql("jsonb_path_query_first(", _column(condition), ", ", parameter(condition.path), ")")
    cast = _path_cast(condition.value)
    return sql(path, cast, " ", operator(condition.operator), " ", _json_value(condition))


def _path_cast(value: Value) -> str:
    known(value)
    if is_number(value) and isinstance(value, (int, float)) and value:
        return "::int" if int(value) else "::float"
    if isinstance(value, Text) and integer(value):
        return "::int"
    return " #>> '{}'"


def _json_value(condition: Condition) -> Query:
    value = condition.value
    if isinstance(value, (Unknown, Expression)):
        return parameter(value)
    if isinstance(value, Text):
        try:
            compact = json.loads(value.string.replace("\n", "").replace("\t", ""))
        except ValueError:
            return parameter(value)
        dumped = json.dumps(compact, separators=(",", ":"), ensure_ascii=False)
        return parameter(Text.of(dumped, value.span()))
    if isinstance(value, (Object, Array)):
        return parameter(Text.of(json_string(value)))
    return parameter(value)


def _json_contains(sign: str) -> Callable[[Condition], Query]:
    return lambda condition: sql(
        _negation(condition), wrapped(condition.column), f" {sign} ", _json_value(condition)
    )


def _on_wrapped(condition: Condition) -> Query:
    inner = _query_or_nothing(condition.value)
    return optional(inner, "(", inner, ")")


KINDS: Mapping[str, Callable[[Condition], Query]] = {
    "basic": _basic,
    "null": _null,
    "in": _in,
    "between": _between,
    "exists": _exists,
    "raw": _raw,
    "wrapped": _wrapped,
    "like": _like("like "),
    "ilike": _like("ilike "),
    "json object": _json_object,
    "json path": _json_path,
    "json superset": _json_contains("@>"),
    "json subset": _json_contains("<@"),
    "on basic": _on_basic,
    "on value": _on_value,
    "on in": _on_in,
    "on json": _on_json,
    "on wrapped": _on_wrapped,
    "using": _using,
}
"""How each kind of condition is written."""

_WITH_VALUE = frozenset({"basic", "in", "between", "like", "ilike", "json object", "json path"})

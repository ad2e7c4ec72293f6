"""Values that stand for SQL, and how Knex writes names and values around them."""

import re
from collections.abc import Iterable

from analyzers.javascript.machine import Machine
from analyzers.javascript.values import UNDEFINED, Array, Object, Undefined, Unknown, Value
from analyzers.knex.literals import inlined
from analyzers.knex.sql import (
    EMPTY,
    Part,
    Query,
    Refused,
    Unknowable,
    joined,
    split,
    sql,
    stripped,
    substituted,
    text,
)
from analyzers.knex.values import Printable, is_number, json_string, known, properties, string
from analyzers.source import Span
from analyzers.text import Text

_ALIAS = re.compile(" as ", re.IGNORECASE)
_ARRAY_ACCESS = re.compile(r"(.*?)(\[[0-9]+\])")
_PLAIN = re.compile(r"\w+")
_DOUBLE_QUOTE = re.compile('"')

_SYMBOLS = "= < > <= <=> >= <> != & | ^ << >> ~ ~= ~* !~ !~* # && @> <@ || &< &> -|- @@ !!"
_WORDS = (
    "like,not like,between,not between,ilike,not ilike,exists,not exist,rlike,not rlike,"
    "regexp,not regexp,match,similar to,not similar to"
)

OPERATORS = {operator: operator for operator in (*_SYMBOLS.split(), *_WORDS.split(","))} | {
    "?": "\\?",
    "?|": "\\?|",
    "?&": "\\?&",
}
"""The operators that Knex lets through, and what it writes for them."""


class Expression(Printable):
    """A host that stands for SQL inside other SQL."""

    def printed(self) -> Text:
        return inlined(self.query())

    def text(self, machine: Machine, at: Span) -> Text | Unknown:
        try:
            return self.printed()
        except Unknowable as unknowable:
            return unknowable.value
        except Refused as refused:
            return Unknown(str(refused), at)

    def query(self) -> Query:
        """Its SQL as it stands alone."""
        raise NotImplementedError

    def embedded(self, *, as_value: bool) -> Query:
        """Its SQL inside other SQL; `as_value` where a value could stand."""
        return self.query()


class RawExpression(Expression):
    """`knex.raw(…)`, `knex.ref(…)`, `knex.fn.now()`: SQL that is taken as it is."""


class Subquery(Expression):
    """A query inside another one. `from_callback`: it was given as a function."""

    from_callback = False

    def condition(self) -> Query:
        """Its `where` clause alone, with the word."""
        raise NotImplementedError


def name(value: Text) -> Text:
    """One identifier in double quotes. `*` stays, and so does `[1]` of an array element."""
    if _PLAIN.fullmatch(value.string):
        return text('"', value, '"')
    value = stripped(value)
    if value.string == "*":
        return value
    access = Text()
    if match := _ARRAY_ACCESS.search(value.string):
        access = value.slice(match.start(2), match.end(2))
        value = value.slice(match.start(1), match.end(1))
    doubled = substituted(_DOUBLE_QUOTE, value, lambda _: '""').sql
    return text('"', doubled, '"', access)


def dotted_name(value: Text) -> Text:
    """A name with its qualifiers and its alias: `s.t as x` is `"s"."t" as "x"`."""
    if _PLAIN.fullmatch(value.string):
        return name(value)
    if match := _ALIAS.search(value.string):
        first = value.slice(0, match.start())
        second = value.slice(match.end(), len(value))
        return text(dotted_name(first), " as ", name(second))
    return Text.join(Text.of("."), map(name, split(value, ".")))


def wrapped(value: Value, *, as_value: bool = False) -> Query:
    """`value` where an identifier stands: names are quoted, SQL is taken as it is."""
    known(value)
    if isinstance(value, Expression):
        from_callback = isinstance(value, Subquery) and value.from_callback
        return value.embedded(as_value=as_value or from_callback)
    if isinstance(value, (Object, Array)):
        return joined(", ", _aliased(value))
    if value is None:
        return EMPTY
    if is_number(value):
        return sql(string(value))
    return sql(dotted_name(string(value)))


def columns(value: Value) -> Query:
    """A list of columns, or the one column."""
    known(value)
    if isinstance(value, Array):
        return joined(", ", (wrapped(item) for item in value.items))
    return wrapped(value)


def parameter(value: Value) -> Query:
    """`value` where a value stands: a binding, or SQL that is taken as it is."""
    if isinstance(value, Expression):
        return value.embedded(as_value=True) or sql("?")
    return Query(Text.of("?"), (value,))


def parameters(values: Value, missing: Query | None = None) -> Query:
    """A list of values; `missing` stands where one is `undefined`."""
    return joined(", ", (_list_item(value, missing) for value in _value_list(values)))


def operator(value: Value) -> Query:
    """A comparison's operator; Knex refuses those it doesn't know."""
    known(value)
    if isinstance(value, Expression):
        return value.embedded(as_value=False)
    written = string(value)
    found = OPERATORS.get(written.string.lower())
    if found is None:
        raise Refused(f"uses the operator {written.string!r}, which Knex does not permit")
    return sql(Text.of(found, written.span()))


def _aliased(value: Object | Array) -> Iterable[Part]:
    if isinstance(value, Array):
        pairs: Iterable[tuple[str, Value]] = ((str(i), item) for i, item in enumerate(value.items))
    else:
        pairs = properties(value).items()
    for alias, target in pairs:
        written = wrapped(target, as_value=isinstance(target, Subquery))
        yield sql(written, " as ", name(Text.of(alias)))


def _value_list(values: Value) -> list[Value]:
    return list(values.items) if isinstance(values, Array) else [values]


def _list_item(value: Value, missing: Query | None) -> Query:
    if isinstance(value, Undefined):
        return missing if missing is not None else parameter(UNDEFINED)
    if not isinstance(value, Object):
        return parameter(value)
    try:
        return parameter(Text.of(json_string(value)))
    except Unknowable as unknowable:
        return parameter(unknowable.value)

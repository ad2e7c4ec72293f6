"""`knex.raw(…)` and `knex.ref(…)`: SQL written by hand, with bindings."""

import re

from analyzers.javascript.branches import diverge
from analyzers.javascript.machine import Machine
from analyzers.javascript.values import (
    Array,
    Evaluation,
    Object,
    Outcome,
    Undefined,
    Unknown,
    Value,
)
from analyzers.knex.builder import (
    Builder,
    Call,
    Connection,
    Method,
    Methods,
    alternatives,
    dispatch,
    no_effect,
)
from analyzers.knex.expressions import Expression, RawExpression, columns, name, parameter
from analyzers.knex.literals import inlined
from analyzers.knex.sql import Query, Refused, Unknowable, optional, sql, substituted, text
from analyzers.knex.values import properties, string, truthy
from analyzers.source import Span
from analyzers.text import Text

_POSITIONAL = re.compile(r"\\?\?\??")
_NAMED = re.compile(r"\\?(:(\w+):(?=::)|:(\w+):(?!:)|:(\w+))", re.ASCII)


class Raw(Builder, RawExpression):
    """SQL taken as it is: a statement of its own, or a part of another one."""

    def __init__(self, connection: Connection, statement: Value, bindings: Value, at: Span) -> None:
        super().__init__(connection)
        self.statement = statement
        self.bindings = bindings
        self.at = at
        self.around: tuple[Value, Value] | None = None

    def query(self) -> Query:
        written = with_bindings(string(self.statement), self.bindings)
        if any(isinstance(binding, Undefined) for binding in written.bindings):
            raise Refused("gives raw SQL a binding that is undefined")
        if self.around is None:
            return written
        before, after = (string(side) if truthy(side) else Text() for side in self.around)
        return sql(before, written, after)

    def settle(self, machine: Machine, at: Span) -> Outcome:
        options = alternatives((self.statement, self.bindings))
        if len(options) == 1:
            return dispatch(machine, self.connection, self.query, self.at)
        ways = [self._chosen(machine, *option) for option in options]
        return diverge(machine, ways, self.at, "it depends on what the SQL is")

    def _chosen(self, machine: Machine, statement: Value, bindings: Value) -> Evaluation:
        """Sends what is one of several alternatives."""
        chosen = Raw(self.connection, statement, bindings, self.at)
        chosen.around = self.around
        answer: Value = yield dispatch(machine, self.connection, chosen.query, self.at)
        return answer


class Ref(Raw):
    """A reference to a column."""

    def __init__(self, connection: Connection, column: Value, at: Span) -> None:
        super().__init__(connection, column, Array([]), at)
        self.schema: Value = None
        self.alias: Value = None

    def query(self) -> Query:
        column = self.statement
        if truthy(self.schema):
            column = text(string(self.schema), ".", string(column))
        alias = optional(truthy(self.alias), " as ", name(string(self.alias)))
        return sql(columns(column), alias)


def with_bindings(statement: Text, bindings: Value) -> Query:
    """Raw SQL with `?`, `??`, `:name` and `:name:` replaced."""
    if isinstance(bindings, Unknown):
        raise Unknowable(bindings)
    if isinstance(bindings, Undefined):
        return Query(statement)
    if isinstance(bindings, Object):
        return _with_named(statement, bindings)
    given: list[Value] = bindings.items if isinstance(bindings, Array) else [bindings]
    return _with_positional(statement, given)


def _with_positional(statement: Text, bindings: list[Value]) -> Query:
    used = 0

    def replace(match: re.Match[str]) -> Query | str:
        nonlocal used
        if match.group() == "\\?":
            return match.group()
        used += 1
        if used > len(bindings):
            return match.group()
        return (columns if match.group() == "??" else parameter)(bindings[used - 1])

    written = substituted(_POSITIONAL, statement, replace)
    if used != len(bindings):
        raise Refused(f"expects {used} bindings in raw SQL and gets {len(bindings)}")
    return written


def _with_named(statement: Text, bindings: Object) -> Query:
    values = properties(bindings)

    def replace(match: re.Match[str]) -> Query | Text:
        if match.group() != match.group(1):
            return statement.slice(match.start(1), match.end(1))
        key = match.group(2) or match.group(3) or match.group(4)
        value = values.get(key)
        if key not in values:
            return statement.slice(match.start(), match.end())
        if isinstance(value, Undefined):
            raise Refused(f"gives raw SQL an undefined binding :{key}")
        return (columns if match.group().endswith(":") else parameter)(value)

    return substituted(_NAMED, statement, replace)


def _wrap(raw: Raw, call: Call) -> Outcome:
    raw.around = (call[0], call[1])
    return raw


def _with_schema(ref: Ref, call: Call) -> Outcome:
    ref.schema = call[0]
    return ref


def _as(ref: Ref, call: Call) -> Outcome:
    ref.alias = call[0]
    return ref


def _printed(expression: Expression, call: Call) -> Outcome:
    try:
        return inlined(expression.query())
    except Unknowable as unknowable:
        return unknowable.value


def _to_sql(expression: Expression, call: Call) -> Outcome:
    try:
        query = expression.query()
    except Unknowable as unknowable:
        return unknowable.value
    return Object({"sql": query.sql, "bindings": Array(list(query.bindings))})


def _on_connection_of(builder: Builder, call: Call) -> Outcome:
    other = call[0]
    if isinstance(other, Builder):
        builder.connection = other.connection
    return builder


RUNNING: Methods = {
    "timeout": Method(no_effect),
    "options": Method(no_effect),
    "debug": Method(no_effect),
    "queryContext": Method(no_effect),
    "on": Method(no_effect),
    "once": Method(no_effect),
    "transacting": Method(_on_connection_of),
    "connection": Method(no_effect),
    "toString": Method(_printed),
    "toQuery": Method(_printed),
    "toSQL": Method(_to_sql),
}
"""What every builder that can be sent has."""

_RAW_METHODS: Methods = {**RUNNING, "wrap": Method(_wrap)}
_REF_METHODS: Methods = {**_RAW_METHODS, "withSchema": Method(_with_schema), "as": Method(_as)}
Raw.methods = _RAW_METHODS
Ref.methods = _REF_METHODS

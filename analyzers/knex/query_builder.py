"""`knex('table')`: a lazy query, written and sent when it is awaited."""

from collections.abc import Callable, Sequence
from typing import Any

from analyzers.javascript.machine import Machine
from analyzers.javascript.values import (
    Array,
    Evaluation,
    Outcome,
    Thenable,
    Unknown,
    Value,
    is_function,
)
from analyzers.knex.builder import Builder, Call, Connection, Method, dispatch
from analyzers.knex.clauses import Condition, QueryRecord
from analyzers.knex.condition_sql import clause, grouped
from analyzers.knex.execution import Habit, Observation
from analyzers.knex.expressions import Expression, Subquery, dotted_name
from analyzers.knex.release import Since
from analyzers.knex.sql import Query, sql
from analyzers.knex.values import string, truthy
from analyzers.knex.write_sql import query
from analyzers.source import Span


class Conditions(Builder):
    """A builder of conditions: whether the next one is joined by `or`, and negated."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self.joined_by = "and"
        self.negated = False
        self.begun: tuple[bool, bool] | None = None

    def member(self, machine: Machine, key: str, at: Span) -> Value:
        """`.or`, `.and` and `.not` change what comes next."""
        if key == "or":
            self.joined_by = "or"
        elif key == "not":
            self.negated = True
        elif key != "and":
            return super().member(machine, key, at)
        return self

    def keeps(self, key: str) -> bool:
        """Whether the method does something else with a callback than to nest it."""
        return False

    def note_circumstances(self, machine: Machine, at: Span) -> None:
        """Notes what a query is told only under a condition, or in a loop of unknown length."""
        now = (machine.conditional, machine.repeated)
        if self.begun is None:
            self.begun = now
        if (now[0] and not self.begun[0]) or (now[1] and not self.begun[1]):
            self.spoilt = Unknown("is part of a query only under a condition, or in a loop", at)

    def condition_of(self, kind: str, call: Call, **parts: Any) -> Condition:
        """One condition; the flags hold for it and no further."""
        made = Condition(kind, call.at, self.joined_by, self.negated, **parts)
        self.joined_by, self.negated = "and", False
        return made

    def nested(self) -> "Conditions":
        """The builder that a callback given to this one gets."""
        raise NotImplementedError

    def _run(
        self,
        key: str,
        method: Method,
        machine: Machine,
        arguments: Sequence[Value],
        at: Span,
    ) -> Outcome:
        self.note_circumstances(machine, at)
        if self.keeps(key) or not any(map(_holds_callback, arguments)):
            return super()._run(key, method, machine, arguments, at)
        return self._run_callbacks(key, method, machine, arguments, at)

    def _run_callbacks(
        self,
        key: str,
        method: Method,
        machine: Machine,
        arguments: Sequence[Value],
        at: Span,
    ) -> Evaluation:
        """Runs each callback with a builder of its own, which takes the callback's place."""
        told: list[Value] = []
        for argument in arguments:
            if isinstance(argument, Array):
                items: list[Value] = []
                for item in argument.items:
                    called: Value = yield self._called(key, machine, item, at)
                    items.append(called)
                told.append(Array(items))
            else:
                told.append((yield self._called(key, machine, argument, at)))
        outcome: Value = yield super()._run(key, method, machine, told, at)
        return outcome

    def _called(self, key: str, machine: Machine, value: Value, at: Span) -> Evaluation:
        if not is_function(value):
            return value
        builder = NESTED.get(key, type(self).nested)(self)
        if isinstance(builder, Conditions):
            builder.note_circumstances(machine, at)
        yield machine.call(value, [builder], at, this=builder)
        return builder


class QueryBuilder(Conditions, Subquery, Thenable):
    """One query."""

    def __init__(self, connection: Connection, at: Span, record: QueryRecord | None = None) -> None:
        super().__init__(connection)
        self.at = at
        self.record = record or QueryRecord()
        self.join_kind = "inner"
        self.as_column = False

    def nested(self) -> "QueryBuilder":
        builder = QueryBuilder(self.connection, self.at)
        builder.from_callback = True
        return builder

    def keeps(self, key: str) -> bool:
        return key in ("modify", "on", "once")

    def query(self) -> Query:
        self.check_known()
        return query(self.record, self.release)

    def embedded(self, *, as_value: bool) -> Query:
        written = self.query()
        alias = self.record.alias
        if not written or self.record.method not in ("select", "first"):
            return written
        if not (as_value or truthy(alias)):
            return written
        named = sql(" as ", dotted_name(string(alias))) if truthy(alias) else sql()
        return sql("(", written, ")", named)

    def condition(self) -> Query:
        self.check_known()
        return clause("where", self.record.wheres)

    def settle(self, machine: Machine, at: Span) -> Outcome:
        self._observe_ignored(machine)
        return dispatch(machine, self.connection, self.query, self.sent_at())

    def sent_at(self) -> Span:
        """The call that says what the query does: `.update(…)`, else where it begins."""
        calls = self.record.calls
        return calls.get(self.record.method, self.at)

    def _observe_ignored(self, machine: Machine) -> None:
        record = self.record
        ignored = IGNORED.get(record.method, ())
        if record.method == "del" and self.release.has(Since.REFUSES_LIMIT_ON_DELETE):
            ignored = tuple(name for name in ignored if name != "limit")
        for name in ignored:
            at = record.calls.get(name)
            if at is not None:
                subject = f"{name}() of a query that is {record.method}"
                machine.observe(Observation(Habit.IGNORED_BY_KNEX, at, subject))

    def copy(self) -> "QueryBuilder":
        """What `.clone()` gives."""
        builder = QueryBuilder(self.connection, self.at, self.record.copy())
        builder.spoilt = self.spoilt
        return builder


class JoinBuilder(Conditions, Expression):
    """`this` in the callback of a join."""

    def __init__(self, connection: Connection, at: Span) -> None:
        super().__init__(connection)
        self.at = at
        self.conditions: list[Condition] = []
        self.kind: Value = None

    def nested(self) -> "JoinBuilder":
        return JoinBuilder(self.connection, self.at)

    def query(self) -> Query:
        self.check_known()
        return grouped(self.conditions)

    def settle(self, machine: Machine, at: Span) -> Outcome:
        return self


class WindowBuilder(Builder):
    """`this` in the callback of a window function."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self.partitions: list[Value] = []
        self.orders: list[Value] = []


def _join_builder(builder: QueryBuilder) -> Builder:
    return JoinBuilder(builder.connection, builder.at)


def _window_builder(builder: QueryBuilder) -> Builder:
    return WindowBuilder(builder.connection)


JOINS = {
    "join": None,
    "innerJoin": "inner",
    "leftJoin": "left",
    "leftOuterJoin": "left outer",
    "rightJoin": "right",
    "rightOuterJoin": "right outer",
    "outerJoin": "outer",
    "fullOuterJoin": "full outer",
    "crossJoin": "cross",
    "joinRaw": "raw",
}
"""The methods that join a table, and the kind of join they make."""

WINDOWS = {"rank": "rank", "denseRank": "dense_rank", "rowNumber": "row_number"}
"""The window functions, and how SQL calls them."""

NESTED: dict[str, Callable[[Any], Builder]] = {
    **dict.fromkeys(JOINS, _join_builder),
    **dict.fromkeys(WINDOWS, _window_builder),
}
"""Methods whose callbacks get another builder than the one they are called on."""

IGNORED: dict[str, tuple[str, ...]] = {
    "update": ("limit", "offset", "join", "orderBy", "groupBy", "having"),
    "del": ("limit", "offset", "orderBy", "groupBy"),
    "insert": ("limit", "join", "orderBy"),
    "truncate": ("where", "limit", "join"),
}
"""What Knex drops without a word from queries that change rows."""


def _holds_callback(value: Value) -> bool:
    if isinstance(value, Array):
        return any(map(is_function, value.items))
    return is_function(value)

"""`knex('table')`: a lazy query, written and sent when it is awaited."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from analyzers.javascript.branches import diverge
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
from analyzers.knex.builder import (
    Builder,
    Call,
    Connection,
    Method,
    Told,
    dispatch,
    unresolved,
)
from analyzers.knex.clauses import Condition, QueryRecord
from analyzers.knex.condition_sql import clause, grouped
from analyzers.knex.execution import Habit, Observation
from analyzers.knex.expressions import Expression, Subquery, dotted_name
from analyzers.knex.release import Release, Since
from analyzers.knex.sql import Query, Unknowable, sql
from analyzers.knex.values import string, truthy
from analyzers.knex.write_sql import query
from analyzers.source import Span


class Conditions(Builder):
    """A builder of conditions: whether the next one is joined by `or`, and negated."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self.joined_by = "and"
        self.negated = False

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

    def condition_of(self, kind: str, call: Call, **parts: Any) -> Condition:
        """One condition; the flags hold for it and no further."""
        made = Condition(kind, call.at, self.joined_by, self.negated, **parts)
        self.joined_by, self.negated = "and", False
        return made

    def nested(self, machine: Machine) -> "Conditions":
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
        if self.keeps(key) or not any(map(_holds_callback, arguments)):
            return self.told_now(key, method, machine, arguments, at)
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
        outcome: Value = yield self.told_now(key, method, machine, told, at)
        return outcome

    def told_now(
        self,
        key: str,
        method: Method,
        machine: Machine,
        arguments: Sequence[Value],
        at: Span,
    ) -> Outcome:
        """Carries out a method whose callbacks have run."""
        return super()._run(key, method, machine, arguments, at)

    def _called(self, key: str, machine: Machine, value: Value, at: Span) -> Evaluation:
        if not is_function(value):
            return value
        builder = NESTED.get(key, type(self).nested)(self, machine)
        yield machine.call(value, [builder], at, this=builder)
        return builder


class QueryBuilder(Conditions, Subquery, Thenable):
    """One query."""

    def __init__(
        self,
        connection: Connection,
        machine: Machine,
        at: Span,
        record: QueryRecord | None = None,
    ) -> None:
        super().__init__(connection)
        self.at = at
        self.told = Told(machine, record or QueryRecord())
        self.join_kind = "inner"
        self.as_column = False

    @property
    def record(self) -> QueryRecord:
        """What it has been told; raises `Unknowable` where a run decides which it was."""
        record: QueryRecord = self.told.state
        return record

    def keeps(self, key: str) -> bool:
        return key in ("modify", "on", "once")

    def told_now(
        self,
        key: str,
        method: Method,
        machine: Machine,
        arguments: Sequence[Value],
        at: Span,
    ) -> Outcome:
        """The record of before stays as it is: a condition may lead back to it.

        Where the query may be either of several, each of them is told.
        """
        before = self.told.now
        outcome: Outcome = self
        after: list[QueryRecord] = []
        for record in self.told.states():
            after.append(record.copy())
            self.told.try_on(after[-1])
            outcome = super().told_now(key, method, machine, arguments, at)
        self.told.write(machine, before, after)
        return outcome

    def spoil(self, machine: Machine, unknown: Unknown, at: Span) -> None:
        for record in self.told.states():
            record.spoilt = unknown

    def nested(self, machine: Machine) -> "QueryBuilder":
        builder = QueryBuilder(self.connection, machine, self.at)
        builder.from_callback = True
        return builder

    def query(self) -> Query:
        return written(self.record, self.release)

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
        return clause("where", self.record.wheres)

    def settle(self, machine: Machine, at: Span) -> Outcome:
        told = self.told.now
        if not isinstance(told, Unknown):
            return self._sent(machine, self.record)
        records = self.told.states()
        if not records:
            return unresolved(machine, told, self.at)
        ways = [self._settled(machine, record) for record in records]
        return diverge(machine, ways, self.at, told.reason)

    def _settled(self, machine: Machine, record: QueryRecord) -> Evaluation:
        answer: Value = yield self._sent(machine, record)
        return answer

    def _sent(self, machine: Machine, record: QueryRecord) -> Outcome:
        self._observe_ignored(machine, record)
        at = record.calls.get(record.method, self.at)
        return dispatch(machine, self.connection, partial(written, record, self.release), at)

    def _observe_ignored(self, machine: Machine, record: QueryRecord) -> None:
        ignored = IGNORED.get(record.method, ())
        if record.method == "del" and self.release.has(Since.REFUSES_LIMIT_ON_DELETE):
            ignored = tuple(name for name in ignored if name != "limit")
        for name in ignored:
            at = record.calls.get(name)
            if at is not None:
                subject = f"{name}() of a query that is {record.method}"
                machine.observe(Observation(Habit.IGNORED_BY_KNEX, at, subject))

    def copy(self, machine: Machine) -> "QueryBuilder":
        """What `.clone()` gives."""
        return QueryBuilder(self.connection, machine, self.at, self.record.copy())


class JoinBuilder(Conditions, Expression):
    """`this` in the callback of a join."""

    def __init__(self, connection: Connection, at: Span) -> None:
        super().__init__(connection)
        self.at = at
        self.conditions: list[Condition] = []
        self.spoilt: Unknown | None = None
        self.kind: Value = None

    def spoil(self, machine: Machine, unknown: Unknown, at: Span) -> None:
        self.spoilt = unknown

    def nested(self, machine: Machine) -> "JoinBuilder":
        return JoinBuilder(self.connection, self.at)

    def query(self) -> Query:
        if self.spoilt is not None:
            raise Unknowable(self.spoilt)
        return grouped(self.conditions)

    def settle(self, machine: Machine, at: Span) -> Outcome:
        return self


class WindowBuilder(Builder):
    """`this` in the callback of a window function."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self.partitions: list[Value] = []
        self.orders: list[Value] = []


def _join_builder(builder: QueryBuilder, machine: Machine) -> Builder:
    return JoinBuilder(builder.connection, builder.at)


def _window_builder(builder: QueryBuilder, machine: Machine) -> Builder:
    return WindowBuilder(builder.connection)


def written(record: QueryRecord, release: Release) -> Query:
    """The statement that a record stands for."""
    if record.spoilt is not None:
        raise Unknowable(record.spoilt)
    return query(record, release)


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

NESTED: dict[str, Callable[[Any, Machine], Builder]] = {
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

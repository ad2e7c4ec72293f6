"""`knex.schema`: a lazy list of statements, written and sent when it is awaited."""

from collections.abc import Generator
from functools import partial
from typing import Any

from analyzers.javascript.branches import diverge
from analyzers.javascript.machine import Machine
from analyzers.javascript.values import (
    UNDEFINED,
    Array,
    Evaluation,
    Object,
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
    Methods,
    Moment,
    Told,
    alternatives,
    is_async,
    unresolved,
)
from analyzers.knex.execution import Habit, Observation
from analyzers.knex.foreign_sql import is_dropped
from analyzers.knex.literals import inlined
from analyzers.knex.raw import RUNNING
from analyzers.knex.records import Foreign, Table
from analyzers.knex.schema_sql import STATEMENTS
from analyzers.knex.sql import Query, Unknowable, joined, sql
from analyzers.knex.steps import Step, take
from analyzers.knex.table_builder import TableBuilder
from analyzers.knex.table_sql import statements
from analyzers.knex.values import string, truthy
from analyzers.knex.view_builder import CREATED, ViewBuilder
from analyzers.source import Span

TABLES = {
    "createTable": "create",
    "createTableIfNotExists": "createIfNot",
    "createTableLike": "createLike",
    "alterTable": "alter",
    "table": "alter",
}
"""The methods that take a callback for one table, and what they do to it."""

VIEWS = (*CREATED, "alterView", "view")
"""The methods that take a callback for one view."""


class SchemaBuilder(Builder, Thenable):
    """Records statements about the schema; `await` sends them one after the other."""

    def __init__(self, connection: Connection, machine: Machine) -> None:
        super().__init__(connection)
        self.schema: Value = UNDEFINED
        self.told = Told(machine, ())

    @property
    def sequence(self) -> tuple[Call, ...]:
        """The calls so far; raises `Unknowable` where a run decides which they were."""
        calls: tuple[Call, ...] = self.told.state
        return calls

    def settle(self, machine: Machine, at: Span) -> Evaluation:
        ways = [self._sent(machine, calls, at) for calls in self.told.states()]
        if not ways and isinstance(self.told.now, Unknown):
            return unresolved(machine, self.told.now, at)
        if len(ways) == 1:
            return (yield from ways[0])
        answer: Value = yield diverge(machine, ways, at, "it depends on what was asked for")
        return answer

    def _sent(self, machine: Machine, calls: tuple[Call, ...], at: Span) -> Evaluation:
        steps = yield from self.steps(machine, calls)
        return (yield from take(machine, self.connection, steps, at))

    def steps(self, machine: Machine, calls: tuple[Call, ...]) -> Generator[Any, Any, list[Step]]:
        """All statements; runs the callbacks, each at its turn."""
        steps: list[Step] = []
        for call in calls:
            if call.method in TABLES:
                steps += yield from self._table(machine, call)
            elif call.method in VIEWS:
                steps += yield from self._view(machine, call)
            else:
                steps += self._plain(machine, call)
        return steps

    def _table(self, machine: Machine, call: Call) -> Generator[Any, Any, list[Step]]:
        like = call.method == "createTableLike"
        begun, schema = Moment.of(machine), self.schema
        like_table = call[1] if like else None
        table = Table(TABLES[call.method], call, call[0], schema, begun, like_table)
        callback = call[2] if like else call[1]
        if not like or is_function(callback):
            builder = TableBuilder(self.connection, table)
            yield self._called(machine, call, callback, builder)
            _observe_dropped(machine, table)
        return statements(table, self.release)

    def _view(self, machine: Machine, call: Call) -> Generator[Any, Any, list[Step]]:
        builder = ViewBuilder(self.connection, call, self.schema, Moment.of(machine))
        yield self._called(machine, call, call[1], builder)
        return list(builder.steps())

    def _called(
        self, machine: Machine, call: Call, callback: Value, builder: Builder
    ) -> Evaluation:
        """Runs the callback of `call`. What an async one does after an await comes too late."""
        if isinstance(callback, Unknown):
            builder.spoil(machine, callback, call.at)
        elif not is_function(callback):
            yield machine.throw("A callback function must be supplied", call.at)
        else:
            if is_async(callback):
                machine.observe(Observation(Habit.ASYNC_CALLBACK, call.at, call.method))
            yield machine.call(callback, [builder], call.at, this=builder)
        return UNDEFINED

    def _plain(self, machine: Machine, call: Call) -> list[Step]:
        """The statement; one for each alternative, where an argument may be either of a few."""
        told = [call.with_arguments(*option) for option in alternatives(call.arguments)]
        answer = GUARDS.get(call.method)
        asks = partial(answer, machine, self, call) if answer else None
        return [
            Step(
                one,
                partial(STATEMENTS[call.method], one, self.schema, self.release),
                perhaps=len(told) > 1,
                answer=asks,
            )
            for one in told
        ]


def _has_table(machine: Machine, builder: SchemaBuilder, call: Call) -> Value:
    try:
        schema, table = _schema_name(builder.schema), string(call[0]).string
    except Unknowable as unknowable:
        return unknowable.value
    return _answer(machine, call, machine.database.has_table(schema, table), table)


def _has_column(machine: Machine, builder: SchemaBuilder, call: Call) -> Value:
    try:
        schema, table = _schema_name(builder.schema), string(call[0]).string
        column = string(call[1]).string
    except Unknowable as unknowable:
        return unknowable.value
    found = machine.database.has_column(schema, table, column)
    return _answer(machine, call, found, f"{table}.{column}")


def _answer(machine: Machine, call: Call, found: bool | None, subject: str) -> Value:
    if found is None:
        return Unknown(f"depends on whether {subject} exists", call.at)
    known = f"{subject}, {'is there' if found else 'is not there'}"
    machine.observe(Observation(Habit.DECIDED_GUARD, call.at, known))
    return found


GUARDS = {"hasTable": _has_table, "hasColumn": _has_column}
"""Statements whose answer the history of the schema may know."""


def _schema_name(schema: Value) -> str | None:
    return string(schema).string if truthy(schema) else None


def _observe_dropped(machine: Machine, table: Table) -> None:
    for statement in table.statements:
        if isinstance(statement, Foreign) and is_dropped(statement):
            subject = "a foreign key that names no table"
            machine.observe(Observation(Habit.IGNORED_BY_KNEX, statement.call.at, subject))


def _record(builder: SchemaBuilder, call: Call) -> Outcome:
    told = builder.told
    told.write(call.machine, told.now, [(*calls, call) for calls in told.states()])
    return builder


def _with_schema(builder: SchemaBuilder, call: Call) -> Outcome:
    builder.schema = call[0]
    return builder


def _written(builder: SchemaBuilder, call: Call) -> Generator[Any, Any, list[Query]]:
    steps = yield from builder.steps(call.machine, builder.sequence)
    return [query for step in steps if (query := step.write())]


def _to_string(builder: SchemaBuilder, call: Call) -> Evaluation:
    try:
        written = yield from _written(builder, call)
    except Unknowable as unknowable:
        return unknowable.value
    return joined(";\n", [sql(inlined(query)) for query in written]).sql


def _to_sql(builder: SchemaBuilder, call: Call) -> Evaluation:
    try:
        written = yield from _written(builder, call)
    except Unknowable as unknowable:
        return unknowable.value
    return Array([Object({"sql": q.sql, "bindings": Array(list(q.bindings))}) for q in written])


def _ddl_commands(builder: SchemaBuilder, call: Call) -> Evaluation:
    commands = yield _to_sql(builder, call)
    if isinstance(commands, Unknown):
        return commands
    return Object({"pre": Array(), "sql": commands, "check": None, "post": Array()})


_METHODS: Methods = {
    **{name: method for name, method in RUNNING.items() if name != "timeout"},
    **dict.fromkeys((*TABLES, *VIEWS, *STATEMENTS), Method(_record)),
    "withSchema": Method(_with_schema),
    "toString": Method(_to_string),
    "toQuery": Method(_to_string),
    "toSQL": Method(_to_sql),
    "generateDdlCommands": Method(_ddl_commands),
}
SchemaBuilder.methods = _METHODS

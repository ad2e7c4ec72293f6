"""`knex` and `trx`: where every statement of a migration begins."""

from collections.abc import Callable, Generator, Sequence

from analyzers.javascript.branches import often
from analyzers.javascript.completion import Thrown
from analyzers.javascript.inherited import Inherited
from analyzers.javascript.machine import INHERITED, Machine
from analyzers.javascript.values import (
    UNDEFINED,
    Array,
    Evaluation,
    Host,
    Native,
    Object,
    Outcome,
    Thenable,
    Undefined,
    Unknown,
    UnknownItems,
    Value,
    is_function,
)
from analyzers.knex.builder import Builder, Call, Connection, Method, Methods, Moment
from analyzers.knex.clauses import QueryRecord
from analyzers.knex.execution import Undone
from analyzers.knex.query_builder import QueryBuilder
from analyzers.knex.query_methods import QUERY_METHODS
from analyzers.knex.raw import Raw, Ref
from analyzers.knex.release import Release, Since
from analyzers.knex.schema_builder import SchemaBuilder
from analyzers.knex.values import is_number, known, number_string
from analyzers.source import Span
from analyzers.text import Text


class Transactions:
    """Numbers for the transactions that a migration opens itself."""

    def __init__(self) -> None:
        self.opened = 0

    def next(self) -> int:
        self.opened += 1
        return self.opened


class Knex(Builder):
    """A Knex instance; inside a transaction a `trx`.

    What Knex sends to begin and end a transaction is no statement of the migration's: the
    number of the transaction says it. A savepoint inside a transaction is part of that one.
    `given`: a `trx` for whoever asked, which rejects nothing when it is rolled back; `ended`: the
    migration has said itself how it ends.
    """

    def __init__(self, connection: Connection, transactions: Transactions) -> None:
        super().__init__(connection)
        self.transactions = transactions
        self.given = False
        self.ended = False

    @property
    def callable(self) -> bool:
        return True

    def call(self, machine: Machine, arguments: Sequence[Value], at: Span) -> Outcome:
        return self.table(Call(machine, "table", tuple(arguments), at, Moment.of(machine)))

    def get(self, machine: Machine, key: str, at: Span) -> Value:
        if key in ONLY_IN_TRANSACTION and not self.in_transaction(machine):
            return UNDEFINED
        return super().get(machine, key, at)

    def member(self, machine: Machine, key: str, at: Span) -> Value:
        found = MEMBERS.get(key)
        return found(self, machine, at) if found else UNDEFINED

    def table(self, call: Call) -> Outcome:
        """`knex('table')`."""
        query = begun(self, call)
        return QUERY_METHODS["table"].run(query, call)

    def in_transaction(self, machine: Machine) -> bool:
        transaction = self.connection.transaction
        return (
            machine.transaction is not None if transaction is INHERITED else transaction is not None
        )

    def nested(self, machine: Machine) -> "Knex":
        """The `trx` of a transaction that begins here."""
        if self.in_transaction(machine):
            return Knex(self.connection, self.transactions)
        connection = Connection(self.release, self.transactions.next())
        return Knex(connection, self.transactions)


class Functions(Builder):
    """`knex.fn`."""


class Client(Host):
    """`knex.client`: what a migration asks to know which database it is on."""

    def __init__(self, knex: Knex) -> None:
        self.knex = knex

    def get(self, machine: Machine, key: str, at: Span) -> Value:
        if key == "raw":
            return self.knex.get(machine, key, at)
        if key in CLIENT:
            return Text.of(CLIENT[key])
        if key == "config":
            settings: dict[str, Value] = {"client": Text.of("pg")}
            return Object(settings, open=Unknown("depends on how Knex is configured", at))
        return Unknown("depends on how Knex is configured", at)


class Package(Host):
    """The package `knex` itself: a migration that calls it opens a connection of its own."""

    def __init__(self, release: Release) -> None:
        self.release = release

    @property
    def callable(self) -> bool:
        return True

    def get(self, machine: Machine, key: str, at: Span) -> Value:
        return self if key in ("knex", "default", "Knex") else UNDEFINED

    def call(self, machine: Machine, arguments: Sequence[Value], at: Span) -> Outcome:
        return Knex(Connection(self.release, None), Transactions())


CLIENT = {"driverName": "pg", "dialect": "postgresql"}


def _query_method(name: str) -> Callable[[Knex, Call], Outcome]:
    """A method that begins a query: `knex.select(…)`, `knex.from(…)`."""

    def method(knex: Knex, call: Call) -> Outcome:
        first = begun(knex, call).get(call.machine, name, call.at)
        assert isinstance(first, Native)
        return first.call(call.machine, call.arguments, call.at)

    return method


def begun(knex: Knex, call: Call) -> QueryBuilder:
    """A query that begins with `call`."""
    return QueryBuilder(knex.connection, call.machine, call.at)


def _query_builder(knex: Knex, call: Call) -> Outcome:
    return begun(knex, call)


def _raw(knex: Knex, call: Call) -> Outcome:
    return Raw(knex.connection, call[0], call[1], call.at)


def _ref(knex: Knex, call: Call) -> Outcome:
    return Ref(knex.connection, call[0], call.at)


def _transaction(knex: Knex, call: Call) -> Outcome:
    """With a callback a promise of what it gives, without one a promise of a `trx`."""
    machine = call.machine
    trx = knex.nested(machine)
    callback = call[0]
    if isinstance(callback, Unknown):
        return machine.unresolved(call.at, callback.reason)
    if is_function(callback):
        return machine.start(_in_transaction(machine, trx, callback, call.at), call.at)
    return machine.start(_begun(trx), call.at)


def _in_transaction(machine: Machine, trx: Knex, callback: Value, at: Span) -> Evaluation:
    first, dropped = len(machine.statements), len(machine.dropped)
    try:
        result: Value = yield machine.call(callback, [trx], at)
        if isinstance(result, Undefined):
            machine.dropped.wait(dropped, lambda: trx.ended)
        settled: Value = yield machine.settled(result, at)
    except Thrown:
        _take_back(machine, trx, first)
        raise
    return settled


def _take_back(machine: Machine, trx: Knex, first: int) -> None:
    """Knex rolls back to where the transaction began, and goes on with the error."""
    own = trx.connection.transaction
    number = machine.transaction if isinstance(own, Inherited) else own
    if first < len(machine.statements):
        machine.database.undo(Undone(first, number, machine.conditional))


def _begun(trx: Knex) -> Evaluation:
    yield UNDEFINED
    trx.given = True
    return trx


def _transaction_provider(knex: Knex, call: Call) -> Outcome:
    trx = knex.nested(call.machine)
    return Native("transactionProvider", lambda machine, _, at: machine.start(_begun(trx), at))


def _ended(knex: Knex, call: Call) -> Outcome:
    knex.ended = True
    return call.machine.start(_given(call[0]), call.at)


def _given(value: Value) -> Evaluation:
    yield UNDEFINED
    return value


def _rolled_back(knex: Knex, call: Call) -> Outcome:
    """What `knex.transaction(callback)` gives rejects with the error that it is told."""
    knex.ended = True
    if not knex.given and not isinstance(call[0], Undefined):
        call.machine.handled += 1
    if not call.machine.conditional:
        call.machine.unresolved(call.at, "rolls its own transaction back")
    return call.machine.start(_given(UNDEFINED), call.at)


def _batch_insert(knex: Knex, call: Call) -> Outcome:
    return BatchInsert(knex, call)


_ROWS = "it depends on how many rows there are"


class BatchInsert(Builder, Thenable):
    """`knex.batchInsert(…)`: inserts in chunks, in a transaction of their own.

    It runs by itself: nothing has to await it.
    """

    def __init__(self, knex: Knex, call: Call) -> None:
        super().__init__(knex.connection)
        self.knex = knex
        self.call_ = call
        self.returning: Value = UNDEFINED
        self.promise = call.machine.start(self._insert(), call.at)

    def settle(self, machine: Machine, at: Span) -> Outcome:
        return machine.settled(self.promise, at)

    def _insert(self) -> Evaluation:
        machine, at = self.call_.machine, self.call_.at
        yield machine.reply()
        trx = self.knex.nested(machine)
        rows, size = self.call_[1], self.call_[2]
        if isinstance(rows, Unknown):
            machine.unresolved(at, rows.reason)
            return rows
        if not isinstance(rows, Array):
            yield machine.throw("Invalid batch: Expected array", at)
        for chunk in _chunks(rows, size):
            inserting = self._insert_chunk(machine, trx, chunk)
            of_unknown_number = any(isinstance(row, UnknownItems) for row in chunk)
            yield often(machine, inserting, at, _ROWS) if of_unknown_number else inserting
        return Unknown("depends on what the database holds", at)

    def _insert_chunk(self, machine: Machine, trx: Knex, chunk: list[Value]) -> Evaluation:
        at = self.call_.at
        record = QueryRecord(table=self.call_[0])
        query = QueryBuilder(trx.connection, machine, at, record)
        arguments = (Array(chunk), self.returning)
        QUERY_METHODS["insert"].run(query, Call(machine, "insert", arguments, at))
        yield query.settle(machine, at)
        yield machine.reply()
        return UNDEFINED


def _chunks(rows: Value, size: Value) -> Generator[list[Value], None, None]:
    length = int(size) if isinstance(size, (int, float)) and is_number(size) and size >= 1 else 1000
    items = rows.items if isinstance(rows, Array) else []
    for start in range(0, len(items), length):
        yield items[start : start + length]


def _returning(batch: BatchInsert, call: Call) -> Outcome:
    batch.returning = call[0]
    return batch


def _transacting(batch: BatchInsert, call: Call) -> Outcome:
    if isinstance(call[0], Knex):
        batch.knex = call[0]
    return batch


def _now(functions: Functions, call: Call) -> Outcome:
    precision = known(call[0])
    written = "CURRENT_TIMESTAMP"
    if isinstance(precision, (int, float)) and is_number(precision):
        written += f"({number_string(precision)})"
    return Raw(functions.connection, Text.of(written, call.at), UNDEFINED, call.at)


def _uuid(functions: Functions, call: Call) -> Outcome:
    return Raw(functions.connection, Text.of("(gen_random_uuid())", call.at), UNDEFINED, call.at)


def _itself(knex: Knex, call: Call) -> Outcome:
    return knex


def _nothing(knex: Knex, call: Call) -> Outcome:
    return call.machine.start(_given(UNDEFINED), call.at)


def _is_completed(knex: Knex, call: Call) -> Outcome:
    return False


_BEGINNINGS = (
    "with withRecursive withMaterialized withNotMaterialized select as columns column from"
    " fromRaw into withSchema table distinct join joinRaw innerJoin leftJoin leftOuterJoin"
    " rightJoin rightOuterJoin outerJoin fullOuterJoin crossJoin where andWhere orWhere whereNot"
    " orWhereNot whereLike andWhereLike orWhereLike whereILike andWhereILike orWhereILike"
    " whereRaw orWhereRaw whereWrapped havingWrapped whereExists orWhereExists whereNotExists"
    " orWhereNotExists whereIn orWhereIn whereNotIn orWhereNotIn whereNull orWhereNull"
    " whereNotNull orWhereNotNull whereBetween whereNotBetween andWhereBetween"
    " andWhereNotBetween orWhereBetween orWhereNotBetween groupBy groupByRaw orderBy orderByRaw"
    " union unionAll intersect except having havingRaw orHaving orHavingRaw offset limit count"
    " countDistinct min max sum sumDistinct avg avgDistinct increment decrement first debug pluck"
    " clearSelect clearWhere clearGroup clearOrder clearHaving insert update returning del delete"
    " truncate transacting connection jsonExtract jsonSet jsonInsert jsonRemove whereJsonObject"
    " orWhereJsonObject andWhereJsonObject whereNotJsonObject orWhereNotJsonObject"
    " andWhereNotJsonObject whereJsonPath orWhereJsonPath andWhereJsonPath whereJsonSupersetOf"
    " orWhereJsonSupersetOf whereJsonNotSupersetOf orWhereJsonNotSupersetOf whereJsonSubsetOf"
    " orWhereJsonSubsetOf whereJsonNotSubsetOf orWhereJsonNotSubsetOf"
)

KNEX_METHODS: Methods = {
    **{
        name: Method(_query_method(name), QUERY_METHODS[name].since) for name in _BEGINNINGS.split()
    },
    "queryBuilder": Method(_query_builder),
    "raw": Method(_raw),
    "ref": Method(_ref),
    "transaction": Method(_transaction),
    "savepoint": Method(_transaction),
    "transactionProvider": Method(_transaction_provider),
    "batchInsert": Method(_batch_insert),
    "commit": Method(_ended),
    "rollback": Method(_rolled_back),
    "isCompleted": Method(_is_completed),
    "withUserParams": Method(_itself),
    "on": Method(_itself),
    "once": Method(_itself),
    "destroy": Method(_nothing),
    "initialize": Method(_nothing),
}
"""Every method of a Knex instance."""

Knex.methods = KNEX_METHODS

ONLY_IN_TRANSACTION = frozenset({"commit", "rollback", "savepoint", "isCompleted"})
"""Methods that only a `trx` has."""

_FUNCTIONS: Methods = {"now": Method(_now), "uuid": Method(_uuid, Since.UUID_FUNCTION)}
Functions.methods = _FUNCTIONS

BatchInsert.methods = {
    "returning": Method(_returning),
    "transacting": Method(_transacting),
}

MEMBERS: dict[str, Callable[[Knex, Machine, Span], Value]] = {
    "schema": lambda knex, machine, at: SchemaBuilder(knex.connection, machine),
    "fn": lambda knex, machine, at: Functions(knex.connection),
    "client": lambda knex, machine, at: Client(knex),
    "isTransaction": lambda knex, machine, at: knex.in_transaction(machine) or UNDEFINED,
    "userParams": lambda knex, machine, at: Object(),
    "migrate": lambda knex, machine, at: Unknown("runs other migrations", at),
    "seed": lambda knex, machine, at: Unknown("runs seeds", at),
    "executionPromise": lambda knex, machine, at: Unknown("waits for a transaction", at),
}
"""The members of a Knex instance that are no methods."""

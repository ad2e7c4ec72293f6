"""Statements that nobody wrote, on a real server, beside what migaudit says of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

import psycopg

from analyzers.postgres.operations import Name
from analyzers.postgres.schema import TEMPORARY, Schema
from analyzers.postgres.transaction import Transaction
from tests.conformance.claims import claims
from tests.conformance.servers.observing import (
    Observed,
    refused_in_transaction,
    transaction,
)
from tests.conformance.servers.statements import statement
from tests.conformance.servers.tables import filled, foundations
from tests.conformance.servers.telling import committed, disagreements, told
from tests.conformance.servers.world import Dice, world
from tests.postgres.catalogue import of_server
from tests.postgres.server import fresh_database

STATEMENTS_EACH = 50
"""How many statements one database sees before it is thrown away."""

# Whole tables are read as such, whatever the planner thinks of indexes.
SESSION = """
SET enable_indexscan = off; SET enable_indexonlyscan = off; SET enable_bitmapscan = off;
SET client_min_messages = error; SET statement_timeout = '30s'
"""


@dataclass(frozen=True, slots=True)
class Tried:
    """One statement. `wrong`: where migaudit and the server differ."""

    place: str
    sql: str
    error: str | None
    known: bool
    certain: bool
    wrong: tuple[str, ...]


def tried(address: str, major: int, seed: int, count: int) -> Iterator[Tried]:
    """`count` statements, over as many databases as they need."""
    for number in range(-(-count // STATEMENTS_EACH)):
        with fresh_database(address) as connection:
            one = Database(connection, major, f"{seed}.{number}")
            yield from one.run(min(STATEMENTS_EACH, count - number * STATEMENTS_EACH))


class Database:
    """A database and what migaudit knows of it: only the SQL that was sent to it."""

    def __init__(self, connection: psycopg.Connection, major: int, seed: str) -> None:
        self.connection, self.major, self.seed = connection, major, seed
        self.dice = Dice(Random(f"{seed} on {major}"))
        self.schema = Schema(complete=True, major=major)
        connection.execute(SESSION)
        _with_role(connection)
        for sql in foundations(self.dice):
            if self._commit(sql):
                self.schema = committed(sql, self.schema)
        self._fill()

    def run(self, count: int) -> Iterator[Tried]:
        for number in range(count):
            sql = statement(self.dice, world(self.connection))
            place = f"{self.major}/{self.seed}/{number}"
            with transaction(self.connection) as open_:
                done = open_.run(sql)
            said = told(sql, self.schema, Transaction.begun(), self.major)
            wrong = list(disagreements(sql, said, done, unread(said.schema)))
            if self._is_kept(done):
                wrong += self._keep(sql)
            yield Tried(place, sql, done.error, said.effects.known,
                        said.effects.error is not None, tuple(wrong))  # fmt: skip
            if any(one.startswith("catalogue") for one in wrong):
                return

    def _is_kept(self, done: Observed) -> bool:
        return refused_in_transaction(done) or (done.error is None and self.dice.chance(0.6))

    def _keep(self, sql: str) -> Iterator[str]:
        """Runs it for good, so that the next one meets what it left."""
        tables = {table.name for table in world(self.connection).tables}
        if not self._commit(sql):
            self._drop_invalid()
            return
        self.schema = committed(sql, self.schema)
        if {table.name for table in world(self.connection).tables} - tables:
            self._fill()
        yield from self.left(lasting(self.schema))

    def left(self, schema: Schema) -> Iterator[str]:
        """Where the catalogue is not what is told."""
        for claim in claims(schema, of_server(self.connection)):
            if not claim.holds:
                yield f"catalogue: {claim.subject}: {claim.found}, told {claim.told}"

    def _drop_invalid(self) -> None:
        """CREATE INDEX CONCURRENTLY that fails leaves an index that is none."""
        query = """
        SELECT c.oid::regclass::text FROM pg_index x JOIN pg_class c ON c.oid = x.indexrelid
        WHERE NOT x.indisvalid AND c.relkind = 'i'
        """
        for (name,) in self.connection.execute(query).fetchall():
            self._commit(f"DROP INDEX {name}")

    def _commit(self, sql: str) -> bool:
        try:
            self.connection.execute(sql)
        except psycopg.Error:
            return False
        return True

    def _fill(self) -> None:
        """Gives rows to what has none; some tables refuse them."""
        for table in world(self.connection).tables:
            (empty,) = self.connection.execute(
                f"SELECT NOT EXISTS (SELECT 1 FROM {table.name})"
            ).fetchone() or (False,)
            sql = filled(table) if empty else None
            if sql is not None:
                self._commit(sql)


def _with_role(connection: psycopg.Connection) -> None:
    found = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = 'reader'").fetchone()
    if found is None:
        connection.execute("CREATE ROLE reader")
    connection.execute("DROP OWNED BY reader")


def unread(schema: Schema) -> frozenset[str]:
    """Tables that foreign keys point at, and joined ones: no row in one, no look at the other."""
    targets = {target for table in schema.tables.values() for target in table.targets}
    pointed_at = {name for target in targets for name in (target, *_below(schema, target))}
    joined = {name for view in schema.views.values() if len(view.sources) > 1
              for source in view.sources for name in (source, *_below(schema, source))}  # fmt: skip
    return frozenset(map(str, pointed_at | joined))


def _below(schema: Schema, relation: Name) -> Iterator[Name]:
    for child in schema.partitions(relation):
        yield child.name
        yield from _below(schema, child.name)


def lasting(schema: Schema) -> Schema:
    for name in tuple(schema.tables):
        if name.schema == TEMPORARY:
            schema = schema.without_table(name)
    return schema

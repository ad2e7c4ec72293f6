"""Whole transactions that nobody wrote, with savepoints, beside what migaudit says of them."""

from collections.abc import Iterator

from analyzers.postgres.schema import Schema
from analyzers.postgres.transaction import Transaction
from tests.conformance.servers.inventing import Database, Tried, lasting, unread
from tests.conformance.servers.observing import InTransaction, Observed, transaction
from tests.conformance.servers.statements import statement
from tests.conformance.servers.telling import disagreements, told
from tests.conformance.servers.world import world
from tests.postgres.server import fresh_database

STATEMENTS_EACH = 8
TRANSACTIONS_EACH = 6
"""How many transactions one database sees before it is thrown away; all are taken back."""


def transacted(address: str, major: int, seed: int, count: int) -> Iterator[Tried]:
    """`count` statements at least, over as many databases as they need."""
    done, number = 0, 0
    while done < count:
        with fresh_database(address) as connection:
            database = Database(connection, major, f"{seed}.t{number}")
            for each in range(TRANSACTIONS_EACH):
                for one in _Together(database, each).run():
                    done += 1
                    yield one
        number += 1


class _Together:
    """One transaction: what fails in it is taken back alone."""

    def __init__(self, database: Database, number: int) -> None:
        self._database, self._number = database, number
        self._schema: Schema = database.schema
        self._state = Transaction.begun()
        self._savepoints: list[str] = []

    def run(self) -> Iterator[Tried]:
        with transaction(self._database.connection) as open_:
            for number in range(STATEMENTS_EACH):
                one = self._step(open_, number)
                yield one
                if one.wrong:
                    return

    def _step(self, open_: InTransaction, number: int) -> Tried:
        database, sql = self._database, self._invented()
        plain = not sql.startswith(("SAVEPOINT", "ROLLBACK"))
        if plain:
            database.connection.execute("SAVEPOINT guard")
        done = open_.run(sql)
        said = told(sql, self._schema, self._state, database.major)
        wrong = list(disagreements(sql, said, done, unread(said.schema)))
        if done.error is None:
            self._schema, self._state = said.schema, said.transaction
        if not plain:
            wrong += database.left(lasting(self._schema))
        else:
            self._give_up_guard(done)
        place = f"{database.major}/{database.seed}/{self._number}.{number}"
        certain = said.effects.error is not None
        return Tried(place, sql, done.error, said.effects.known, certain, tuple(wrong))

    def _invented(self) -> str:
        database = self._database
        if database.dice.chance(0.2):
            self._savepoints.append(f"s{len(self._savepoints)}")
            return f"SAVEPOINT {self._savepoints[-1]}"
        if self._savepoints and database.dice.chance(0.2):
            return f"ROLLBACK TO {self._savepoints[-1]}"
        return statement(database.dice, world(database.connection))

    def _give_up_guard(self, done: Observed) -> None:
        verb = "RELEASE" if done.error is None else "ROLLBACK TO"
        self._database.connection.execute(f"{verb} guard")

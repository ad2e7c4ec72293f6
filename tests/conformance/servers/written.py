"""Statements that somebody wrote, over what depends on what, beside what migaudit says of them.

A script holds statements by the line: those below `-- try` are taken back, those below `-- keep`
and at the beginning stay; those below `-- transaction` follow each other in one that is taken
back, as far as no statement fails. One that a server refuses, older ones some, is compared all the
same.
"""

from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path

import psycopg

from analyzers.postgres.schema import Schema
from analyzers.postgres.transaction import Transaction
from tests.conformance.claims import claims
from tests.conformance.servers.inventing import SESSION, Tried, unread
from tests.conformance.servers.observing import Observed, transaction
from tests.conformance.servers.telling import Told, committed, disagreements, told
from tests.postgres.catalogue import of_server
from tests.postgres.server import fresh_database

SCRIPTS = (
    "partitions", "divided", "nested", "attaching", "unattached", "heirs", "families", "switches",
    "triggers", "dependents", "particulars", "together", "rules", "namespaces", "transactions",
    "savepoints", "kinds", "contradictions", "absent", "virtual", "defaults", "marked", "rows",
    "temporary", "computed", "upkeep", "shares", "unproven", "counters", "converted", "enforced",
    "named", "assigned", "clashes", "made", "detached",
    "nowhere", "twice", "domains", "merged", "loose", "worked", "counted", "beside",
)  # fmt: skip
_HERE = Path(__file__).parent
_MARKS = ("-- try", "-- keep", "-- transaction")


def written(address: str, major: int) -> Iterator[Tried]:
    """Every statement of every script, each script in a database of its own."""
    for script in SCRIPTS:
        with fresh_database(address) as connection:
            connection.execute(SESSION)
            yield from _Script(connection, major, script).run()


class _Script:
    """A script as it runs: a database, and what migaudit knows of it."""

    def __init__(self, connection: psycopg.Connection, major: int, name: str) -> None:
        self._connection, self._major, self._name = connection, major, name
        self._schema = Schema(complete=True, major=major)

    def run(self) -> Iterator[Tried]:
        for (mark, _), lines in groupby(_statements(self._name), key=lambda one: one[1]):
            statements = [(number, sql) for number, _, sql in lines]
            if mark == "-- transaction":
                yield from self._in_one(statements)
                continue
            for number, sql in statements:
                yield self._alone(number, sql, keeps=mark == "-- keep")

    def _alone(self, number: int, sql: str, *, keeps: bool) -> Tried:
        with transaction(self._connection) as open_:
            done = open_.run(sql)
        said = told(sql, self._schema, Transaction.begun(), self._major)
        tried = self._tried(number, sql, said, done)
        if not keeps or done.error is not None:
            return tried
        self._connection.execute(sql)
        self._schema = committed(sql, self._schema)
        return self._tried(number, sql, said, done, self._left(self._schema))

    def _left(self, schema: Schema) -> list[str]:
        """Where the catalogue is not what is told."""
        found = (c for c in claims(schema, of_server(self._connection)) if not c.holds)
        return [f"catalogue: {c.subject}: {c.found}, told {c.told}" for c in found]

    def _in_one(self, statements: Iterable[tuple[int, str]]) -> Iterator[Tried]:
        schema, state = self._schema, Transaction.begun()
        with transaction(self._connection) as open_:
            for number, sql in statements:
                done = open_.run(sql)
                said = told(sql, schema, state, self._major)
                back = sql.startswith("ROLLBACK") and done.error is None
                wrong = self._left(said.schema) if back else ()
                yield self._tried(number, sql, said, done, wrong)
                if done.error is not None:
                    return
                schema, state = said.schema, said.transaction

    def _tried(
        self, number: int, sql: str, said: Told, done: Observed, more: Iterable[str] = ()
    ) -> Tried:
        wrong = (*disagreements(sql, said, done, unread(said.schema)), *more)
        certain = said.effects.error is not None
        place = f"{self._major}/{self._name}/{number}"
        return Tried(place, sql, done.error, said.effects.known, certain, wrong)


def _statements(script: str) -> Iterator[tuple[int, tuple[str, int], str]]:
    """The number of each statement, the mark that it stands below, and its text."""
    mark, section, number = "-- keep", 0, 0
    for line in (_HERE / f"{script}.sql").read_text().splitlines():
        if line in _MARKS:
            mark, section = line, section + 1
        elif line and not line.startswith("--"):
            yield number, (mark, section), line.removesuffix(";")
            number += 1

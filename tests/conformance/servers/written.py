"""Statements that somebody wrote, over what depends on what, beside what migaudit says of them.

A script holds statements by the line: those below `-- try` are taken back, those below `-- keep`
and at the beginning stay. One that a server refuses, older ones some, is compared all the same.
"""

from collections.abc import Iterator
from pathlib import Path

import psycopg

from analyzers.postgres.schema import Schema
from analyzers.postgres.transaction import Transaction
from tests.conformance.claims import claims
from tests.conformance.servers.inventing import SESSION, Tried, unread
from tests.conformance.servers.observing import transaction
from tests.conformance.servers.telling import committed, disagreements, told
from tests.postgres.catalogue import of_server
from tests.postgres.server import fresh_database

SCRIPTS = (
    "partitions", "divided", "nested", "attaching", "unattached", "heirs", "families", "switches",
    "dependents", "particulars", "together", "rules",
)  # fmt: skip
_HERE = Path(__file__).parent


def written(address: str, major: int) -> Iterator[Tried]:
    """Every statement of every script, each script in a database of its own."""
    for script in SCRIPTS:
        with fresh_database(address) as connection:
            connection.execute(SESSION)
            yield from _run(connection, major, script)


def _run(connection: psycopg.Connection, major: int, script: str) -> Iterator[Tried]:
    schema = Schema(complete=True, major=major)
    for number, (sql, keeps) in enumerate(_statements(script)):
        with transaction(connection) as open_:
            done = open_.run(sql)
        said = told(sql, schema, Transaction.begun(), major)
        wrong = list(disagreements(sql, said, done, unread(said.schema)))
        if keeps and done.error is None:
            connection.execute(sql)
            schema = committed(sql, schema)
            found = (c for c in claims(schema, of_server(connection)) if not c.holds)
            wrong += [f"catalogue: {c.subject}: {c.found}, told {c.told}" for c in found]
        yield Tried(f"{major}/{script}/{number}", sql, done.error, said.effects.known,
                    said.effects.error is not None, tuple(wrong))  # fmt: skip


def _statements(script: str) -> Iterator[tuple[str, bool]]:
    keeps = True
    for line in (_HERE / f"{script}.sql").read_text().splitlines():
        if line in ("-- try", "-- keep"):
            keeps = line == "-- keep"
        elif line and not line.startswith("--"):
            yield line.removesuffix(";"), keeps

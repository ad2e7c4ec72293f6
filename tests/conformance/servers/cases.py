"""The recorded statements, run again: what a server does now, what was recorded, what is told.

Locks of statements that refuse to run in a transaction are gone before anybody can read them;
theirs are compared with what was recorded, where a second session had watched for them.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from dataclasses import replace as instead

import psycopg

from analyzers.postgres.schema import Schema
from analyzers.postgres.transaction import Transaction
from analyzers.struct import replace
from tests.conformance.servers.inventing import SESSION
from tests.conformance.servers.observing import (
    INDEXES,
    TABLES,
    Observed,
    outside,
    refused_in_transaction,
    transaction,
)
from tests.conformance.servers.telling import Told, disagreements, told
from tests.postgres.measured import HERE, Measured, measured, prepared

_BASE, _OWN = "fixture", "tried"

NOT_THE_SAME = {
    "create_extension_missing": "which extensions a server offers is its own",
    "create_extension_uuid_ossp": "which extensions a server offers is its own",
}
"""Cases that cannot agree, and why."""


class NotHere(Exception):
    """A case needs something that this server comes without."""


@dataclass(frozen=True, slots=True)
class Repeated:
    """One case. `wrong`: where migaudit and the server differ; `changed`: server and record.

    `not_here`: what this server lacks for it.
    """

    case: Measured
    wrong: tuple[str, ...]
    changed: tuple[str, ...]
    not_here: str | None = None


def repeated(address: str, major: int) -> Iterator[Repeated]:
    """Every recorded case of a major, on a server of it."""
    with psycopg.connect(address, autocommit=True) as admin:
        _fixture(admin, address)
        for case in measured(major):
            if case.case in NOT_THE_SAME:
                continue
            try:
                with _database(admin, address, case) as connection:
                    yield _compared(connection, case)
            except NotHere as reason:
                yield Repeated(case, (), (), str(reason))


def _compared(connection: psycopg.Connection, case: Measured) -> Repeated:
    done = _done(connection, case)
    said = _told(case, Transaction.begun, done)
    wrong = list(disagreements(case.sql, said, done))
    changed = list(_changed(case, done))
    if refused_in_transaction(done) and case.result.get("outside"):
        alone = outside(connection, case.sql)
        said = _told(case, Transaction.none, alone)
        wrong += disagreements(case.sql, _without_locks(said), alone)
        changed = list(_changed(case, alone))
    return Repeated(case, tuple(wrong), tuple(changed))


def _done(connection: psycopg.Connection, case: Measured) -> Observed:
    with transaction(connection) as open_:
        for sql in case.before:
            found = open_.run(sql)
            if found.error is not None:
                return found
        return open_.run(case.sql)


def _told(case: Measured, begin: type[Transaction] | object, done: Observed) -> Told:
    schema, before, failed = prepared(case)
    if begin == Transaction.none:
        before = Transaction.none(before.settings)
    said = told(case.sql, schema, before, case.major)
    return instead(said, effects=failed) if failed is not None else said


def _without_locks(said: Told) -> Told:
    return instead(said, effects=replace(said.effects, locks=()))


def _changed(case: Measured, done: Observed) -> Iterator[str]:
    """Where the server doesn't do what was recorded of it."""
    if case.result.get("error") != done.error:
        yield f"SQLSTATE {done.error} ({done.message}), recorded {case.result.get('error')}"
        return
    for what, found in (("rewrites", done.rewrites), ("rebuilds", done.rebuilds)):
        expected = set(case.result.get(what, ()))
        if what in case.result and expected != set(found):
            yield f"{what}: {sorted(found)}, recorded {sorted(expected)}"
    if done.outside or done.error is not None:
        return
    strong = {
        name: mode.value
        for name, mode in done.locks.items()
        if mode != done.held.get(name)
        and (done.there[name] in TABLES | {"p", "v"} or mode.rank > 2)
    }
    recorded = case.result.get("locks", {})
    for name in sorted(strong.keys() & recorded.keys()):
        if strong[name] != recorded[name] and done.there[name] not in INDEXES:
            yield f"{strong[name]} on {name}, recorded {recorded[name]}"


def _fixture(admin: psycopg.Connection, address: str) -> None:
    admin.execute("CREATE ROLE reader")
    (place,) = admin.execute("SHOW data_directory").fetchone() or ("",)
    # The server's own user has to make the folder of a tablespace.
    admin.execute(f"COPY (SELECT 1) TO PROGRAM 'cat >/dev/null; mkdir {place}/../space'")
    admin.execute(f"CREATE TABLESPACE oracle_space LOCATION '{place}/../space'")
    admin.execute(f"CREATE DATABASE {_BASE}")
    with psycopg.connect(address, dbname=_BASE, autocommit=True) as connection:
        connection.execute((HERE / "measured.sql").read_text())
        connection.execute("VACUUM ANALYZE")


@contextmanager
def _database(
    admin: psycopg.Connection, address: str, case: Measured
) -> Iterator[psycopg.Connection]:
    """The fixture itself, or a copy of it where a case commits something."""
    own = bool(case.setup or case.result.get("outside"))
    if own:
        admin.execute(f"DROP DATABASE IF EXISTS {_OWN}")
        admin.execute(f"CREATE DATABASE {_OWN} TEMPLATE {_BASE}")
    with psycopg.connect(address, dbname=_OWN if own else _BASE, autocommit=True) as connection:
        for sql in case.setup:
            try:
                connection.execute(sql)
            except psycopg.Error as error:
                if "EXTENSION" not in sql:
                    raise
                raise NotHere(f"{sql}: {error.diag.message_primary}") from None
        connection.execute(SESSION)
        yield connection


__all__ = ["NOT_THE_SAME", "Repeated", "Schema", "repeated"]

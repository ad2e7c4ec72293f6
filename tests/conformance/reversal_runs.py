"""Real Knex on a real server: each migration up, down and up again."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from tests.conformance.migrating import DoesNotRun
from tests.conformance.process import Node, script
from tests.conformance.reversal_catalogue import catalogue, different
from tests.corpus.packages import Listing
from tests.postgres.server import fresh_database


@dataclass(frozen=True)
class Reversed:
    """What differs on a server after `up` and `down`, by the names of `reversal_catalogue`.

    `error` is what `down` threw, `again` what the second `up` threw.
    """

    path: str
    different: dict[str, str]
    error: str | None
    again: str | None


def reversals(listing: Listing, address: str, paths: tuple[str, ...]) -> Iterator[Reversed]:
    """Each of the migrations at `paths`, over what all before it have built.

    After one that doesn't come back whole, the next begins with a new database. Raises
    `DoesNotRun`.
    """
    done = 0
    while done < len(paths):
        with fresh_database(address) as connection, _knex(listing, connection) as knex:
            if done:
                _ask(knex, paths[:done])
            whole = True
            while whole and done < len(paths):
                done += 1
                one = _reversed(knex, connection, paths[:done])
                yield one
                whole = not (one.different or one.error or one.again)


def _knex(listing: Listing, connection: psycopg.Connection) -> AbstractContextManager[Node]:
    connection.execute(listing.before)
    info = connection.info
    to = {"host": info.host, "user": info.user, "database": info.dbname}
    return script("migrate.js", to, [str(listing.root / each) for each in listing.directories])


def _reversed(knex: Node, connection: psycopg.Connection, paths: tuple[str, ...]) -> Reversed:
    before = catalogue(connection)
    _ask(knex, paths)
    error = _answer(knex, paths, undo=True)
    after = catalogue(connection)
    again = None if error else _answer(knex, paths)
    return Reversed(paths[-1], different(before, after), error, again)


def _ask(knex: Node, paths: tuple[str, ...]) -> None:
    error = _answer(knex, paths)
    if error is not None:
        raise DoesNotRun(error)


def _answer(knex: Node, paths: tuple[str, ...], *, undo: bool = False) -> str | None:
    knex.tell({"only": [Path(path).name for path in paths], "undo": undo})
    error: str | None = knex.hear().get("error")
    return error

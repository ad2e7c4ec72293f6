"""Real Knex on a real server, one migration after the other."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import psycopg

from tests.conformance.process import script
from tests.corpus.packages import Listing


class DoesNotRun(Exception):
    """The migrations need more than an empty database."""


def migrate(
    listing: Listing, connection: psycopg.Connection, paths: Sequence[str], *, at_once: bool = False
) -> Iterator[int]:
    """Runs `migrate:latest` for the first of `paths`, then for the first two, and so on.

    After each run it gives the number of those applied; `at_once` runs all of them in one.
    Raises `DoesNotRun`.
    """
    connection.execute(listing.before)
    info = connection.info
    to = {"host": info.host, "user": info.user, "database": info.dbname}
    names = [Path(path).name for path in paths]
    directories = [str(listing.root / each) for each in listing.directories]
    with script("migrate.js", to, directories) as knex:
        applied = 0
        for count in [len(names)] if at_once else range(1, len(names) + 1):
            knex.tell({"only": names[:count]})
            answer = knex.hear()
            if "error" in answer:
                raise DoesNotRun(answer["error"])
            assert [Path(each).name for each in answer["ran"]] == names[applied:count]
            applied = count
            yield count

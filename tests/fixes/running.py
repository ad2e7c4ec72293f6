"""Migrations run by real Knex on a real PostgreSQL."""

from dataclasses import dataclass
from pathlib import Path

from tests.conformance.process import script
from tests.conformance.reversal_catalogue import catalogue
from tests.fixes.fixing import HISTORY
from tests.postgres.server import fresh_database


@dataclass(frozen=True)
class Ran:
    """What a server has after `up`, and after `up` and `down`; the error of each."""

    after_up: dict
    after_down: dict
    before: dict
    error: str | None = None
    down_error: str | None = None


def run(address, folder, path, source):
    """Runs one migration after the history: `up`, then `down`."""
    files = {**HISTORY, path: source}
    for name, text in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode())
    names = [Path(name).name for name in files]
    with fresh_database(address) as connection:
        info = connection.info
        to = {"host": info.host, "user": info.user, "database": info.dbname}
        with script("migrate.js", to, [str(folder / "migrations")]) as knex:
            assert _answer(knex, names[:-1]) is None
            connection.execute("INSERT INTO teams (name) VALUES ('one')")
            connection.execute("INSERT INTO users (age, team_id) VALUES (40, 1)")
            before = catalogue(connection)
            error = _answer(knex, names)
            after_up = catalogue(connection)
            down_error = _answer(knex, names, undo=True) if error is None else None
            return Ran(after_up, catalogue(connection), before, error, down_error)


def _answer(knex, names, *, undo=False):
    knex.tell({"only": names, "undo": undo})
    return knex.hear().get("error")

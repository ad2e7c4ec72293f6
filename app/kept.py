"""Contents and listings of repositories on disk, by git's ids: GitHub is asked for each once."""

import hashlib
import sqlite3
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TypeVar

from analyzers.struct import Struct

Done = TypeVar("Done")

MOST_BYTES = 64 * 1024 * 1024
"""What is kept of one repository; what was used longest ago goes first."""

_ASKED_AT_ONCE = 500
_DAY_SECONDS = 86_400
_PATIENCE_SECONDS = 5
_TABLE = (
    "create table if not exists kept "
    "(name text primary key, content blob not null, used integer not null) without rowid"
)


class Cellar(Struct, frozen=True):
    """What is kept of all repositories, below the folder for data."""

    root: Path

    def of(self, repository: int) -> "Kept":
        name = hashlib.sha256(str(repository).encode()).hexdigest()[:32]
        return Kept(self.root / "contents" / f"{name}.sqlite")

    def forget(self, repository: int) -> None:
        """Leaves nothing of a repository that we may not see any more."""
        path = self.of(repository).path
        for ending in ("", "-wal", "-shm"):
            path.with_name(path.name + ending).unlink(missing_ok=True)


class Kept(Struct, frozen=True):
    """What is kept of one repository. What can't be read is as if it had never been kept."""

    path: Path

    def get(self, names: Iterable[str]) -> dict[str, bytes]:
        wanted = list(names)
        if not wanted or not self.path.exists():
            return {}
        return self._do(partial(_found, wanted=wanted)) or {}

    def put(self, values: Mapping[str, bytes]) -> None:
        if values:
            self._do(partial(_store, values=values))

    def _do(self, action: Callable[[sqlite3.Connection], Done]) -> Done | None:
        """None where it can't be done: what is kept saves calls, and nothing else."""
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with closing(sqlite3.connect(self.path, timeout=_PATIENCE_SECONDS)) as database:
                database.execute("pragma journal_mode = wal")
                database.execute("pragma synchronous = off")
                database.execute(_TABLE)
                done = action(database)
                database.commit()
                return done
        except (sqlite3.OperationalError, OSError):
            return None
        except sqlite3.DatabaseError:
            self.path.unlink(missing_ok=True)
            return None


def _found(database: sqlite3.Connection, wanted: Sequence[str]) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    today = int(time.time()) // _DAY_SECONDS
    for start in range(0, len(wanted), _ASKED_AT_ONCE):
        some = wanted[start : start + _ASKED_AT_ONCE]
        marks = ",".join("?" * len(some))
        query = f"select name, content from kept where name in ({marks})"  # noqa: S608
        found.update(database.execute(query, some))
        touch = f"update kept set used = ? where used < ? and name in ({marks})"  # noqa: S608
        database.execute(touch, [today, today, *some])
    return found


def _store(database: sqlite3.Connection, values: Mapping[str, bytes]) -> None:
    today = int(time.time()) // _DAY_SECONDS
    rows = [(name, content, today) for name, content in values.items()]
    database.executemany("insert or replace into kept values (?, ?, ?)", rows)
    _tidy(database)


def _tidy(database: sqlite3.Connection) -> None:
    (size,) = database.execute("select coalesce(sum(length(content)), 0) from kept").fetchone()
    if size <= MOST_BYTES:
        return
    left = MOST_BYTES // 2
    rows = database.execute("select name, length(content) from kept order by used desc").fetchall()
    gone = []
    for name, length in rows:
        left -= length
        if left < 0:
            gone.append((name,))
    database.executemany("delete from kept where name = ?", gone)

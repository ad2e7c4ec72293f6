"""What the server itself keeps: the newest known head of each pull request, and who works."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeAlias

from alembic import command
from alembic.config import Config
from sqlalchemy import (
    URL,
    BigInteger,
    Column,
    Connection,
    Engine,
    Integer,
    MetaData,
    Table,
    Text,
    create_engine,
    delete,
    event,
    func,
    make_url,
    select,
    text,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry

from app.report import Override

Statements: TypeAlias = Callable[..., list[tuple[Any, ...]]]
_TABLES = MetaData()
_HEADS = Table(
    "migaudit_heads",
    _TABLES,
    Column("repository", BigInteger, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("sha", Text, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Column("seen_at", BigInteger, nullable=False),
)
_RUNS = Table(
    "migaudit_open_runs",
    _TABLES,
    Column("repository", BigInteger, primary_key=True),
    Column("sha", Text, primary_key=True),
    Column("run", Text, primary_key=True),
    Column("installation", BigInteger, nullable=False),
    Column("name", Text, nullable=False),
    Column("began_at", BigInteger, nullable=False),
)
_GROUPS = Table(
    "migaudit_ended_groups",
    _TABLES,
    Column("repository", BigInteger, primary_key=True),
    Column("sha", Text, primary_key=True),
    Column("ended_at", BigInteger, nullable=False),
)
_OVERRIDES = Table(
    "migaudit_overrides",
    _TABLES,
    Column("repository", BigInteger, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("rule", Text, primary_key=True),
    Column("person", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("made_at", BigInteger, nullable=False),
)
_COMMANDS = Table(
    "migaudit_commands",
    _TABLES,
    Column("comment", BigInteger, primary_key=True),
    Column("repository", BigInteger, nullable=False),
    Column("number", Integer, nullable=False),
    Column("person", Text, nullable=False),
    Column("taken_at", BigInteger, nullable=False),
)
_SEEN = tuple(  # which app.branches and app.notes fill and read
    Table(name, _TABLES, Column("repository", BigInteger), Column("seen_at", BigInteger))
    for name in ("migaudit_branches", "migaudit_notes")
)
for _name in ("migaudit_reports", "migaudit_tokens", "migaudit_audits"):  # those of other modules
    Table(_name, _TABLES, Column("repository", BigInteger))


class DatabaseUnavailable(Exception):
    """The database did not answer, or refused. Its message never holds a password."""


@dataclass(frozen=True, slots=True)
class PullKey:
    """One pull request: the id that GitHub gave its repository, and its number there."""

    repository: int
    number: int


@dataclass(frozen=True, slots=True)
class Head:
    """A head, and when GitHub last changed its pull request, in seconds since 1970."""

    sha: str
    updated_at: int


@dataclass(frozen=True, slots=True)
class OpenRun:
    """A check run that was begun and not completed yet; `run` is its external id."""

    installation: int
    repository: int
    name: str
    sha: str
    run: str


class Database:
    """The tables of our own, on SQLite or PostgreSQL, brought up to date when opened."""

    def __init__(self, url: str) -> None:
        with translated():
            address = _address(url)
            self._engine = create_engine(
                address, pool_pre_ping=True, connect_args=_PATIENCE[address.get_backend_name()]
            )
            if self.is_sqlite:
                event.listen(self._engine, "connect", _prepare_sqlite)
            _upgrade(self._engine)

    @property
    def is_sqlite(self) -> bool:
        return self._engine.dialect.name == "sqlite"

    @property
    def path(self) -> Path | None:
        """The file of an embedded database; None: a server's."""
        name = self._engine.url.database
        return Path(name) if self.is_sqlite and name else None

    @property
    def url(self) -> str:
        """The address, in the form that every user of it understands."""
        address = self._engine.url.set(drivername=self._engine.dialect.name)
        return address.render_as_string(hide_password=False)

    def learn_head(self, pull: PullKey, head: Head, now: int) -> None:
        """Remembers `head` unless a newer one is known: deliveries arrive in any order."""
        values = {"sha": head.sha, "updated_at": head.updated_at, "seen_at": now}
        statement = self._insert(_HEADS).values(
            repository=pull.repository, number=pull.number, **values
        )
        newer = statement.excluded.updated_at >= _HEADS.c.updated_at
        key = _HEADS.primary_key
        with translated(), self._engine.begin() as connection:
            connection.execute(statement.on_conflict_do_update(key, set_=values, where=newer))

    def newest_head(self, pull: PullKey) -> Head | None:
        """The newest head that any delivery or answer of GitHub has told us of."""
        query = select(_HEADS.c.sha, _HEADS.c.updated_at).where(
            _HEADS.c.repository == pull.repository, _HEADS.c.number == pull.number
        )
        with translated(), self._engine.connect() as connection:
            row = connection.execute(query).first()
        return Head(row.sha, row.updated_at) if row else None

    def pulls_with_head(self, repository: int, sha: str) -> tuple[int, ...]:
        """The numbers of the pull requests whose newest known head is `sha`."""
        query = select(_HEADS.c.number).where(
            _HEADS.c.repository == repository, _HEADS.c.sha == sha
        )
        with translated(), self._engine.connect() as connection:
            return tuple(connection.execute(query.order_by(_HEADS.c.number)).scalars())

    def forget_heads(self, before: int) -> int:
        """Deletes what was last told before `before`; returns how many there were."""
        aged = (*(t.c.seen_at for t in (_HEADS, *_SEEN)), _GROUPS.c.ended_at, _COMMANDS.c.taken_at)
        with translated(), self._engine.begin() as connection:
            gone = [connection.execute(delete(at.table).where(at < before)) for at in aged]
            return sum(result.rowcount for result in gone)

    def forget_repository(self, repository: int) -> None:
        """Deletes all that is known of a repository that we may not see any more."""
        with translated(), self._engine.begin() as connection:
            for table in _TABLES.tables.values():
                connection.execute(delete(table).where(table.c.repository == repository))

    def begin_run(self, run: OpenRun, now: int) -> None:
        """Remembers when a run began; the first time counts."""
        values = {**asdict(run), "began_at": now}
        with translated(), self._engine.begin() as connection:
            connection.execute(self._insert(_RUNS).values(**values).on_conflict_do_nothing())

    def end_run(self, repository: int, sha: str, run: str) -> None:
        named = (_RUNS.c.repository == repository, _RUNS.c.sha == sha, _RUNS.c.run == run)
        with translated(), self._engine.begin() as connection:
            connection.execute(delete(_RUNS).where(*named))

    def give_up_run(self, repository: int, sha: str, run: str) -> None:
        """From now on only the watchdog may write about it."""
        named = (_RUNS.c.repository == repository, _RUNS.c.sha == sha, _RUNS.c.run == run)
        with translated(), self._engine.begin() as connection:
            connection.execute(update(_RUNS).where(*named).values(began_at=0))

    def is_run_open(self, repository: int, sha: str, run: str) -> bool:
        """Whether it was begun, and neither ended nor given up."""
        named = (_RUNS.c.repository == repository, _RUNS.c.sha == sha, _RUNS.c.run == run)
        query = select(_RUNS.c.sha).where(*named, _RUNS.c.began_at > 0)
        with translated(), self._engine.connect() as connection:
            return connection.execute(query).first() is not None

    def runs_since(self, before: int) -> list[OpenRun]:
        """The runs that began before `before` and are open still."""
        columns = (_RUNS.c.installation, _RUNS.c.repository, _RUNS.c.name, _RUNS.c.sha, _RUNS.c.run)
        query = select(*columns).where(_RUNS.c.began_at < before).order_by(_RUNS.c.began_at)
        with translated(), self._engine.connect() as connection:
            return [OpenRun(*row) for row in connection.execute(query)]

    def end_group(self, repository: int, sha: str, now: int) -> None:
        """Remembers that a merge group is gone."""
        values = {"repository": repository, "sha": sha, "ended_at": now}
        with translated(), self._engine.begin() as connection:
            connection.execute(self._insert(_GROUPS).values(**values).on_conflict_do_nothing())

    def is_group_ended(self, repository: int, sha: str) -> bool:
        query = select(_GROUPS.c.sha).where(
            _GROUPS.c.repository == repository, _GROUPS.c.sha == sha
        )
        with translated(), self._engine.connect() as connection:
            return connection.execute(query).first() is not None

    def override(self, pull: PullKey, override: Override, now: int) -> None:
        """Remembers it; of several for one rule the newest."""
        values = {"person": override.person, "reason": override.reason, "made_at": now}
        insert = self._insert(_OVERRIDES).values(
            repository=pull.repository, number=pull.number, rule=override.rule, **values
        )
        with translated(), self._engine.begin() as connection:
            connection.execute(insert.on_conflict_do_update(_OVERRIDES.primary_key, set_=values))

    def overrides(self, pull: PullKey) -> tuple[Override, ...]:
        query = select(_OVERRIDES.c.rule, _OVERRIDES.c.person, _OVERRIDES.c.reason).where(
            _OVERRIDES.c.repository == pull.repository, _OVERRIDES.c.number == pull.number
        )
        with translated(), self._engine.connect() as connection:
            return tuple(Override(*row) for row in connection.execute(query.order_by("rule")))

    def overridden(self, repository: int) -> dict[int, list[Override]]:
        """All overrides of a repository, by the numbers of their pull requests."""
        columns = (_OVERRIDES.c[name] for name in ("number", "rule", "person", "reason"))
        query = select(*columns).where(_OVERRIDES.c.repository == repository)
        found: dict[int, list[Override]] = {}
        with translated(), self._engine.connect() as connection:
            for number, *said in connection.execute(query.order_by("number", "rule")):
                found.setdefault(number, []).append(Override(*said))
        return found

    def count_command(self, pull: PullKey, comment: int, person: str, now: int) -> int:
        """How many commands this person gave on this pull request within an hour, this included."""
        values = {"repository": pull.repository, "number": pull.number, "person": person}
        theirs = [_COMMANDS.c[name] == value for name, value in values.items()]
        recent = select(func.count()).where(*theirs, _COMMANDS.c.taken_at > now - 3_600)
        insert = self._insert(_COMMANDS).values(comment=comment, taken_at=now, **values)
        with translated(), self._engine.begin() as connection:
            connection.execute(insert.on_conflict_do_nothing())
            return connection.execute(recent).scalar_one()

    def _insert(self, table: Table) -> "sqlite.Insert | postgresql.Insert":
        return sqlite.insert(table) if self.is_sqlite else postgresql.insert(table)

    @contextmanager
    def statements(self) -> Iterator[Statements]:
        """One transaction. What it gives runs a statement in it, with `:names` for the values."""
        with translated(), self._engine.begin() as connection:
            yield partial(_rows, connection)

    def ping(self) -> None:
        """Raises `DatabaseUnavailable` unless the database answers and has our table."""
        with translated(), self._engine.connect() as connection:
            connection.execute(select(_HEADS.c.number).limit(1)).first()

    def worker_locks(self) -> "WorkerLocks":
        return WorkerLocks(self._engine)

    def close(self) -> None:
        self._engine.dispose()


class WorkerLocks:
    """Who of the workers on one PostgreSQL lives: each holds a lock that ends with its session.

    https://www.postgresql.org/docs/current/explicit-locking.html#ADVISORY-LOCKS
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: Connection | None = None

    def hold(self, worker: str) -> None:
        """Takes the lock of `worker`, or makes sure that it is still held."""
        with translated():
            try:
                self._session(worker).execute(text("select 1"))
            except SQLAlchemyError:
                self.release()
                self._session(worker)

    def is_gone(self, worker: str) -> bool:
        """Whether nobody holds the lock of `worker`. Ask only for others: one's own is free."""
        key = {"key": _lock_key(worker)}
        with translated(), self._engine.connect() as connection:
            taken = connection.execute(text("select pg_try_advisory_lock(:key)"), key).scalar_one()
            if taken:
                connection.execute(text("select pg_advisory_unlock(:key)"), key)
            return bool(taken)

    def release(self) -> None:
        if self._connection is not None:
            self._connection.invalidate()
            self._connection.close()
            self._connection = None

    def _session(self, worker: str) -> Connection:
        if self._connection is None:
            connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            connection.execute(text("select pg_advisory_lock(:key)"), {"key": _lock_key(worker)})
            self._connection = connection
        return self._connection


def _rows(connection: Connection, sql: str, **values: object) -> list[tuple[Any, ...]]:
    done = connection.execute(text(sql), values)
    return [tuple(row) for row in done] if done.returns_rows else []


@contextmanager
def translated() -> Iterator[None]:
    """Failures of the database, whoever met them, become `DatabaseUnavailable`."""
    try:
        yield
    except ArgumentError:
        raise DatabaseUnavailable("the address of the database is not one") from None
    except SQLAlchemyError as error:
        reason = getattr(error, "orig", None) or error
        raise DatabaseUnavailable(f"{type(reason).__name__}: {reason}") from error


def _address(url: str) -> URL:
    address = make_url(url)
    driver = _DRIVERS.get(address.get_backend_name())
    if driver is None:
        raise DatabaseUnavailable("the address begins with neither sqlite:// nor postgresql://")
    return address.set(drivername=driver)


_PATIENCE: dict[str, dict[str, int]] = {
    "sqlite": {"timeout": 30},
    "postgresql": {"connect_timeout": 5},
}
"""Seconds; GitHub waits ten for an answer to its delivery."""

_DRIVERS = {
    "sqlite": "sqlite",
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
}


def _prepare_sqlite(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    """Readers and one writer go on together: https://www.sqlite.org/wal.html"""
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.close()


def _upgrade(engine: Engine) -> None:
    config = Config()
    config.set_main_option("script_location", "app:schema")
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            _one_at_a_time(connection)
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _one_at_a_time(connection: Connection) -> None:
    """Workers that start together must not create the same table twice."""
    key = {"key": _lock_key("schema")}
    connection.execute(text("select pg_advisory_xact_lock(:key)"), key)


def _lock_key(name: str) -> int:
    return int.from_bytes(sha256(f"migaudit {name}".encode()).digest()[:8], signed=True)

"""What the server itself keeps: the newest known head of each pull request, and who works."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

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
    make_url,
    select,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry

_HEADS = Table(
    "migaudit_heads",
    MetaData(),
    Column("repository", BigInteger, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("sha", Text, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Column("seen_at", BigInteger, nullable=False),
)


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
        insert = sqlite.insert if self.is_sqlite else postgresql.insert
        values = {"sha": head.sha, "updated_at": head.updated_at, "seen_at": now}
        statement = insert(_HEADS).values(repository=pull.repository, number=pull.number, **values)
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
        with translated(), self._engine.begin() as connection:
            return connection.execute(delete(_HEADS).where(_HEADS.c.seen_at < before)).rowcount

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
    digest = sha256(f"migaudit {name}".encode()).digest()
    return int.from_bytes(digest[:8], signed=True)

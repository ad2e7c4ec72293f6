"""What one statement does on a server: locks, rewrites, scans, rebuilt indexes, SQLSTATE.

Locks are those of pg_locks at the end of the statement. A table whose file is another one was
rewritten, an index whose file is another one rebuilt. Scans are those that the server counts.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import psycopg

from analyzers.postgres.locks import LockMode

TABLES = frozenset("rm")
INDEXES = frozenset("iI")

_RELATIONS = """
SELECT c.oid::bigint, n.nspname || '.' || c.relname, c.relkind::text,
       coalesce(pg_relation_filenode(c.oid), 0)::bigint,
       coalesce(pg_stat_get_xact_numscans(c.oid), 0)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\\_%'
"""
_LOCKS = """
SELECT relation::bigint, mode FROM pg_locks
WHERE pid = pg_backend_pid() AND locktype = 'relation' AND relation >= 16384 AND granted
"""
_NO_TRANSACTION_BLOCK = "25001"


@dataclass(frozen=True, slots=True)
class Relation:
    """A relation between two statements. `file` changes when it is written anew."""

    name: str
    kind: str
    file: int
    scans: int


@dataclass(frozen=True, slots=True)
class Observed:
    """What a statement did, by the names that were there before it.

    `held` and `locks`: the strongest mode on each relation before and after the statement, of
    those that others can see; `new` are those that nobody else can. `there`: the kind of every
    relation before it.
    """

    error: str | None = None
    message: str = ""
    held: dict[str, LockMode] = field(default_factory=dict)
    locks: dict[str, LockMode] = field(default_factory=dict)
    rewrites: frozenset[str] = frozenset()
    rebuilds: frozenset[str] = frozenset()
    scans: frozenset[str] = frozenset()
    there: dict[str, str] = field(default_factory=dict)
    new: frozenset[str] = frozenset()
    outside: bool = False


class InTransaction:
    """A transaction block, statement by statement."""

    def __init__(self, connection: psycopg.Connection) -> None:
        self._connection = connection
        self._visible = frozenset(relations(connection))

    def run(self, sql: str) -> Observed:
        connection = self._connection
        before = relations(connection)
        held = self._locks(before)
        kinds = {relation.name: relation.kind for relation in before.values()}
        try:
            connection.execute(sql)
        except psycopg.Error as error:
            message = error.diag.message_primary or str(error)
            return Observed(error.sqlstate, message, held=held, there=kinds)
        after = relations(connection)
        if sql.startswith("ROLLBACK"):  # what is left is called as it was
            before, kinds = after, {one.name: one.kind for one in after.values()}
        return Observed(
            held=held,
            locks=self._locks(before),
            rewrites=_rewritten(before, after, TABLES),
            rebuilds=_rebuilt(before, after),
            scans=frozenset(
                one.name
                for oid, one in before.items()
                if one.kind in TABLES and oid in after and after[oid].scans > one.scans
            ),
            there=kinds,
            new=frozenset(one.name for oid, one in before.items() if oid not in self._visible),
        )

    def _locks(self, before: dict[int, Relation]) -> dict[str, LockMode]:
        found: dict[str, LockMode] = {}
        for oid, mode in self._connection.execute(_LOCKS):
            if oid in self._visible and oid in before:
                _strengthen(found, before[oid].name, LockMode(mode))
        return found


@contextmanager
def transaction(connection: psycopg.Connection) -> Iterator[InTransaction]:
    """A transaction block that is rolled back."""
    connection.execute("BEGIN")
    try:
        yield InTransaction(connection)
    finally:
        connection.execute("ROLLBACK")


def outside(connection: psycopg.Connection, sql: str) -> Observed:
    """A statement that commits by itself; its locks are gone when they could be read."""
    before = relations(connection)
    kinds = {relation.name: relation.kind for relation in before.values()}
    try:
        connection.execute(sql)
    except psycopg.Error as error:
        message = error.diag.message_primary or str(error)
        return Observed(error.sqlstate, message, there=kinds, outside=True)
    after = relations(connection)
    return Observed(
        rewrites=_rewritten(before, after, TABLES),
        rebuilds=_rebuilt(before, after),
        scans=frozenset(),
        there=kinds,
        outside=True,
    )


def refused_in_transaction(observed: Observed) -> bool:
    return observed.error == _NO_TRANSACTION_BLOCK


def relations(connection: psycopg.Connection) -> dict[int, Relation]:
    return {oid: Relation(*rest) for oid, *rest in connection.execute(_RELATIONS)}


def _rewritten(
    before: dict[int, Relation], after: dict[int, Relation], kinds: frozenset[str]
) -> frozenset[str]:
    return frozenset(
        one.name
        for oid, one in before.items()
        if one.kind in kinds and oid in after and after[oid].file != one.file
    )


def _rebuilt(before: dict[int, Relation], after: dict[int, Relation]) -> frozenset[str]:
    """By name: an index of a changed column is dropped and made again."""
    files = {one.name: one.file for one in after.values() if one.kind in INDEXES}
    return _rewritten(before, after, INDEXES) | {
        one.name
        for oid, one in before.items()
        if one.kind in INDEXES and oid not in after and files.get(one.name, one.file) != one.file
    }


def _strengthen(locks: dict[str, LockMode], name: str, mode: LockMode) -> None:
    locks[name] = max(locks.get(name, mode), mode, key=lambda each: each.rank)

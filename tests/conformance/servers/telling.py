"""What migaudit says a statement does, held against what a server did."""

from collections.abc import Iterator
from dataclasses import dataclass

from analyzers.postgres import parser, replay, translate
from analyzers.postgres.effects import Effects, Refusal, effects
from analyzers.postgres.locks import LockMode
from analyzers.postgres.operations import Name, Operation
from analyzers.postgres.schema import TEMPORARY, Schema
from analyzers.postgres.transaction import Transaction
from analyzers.struct import replace
from tests.conformance.servers.observing import INDEXES, TABLES, Observed

_PLANNED = frozenset({"SELECT", "INSERT", "UPDATE", "DELETE", "MERGE", "WITH", "COPY", "DO"})
_HARMLESS = LockMode.SHARE_UPDATE_EXCLUSIVE.rank


@dataclass(frozen=True, slots=True)
class Told:
    """The effects of all operations of a text, and what is there after them."""

    effects: Effects
    schema: Schema
    transaction: Transaction
    several: bool = False


def told(sql: str, schema: Schema, transaction: Transaction, major: int) -> Told:
    found, count, there = Effects(), 0, frozenset(schema.links.owners)
    gone: frozenset[Name] = frozenset()
    for operation in operations(sql):
        if isinstance(operation, parser.SqlSyntaxError):
            refusal = Refusal(operation.sqlstate_on(major), operation.message)
            return Told(found.also(Effects(refusal=refusal)), schema, transaction)
        part = effects(operation, schema, transaction, major)
        found, count = found.also(part), count + 1
        if part.error is None:
            back = transaction.undone(operation)
            transaction = transaction.advance(operation, part, schema)
            schema = replay.apply(schema, operation) if back is None else back
            gone |= there.difference(schema.links.owners)
    # An index that another one of its name takes the place of counts as built anew.
    again = Effects(rebuilds=tuple(sorted(gone.intersection(schema.links.owners))))
    return Told(found.also(again), schema, transaction, several=count > 1)


def operations(sql: str) -> Iterator[Operation | parser.SqlSyntaxError]:
    for part in parser.parse(sql):
        if isinstance(part, parser.SqlSyntaxError):
            yield part
        else:
            yield from translate.operations(part)


def committed(sql: str, schema: Schema) -> Schema:
    """The schema in production after `sql` ran there."""
    for operation in operations(sql):
        if not isinstance(operation, parser.SqlSyntaxError):
            schema = replay.apply(schema, operation)
    return schema.settled()


def disagreements(
    sql: str, told: Told, done: Observed, unread: frozenset[str] = frozenset()
) -> Iterator[str]:
    """Where the two differ; nothing where all agrees.

    `unread`: tables that the server may leave alone though a statement reads them, because
    others have no rows to look up in them.
    """
    said = told.effects
    if done.error is not None:
        # Of several mistakes in one statement, which is found first is PostgreSQL's own order.
        certainly = said.error is not None and not told.several
        # What its rows make of a statement is found out last.
        possible = {
            refusal.sqlstate
            for refusal in said.refusals
            if refusal.certain or not (certainly and refusal.sqlstate.startswith("23"))
        }
        if done.error not in possible:
            yield f"{done.error} ({done.message}), told {said.error or sorted(possible)}"
        return
    if said.error is not None and said.refusal is not None:
        yield f"ran, told {said.error} ({said.refusal.message}) for certain"
        return
    verb = sql.split(maxsplit=1)[0].upper()
    if verb == "ROLLBACK":  # what it takes back is seen in the catalogue, and by what follows
        yield from _kept_locks(told.transaction, done)
        return
    yield from _locks(told, done)
    # TRUNCATE gives tables new, empty files; that is its loss, no rewrite.
    if verb != "TRUNCATE":
        yield from _sets("rewrites", done.rewrites, _named(said.rewrites, done, TABLES), said)
        yield from _sets("rebuilds", done.rebuilds, _named(said.rebuilds, done, INDEXES), said)
        # How queries read is the planner's to decide: only what is surely read in full is told.
        scans = _named(said.scans, done, TABLES)
        if done.outside:
            return
        expected = done.scans & scans if _is_planned(sql) else done.scans
        yield from _sets("scans", expected, scans - (unread - expected), said)


def _locks(told: Told, done: Observed) -> Iterator[str]:
    said = told.effects
    mine = dict(done.held)
    unsure: set[tuple[str, LockMode | None]] = set()
    for lock in said.locks:
        name = str(lock.relation)
        made = name not in done.there and told.schema.has_relation(lock.relation)
        if made or lock.relation.schema == TEMPORARY:
            continue  # nobody else can see it
        if name not in done.there:
            if lock.certain:
                yield f"a lock on {name}, which isn't there"
            continue
        if name in done.new:
            continue
        if not lock.certain:
            unsure.add((name, lock.mode))
            continue
        mine[name] = max(mine.get(name, lock.mode), lock.mode, key=lambda mode: mode.rank)
    for name in sorted(mine.keys() | done.locks.keys()):
        one, other = mine.get(name), done.locks.get(name)
        if one == other or _is_weak(name, one, other, done) or (name, other) in unsure:
            continue
        if said.known or (one is not None and (other is None or other.rank < one.rank)):
            yield f"{_mode(other)} on {name}, told {_mode(one)}"


def _kept_locks(transaction: Transaction, done: Observed) -> Iterator[str]:
    """Where the locks that are left when some are given back are not those that are told."""
    for name in sorted(done.there.keys() - done.new):
        relation = Name(*reversed(name.rpartition(".")[::2]))
        surely = transaction.surely_holds(relation)
        mine = max(surely, key=lambda mode: mode.rank, default=None)
        other = done.locks.get(name)
        unsure = transaction.holds(relation) - surely
        if other in unsure and (mine is None or mine.rank < other.rank):
            continue
        # Which partitions rows and sessions come to, they decide; such locks block no rows.
        perhaps = all(mode is None or mode.rank < _HARMLESS for mode in (mine, other))
        if mine != other and not perhaps and not _is_weak(name, mine, other, done):
            yield f"{_mode(other)} on {name}, told {_mode(mine)}"


def _is_planned(sql: str) -> bool:
    """Whether a query is part of it."""
    verb = sql.split(maxsplit=1)[0].upper()
    return verb in _PLANNED or " AS SELECT " in sql or verb == "REFRESH"


def _is_weak(name: str, one: LockMode | None, other: LockMode | None, done: Observed) -> bool:
    """Locks of queries on indexes and sequences: the planner and what it remembers decide which.

    They are never stronger than the table's, so that they block nobody whom that one doesn't.
    """
    if done.there[name] not in (*INDEXES, "S"):
        return False
    return all(mode is None or mode.rank < _HARMLESS for mode in (one, other))


def _mode(mode: LockMode | None) -> str:
    return "no lock" if mode is None else mode.value


def _named(names: tuple[Name, ...], done: Observed, kinds: frozenset[str]) -> frozenset[str]:
    """Those that are files; a partitioned table has none."""
    told = frozenset(map(str, names))
    return frozenset(name for name in told if done.there.get(name, "r") in kinds)


def _sets(what: str, server: frozenset[str], mine: frozenset[str], said: Effects) -> Iterator[str]:
    missing = server - mine if said.known else frozenset()
    if missing or mine - server:
        yield f"{what}: {sorted(server)}, told {sorted(mine)}"


def begun(schema: Schema) -> tuple[Schema, Transaction]:
    return replace(schema), Transaction.begun()

"""What the migrations of a directory that are applied already have built."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from analyzers.findings import Direction
from analyzers.loading import Loader
from analyzers.postgres.operations import Name
from analyzers.recording import Dependencies
from analyzers.replay import Known
from analyzers.rules.context import Replay
from analyzers.store import Store, frozen, thawed
from analyzers.tables import tables


@dataclass(frozen=True, slots=True)
class History:
    """What the applied migrations tell of production.

    `before` is what each of the asked-for migrations met, and `touched` the tables that each
    applied one speaks of.
    """

    known: Known
    before: Mapping[str, Known] = field(default_factory=dict)
    touched: Mapping[str, frozenset[Name]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Moment:
    """The state after some first migrations: `touched` has one entry for each of them."""

    known: Known = field(default_factory=Known)
    touched: Mapping[str, frozenset[Name]] = field(default_factory=dict)
    dependencies: Dependencies = field(default_factory=Dependencies)


def replay_history(
    loader: Loader, applied: Sequence[str], wanted: frozenset[str], store: Store
) -> History:
    """Replays `applied`, in their order, from an empty database or the latest moment in `store`.

    A migration that can't be analysed, or not to its end, leaves the rest only partly known.
    """
    keys = tuple(_keys(loader, applied))
    stops = sorted({applied.index(path) for path in wanted} | {len(applied)})
    moment, before = Moment(), {}
    for stop in stops:
        moment = _moment(loader, applied[:stop], keys[:stop], store, moment)
        before.update(dict.fromkeys(applied[stop : stop + 1], moment.known))
    known = replace(moment.known, schema=moment.known.schema.settled())
    return History(known, before, moment.touched)


def known_after(known: Known, replay: Replay | None) -> Known:
    """What a migration leaves: one that isn't understood may have made any table."""
    understood = replay is not None and replay.execution.complete and not replay.problems
    return known if understood else replace(known, from_empty=False)


def _moment(
    loader: Loader, applied: Sequence[str], keys: Sequence[str], store: Store, earliest: Moment
) -> Moment:
    """The state after all of `applied`; it is kept."""
    moment = _latest(loader, keys, store, earliest)
    missing = applied[len(moment.touched) :]
    for path in missing:
        moment = _after(loader, path, moment)
    if missing:
        store.put(keys[-1], frozen(replace(moment, dependencies=loader.dependencies())))
    return moment


def _latest(loader: Loader, keys: Sequence[str], store: Store, earliest: Moment) -> Moment:
    """The latest moment that is kept and still true, else `earliest`."""
    for size in range(len(keys), len(earliest.touched), -1):
        content = store.get(keys[size - 1])
        moment = thawed(content, Moment) if content is not None else None
        if moment is not None and loader.still(moment.dependencies):
            return moment
    return earliest


def _after(loader: Loader, path: str, moment: Moment) -> Moment:
    database = loader.database(moment.known)
    replay = loader.execute(loader.load(path), Direction.UP, database)
    touched = {**moment.touched, path: tables(replay)}
    return Moment(known_after(database.known, replay), touched)


def _keys(loader: Loader, applied: Sequence[str]) -> Iterator[str]:
    """A key for the state after each migration: what it is made from, dependencies aside."""
    digest = hashlib.sha256(loader.circumstances.encode())
    entries = loader.tree.entries()
    for path in applied:
        digest.update(f"\0{path}\0{entries[path].identity}".encode("utf-8", "surrogatepass"))
        yield digest.hexdigest()

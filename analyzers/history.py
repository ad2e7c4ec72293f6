"""What the migrations of a directory that are applied already have built."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence

from analyzers.findings import Direction
from analyzers.loading import Loader
from analyzers.postgres.operations import Name
from analyzers.recording import Dependencies
from analyzers.replay import Known
from analyzers.rules.context import Replay
from analyzers.store import Store, frozen, thawed
from analyzers.struct import Struct, field, replace
from analyzers.tables import tables


class History(Struct, frozen=True):
    """What the applied migrations tell of production.

    `touched` are the tables that each applied migration speaks of, `files` those that it is made
    of: its own, what it imports, what it reads.
    """

    known: Known
    touched: Mapping[str, frozenset[Name]] = field(default_factory=dict)
    files: Mapping[str, frozenset[str]] = field(default_factory=dict)


class Moment(Struct, frozen=True):
    """The state after some first migrations, with an entry in `touched` and `files` for each."""

    known: Known = field(default_factory=Known)
    touched: Mapping[str, frozenset[Name]] = field(default_factory=dict)
    files: Mapping[str, frozenset[str]] = field(default_factory=dict)
    dependencies: Dependencies = field(default_factory=Dependencies)


def replay_history(loader: Loader, applied: Sequence[str], store: Store) -> History:
    """Replays `applied`, in their order, from an empty database or the latest moment in `store`.

    A migration that can't be analysed, or not to its end, leaves the rest only partly known.
    """
    moment = _moment(loader, applied, store)
    known = replace(moment.known, schema=moment.known.schema.settled())
    if loader.project.shared:
        known = replace(known, schema=known.schema.doubted(), shared=True)
    return History(known, moment.touched, moment.files)


def known_before(loader: Loader, applied: Sequence[str], path: str, store: Store) -> Known:
    """What the migration at `path`, one of `applied`, met."""
    return _moment(loader, applied[: applied.index(path)], store).known


def known_after(known: Known, path: str, replay: Replay | None) -> Known:
    """What the migration at `path` leaves: not understood, it may have changed any table."""
    if replay is not None and replay.execution.complete and not replay.problems:
        return known
    return Known(known.schema.doubted(), from_empty=False, doubt=known.doubt or path)


def _moment(loader: Loader, applied: Sequence[str], store: Store) -> Moment:
    """The state after all of `applied`; it is kept."""
    keys = tuple(_keys(loader, applied))
    kept = moment = _latest(loader, keys, store)
    missing = applied[len(kept.touched) :]
    loader.foresee(missing, [Direction.UP])
    for path in missing:
        moment = _after(loader, path, moment)
    if missing:
        dependencies = kept.dependencies.also(loader.dependencies())
        store.put(keys[-1], frozen(replace(moment, dependencies=dependencies)))
    return moment


def _latest(loader: Loader, keys: Sequence[str], store: Store) -> Moment:
    """The latest moment that is kept and still true, else the very beginning."""
    for key in reversed(keys):
        content = store.get(key)
        moment = thawed(content, Moment) if content is not None else None
        if moment is not None and loader.still(moment.dependencies):
            return moment
    empty = replace(loader.project.empty, major=loader.settings.postgres)
    return Moment(Known(empty, from_empty=loader.project.from_empty))


def _after(loader: Loader, path: str, moment: Moment) -> Moment:
    database = loader.database(moment.known)
    replay = loader.execute(loader.load(path), Direction.UP, database)
    return Moment(
        loader.between_runs(known_after(database.known, path, replay)),
        {**moment.touched, path: tables(replay)},
        {**moment.files, path: loader.files(path)},
    )


def _keys(loader: Loader, applied: Sequence[str]) -> Iterator[str]:
    """A key for the state after each migration: what it is made from, dependencies aside."""
    digest = hashlib.sha256(loader.circumstances.encode())
    entries = loader.tree.entries()
    for path in applied:
        digest.update(f"\0{path}\0{entries[path].identity}".encode("utf-8", "surrogatepass"))
        yield digest.hexdigest()

"""What the migrations of a directory that are applied already have built."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from analyzers.findings import Direction
from analyzers.loading import Loader
from analyzers.postgres.operations import Name
from analyzers.replay import Known
from analyzers.rules.context import Replay
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


def replay_history(loader: Loader, applied: Iterable[str], wanted: frozenset[str]) -> History:
    """Replays `applied`, in their order, from an empty database.

    One that can't be analysed, or not to its end, leaves the rest only partly known.
    """
    known = Known()
    before: dict[str, Known] = {}
    touched: dict[str, frozenset[Name]] = {}
    for path in applied:
        if path in wanted:
            before[path] = known
        database = loader.database(known)
        replay = loader.execute(loader.load(path), Direction.UP, database)
        known = known_after(database.known, replay)
        touched[path] = tables(replay)
    return History(replace(known, schema=known.schema.settled()), before, touched)


def known_after(known: Known, replay: Replay | None) -> Known:
    """What a migration leaves: one that isn't understood may have made any table."""
    understood = replay is not None and replay.execution.complete and not replay.problems
    return known if understood else replace(known, from_empty=False)

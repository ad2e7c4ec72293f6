"""What the migrations of a directory that are applied already have built."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from analyzers.findings import Direction
from analyzers.loading import Loader
from analyzers.postgres.operations import Name
from analyzers.postgres.schema import Schema
from analyzers.rules.context import Replay
from analyzers.tables import tables


@dataclass(frozen=True, slots=True)
class History:
    """The schema in production, as far as the applied migrations tell.

    `before` holds the schema that each of the asked-for migrations met, and `touched` the tables
    that each applied one speaks of.
    """

    schema: Schema
    before: Mapping[str, Schema] = field(default_factory=dict)
    touched: Mapping[str, frozenset[Name]] = field(default_factory=dict)


def replay_history(loader: Loader, applied: Iterable[str], wanted: frozenset[str]) -> History:
    """Replays `applied`, in their order, from an empty database.

    One that can't be analysed, or not to its end, leaves the rest only partly known.
    """
    schema = Schema(complete=True)
    before: dict[str, Schema] = {}
    touched: dict[str, frozenset[Name]] = {}
    for path in applied:
        if path in wanted:
            before[path] = schema
        replay = loader.replay(path, Direction.UP, schema)
        schema = schema_after(schema, replay)
        touched[path] = tables(replay)
    return History(schema.settled(), before, touched)


def schema_after(before: Schema, replay: Replay | None) -> Schema:
    """The schema that a migration leaves; never complete after one that isn't understood."""
    if replay is None:
        return replace(before, complete=False)
    if replay.execution.complete and not replay.problems:
        return replay.after
    return replace(replay.after, complete=False)

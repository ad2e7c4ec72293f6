"""Which tables an operation, or a whole migration, speaks of."""

from typing import get_args

from analyzers.postgres.operations import Name, Operation
from analyzers.rules.context import Replay
from analyzers.struct import names


def tables(replay: Replay | None) -> frozenset[Name]:
    """The full names of all tables that a migration makes, changes or drops."""
    if replay is None:
        return frozenset()
    return frozenset(
        step.schema.full(name) for step in replay.steps for name in named_tables(step.operation)
    )


def named_tables(operation: Operation) -> frozenset[Name]:
    """The tables that an operation names as its object."""
    values = (getattr(operation, field) for field in _TABLE_FIELDS[type(operation)])
    return frozenset(value for value in values if isinstance(value, Name))


_TABLE_FIELDS = {
    kind: tuple(name for name in names(kind) if name in ("table", "partition_of"))
    for kind in get_args(Operation)
}

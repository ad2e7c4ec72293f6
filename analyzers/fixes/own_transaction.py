"""`config` for a migration whose statements PostgreSQL refuses in a transaction."""

from collections.abc import Iterable

from analyzers.fixes.edits import Edit
from analyzers.fixes.situation import Situation
from analyzers.fixes.transactions import without_transaction
from analyzers.postgres.operations import SetSetting


def edits(situation: Situation) -> Iterable[Edit]:
    """Only where nothing else in the migration loses its transaction by it."""
    up = situation.migration.up
    steps = up.steps if up is not None else ()
    if up is None or not up.execution.complete or not situation.steps:
        return ()
    if any(step.statement.transaction != 0 for step in situation.steps):
        return ()
    alone = all(
        step.effects.forbidden_in_transaction or isinstance(step.operation, SetSetting)
        for step in steps
    )
    config = without_transaction(situation.document) if alone else None
    return (config,) if config is not None else ()

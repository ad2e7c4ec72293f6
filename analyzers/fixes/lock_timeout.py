"""`SET LOCAL lock_timeout` before all else."""

from collections.abc import Iterable

from analyzers.fixes import sending
from analyzers.fixes.edits import Edit
from analyzers.fixes.situation import Situation
from analyzers.rules.missing_lock_timeout import SETTING


def edits(situation: Situation) -> Iterable[Edit]:
    """Only where Knex's own transaction is the one that waits."""
    up = situation.up
    if up is None or up.knex is None or not situation.steps:
        return ()
    if any(step.statement.transaction != 0 for step in situation.steps):
        return ()
    document = situation.document
    return tuple(sending.first(document, up, sending.raw(document, up, SETTING)))

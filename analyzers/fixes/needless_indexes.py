"""Indexes that add nothing are left out, and `down` no longer drops them."""

from collections.abc import Iterable

from analyzers.fixes.edits import Edit
from analyzers.fixes.removing import unsent
from analyzers.fixes.situation import Situation
from analyzers.postgres.operations import DropConstraint, DropIndex
from analyzers.rules.context import Step
from analyzers.rules.redundant_index import needless

_MADE_BY = ("index", "unique")
_DROPPED_BY = ("dropIndex", "dropUnique")


def edits(situation: Situation) -> Iterable[Edit]:
    up, replay = situation.up, situation.migration.up
    if up is None or replay is None:
        return ()
    sent = {id(step) for step in situation.steps}
    found = [pair for pair in needless(replay) if id(pair.step) in sent]
    if len(found) != 1 or found[0].narrow is not found[0].made:
        return ()
    made = unsent(situation, up, found[0].step, *_MADE_BY)
    drops = [step for step in _down(situation) if _drops(step, found[0].narrow.name)]
    down = situation.document.functions.get("down")
    dropped = [unsent(situation, down, step, *_DROPPED_BY) for step in drops if down is not None]
    return (*made, *(edit for one in dropped for edit in one)) if made and all(dropped) else ()


def _down(situation: Situation) -> tuple[Step, ...]:
    return situation.migration.down.steps if situation.migration.down else ()


def _drops(step: Step, index: str) -> bool:
    match step.operation:
        case DropIndex(index=dropped):
            return dropped.name == index
        case DropConstraint(constraint=dropped):
            return dropped == index
    return False

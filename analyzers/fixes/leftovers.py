"""Drops what a failed concurrent build left, before it is built again."""

from collections.abc import Iterable

from analyzers.fixes import sending
from analyzers.fixes.edits import Edit
from analyzers.fixes.situation import NESTED, Situation
from analyzers.postgres.operations import CreateIndex, Name
from analyzers.rules.wording import identifier


def edits(situation: Situation) -> Iterable[Edit]:
    up, document = situation.up, situation.document
    statement = sending.statement_of(up, situation.span.start) if up is not None else None
    if up is None or up.knex is None or statement is None or len(situation.steps) != 1:
        return ()
    index = situation.steps[0].operation
    if not isinstance(index, CreateIndex) or index.name is None:
        return ()
    if any(node.type in NESTED for node in situation.path):
        return ()
    name = identifier(Name(index.name, index.table.schema))
    call = sending.raw(document, up, f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
    if sending.awaits(up):
        return (sending.before(document, statement, call),)
    return tuple(sending.first(document, up, call))

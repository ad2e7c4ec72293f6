"""A view under the old name of a renamed table, for as long as a running version uses it."""

from collections.abc import Iterable

from analyzers.fixes import sending
from analyzers.fixes.edits import Edit
from analyzers.fixes.functions import Function
from analyzers.fixes.situation import NESTED, Situation
from analyzers.javascript.syntax import Node
from analyzers.postgres.operations import Name, RenameTable
from analyzers.rules.context import Replay, Step
from analyzers.rules.wording import identifier


def edits(situation: Situation) -> Iterable[Edit]:
    """`down` drops the view before it takes its name."""
    document, migration = situation.document, situation.migration
    up, down = document.functions.get("up"), document.functions.get("down")
    renames = [step for step in situation.steps if isinstance(step.operation, RenameTable)]
    if up is None or down is None or len(renames) != 1 or not migration.transaction:
        return ()
    rename = renames[0].operation
    if not isinstance(rename, RenameTable) or migration.down is None:
        return ()
    back = _back(migration.down, rename)
    there = _statement(situation, up, renames[0])
    here = _statement(situation, down, back) if back is not None else None
    if there is None or here is None:
        return ()
    view, table = identifier(rename.table), identifier(Name(rename.to, rename.table.schema))
    made = sending.raw(document, up, f"CREATE VIEW {view} AS TABLE {table}")
    dropped = sending.raw(document, down, f"DROP VIEW {view}")
    before = (
        [sending.before(document, here, dropped)]
        if sending.awaits(down)
        else sending.first(document, down, dropped)
    )
    return (sending.after(document, up, there, made), *before)


def _back(down: Replay, rename: RenameTable) -> Step | None:
    """Where `down` gives the table its old name."""
    for step in down.steps:
        if isinstance(step.operation, RenameTable) and step.operation.to == rename.table.name:
            return step
    return None


def _statement(situation: Situation, function: Function, step: Step) -> Node | None:
    """The statement that renames, and nothing but that."""
    span = step.statement.span
    if function.knex is None or span.path != situation.migration.path:
        return None
    node = sending.statement_of(function, span.start)
    nested = any(inner.type in NESTED for inner in situation.document.path(span))
    return None if nested else node

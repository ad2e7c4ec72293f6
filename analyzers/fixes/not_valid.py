"""Constraints that are added with NOT VALID; the advice has the migration that validates them."""

import re
from collections.abc import Iterable, Iterator

from analyzers.fixes import sending
from analyzers.fixes.column_sql import all_of
from analyzers.fixes.edits import Edit
from analyzers.fixes.functions import Function
from analyzers.fixes.situation import FUNCTIONS, NESTED, Situation, chain, method, receiver
from analyzers.javascript.syntax import Node
from analyzers.postgres.operations import AddConstraint, Range
from analyzers.rules.context import Step

_OF_COLUMN = frozenset(
    {"references", "inTable", "onDelete", "onUpdate", "withKeyName", "deferrable"}
)
_OF_TABLE = frozenset({"foreign", "check"})
_TABLES = frozenset({"alterTable", "table"})


def edits(situation: Situation) -> Iterable[Edit]:
    added = [step for step in situation.steps if isinstance(step.operation, AddConstraint)]
    if len(added) != 1 or len(situation.steps) != 1:
        return ()
    return all_of(_in_sql(situation, added[0])) or _in_builder(situation, added[0])


def _in_sql(situation: Situation, step: Step) -> Iterator[Edit | None]:
    """In raw SQL two words are enough."""
    if isinstance(step.operation, AddConstraint):
        end = step.operation.constraint.at.end
        lower = step.statement.sql.string[: len("alter")].islower()
        yield situation.sql(step, Range(end, end), " not valid" if lower else " NOT VALID")


def _in_builder(situation: Situation, step: Step) -> tuple[Edit, ...]:
    """The schema builder can't say it: the constraint is added in SQL after its table."""
    up, document = situation.up, situation.document
    statement = sending.statement_of(up, situation.span.start) if up is not None else None
    path = [node for node in situation.path if statement and node.start >= statement.start]
    looped = any(node.type in NESTED for node in path)
    tables = [n for n in path if n.type == "call_expression" and method(n) in _TABLES]
    callback = next((node for node in reversed(path) if node.type in FUNCTIONS), None)
    if up is None or up.knex is None or statement is None or looped or callback is None:
        return ()
    sql = re.sub(r"\s+$", "", step.statement.sql.string)
    if re.search(r"\$\d", sql) or not tables:
        return ()
    call = sending.raw(document, up, f"{sending.capitals(sql)} NOT VALID")
    taken = _taken(situation, callback, path)
    if taken is None:
        return _alone(situation, up, statement, tables[-1], call)
    return (*taken, sending.after(document, up, statement, call))


def _alone(
    situation: Situation, up: Function, statement: Node, table: Node, call: str
) -> tuple[Edit, ...]:
    """The whole statement does nothing but to add the constraint."""
    whole = next(chain(statement.named[0] if sending.awaits(up) else statement), None)
    if whole is None or whole.end != table.end or len(_schema_calls(whole)) > 1:
        return ()
    edit = sending.instead(situation.document, up, statement, [call])
    return (edit,) if edit is not None else ()


def _schema_calls(whole: Node) -> list[Node]:
    return [call for call in chain(whole) if method(call) != "withSchema"]


def _taken(situation: Situation, callback: Node, path: list[Node]) -> tuple[Edit, ...] | None:
    """Takes the constraint out of the callback; None where nothing else is in there."""
    body = callback.the("body")
    statements = body.named if body.type == "statement_block" else [body]
    at = situation.span.start
    own = next((node for node in statements if node.start <= at < node.end), None)
    if own is None:
        return ()  # in the callback's parameters
    last = next(chain(own.named[0] if own.type == "expression_statement" else own), None)
    calls = list(chain(last))
    if not calls or method(calls[-1]) in _OF_TABLE:
        removal = situation.document.removal(own) if len(statements) > 1 else None
        return (removal,) if removal is not None else None
    links = [call for call in calls if method(call) in _OF_COLUMN]
    return tuple(
        Edit(base.end, link.end, "") for link in links if (base := receiver(link)) is not None
    )

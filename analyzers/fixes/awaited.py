"""Queries that are awaited, or returned."""

import re
from collections.abc import Iterable

from analyzers.fixes.edits import Edit
from analyzers.fixes.situation import FUNCTIONS, Situation
from analyzers.javascript.syntax import Node

_PROMISING = frozenset({"then", "finally", "catch"})


def edits(situation: Situation) -> Iterable[Edit]:
    """`await` in a function that may; `return` for what a function does last; else both."""
    statement = next(
        (n for n in reversed(situation.path) if n.type == "expression_statement"), None
    )
    function = next((node for node in reversed(situation.path) if node.type in FUNCTIONS), None)
    if statement is None or function is None or statement.start != situation.span.start:
        return ()
    exported = function.start in {one.node.start for one in situation.document.functions.values()}
    if re.match(r"async\b(?!\s*=>)", function.text):
        return (Edit(statement.start, statement.start, "await "),)
    if not exported and not _is_link(situation, function):
        return ()
    if function.the("body").named[-1:] and _is_last(statement, function):
        return (Edit(statement.start, statement.start, "return "),)
    return _asynchronous(statement, function) if exported else ()


def _is_last(statement: Node, function: Node) -> bool:
    last = function.the("body").named[-1]
    return (last.start, last.end) == (statement.start, statement.end)


def _is_link(situation: Situation, function: Node) -> bool:
    """Whether it is the callback of `.then()`, whose promise is waited for."""
    at = situation.path.index(function)
    around = situation.path[at - 2 : at]
    if len(around) < 2 or around[1].type != "arguments" or around[0].type != "call_expression":
        return False
    called = around[0].the("function").field("property")
    return called is not None and called.text in _PROMISING


def _asynchronous(statement: Node, function: Node) -> tuple[Edit, ...]:
    """Makes the function `async`, unless it promises another kind of result."""
    result = function.field("return_type")
    if result is not None and "Promise" not in result.text:
        return ()
    return (
        Edit(function.start, function.start, "async "),
        Edit(statement.start, statement.start, "await "),
    )

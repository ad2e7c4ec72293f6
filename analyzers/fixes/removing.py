"""Takes calls and statements out of a migration that are not to be sent any more."""

from analyzers.fixes import sending
from analyzers.fixes.edits import Edit
from analyzers.fixes.functions import Function
from analyzers.fixes.situation import FUNCTIONS, Situation, chain, method, receiver
from analyzers.javascript.syntax import Node
from analyzers.rules.context import Step, place_of


def unsent(situation: Situation, function: Function, step: Step, *methods: str) -> tuple[Edit, ...]:
    """Without what sends a step: one of the `methods` of a table builder, else all that
    `knex.raw` says. Nothing where the same code sends others."""
    sender, document = step.statement.span, situation.document
    place = place_of(situation.migration, step.statement, step.operation.at)
    if sender.path != document.file.path or step.statement.repeated:
        return ()
    call = document.path(sender)[-1]
    if method(call) == "raw":
        return _without_raw(situation, function, step, call)
    path = document.path(document.span(place))
    link = next((call for call in chain(path[-1]) if method(call) in methods), None)
    if link is None:
        return ()
    base = receiver(link)
    if base is not None and base.type == "call_expression":
        return (Edit(base.end, link.end, ""),)
    return _without_statement(situation, function, link, path)


def _without_raw(
    situation: Situation, function: Function, step: Step, call: Node
) -> tuple[Edit, ...]:
    replay = situation.migration.up, situation.migration.down
    steps = [one for way in replay for one in (way.steps if way else ())]
    alone = sum(one.statement is step.statement for one in steps) == 1
    return _without_whole(situation, function, call) if alone else ()


def _without_statement(
    situation: Situation, function: Function, link: Node, path: list[Node]
) -> tuple[Edit, ...]:
    """Without a statement of a callback; where that is all of it, without what is called back."""
    callback = next((node for node in reversed(path) if node.type in FUNCTIONS), None)
    if callback is None or (callback.start, callback.end) == (
        function.node.start,
        function.node.end,
    ):
        return ()
    body = callback.the("body")
    statements = body.named if body.type == "statement_block" else [body]
    own = next((node for node in statements if node.start <= link.start < node.end), None)
    if own is None or not _is_only(own, link):
        return ()
    if len([one for one in statements if one.type != "comment"]) > 1:
        removal = situation.document.removal(own)
        return (removal,) if removal is not None else ()
    outer = next((n for n in reversed(path) if n.end > callback.end and method(n)), None)
    return _without_whole(situation, function, outer) if outer is not None else ()


def _without_whole(situation: Situation, function: Function, call: Node) -> tuple[Edit, ...]:
    """Without the statement of a migration that is nothing but this call."""
    statement = sending.statement_of(function, call.start)
    if statement is None or not sending.awaits(function):
        return ()
    whole = next(chain(statement.named[0]), None) if statement.named else None
    if whole is None or whole.end != call.end:
        return ()
    calls = [one for one in chain(whole) if method(one) != "withSchema"]
    removal = situation.document.removal(statement) if len(calls) == 1 else None
    return (removal,) if removal is not None else ()


def _is_only(statement: Node, call: Node) -> bool:
    is_one = statement.type in ("expression_statement", "return_statement")
    inner = statement.named[0] if is_one and statement.named else statement
    return (inner.start, inner.end) == (call.start, call.end)

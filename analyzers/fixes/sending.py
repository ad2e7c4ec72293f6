"""Where a function sends its statements: ways to send others before, after and instead of them."""

import re
from collections.abc import Iterator, Sequence

from analyzers.fixes.document import Document
from analyzers.fixes.edits import Edit
from analyzers.fixes.functions import Function
from analyzers.javascript.syntax import Node

_CHAINING = ("then", "catch", "finally")


def raw(document: Document, function: Function, sql: str) -> str:
    """A call that sends this SQL."""
    return f"{function.knex}.raw({document.style.string(sql)})"


def returned(function: Function) -> Node | None:
    """The promise that a function without `await` gives back."""
    if not function.is_block:
        return _awaited(function.body)
    last = function.body.named[-1:]
    if not last or last[0].type != "return_statement" or not last[0].named:
        return None
    return _awaited(last[0].named[0])


def awaits(function: Function) -> bool:
    """Whether its body is a list of statements that may await."""
    return function.is_async and function.is_block


def first(document: Document, function: Function, call: str) -> Iterator[Edit]:
    """Awaits `call` before all else that the function does."""
    if awaits(function):
        yield _begin(document, function.body, f"await {call}{document.style.end}")
        return
    promise = returned(function)
    if promise is None:
        return
    indent = document.indent(promise.start)
    step = document.style.indent
    rest = document.shifted(promise, step)
    arrow = "async () =>" if _has_await(promise) else "() =>"
    text = f"{call}.then({arrow}\n{indent}{step}{rest}\n{indent})"
    yield Edit(promise.start, promise.end, text)


def instead(
    document: Document, function: Function, statement: Node, calls: Sequence[str]
) -> Edit | None:
    """Sends `calls`, one after the other, in place of what a statement sent.

    `statement` is one of the body of a function that awaits, else the promise that it returns.
    """
    if not calls:
        return document.removal(statement) if awaits(function) else None
    indent = document.indent(statement.start)
    kept = list(_comments(document, statement))
    if awaits(function):
        lines = [*kept, *(f"await {call}{document.style.end}" for call in calls)]
        return Edit(statement.start, statement.end, f"\n{indent}".join(lines))
    if kept:
        return None
    step = f"\n{indent}{document.style.indent}"
    chained = "".join(f"{step}.then(() => {call})" for call in calls[1:])
    return Edit(statement.start, statement.end, calls[0] + chained)


def before(document: Document, statement: Node, call: str) -> Edit:
    """Awaits `call` before a statement of a function that awaits."""
    indent = document.indent(statement.start)
    text = f"await {call}{document.style.end}\n{indent}"
    return Edit(statement.start, statement.start, text)


def after(document: Document, function: Function, statement: Node, call: str) -> Edit:
    """Sends `call` after what a statement sends; `statement` as in `instead`."""
    indent = document.indent(statement.start)
    if awaits(function):
        end = statement.end + (document.text[statement.end : statement.end + 1] == ";")
        return Edit(end, end, f"\n{indent}await {call}{document.style.end}")
    step = f"\n{indent}{document.style.indent}"
    return Edit(statement.end, statement.end, f"{step}.then(() => {call})")


def statement_of(function: Function, at: int) -> Node | None:
    """The statement of a body that awaits, else the promise, that sends what is written at `at`."""
    if not awaits(function):
        promise = returned(function)
        return promise if promise is not None and promise.start <= at < promise.end else None
    found = (node for node in function.body.named if node.start <= at < node.end)
    node = next(found, None)
    if node is None or node.type not in ("expression_statement", "return_statement"):
        return None
    inner = node.named[0] if node.named else node
    return node if inner.type == "await_expression" or node.type == "return_statement" else None


_KEYWORDS = (
    "create|unique|index|on|using|where|is|not|null|alter|table|add|constraint|foreign|key|"
    "references|delete|update|cascade|set|default|restrict|no|action|check|deferrable|initially|"
    "deferred|drop|primary"
)


def capitals(sql: str) -> str:
    """SQL as Knex writes it, its keywords in capitals."""
    return re.sub(
        rf"""'(?:[^']|'')*'|"(?:[^"]|"")*"|\b(?:{_KEYWORDS})\b""",
        lambda found: found[0] if found[0][0] in "'\"" else found[0].upper(),
        sql,
    )


def _awaited(node: Node) -> Node:
    while node.type in ("await_expression", "parenthesized_expression") and node.named:
        node = node.named[0]
    return node


def _begin(document: Document, body: Node, statement: str) -> Edit:
    """Puts a statement first in a block, after its directives."""
    named = body.named
    prologue = [n for n in named if n.type == "expression_statement" and _is_string(n)]
    at = prologue[-1].end if prologue else body.start + 1
    end = document.text.find("\n", at)
    beside = document.text[at : body.end if end < 0 else min(end, body.end)].strip()
    if end < 0 or end > body.end or (beside and not beside.startswith("//")):
        return Edit(at, at, f" {statement}")
    at = end - (document.text[end - 1] == "\r")
    following = named[len(prologue) :]
    indent = (
        document.indent(following[0].start)
        if following
        else document.indent(body.start) + document.style.indent
    )
    return Edit(at, at, f"\n{indent}{statement}")


def _is_string(statement: Node) -> bool:
    return bool(statement.named) and statement.named[0].type == "string"


def _has_await(node: Node) -> bool:
    stop = frozenset({"arrow_function", "function_expression", "function"})
    return any(n.type == "await_expression" for n in node.descendants(stop=stop))


def _comments(document: Document, node: Node) -> Iterator[str]:
    for span in document.tree.comments():
        if node.start <= span.start and span.end <= node.end:
            yield document.text[span.start : span.end]

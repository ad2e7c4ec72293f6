"""A `down` that undoes exactly what `up` does, written the way `up` is."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from analyzers.fixes.document import Document
from analyzers.fixes.edits import Edit
from analyzers.fixes.functions import Function
from analyzers.fixes.situation import Situation
from analyzers.fixes.undone import Call, NoWayBack, Undoing
from analyzers.javascript.syntax import Node

_UP = re.compile(r"\bup\b")


def edits(situation: Situation) -> Iterable[Edit]:
    up, replay, document = situation.up, situation.migration.up, situation.document
    if up is None or up.knex is None or replay is None or not replay.execution.complete:
        return ()
    try:
        calls = Undoing.of(document.style, replay.steps).calls(replay.steps)
    except NoWayBack:
        return ()
    if not calls or replay.problems:
        return ()
    down = document.functions.get("down")
    if down is not None:
        return _filled(document, up, down, calls)
    return tuple(_added(document, up, calls))


def _filled(
    document: Document, up: Function, down: Function, calls: Sequence[Call]
) -> tuple[Edit, ...]:
    """Gives the `down` that is there a body, and the parameter that it lacks."""
    written = down if down.knex is not None else up
    if written is up and up.node.type != down.node.type:
        return ()
    text = _function(document, written, calls, document.indent(down.statement.start))
    return (Edit(down.node.start, down.node.end, text),)


def _added(document: Document, up: Function, calls: Sequence[Call]) -> Iterator[Edit]:
    """Puts a `down` after `up`, and into the list of what is exported."""
    statement = up.statement
    if re.search(r"\bdown\b", document.text):
        return
    indent = document.indent(statement.start)
    before = document.text[statement.start : up.node.start]
    after = document.text[up.node.end : statement.end]
    function = _function(document, up, calls, indent)
    text = _last_named(before) + function + after
    if up.in_object:
        yield Edit(statement.end, statement.end, f",\n\n{indent}{text}")
        return
    yield Edit(statement.end, statement.end, f"\n\n{indent}{text}")
    for listed in _listings(document.tree.root):
        yield Edit(listed.end, listed.end, ", down")


def _function(document: Document, like: Function, calls: Sequence[Call], indent: str) -> str:
    """A function that does the calls, with the header of another one."""
    header = _last_named(like.header) if _is_named(like.node) else like.header
    lines = list(_lines(document, like, calls, indent + document.style.indent))
    if len(lines) == 1 and not like.is_async:
        if not like.is_block:
            shorter = list(_lines(document, like, calls, indent))
            return f"{header}{shorter[0]}"
        body = f"return {lines[0]}{document.style.end}"
        return f"{header}{_block(document, [body], indent)}"
    if not like.is_async:
        header = f"async {header}"
    awaited = [f"await {line}{document.style.end}" for line in lines]
    return f"{header.rstrip()} {_block(document, awaited, indent)}"


def _block(document: Document, statements: Sequence[str], indent: str) -> str:
    inner = indent + document.style.indent
    return "\n".join(("{", *(f"{inner}{one}" for one in statements), f"{indent}}}"))


def _lines(document: Document, like: Function, calls: Sequence[Call], indent: str) -> Iterator[str]:
    """The calls over knex, those that change one table as one of them."""
    style = document.style
    for table, group in groupby(calls, key=lambda call: call.table):
        for call in group if table is None else ():
            text = f"raw({style.string(call.text)})" if call.is_sql else f"schema.{call.text}"
            yield f"{like.knex}.{text}"
        if table is not None:
            schema = f"withSchema({style.string(table.schema)})." if table.schema else ""
            begin = f"{like.knex}.schema.{schema}alterTable({style.string(table.name)}, (table) => "
            step = f"\n{indent}{style.indent}"
            inner = "".join(f"{step}table.{call.text}{style.end}" for call in group)
            yield f"{begin}{{{inner}\n{indent}}})"


def _listings(root: Node) -> Iterator[Node]:
    """Where `up` stands in a list of exported names: `{ up }`."""
    for node in root.descendants():
        if node.text == "up" and node.type in ("shorthand_property_identifier", "export_specifier"):
            yield node


def _is_named(function: Node) -> bool:
    return function.field("name") is not None


def _last_named(text: str) -> str:
    """The text with `down` where it says `up` last."""
    found = list(_UP.finditer(text))
    return f"{text[: found[-1].start()]}down{text[found[-1].end() :]}" if found else text

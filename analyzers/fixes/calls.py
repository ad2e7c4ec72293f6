"""Edits of calls of builder methods."""

from collections.abc import Iterable, Mapping

from analyzers.fixes.edits import Edit
from analyzers.fixes.situation import Situation, arguments, method
from analyzers.javascript.syntax import Node


def renamed(situation: Situation, methods: Mapping[str, str]) -> tuple[Edit, ...]:
    """Calls another method where the finding stands on a call of one of `methods`."""
    call = situation.call(*methods)
    return (rename(call, methods[method(call) or ""]),) if call is not None else ()


def rename(call: Node, to: str) -> Edit:
    named = call.the("function").the("property")
    return Edit(named.start, named.end, to)


def retyped(situation: Situation, types: Mapping[str, str]) -> tuple[Edit, ...]:
    """Names another type in `specificType`."""
    call = situation.call("specificType")
    told = arguments(call) if call is not None else []
    if len(told) < 2 or told[1].type != "string":
        return ()
    written = told[1].text[1:-1]
    to = types.get(written.lower())
    return (Edit(told[1].start + 1, told[1].end - 1, to),) if to else ()


def string(node: Node | None) -> str | None:
    """The text of a plain string."""
    if node is None or node.type != "string" or "\\" in node.text:
        return None
    return node.text[1:-1]


def first(edits: Iterable[Edit | None]) -> tuple[Edit, ...]:
    return tuple(edit for edit in edits if edit is not None)[:1]

"""Where the keys of objects stand in JavaScript, TypeScript and JSON."""

import json
from collections.abc import Iterator

from analyzers.javascript.syntax import Node, Tree
from analyzers.source import SourceFile, Span
from analyzers.struct import Struct


class Pair(Struct, frozen=True):
    """`key: value` in an object. `path` are the keys of the pairs around it, and its own."""

    path: tuple[str, ...]
    key: Span
    value: Span
    text: str


def pairs(file: SourceFile) -> tuple[Pair, ...]:
    """All pairs of a file, in order. Raises `TooLarge`."""
    if not file.path.endswith(".json"):
        return tuple(_pairs(Tree(file).root, file.path, 0))
    # An object at the start of a program would be a block.
    return tuple(_pairs(Tree(SourceFile("json.js", f"({file.text}\n)")).root, file.path, 1))


def _pairs(root: Node, path: str, ahead: int) -> Iterator[Pair]:
    pending: list[tuple[Node, tuple[str, ...]]] = [(root, ())]
    while pending:
        node, keys = pending.pop()
        key, value = node.field("key"), node.field("value")
        if node.type == "pair" and key is not None and value is not None:
            keys = (*keys, _name(key))
            yield Pair(keys, _moved(key, path, ahead), _moved(value, path, ahead), value.text)
        pending.extend((child, keys) for child in reversed(node.named))


def _moved(node: Node, path: str, ahead: int) -> Span:
    return Span(path, node.start - ahead, node.end - ahead)


def _name(key: Node) -> str:
    return key.text.strip("'\"`")


def string_of(pair: Pair) -> str | None:
    """The value of a pair in JSON, where it is a text."""
    try:
        value = json.loads(pair.text)
    except ValueError:
        return None
    return value if isinstance(value, str) else None

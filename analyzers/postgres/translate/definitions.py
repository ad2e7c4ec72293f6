"""The text that makes an object what it is: everything after its name."""

from collections.abc import Iterator

from analyzers.postgres.operations import (
    CreateObject,
    FunctionDetails,
    ObjectKind,
    Operation,
    Spelling,
)
from analyzers.postgres.spelling import spelling
from analyzers.postgres.syntax import Node, Token
from analyzers.postgres.translate.reading import DOT, Reading
from analyzers.struct import replace


def defined(reading: Reading, operation: Operation) -> Operation:
    """The same, with its definition where it makes an object."""
    if not isinstance(operation, CreateObject) or operation.kind is ObjectKind.SCHEMA:
        return operation
    after = _after_name(reading, operation.name.name)
    if isinstance(operation.details, FunctionDetails):
        return replace(operation, definition=_function(reading, after))
    return replace(operation, definition=Spelling(spelling(reading.text, after)))


def _after_name(reading: Reading, name: str) -> tuple[Token, ...]:
    tokens = reading.tokens
    for index, token in enumerate(tokens):
        written = reading.text[token.start : token.end]
        following = tokens[index + 1].kind if index + 1 < len(tokens) else ""
        if index > 0 and _unquoted(written) == name and following != DOT:
            return tokens[index + 1 :]
    return tokens


def _unquoted(written: str) -> str:
    if written.startswith('"'):
        return written[1:-1].replace('""', '"')
    return written.lower()


def _function(reading: Reading, after: tuple[Token, ...]) -> Spelling:
    """Arguments and result as they are written, options in one order, the body as it is."""
    options = sorted(
        (start, option)
        for option in reading.node.children("options")
        if (start := option.location) is not None
    )
    starts = [start for start, _ in options]
    first = starts[0] if starts else reading.at.end
    head = spelling(reading.text, (token for token in after if token.start < first))
    told = []
    for (start, option), end in zip(options, (*starts[1:], reading.at.end), strict=True):
        own = (token for token in after if start <= token.start < end)
        told.append("\n".join(_body(option)) or spelling(reading.text, own))
    return Spelling("\n".join((head, *sorted(told))))


def _body(option: Node) -> Iterator[str]:
    value = option.child("arg")
    if option.text("defname") == "as" and value is not None:
        yield from value.strings("items") if value.kind == "List" else (value.text("sval"),)

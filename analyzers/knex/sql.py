"""SQL while Knex puts it together: text with a `?` for each binding, and the bindings."""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias

from analyzers.javascript.values import Unknown, Value
from analyzers.source import Span
from analyzers.struct import Struct
from analyzers.text import Piece, Text


class Query(Struct, frozen=True):
    """SQL with a `?` where each of the bindings goes."""

    sql: Text
    bindings: tuple[Value, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.sql.pieces)

    def within(self, span: Span | None, entry: Span | None = None) -> "Query":
        """The same; what no argument wrote is said to come from `span`, reached by `entry`."""
        return Query(self.sql.within(span, entry), self.bindings)


Part: TypeAlias = "str | Text | Query"

EMPTY = Query(Text())


class Unknowable(Exception):
    """A part of a statement that only a run would know."""

    def __init__(self, value: Unknown) -> None:
        super().__init__(value.reason)
        self.value = value


class Refused(Exception):
    """What makes Knex throw instead of sending anything. Its message is a clause for users."""


def sql(*parts: Part) -> Query:
    """The parts one after the other."""
    pieces: list[Piece] = []
    bindings: list[Value] = []
    keywords = ""
    for part in parts:
        if isinstance(part, str):
            keywords += part
            continue
        if keywords:
            pieces.append(Piece(keywords, None))
            keywords = ""
        if isinstance(part, Query):
            pieces += part.sql.pieces
            bindings += part.bindings
        else:
            pieces += part.pieces
    if keywords:
        pieces.append(Piece(keywords, None))
    return Query(Text(tuple(pieces)), tuple(bindings))


def joined(separator: str, parts: Iterable[Part]) -> Query:
    """The parts with `separator` between them."""
    between: list[Part] = []
    for part in parts:
        if between:
            between.append(separator)
        between.append(part)
    return sql(*between)


def optional(condition: object, *parts: Part) -> Query:
    """The parts where `condition` holds, else nothing."""
    return sql(*parts) if condition else EMPTY


def text(*parts: str | Text) -> Text:
    """Strings and texts one after the other, as text."""
    return sql(*parts).sql


def substituted(
    pattern: re.Pattern[str], subject: Text, replace: Callable[[re.Match[str]], Part]
) -> Query:
    """`subject` with each match replaced; the rest keeps its origins, and so does a match that
    is replaced by a plain string."""
    parts: list[Part] = []
    end = 0
    if pattern.search(subject.string) is None:
        return Query(subject)
    for match in pattern.finditer(subject.string):
        new = replace(match)
        if isinstance(new, str):
            new = Text.of(new, subject.span(match.start(), match.end()))
        parts += [subject.slice(end, match.start()), new]
        end = match.end()
    return sql(*parts, subject.slice(end, len(subject)))


def lowered(subject: Text) -> Text:
    """`subject` in lower case, each character with its origin."""
    pieces = []
    for piece in subject.pieces:
        lower = piece.text.lower()
        exact = piece.exact and len(lower) == len(piece.text)
        pieces.append(Piece(lower, piece.span, exact, piece.entry))
    return Text(tuple(pieces))


def split(subject: Text, separator: str) -> list[Text]:
    """The parts of `subject` between the separators."""
    return list(_split(subject, separator))


def stripped(subject: Text) -> Text:
    """`subject` without white space at its ends."""
    string = subject.string
    start = len(string) - len(string.lstrip())
    return subject.slice(start, max(start, len(string.rstrip())))


def _split(subject: Text, separator: str) -> Iterator[Text]:
    start = 0
    string = subject.string
    while (end := string.find(separator, start)) >= 0:
        yield subject.slice(start, end)
        start = end + len(separator)
    yield subject.slice(start, len(string))

"""Text that knows where each of its characters was written.

SQL is put together from string literals, template strings and builder calls. A finding about
a part of it must stand on the source that wrote this very part: so every string the
interpreter handles is a `Text`, and a `Text` is its own source map.
"""

from collections.abc import Iterable, Iterator
from functools import reduce

from analyzers.source import Span
from analyzers.struct import Struct


class Piece(Struct, frozen=True):
    """A run of characters with one origin.

    `exact` says that they are the source's own characters, one for one, so that a part of
    the piece maps to a part of `span`. Else any part of it maps to the whole of `span`. Where
    that lies in another file than the migration, `entry` is the part of it that reaches there.
    """

    text: str
    span: Span | None
    exact: bool = False
    entry: Span | None = None

    def part(self, start: int, end: int) -> "Piece":
        span = self.span
        if self.exact and span is not None:
            span = Span(span.path, span.start + start, span.start + end)
        return Piece(self.text[start:end], span, self.exact, self.entry)


class Text(Struct, eq=False):
    """An immutable string with its source map."""

    pieces: tuple[Piece, ...] = ()
    _string: str | None = None

    @classmethod
    def of(cls, text: str, span: Span | None = None) -> "Text":
        """Text that the code at `span` causes, though it isn't written there in these letters."""
        return cls((Piece(text, span),)) if text else cls()

    @classmethod
    def written(cls, text: str, span: Span) -> "Text":
        """Text that stands at `span` letter by letter."""
        return (
            cls((Piece(text, span, exact=len(text) == span.end - span.start),)) if text else cls()
        )

    @classmethod
    def join(cls, separator: "Text", texts: Iterable["Text"]) -> "Text":
        pieces: list[Piece] = []
        for index, text in enumerate(texts):
            if index:
                pieces.extend(separator.pieces)
            pieces.extend(text.pieces)
        return cls(tuple(pieces))

    @property
    def string(self) -> str:
        if self._string is None:
            self._string = "".join([piece.text for piece in self.pieces])
        return self._string

    def __str__(self) -> str:
        return self.string

    def __len__(self) -> int:
        return len(self.string)

    def __add__(self, other: "Text") -> "Text":
        return Text(self.pieces + other.pieces)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Text) and self.string == other.string

    def __hash__(self) -> int:
        return hash(self.string)

    def slice(self, start: int, end: int) -> "Text":
        """Characters `start` up to, not including, `end`, with their origins."""
        return Text(tuple(self._parts(start, end)))

    def within(self, span: Span | None, entry: Span | None = None) -> "Text":
        """The same text; what nobody wrote is said to come from `span`, reached by `entry`."""
        pieces: list[Piece] = []
        own = ""
        for piece in self.pieces:
            if piece.span is None or (
                piece.span == span and not piece.exact and piece.entry in (None, entry)
            ):
                own += piece.text
                continue
            if own:
                pieces.append(Piece(own, span, False, entry))
                own = ""
            pieces.append(piece)
        return Text((*pieces, Piece(own, span, False, entry)) if own else tuple(pieces))

    def span(
        self, start: int = 0, end: int | None = None, *, within: Span | None = None
    ) -> Span | None:
        """The smallest range of source that wrote these characters; None: nobody did.

        Where some of it was written in the range `within`, the range of just that; where it comes
        from several files, the range in the first one.
        """
        parts = self._parts(start, len(self) if end is None else end)
        spans = [piece.span for piece in parts if piece.span is not None]
        inner = [span for span in spans if within is not None and within.holds(span)]
        return reduce(Span.to, inner or spans) if spans else None

    def entry(self, start: int, end: int) -> Span | None:
        """The smallest range of the migration that reaches what wrote these characters."""
        entries = [piece.entry for piece in self._parts(start, end) if piece.entry is not None]
        return reduce(Span.to, entries) if entries else None

    def _parts(self, start: int, end: int) -> Iterator[Piece]:
        offset = 0
        for piece in self.pieces:
            if offset >= end:
                return
            first, last = max(start - offset, 0), min(end - offset, len(piece.text))
            if first < last:
                yield piece.part(first, last)
            offset += len(piece.text)

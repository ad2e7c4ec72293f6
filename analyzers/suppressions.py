"""Comments that switch rules off in a file: what they say, and which text they cover."""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import TypeAlias

from analyzers.findings import Finding
from analyzers.postgres.operations import Range
from analyzers.source import Place, SourceFile, Span
from analyzers.struct import Struct

PREFIX = "migaudit-"
DISABLE, LINE, NEXT_LINE = f"{PREFIX}disable", f"{PREFIX}disable-line", f"{PREFIX}disable-next-line"
VERBS = (NEXT_LINE, LINE, DISABLE)

Placing: TypeAlias = Callable[[Range], Place]
"""Where a range of a text is written."""

_COMMENT = re.compile(r"(?://+|--+|#+|/\*+)\s*(?P<words>.*?)\s*(?:\*/)?\s*", re.DOTALL)
_WORDS = re.compile(
    rf"(?P<verb>{PREFIX}[\w-]*\w|{PREFIX})(?=\s|:|,|$)[\s:]*(?P<rest>.*)", re.DOTALL
)
_PREAMBLE = re.compile(r"#!.*|\s*(['\"])use strict\1;?\s*")
_REASON = re.compile(r"(?:^|\s)-{2,}(?:\s|$)")


class Covered(Struct, frozen=True):
    """What a comment covers in the text that it stands in, as characters of that text.

    `statement`: the text is this SQL, sent by a migration; None: it is the file at `path`.
    `first` and `last` are line and column, in that file, where what is covered begins and ends;
    both are zero where the SQL was written in another file.
    """

    path: str
    at: Range
    first: tuple[int, int]
    last: tuple[int, int]
    statement: str | None = None

    def holds(self, finding: Finding) -> bool:
        """Whether a finding begins in what is covered."""
        place = finding.place
        if place.path != self.path:
            return False
        if self.statement is None:
            return self.first[0] <= place.line <= self.last[0]
        if finding.statement == self.statement and finding.offset is not None:
            return self.at.start <= finding.offset < self.at.end
        return self.first <= (place.line, place.column) <= self.last


class Directive(Struct, frozen=True):
    """A comment that speaks to migaudit, as it is written.

    `covered` None: it doesn't stand where its verb has a meaning.
    """

    place: Place
    verb: str
    rules: tuple[str, ...]
    reason: str
    covered: Covered | None


def in_file(file: SourceFile, comments: Sequence[Span]) -> Iterator[Directive]:
    """The directives among the `comments` of a file."""
    ranges = [Range(span.start, span.end) for span in comments]
    for comment, covered in _covering(file.text, ranges):
        place = file.place(Span(file.path, comment.start, comment.end))
        found = None if covered is None else _in_lines(file, covered)
        yield _directive(file.text[comment.start : comment.end], place, found)


def in_statement(
    sql: str, comments: Sequence[Range], path: str, place_of: Placing
) -> Iterator[Directive]:
    """The directives among the `comments` of a text that the migration at `path` sends.

    `place_of` tells where characters of it are written.
    """
    for comment, covered in _covering(sql, comments):
        found = None if covered is None else _in_sql(sql, covered, path, place_of)
        yield _directive(sql[comment.start : comment.end], place_of(comment), found)


def _in_lines(file: SourceFile, at: Range) -> Covered:
    place = file.place(Span(file.path, at.start, at.end))
    last = (place.end_line, place.end_column)
    return Covered(file.path, at, (place.line, place.column), last)


def _in_sql(sql: str, at: Range, path: str, place_of: Placing) -> Covered:
    place = place_of(at)
    if place.path != path:
        return Covered(path, at, (0, 0), (0, 0), sql)
    last = (place.end_line, place.end_column)
    return Covered(path, at, (place.line, place.column), last, sql)


def _directive(comment: str, place: Place, covered: Covered | None) -> Directive:
    said = _said(comment)
    assert said is not None
    rest = said["rest"]
    reason = _REASON.search(rest)
    names = rest[: reason.start()] if reason else rest
    rules = [" ".join(name.split()) for name in names.split(",")]
    return Directive(
        place,
        said["verb"],
        tuple(dict.fromkeys(rule for rule in rules if rule)),
        " ".join(rest[reason.end() :].split()) if reason else "",
        covered,
    )


def _said(comment: str) -> re.Match[str] | None:
    words = _COMMENT.fullmatch(comment)
    return _WORDS.fullmatch(words["words"]) if words else None


def _covering(text: str, comments: Sequence[Range]) -> Iterator[tuple[Range, Range | None]]:
    """Each comment that speaks to migaudit, and the range of the text that it covers."""
    if PREFIX not in text:
        return
    lines = _Lines(text, comments)
    for comment in comments:
        said = _said(text[comment.start : comment.end])
        if said is not None:
            yield comment, lines.covered(said["verb"], comment)


class _Lines:
    """The lines of a text, and which of them hold more than comments."""

    def __init__(self, text: str, comments: Sequence[Range]) -> None:
        self._text = text
        self._starts = [0, *(end.end() for end in re.finditer("\n", text))]
        edges = (0, *(edge for comment in comments for edge in comment), len(text))
        code = (
            match.start() + start
            for start, end in list(pairwise(edges))[::2]
            for match in re.finditer(r"\S+", text[start:end])
        )
        self._code = sorted({self._line(at) for at in code})
        lines = text.split("\n")
        leading = (line for line in self._code if not _PREAMBLE.fullmatch(lines[line]))
        self._first = next(leading, len(lines))

    def covered(self, verb: str, comment: Range) -> Range | None:
        line, last = self._line(comment.start), self._line(comment.end - 1)
        after = bisect_right(self._code, last)
        if verb == LINE:
            return self._range(line, last)
        if verb == NEXT_LINE and after < len(self._code):
            return self._range(self._code[after], self._code[after])
        if verb == DISABLE and (line < self._first or self._leads(comment)):
            return Range(0, len(self._text))
        return None

    def _leads(self, comment: Range) -> bool:
        """Whether it begins the very line with which the code begins."""
        start = self._starts[self._line(comment.start)]
        first = self._line(comment.start) == self._first
        return first and not self._text[start : comment.start].strip()

    def _range(self, first: int, last: int) -> Range:
        ends = [*self._starts[1:], len(self._text) + 1]
        return Range(self._starts[first], ends[last] - 1)

    def _line(self, at: int) -> int:
        return bisect_right(self._starts, at) - 1

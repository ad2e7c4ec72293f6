"""Where text comes from: files, trees of files, and ranges in them."""

import re
from bisect import bisect_right
from collections.abc import Mapping
from enum import Enum
from functools import cached_property
from typing import Protocol

from analyzers.struct import Struct


class Span(Struct, frozen=True, order=True):
    """A range of one file's text: characters from `start` up to, not including, `end`."""

    path: str
    start: int
    end: int

    def holds(self, other: "Span") -> bool:
        """Whether all of `other` lies in here."""
        return self.path == other.path and self.start <= other.start and other.end <= self.end

    def to(self, other: "Span") -> "Span":
        """The smallest range that holds both; `self` where they lie in different files."""
        if self.path != other.path:
            return self
        return Span(self.path, min(self.start, other.start), max(self.end, other.end))


class Place(Struct, frozen=True, order=True):
    """A range as people and GitHub count: lines and columns from 1, `end_line` inclusive."""

    path: str
    line: int
    end_line: int
    column: int
    end_column: int


class SourceFile(Struct, frozen=True, dict=True):
    """One decoded text file of a repository."""

    path: str
    text: str

    def place(self, span: Span) -> Place:
        """`span` in lines and columns; an empty span is one place wide."""
        line, column = self._position(span.start)
        end_line, end_column = self._position(max(span.end - 1, span.start))
        return Place(self.path, line, end_line, column, end_column + 1)

    def whole(self) -> Span:
        """The range of the whole file."""
        return Span(self.path, 0, len(self.text))

    def lines(self, first: int, last: int) -> list[str]:
        """The lines `first` to `last`, from 1, inclusive, without their line ends."""
        return self.text.split("\n")[first - 1 : last]

    @cached_property
    def _line_starts(self) -> tuple[int, ...]:
        return (0, *(line_end.end() for line_end in re.finditer("\n", self.text)))

    def _position(self, offset: int) -> tuple[int, int]:
        line = bisect_right(self._line_starts, offset)
        return line, offset - self._line_starts[line - 1] + 1


class Kind(Enum):
    """What a path of a git tree is; only files are ever read."""

    FILE = "file"
    SYMLINK = "symlink"
    SUBMODULE = "submodule"


class Entry(Struct, frozen=True):
    """One path of a tree. Equal `identity` (git's blob id, say) means equal content."""

    identity: str
    kind: Kind = Kind.FILE
    size: int | None = None


class SourceTree(Protocol):
    """All files of a repository at one commit. Paths are relative to its root, with `/`."""

    def entries(self) -> Mapping[str, Entry]:
        """Every path there is, without reading any file."""

    def read(self, path: str) -> bytes:
        """The content of `path`; `UnreadableFile` says why there is none."""


class UnreadableFile(Exception):
    """A file that is missing, too large, not text or refused. Its message is for users."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason

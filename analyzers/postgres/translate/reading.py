"""One statement under translation: its tree beside its text.

Many nodes of PostgreSQL's parse tree don't say where they stand, and none says where it ends.
The statement's tokens do.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from operator import attrgetter
from typing import TypeAlias

from analyzers.postgres.operations import Operation, Range
from analyzers.postgres.syntax import Node, Token
from analyzers.struct import Struct, replace

_OPENING = frozenset({"ASCII_40", "ASCII_91"})
_CLOSING = frozenset({"ASCII_41", "ASCII_93"})
_START = attrgetter("start")
COMMA, DOT, STAR = "ASCII_44", "ASCII_46", "ASCII_42"


class Reading(Struct, frozen=True):
    """A statement (or one within another) and the tokens it is made of."""

    text: str
    at: Range
    tokens: tuple[Token, ...]
    node: Node

    def within(self, node: Node, at: Range | None = None) -> "Reading":
        """The same text, looked at as the statement `node`."""
        if at is None:
            return replace(self, node=node)
        return replace(self, node=node, at=at, tokens=self._inside(at))

    def sql(self, at: Range) -> str:
        return self.text[at.start : at.end]

    def extent(self, start: int, end: int | None = None) -> Range:
        """The part that begins at `start`: up to a comma or a bracket that closes around it."""
        depth = 0
        last = start
        for token in self._inside(Range(start, self.at.end if end is None else end)):
            if depth == 0 and (token.kind == COMMA or token.kind in _CLOSING):
                break
            depth += (token.kind in _OPENING) - (token.kind in _CLOSING)
            last = token.end
        return Range(start, last)

    def parts(self, at: Range) -> tuple[Range, ...]:
        """What commas separate in `at`, those within brackets aside."""
        found: list[Range] = []
        depth, start, last = 0, -1, at.start
        for token in self._inside(at):
            depth += (token.kind in _OPENING) - (token.kind in _CLOSING)
            if token.kind == COMMA and depth == 0:
                found.append(Range(max(start, at.start), last))
                start = -1
                continue
            start = token.start if start < 0 else start
            last = token.end
        return (*found, Range(start, last)) if start >= 0 else tuple(found)

    def find(self, *kinds: str, within: Range | None = None) -> Range | None:
        """The first place where tokens of these kinds follow each other, outside of brackets.

        Each of `kinds` may list alternatives: `DELETE_P|UPDATE`.
        """
        first, *others = _alternatives(kinds)
        shallow = self._shallow(within or self.at)
        for index in range(len(shallow) - len(others)):
            if shallow[index].kind in first:
                following = shallow[index + 1 : index + len(kinds)]
                if all(t.kind in kind for t, kind in zip(following, others, strict=True)):
                    return Range(shallow[index].start, shallow[index + len(others)].end)
        return None

    def brackets(self, at: Range) -> Range | None:
        """What the first brackets within `at` hold."""
        opened, depth = -1, 0
        for token in self._inside(at):
            if token.kind in _OPENING:
                opened = token.end if depth == 0 else opened
                depth += 1
            elif token.kind in _CLOSING:
                depth -= 1
                if depth == 0:
                    return Range(opened, token.start)
        return None

    def after_name(self, start: int) -> int:
        """Where the possibly qualified name at `start` ends."""
        end, expect_dot = start, False
        for token in self._inside(Range(start, self.at.end)):
            if (token.kind == DOT) != expect_dot:
                break
            end, expect_dot = token.end, not expect_dot
        return end

    def _shallow(self, at: Range) -> list[Token]:
        """The tokens in `at` outside of brackets; the brackets themselves are outside."""
        depth, found = 0, []
        for token in self._inside(at):
            depth -= token.kind in _CLOSING
            if depth == 0:
                found.append(token)
            depth += token.kind in _OPENING
        return found

    def _inside(self, at: Range) -> tuple[Token, ...]:
        first = bisect_left(self.tokens, at.start, key=_START)
        last = bisect_left(self.tokens, at.end, first, key=_START)
        return self.tokens[first:last]


@cache
def _alternatives(kinds: tuple[str, ...]) -> tuple[frozenset[str], ...]:
    return tuple(frozenset(kind.split("|")) for kind in kinds)


Translator: TypeAlias = Callable[[Reading], Iterator[Operation]]
Translators: TypeAlias = Mapping[str, Translator]

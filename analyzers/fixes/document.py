"""A migration's file as fixes see it: its text, its tree, its style, and its functions."""

import re
from collections.abc import Iterator
from functools import cached_property

from analyzers.fixes.edits import Edit
from analyzers.fixes.functions import Function, functions
from analyzers.fixes.style import Style, style_of
from analyzers.javascript.syntax import Node, Tree
from analyzers.source import Place, SourceFile, Span
from analyzers.struct import Struct


class Document(Struct, frozen=True, dict=True):
    """One parsed migration."""

    file: SourceFile
    tree: Tree

    @property
    def text(self) -> str:
        return self.file.text

    @cached_property
    def style(self) -> Style:
        return style_of(self.tree)

    @cached_property
    def functions(self) -> dict[str, Function]:
        """What is exported as `up` and `down`, where the file says so plainly."""
        return functions(self.tree)

    def span(self, place: Place) -> Span:
        """The characters of a place."""
        return Span(
            self.file.path,
            self._offset(place.line, place.column),
            self._offset(place.end_line, place.end_column),
        )

    def path(self, span: Span) -> list[Node]:
        """The nodes that hold all of `span`, from the file down to the smallest one."""
        found = [self.tree.root]
        while True:
            inner = next(
                (n for n in found[-1].named if n.start <= span.start and span.end <= n.end), None
            )
            if inner is None:
                return found
            found.append(inner)

    def indent(self, at: int) -> str:
        """The white space that the line of a character begins with."""
        line = self.text[self.text.rfind("\n", 0, at) + 1 :]
        return line[: len(line) - len(line.lstrip(" \t"))]

    def removal(self, node: Node) -> Edit | None:
        """Takes a statement out with its lines; None where something else stands on them."""
        start = self.text.rfind("\n", 0, node.start) + 1
        end = self.text.find("\n", node.end)
        end = len(self.text) if end < 0 else end + 1
        around = self.text[start : node.start] + self.text[node.end : end]
        return None if around.strip(" \t\r\n;") else Edit(start, end, "")

    def shifted(self, node: Node, by: str) -> str:
        """A node's text, the lines after its first one moved to the right.

        As it is, where that would change the text of a template.
        """
        if any(n.type == "template_string" and "\n" in n.text for n in self._within(node)):
            return node.text
        return re.sub(r"\n(?=[^\r\n])", "\n" + by, node.text)

    def _within(self, node: Node) -> Iterator[Node]:
        yield node
        yield from node.descendants()

    def _offset(self, line: int, column: int) -> int:
        start = 0
        for _ in range(line - 1):
            start = self.text.index("\n", start) + 1
        return start + column - 1

"""JavaScript and TypeScript as trees: the only module that knows tree-sitter."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import cache
from typing import Any

import tree_sitter
import tree_sitter_javascript
import tree_sitter_typescript

from analyzers.javascript.type_arguments import without_type_arguments
from analyzers.source import SourceFile, Span
from analyzers.struct import Struct

JAVASCRIPT = (".js", ".cjs", ".mjs")
TYPESCRIPT = (".ts", ".cts", ".mts")

MOST_CHARACTERS = 1_000_000
DEEPEST_NESTING = 500
"""tree-sitter itself ends the process on 100,000 open braces, on 20,000 in a small thread."""

BRACKETS = re.compile(r"[\[({})\]]")
AWAITED_BRACKET = re.compile(r"await(?<!\wawait)\s*[\[(]")
"""The word in front, so that it is looked for quickly; what stands before it comes second."""
MOST_PROBLEMS = 20
UNIMPORTANT = frozenset({";", ",", '"', "'"})


class Problem(Struct, frozen=True):
    """A place where the text does not follow the grammar. `reason` is a clause for users."""

    span: Span
    reason: str


class TooLarge(Exception):
    """A file that is larger or deeper than is ever parsed. Its message is for users."""


class Tree:
    """One parsed file."""

    def __init__(self, file: SourceFile) -> None:
        refuse_excess(file)
        self.path = file.path
        self.text = file.text
        encoded = file.text.encode("utf-8", "replace")
        self._wide = () if len(encoded) == len(file.text) else tuple(wide_characters(file.text))
        self.is_wide = bool(self._wide)
        self.has_var = "var " in file.text
        self.has_optional = "?." in file.text
        self.has_environment = "process.env" in file.text
        self.root = Node(parsed(file, encoded), self)

    def offset(self, byte: int) -> int:
        """The character that begins at `byte` of the UTF-8 text."""
        wide = self._wide
        index = bisect_right(wide, (byte, MOST_CHARACTERS))
        return byte - (wide[index - 1][1] if index else 0)

    def problems(self) -> tuple[Problem, ...]:
        """Where the text does not follow the grammar: the outermost such places, in order."""
        return tuple(self._problems()) if self.root.raw.has_error else ()

    def tokens(self) -> tuple[str, ...]:
        """The words and signs of the code: what a formatter leaves as it is.

        Comments, white space, semicolons, commas and the kind of quotes do not count.
        """
        return tuple(self._tokens())

    def comments(self) -> tuple[Span, ...]:
        """Every comment, in order: none in a string or a template is one."""
        return tuple(self._comments())

    def _comments(self) -> Iterator[Span]:
        pending = [self.root.raw]
        while pending:
            raw = pending.pop()
            if raw.type == "comment":
                yield Node(raw, self).span
            pending.extend(reversed(raw.children))

    def _tokens(self) -> Iterator[str]:
        pending = [self.root.raw]
        while pending:
            raw = pending.pop()
            if raw.is_extra:
                continue
            if raw.child_count:
                pending.extend(reversed(raw.children))
            elif raw.type not in UNIMPORTANT:
                yield Node(raw, self).text

    def _problems(self) -> Iterator[Problem]:
        pending, found = [self.root.raw], 0
        while pending and found < MOST_PROBLEMS:
            raw = pending.pop()
            if raw.is_missing:
                found += 1
                yield Problem(Node(raw, self).span, f"`{raw.type}` is missing here")
            elif raw.is_error:
                found += 1
                yield Problem(Node(raw, self).span, unexpected(Node(raw, self).text))
            elif raw.has_error:
                pending.extend(reversed(raw.children))


class Node:
    """A node of a syntax tree. Its children are made when they are first asked for.

    `start` and `end` count characters. `kept` is for whoever evaluates the node, to keep what
    needs computing only once.
    """

    __slots__ = ("_fields", "_named", "_span", "end", "kept", "raw", "start", "tree", "type")

    def __init__(self, raw: tree_sitter.Node, tree: Tree) -> None:
        self.raw = raw
        self.tree = tree
        self.type: str = raw.type
        self.start: int = raw.start_byte
        self.end: int = raw.end_byte
        if tree.is_wide:
            self.start, self.end = tree.offset(self.start), tree.offset(self.end)
        self.kept: Any = None
        self._fields: dict[str, Node | None] | None = None
        self._named: list[Node] | None = None
        self._span: Span | None = None

    @property
    def span(self) -> Span:
        if self._span is None:
            self._span = Span(self.tree.path, self.start, self.end)
        return self._span

    @property
    def text(self) -> str:
        return self.tree.text[self.start : self.end]

    @property
    def named(self) -> list["Node"]:
        """The children that the grammar names, without comments."""
        if self._named is None:
            self._named = [
                Node(child, self.tree) for child in self.raw.named_children if not child.is_extra
            ]
        return self._named

    @property
    def tokens(self) -> set[str]:
        """The kinds of the direct children that are mere keywords and signs."""
        return {child.type for child in self.raw.children if not child.is_named}

    def field(self, name: str) -> "Node | None":
        """The child in the role `name`, where there is one."""
        known = self._fields
        if known is None:
            known = self._fields = {}
        elif name in known:
            return known[name]
        raw = self.raw.child_by_field_name(name)
        child = known[name] = None if raw is None else Node(raw, self.tree)
        return child

    def the(self, name: str) -> "Node":
        """The child in the role `name`; where a slip left it out, the node itself, in error."""
        known = self._fields
        child = known.get(name) if known is not None else None
        child = child if child is not None else self.field(name)
        return child if child is not None else Absent(self)

    def fields(self, name: str) -> list["Node"]:
        """All children in the role `name`, without comments."""
        children = self.raw.children_by_field_name(name)
        return [Node(child, self.tree) for child in children if not child.is_extra]

    def elements(self) -> list["Node | None"]:
        """The elements of an array or its pattern; None where one is left out."""
        found: list[Node | None] = []
        vacant = True
        for child in self.raw.children:
            if child.type == ",":
                if vacant:
                    found.append(None)
                vacant = True
            elif child.is_named and not child.is_extra:
                found.append(Node(child, self.tree))
                vacant = False
        return found

    def descendants(self, *, stop: frozenset[str] = frozenset()) -> Iterator["Node"]:
        """All named nodes below this one, in the text's order; nothing below the kinds `stop`."""
        pending = list(reversed(self.named))
        while pending:
            node = pending.pop()
            yield node
            if node.type not in stop:
                pending.extend(reversed(node.named))


class Absent(Node):
    """Stands where the grammar wants a node and the text has none."""

    __slots__ = ()

    def __init__(self, parent: Node) -> None:
        super().__init__(parent.raw, parent.tree)
        self.type = "ERROR"


def refuse_excess(file: SourceFile) -> None:
    """Raises `TooLarge` for what the parser or its readers may not survive."""
    if len(file.text) > MOST_CHARACTERS:
        raise TooLarge(f"{file.path} has more than {MOST_CHARACTERS:,} characters")
    depth = 0
    for bracket in BRACKETS.findall(file.text):
        if bracket in "[({":
            depth += 1
            if depth > DEEPEST_NESTING:
                raise TooLarge(f"{file.path} nests brackets more than {DEEPEST_NESTING} deep")
        elif depth:
            depth -= 1


def wide_characters(text: str) -> Iterator[tuple[int, int]]:
    """After each character outside ASCII: the next byte, and how far bytes run ahead there."""
    ahead = 0
    for match in re.finditer(r"[^\x00-\x7f]", text):
        extra = len(match.group().encode("utf-8", "replace")) - 1
        ahead += extra
        yield match.end() + ahead, ahead


def unexpected(text: str) -> str:
    line = text.strip().partition("\n")[0]
    shown = line if len(line) <= 40 else line[:40] + "…"
    return f"`{shown}` does not follow the grammar here" if shown else "something is missing here"


def parsed(file: SourceFile, encoded: bytes) -> tree_sitter.Node:
    """The root of the file's tree.

    The JavaScript grammar takes `await (…)(…)` and `await […].map(…)` for a call and a member of
    something named `await`; TypeScript's reads them right.
    """
    if file.path.endswith(TYPESCRIPT):
        return typescript_parser().parse(without_type_arguments(encoded)).root_node
    if AWAITED_BRACKET.search(file.text):
        root = typescript_parser().parse(encoded).root_node
        if not root.has_error:
            return root
    return javascript_parser().parse(encoded).root_node


@cache
def javascript_parser() -> tree_sitter.Parser:
    return tree_sitter.Parser(tree_sitter.Language(tree_sitter_javascript.language()))


@cache
def typescript_parser() -> tree_sitter.Parser:
    return tree_sitter.Parser(tree_sitter.Language(tree_sitter_typescript.language_typescript()))

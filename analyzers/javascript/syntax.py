"""JavaScript and TypeScript as trees: the only module that knows tree-sitter."""

from dataclasses import dataclass

from analyzers.source import Span


@dataclass(frozen=True, slots=True)
class Problem:
    """A place where the text does not follow the grammar. `reason` is a clause for users."""

    span: Span
    reason: str


class TooLarge(Exception):
    """A file that is larger or deeper than is ever parsed. Its message is for users."""


class Node:
    """A node of a syntax tree."""

    span: Span

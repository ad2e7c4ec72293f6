"""SQL text becomes PostgreSQL's own parse tree. The only module that knows `postgast`."""

from dataclasses import dataclass

from analyzers.postgres.operations import Range
from analyzers.postgres.syntax import Node


@dataclass(frozen=True, slots=True)
class ParsedStatement:
    """One statement of a text: `at` is its range without white space and comments around it."""

    sql: str
    at: Range
    node: Node


@dataclass(frozen=True, slots=True)
class SqlSyntaxError:
    """A statement that PostgreSQL's parser rejects: why, and at which character of the text."""

    message: str
    offset: int
    at: Range


def parse(sql: str) -> tuple[ParsedStatement | SqlSyntaxError, ...]:
    """Every statement of `sql`, in order.

    A statement that does not parse is a `SqlSyntaxError` in its place; the others are still
    given where it is certain that they are others. PostgreSQL itself runs none of them then.
    """
    return ()

"""SQL files: statements without anybody who sends them."""

from collections.abc import Iterator

from analyzers.findings import Direction
from analyzers.knex.execution import Database, Execution, Statement
from analyzers.postgres.parser import parse
from analyzers.source import SourceFile, Span
from analyzers.text import Text


def execute(file: SourceFile, direction: Direction, database: Database) -> Execution:
    """The statements of a file, which has no `down`, sent as if in one of Knex's transactions."""
    if direction is Direction.DOWN:
        return Execution(direction)
    statements = tuple(_statements(file))
    for statement in statements:
        database.send(statement)
    return Execution(direction, statements)


def _statements(file: SourceFile) -> Iterator[Statement]:
    for parsed in parse(file.text):
        span = Span(file.path, parsed.at.start, parsed.at.end)
        yield Statement(Text.written(file.text[span.start : span.end], span), span)

"""PostgreSQL's parse tree becomes operations."""

from analyzers.postgres.operations import Operation
from analyzers.postgres.parser import ParsedStatement

__all__ = ["operations"]


def operations(statement: ParsedStatement) -> tuple[Operation, ...]:
    """What one SQL statement asks for, in the order in which PostgreSQL does it.

    Never empty for a statement that does anything: what isn't modelled is an `Opaque`. Every
    `at` counts characters of the whole text that was parsed.
    """
    return ()

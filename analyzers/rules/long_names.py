"""Names that are longer than PostgreSQL keeps them."""

import re
from collections.abc import Iterator

from analyzers.postgres.operations import (
    AddColumn,
    AddConstraint,
    CreateIndex,
    CreateObject,
    CreateTable,
    Operation,
    Range,
    RenameColumn,
    RenameConstraint,
    RenameIndex,
    RenameObject,
    RenameTable,
)
from analyzers.rules.context import Step
from analyzers.struct import Struct

MOST_BYTES = 63
"""https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-IDENTIFIERS"""

_SUSPICIOUS = MOST_BYTES - 3
"""A name is cut between characters, of which one may take four bytes."""

_IDENTIFIER = re.compile(r'"(?P<quoted>(?:[^"]|"")+)"|(?P<plain>[^\W\d][\w$]*)')


class CutName(Struct, frozen=True):
    """A name as it is `written`, what PostgreSQL keeps of it, and where it stands in the SQL."""

    written: str
    kept: str
    what: str
    at: Range


def cut_names(step: Step) -> Iterator[CutName]:
    """The names that an operation gives, and that PostgreSQL cuts."""
    operation = step.operation
    given = {name: what for name, what in _given(operation) if len(name.encode()) >= _SUSPICIOUS}
    if not given:
        return
    at = operation.at
    for found in _IDENTIFIER.finditer(step.statement.sql.string, at.start, at.end):
        plain, quoted = found["plain"], found["quoted"]
        name = plain.lower() if plain else quoted.replace('""', '"')
        kept = cut(name)
        if kept != name and kept in given:
            yield CutName(name, kept, given.pop(kept), Range(found.start(), found.end()))


def name_of(*words: str) -> str:
    """`words` as one name that PostgreSQL keeps whole: of the first one, what there is room for."""
    first, *others = words
    rest = "".join(f"_{word}" for word in others)
    room = MOST_BYTES - len(rest.encode())
    return cut(first.encode()[: max(room, 0)].decode(errors="ignore") + rest)


def cut(name: str) -> str:
    """What PostgreSQL keeps of a name."""
    return name.encode()[:MOST_BYTES].decode(errors="ignore")


def _given(operation: Operation) -> Iterator[tuple[str, str]]:
    """The names that an operation gives, and what they are names of."""
    match operation:
        case CreateTable(table=table, columns=columns, constraints=constraints):
            yield table.name, "table"
            yield from ((column.name, "column") for column in columns)
            every = [*constraints, *(c for column in columns for c in column.constraints)]
            yield from ((c.name, "constraint") for c in every if c.name)
        case AddColumn(column=column):
            yield column.name, "column"
            yield from ((c.name, "constraint") for c in column.constraints if c.name)
        case AddConstraint(constraint=constraint) if constraint.name:
            yield constraint.name, "constraint"
        case CreateIndex(name=str(index)):
            yield index, "index"
        case CreateObject(name=name, kind=kind):
            yield name.name, kind.value
        case RenameObject(to=to, kind=kind):
            yield to, kind.value
        case (
            RenameTable(to=to) | RenameColumn(to=to) | RenameConstraint(to=to) | RenameIndex(to=to)
        ):
            yield to, _RENAMED[type(operation)]


_RENAMED: dict[type[Operation], str] = {
    RenameTable: "table",
    RenameColumn: "column",
    RenameConstraint: "constraint",
    RenameIndex: "index",
}

"""Edits of the types that columns have in raw SQL."""

import re
from collections.abc import Iterator

from analyzers.fixes.edits import Edit
from analyzers.fixes.situation import Situation
from analyzers.postgres.operations import AddColumn, AlterColumnType, Column, CreateTable, Range
from analyzers.rules.context import Step, place_of

_QUOTED = r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|/\*.*?\*/"""


def types_of(situation: Situation) -> Iterator[tuple[Step, Range]]:
    """Where statements say the types of the columns that the finding speaks of."""
    for step in situation.steps:
        for at, name in _definitions(step):
            if place_of(situation.migration, step.statement, at) == situation.finding.place:
                yield step, _without_name(step, at, name)


def columns(step: Step) -> tuple[Column, ...]:
    """The columns that a step makes."""
    match step.operation:
        case CreateTable(columns=made):
            return made
        case AddColumn(column=added):
            return (added,)
    return ()


def words(
    situation: Situation, step: Step, at: Range, pattern: str, text: str
) -> Iterator[Edit | None]:
    """Writes `text` for each word of a part of the SQL that is like `pattern`; None: can't."""
    sql = step.statement.sql.string[at.start : at.end]
    for found in re.finditer(f"{_QUOTED}|(?P<word>{pattern})", sql, re.IGNORECASE | re.DOTALL):
        if found["word"] is not None:
            part = Range(at.start + found.start("word"), at.start + found.end("word"))
            yield situation.sql(step, part, _cased(found["word"], text))


def all_of(edits: Iterator[Edit | None]) -> tuple[Edit, ...]:
    """The edits, or none where one of them can't be."""
    found = tuple(edits)
    return tuple(edit for edit in found if edit is not None) if None not in found else ()


def _definitions(step: Step) -> Iterator[tuple[Range, str]]:
    for column in columns(step):
        yield column.at, column.name
    if isinstance(step.operation, AlterColumnType):
        yield step.operation.at, step.operation.column


def _without_name(step: Step, at: Range, name: str) -> Range:
    """What follows the column's own name."""
    sql = step.statement.sql.string[at.start : at.end]
    found = re.search(re.escape(name), sql, re.IGNORECASE)
    return Range(at.start + (found.end() if found else 0), at.end)


def _cased(written: str, text: str) -> str:
    """The text in upper or lower case, as the word is that it replaces."""
    return text.upper() if written.isupper() else text.lower() if written.islower() else text

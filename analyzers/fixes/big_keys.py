"""Keys, and what references them, of 64 bits."""

from collections.abc import Iterable, Iterator

from analyzers.fixes.calls import rename, renamed, string
from analyzers.fixes.column_sql import all_of, columns, types_of, words
from analyzers.fixes.edits import Edit
from analyzers.fixes.situation import Situation, arguments, method, receiver
from analyzers.javascript.syntax import Node
from analyzers.postgres.operations import (
    AddColumn,
    AddConstraint,
    Constraint,
    CreateTable,
    Name,
    Range,
)
from analyzers.rules.context import Step, place_of

_SERIAL = {"serial": "bigserial", "serial4": "bigserial", "smallserial": "bigserial"}
_INTEGER = r"\b(?:integer|int4|int|smallint|int2)\b"
_BUILDERS = ("integer", "int", "smallint", "mediumint", "tinyint")
_TABLES = ("createTable", "createTableIfNotExists", "alterTable", "table")


def edits(situation: Situation) -> Iterable[Edit]:
    key = renamed(situation, {"increments": "bigIncrements"}) or all_of(_key(situation))
    if key:
        return (*key, *all_of(_references(situation)))
    return all_of(
        edit
        for step in situation.steps
        for constraint in _constraints(step)
        if place_of(situation.migration, step.statement, constraint.at) == situation.finding.place
        for edit in _column_of(situation, step, constraint)
    )


def _key(situation: Situation) -> Iterator[Edit | None]:
    for step, at in types_of(situation):
        for serial, big in _SERIAL.items():
            yield from words(situation, step, at, rf"\b{serial}\b", big)
        yield from words(situation, step, at, rf"{_INTEGER}(?=.*\bidentity\b)", "bigint")


def _references(situation: Situation) -> Iterator[Edit | None]:
    """The columns of this migration that reference the key."""
    replay = situation.replay
    keys = {s.schema.full(n) for s in situation.steps if (n := _table(s)) is not None}
    for step in replay.steps if replay else ():
        for constraint in _constraints(step):
            far = constraint.reference
            if far is not None and step.schema.full(far.table) in keys:
                yield from _column_of(situation, step, constraint)


def _column_of(situation: Situation, step: Step, constraint: Constraint) -> Iterator[Edit | None]:
    """Widens the column of a foreign key where the migration makes it."""
    name = constraint.columns[0] if len(constraint.columns) == 1 else None
    place = place_of(situation.migration, step.statement, constraint.at)
    call = _declaration(situation.document.path(situation.document.span(place)), name)
    if call is not None:
        yield rename(call, "bigInteger")
        return
    for column in columns(step):
        if column.name == name:
            start = column.at.start + len(name)
            yield from words(situation, step, Range(start, column.at.end), _INTEGER, "bigint")


def _declaration(path: list[Node], name: str | None) -> Node | None:
    """The call that makes the column of this name, in the table that a path leads into."""
    tables = [node for node in path if node.type == "call_expression" and method(node) in _TABLES]
    for node in tables[-1].descendants() if tables else ():
        if node.type != "call_expression" or method(node) not in _BUILDERS:
            continue
        if string(next(iter(arguments(node)), None)) == name and receiver(node) is not None:
            return node
    return None


def _constraints(step: Step) -> tuple[Constraint, ...]:
    match step.operation:
        case AddConstraint(constraint=constraint):
            return (constraint,)
        case CreateTable(constraints=constraints):
            return (*constraints, *(c for column in columns(step) for c in column.constraints))
        case AddColumn(column=column):
            return column.constraints
    return ()


def _table(step: Step) -> Name | None:
    return getattr(step.operation, "table", None)

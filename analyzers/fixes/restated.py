"""`.alter()` that states again what it would drop."""

import re
from collections.abc import Iterable, Iterator

from analyzers.fixes.edits import Edit
from analyzers.fixes.situation import Situation, arguments, chain, method
from analyzers.javascript.syntax import Node
from analyzers.postgres.operations import DropDefault, Expression
from analyzers.postgres.schema import TableColumn

_NUMBER = re.compile(r"-?\d+(?:\.\d+)?|true|false")
_TEXT = re.compile(r"'([^'\\\n]*)'(?:::\w+(?:\(\d+\))?)?")
_NOW = {"now()", "current_timestamp"}


def edits(situation: Situation) -> Iterable[Edit]:
    """The first of the ways that keep all: with less of them, something would still be lost."""
    column = _column(situation)
    alter = _alter(situation)
    if column is None or alter is None:
        return ()
    return tuple(_stated(situation, column, alter))


def _stated(situation: Situation, column: TableColumn, alter: Node) -> Iterator[Edit]:
    calls = [method(call) for call in chain(alter)]
    at = alter.the("function").the("object").end
    if column.default is not None and "defaultTo" not in calls:
        value = _value(situation, column.default)
        yield Edit(at, at, f".defaultTo({value})" if value else "")
    stated = {"notNullable", "nullable", "notNull"}
    if column.not_null and not stated.intersection(calls) and not arguments(alter):
        told = alter.the("arguments")
        yield Edit(told.start, told.end, "({ alterNullable: false })")


def _column(situation: Situation) -> TableColumn | None:
    """What the column was, where all runs of the line alter the same one."""
    drops = [s for s in situation.steps if isinstance(s.operation, DropDefault)]
    if len(drops) != 1 or not isinstance(drops[0].operation, DropDefault):
        return None
    table = drops[0].schema.table(drops[0].operation.table)
    return table.column(drops[0].operation.column) if table is not None else None


def _alter(situation: Situation) -> Node | None:
    """The call of `.alter()` in the chain that begins where the finding stands."""
    for node in situation.path:
        if node.type == "call_expression" and node.start == situation.span.start:
            return next((call for call in chain(node) if method(call) == "alter"), None)
    return None


def _value(situation: Situation, default: Expression) -> str | None:
    """The default as a migration says it."""
    knex = situation.up.knex if situation.up is not None else None
    text, style = _TEXT.fullmatch(default.sql), situation.document.style
    if _NUMBER.fullmatch(default.sql):
        return default.sql
    if text is not None:
        return style.string(text[1])
    if knex is None:
        return None
    if default.sql.lower() in _NOW:
        return f"{knex}.fn.now()"
    return f"{knex}.raw({style.string(default.sql)})"

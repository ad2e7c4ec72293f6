"""Indexes for the foreign keys of new tables."""

from collections.abc import Iterable, Iterator

from analyzers.fixes import sending
from analyzers.fixes.edits import Edit
from analyzers.fixes.situation import Situation, arguments, chain, method, receiver
from analyzers.javascript.syntax import Node
from analyzers.postgres.operations import Name
from analyzers.rules.context import Step, place_of
from analyzers.rules.references import foreign_keys


def edits(situation: Situation) -> Iterable[Edit]:
    keys = list(_keys(situation))
    if len(keys) != 1:
        return ()
    step, table, columns = keys[0]
    if method(situation.document.path(step.statement.span)[-1]) == "raw":
        return tuple(_sent(situation, table, columns))
    return tuple(_built(situation))


def _keys(situation: Situation) -> Iterator[tuple[Step, Name, tuple[str, ...]]]:
    """The columns of the foreign keys that the finding speaks of, and their tables."""
    for step in situation.steps:
        for table, constraint in foreign_keys(step.operation):
            place = place_of(situation.migration, step.statement, constraint.at)
            if place == situation.finding.place:
                yield step, table, constraint.columns


def _sent(situation: Situation, table: Name, columns: tuple[str, ...]) -> Iterator[Edit]:
    """After the statement that makes the table."""
    up, document = situation.up, situation.document
    statement = sending.statement_of(up, situation.span.start) if up is not None else None
    if up is not None and up.knex is not None and statement is not None:
        string = document.style.string
        schema = f"withSchema({string(table.schema)})." if table.schema else ""
        index = f"table.index([{', '.join(map(string, columns))}])"
        call = f"alterTable({string(table.name)}, (table) => {index})"
        yield sending.after(document, up, statement, f"{up.knex}.schema.{schema}{call}")


def _built(situation: Situation) -> Iterator[Edit]:
    """`.index()` for the column, or a line of its own after that of `table.foreign()`."""
    document = situation.document
    around = (node for node in reversed(situation.path) if node.type == "call_expression")
    last = next(around, None)
    calls = list(chain(last))
    if last is None or not calls:
        return
    first = calls[-1]
    whole = _whole(situation, last)
    if method(first) != "foreign":
        yield Edit(whole.end, whole.end, ".index()")
        return
    table, named = receiver(first), arguments(first)
    statement = next(
        (n for n in reversed(situation.path) if n.type == "expression_statement"), None
    )
    if statement is None or table is None or not named or statement.named[0].end != whole.end:
        return
    indent = document.indent(statement.start)
    text = f"\n{indent}{table.text}.index({named[0].text}){document.style.end}"
    yield Edit(statement.end, statement.end, text)


def _whole(situation: Situation, call: Node) -> Node:
    """The chain of calls that this one is a part of."""
    for node in reversed(situation.path):
        if node.type in ("call_expression", "member_expression") and node.start == call.start:
            call = node if node.type == "call_expression" else call
    return call

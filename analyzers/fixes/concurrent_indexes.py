"""Indexes that are built and dropped concurrently, in a migration that does nothing else."""

import re
from collections.abc import Iterable, Iterator

from analyzers.fixes import sending
from analyzers.fixes.edits import Edit
from analyzers.fixes.functions import Function
from analyzers.fixes.situation import NESTED, Situation
from analyzers.fixes.transactions import without_transaction
from analyzers.javascript.syntax import Node
from analyzers.postgres.operations import (
    AddConstraint,
    Constraint,
    ConstraintKind,
    CreateIndex,
    DropIndex,
    Name,
    SetSetting,
)
from analyzers.rules.context import Replay, Step
from analyzers.rules.wording import identifier

_DECLARATIONS = frozenset({"lexical_declaration", "variable_declaration"})


def edits(situation: Situation) -> Iterable[Edit]:
    document, migration = situation.document, situation.migration
    config = without_transaction(document) if migration.transaction else None
    functions = document.functions
    if config is None or migration.up is None or "up" not in functions:
        return ()
    up = _rewritten(situation, functions["up"], migration.up)
    down = _down(situation)
    return (config, *up, *down) if up and down is not None else ()


def _down(situation: Situation) -> tuple[Edit, ...] | None:
    """The same for `down`. One statement may stay as it is: it needs no transaction."""
    function, replay = situation.document.functions.get("down"), situation.migration.down
    if function is None or replay is None:
        return ()
    alone = len(replay.execution.statements) <= 1
    return _rewritten(situation, function, replay) or (() if alone else None)


def _rewritten(situation: Situation, function: Function, replay: Replay) -> tuple[Edit, ...] | None:
    """What a function does to indexes, done concurrently; None where it does anything else."""
    if function.knex is None or not _is_plain(replay):
        return None
    sent: dict[tuple[int, int], list[Step]] = {}
    nodes: dict[tuple[int, int], Node] = {}
    for step in replay.steps:
        node = sending.statement_of(function, step.statement.span.start)
        if node is None or step.statement.span.path != situation.migration.path:
            return None
        nodes[node.start, node.end] = node
        sent.setdefault((node.start, node.end), []).append(step)
    found = [_instead(situation, function, nodes[at], steps) for at, steps in sent.items()]
    return tuple(e for e in found if e is not None) if None not in found else None


def _is_plain(replay: Replay) -> bool:
    every = (*replay.execution.statements,)
    return (
        replay.execution.complete
        and not replay.problems
        and not any(one.conditional or one.repeated for one in every)
        and all(map(_is_about_indexes, replay.steps))
    )


def _is_about_indexes(step: Step) -> bool:
    match step.operation:
        case CreateIndex(name=name, only=only, concurrently=False):
            return name is not None and not only
        case DropIndex(cascade=cascade, concurrently=False):
            return not cascade
        case AddConstraint(constraint=constraint):
            return _is_plain_key(constraint)
        case SetSetting(setting=setting):
            return setting == "lock_timeout"
    return False


def _instead(
    situation: Situation, function: Function, node: Node, steps: list[Step]
) -> Edit | None:
    if any(inner.type in NESTED | _DECLARATIONS for inner in node.descendants()):
        return None
    calls = list(_calls(situation, function, node, steps))
    return (
        None
        if None in calls
        else sending.instead(
            situation.document, function, node, [call for call in calls if call is not None]
        )
    )


def _calls(
    situation: Situation, function: Function, node: Node, steps: list[Step]
) -> Iterator[str | None]:
    """The calls that do the same; None for what can't be said."""
    document = situation.document
    for step in steps:
        sql = step.statement.sql.slice(*step.operation.at).string.strip().rstrip(";")
        match step.operation:
            case CreateIndex(name=name, table=table) if name is not None:
                drop = f"DROP INDEX CONCURRENTLY IF EXISTS {identifier(Name(name, table.schema))}"
                yield sending.raw(document, function, drop)
                written = _written(situation, node, step) if len(steps) == 1 else None
                yield written or (
                    None
                    if re.search(r"\$\d", sql)
                    else sending.raw(document, function, _concurrently(sql))
                )
            case AddConstraint(table=table, constraint=constraint):
                yield from _key(situation, function, table, constraint)
            case DropIndex(index=index):
                drop = f"DROP INDEX CONCURRENTLY IF EXISTS {identifier(index)}"
                yield sending.raw(document, function, drop)


def _is_plain_key(constraint: Constraint) -> bool:
    """Whether an index that is built beforehand can become the constraint."""
    unusual = constraint.deferrable or constraint.nulls_not_distinct or constraint.includes
    named = constraint.name is not None and constraint.using_index is None
    return constraint.kind is ConstraintKind.UNIQUE and named and not unusual


def _key(
    situation: Situation, function: Function, table: Name, constraint: Constraint
) -> Iterator[str]:
    index, name = Name(constraint.name or "", table.schema), identifier(constraint.name or "")
    columns = ", ".join(map(identifier, constraint.columns))
    for sql in (
        f"DROP INDEX CONCURRENTLY IF EXISTS {identifier(index)}",
        f"CREATE UNIQUE INDEX CONCURRENTLY {name} ON {identifier(table)} ({columns})",
        f"ALTER TABLE {identifier(table)} ADD CONSTRAINT {name} UNIQUE USING INDEX {name}",
    ):
        yield sending.raw(situation.document, function, sql)


def _concurrently(sql: str) -> str:
    """The statement as Knex or somebody wrote it, with the one word more."""
    text = sending.capitals(sql) if sql.startswith("create") and "\n" not in sql else sql
    return _INDEX.sub(lambda found: f"{found[1]} {_word(found[1])}", text, count=1)


_INDEX = re.compile(r"(?i)\b(index)\b(?:\s+if\s+not\s+exists\b)?")


def _word(keyword: str) -> str:
    return "concurrently" if keyword.islower() else "CONCURRENTLY"


def _written(situation: Situation, node: Node, step: Step) -> str | None:
    """The call as it stands in the file, where it is nothing but this statement in letters."""
    document, span = situation.document, step.statement.span
    call = document.path(span)[-1]
    sql = step.statement.sql
    is_whole = document.text[node.start : node.end].strip(" ;").endswith(call.text)
    begins = document.text[node.start : call.start].split() in ([], ["await"], ["return"])
    pieces = sql.pieces
    if not (is_whole and begins and len(pieces) == 1 and pieces[0].exact) or pieces[0].span is None:
        return None
    found = _INDEX.search(sql.string)
    if found is None or document.text.count("\n", call.start, call.end) > 0:
        return None
    at = pieces[0].span.start - call.start
    before, after = call.text[: at + found.start()], call.text[at + found.end() :]
    return f"{before}{found[1]} {_word(found[1])}{after}"

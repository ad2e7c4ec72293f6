"""What PostgreSQL refuses of a text because of the values that are sent apart from it, or not."""

import re
from collections.abc import Sequence

from analyzers.postgres.effect import Refusal
from analyzers.postgres.operations import Delete, Insert, Operation, Update
from analyzers.postgres.parser import ParsedStatement, SqlSyntaxError, parse
from analyzers.postgres.syntax import Node
from analyzers.struct import replace

TAKING_VALUES = frozenset(
    {"SelectStmt", "InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt", "CallStmt",
     "DeclareCursorStmt", "ExplainStmt", "CreateTableAsStmt"}
)  # fmt: skip
"""What PostgreSQL plans, and so looks for parameters in; measured on a server."""

_PARAMETER = re.compile(r"\$(\d{1,5})")

OF_THEIR_OWN = frozenset({"PrepareStmt", "CreateFunctionStmt"})
"""Statements whose parameters are not those of the text."""


def refused(
    parsed: Sequence[ParsedStatement | SqlSyntaxError], prepared: str | None
) -> Refusal | None:
    """`prepared`: the text with a parameter for each value; None: no value is sent apart from it.

    https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-EXT-QUERY
    """
    if prepared is None:
        return _without_values(parsed)
    if len(parsed) > 1:
        return Refusal("42601", "cannot insert multiple commands into a prepared statement")
    node = parsed[0].node if parsed and isinstance(parsed[0], ParsedStatement) else None
    return _with_values(node, prepared) if node is not None else None


def without_values(operation: Operation) -> Operation:
    """`operation` without the types of constants, which may be values that are sent apart: of
    those the server takes any that it can read as its column's type."""
    if isinstance(operation, Update | Delete) and operation.where and operation.where.constant:
        operation = replace(operation, where=replace(operation.where, gives=None))
    if not isinstance(operation, Insert | Update) or not operation.gives:
        return operation
    return replace(operation, gives=frozenset(one for one in operation.gives if not one.bare))


def _with_values(node: Node, prepared: str) -> Refusal | None:
    if node.kind == "CreateTableAsStmt" and node.choice("objtype") == "OBJECT_MATVIEW":
        return Refusal("0A000", "materialized views may not be defined using bound parameters")
    if node.kind in TAKING_VALUES:
        return None
    for one in parse(prepared):
        if isinstance(one, SqlSyntaxError):
            return Refusal(one.sqlstate, one.message)
        if one.node is not None and any(map(_is_no_expression, one.node.walk())):
            return Refusal("42601", 'syntax error at or near "$1"')
    count = max(map(int, _PARAMETER.findall(prepared)), default=0)
    words = f'bind message supplies {count} parameters, but prepared statement "" requires 0'
    return Refusal("08P01", words)


def _is_no_expression(node: Node) -> bool:
    """Whether it has a parameter where PostgreSQL's grammar has constants alone.

    libpg_query's takes one there, to read what `pg_stat_statements` makes of queries.
    """
    match node.kind:
        case "VariableSetStmt":
            return any(one.kind == "ParamRef" for one in node.children("args"))
        case "DefElem":
            held = node.child("arg")
        case "AlterTableCmd" if node.choice("subtype") != "AT_ColumnDefault":
            held = node.child("def")
        case _:
            return False
    return held is not None and held.kind == "ParamRef"


def _without_values(parsed: Sequence[ParsedStatement | SqlSyntaxError]) -> Refusal | None:
    for one in parsed:
        if not isinstance(one, ParsedStatement) or one.node is None:
            continue
        for token in one.tokens if one.node.kind not in OF_THEIR_OWN else ():
            if token.kind == "PARAM":
                number = one.text[token.start : token.end]
                return Refusal("42P02", f"there is no parameter {number}")
    return None

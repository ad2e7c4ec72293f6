"""DO blocks: the SQL inside of PL/pgSQL that runs at once."""

from collections.abc import Iterator, Mapping
from typing import TypeVar

from analyzers.postgres.operations import (
    AddColumn,
    AddEnumValue,
    CreateIndex,
    CreateObject,
    CreateTable,
    Name,
    Opaque,
    Operation,
    Range,
)
from analyzers.postgres.parser import SqlSyntaxError, parse, parse_block
from analyzers.postgres.translate.reading import Reading, Translators
from analyzers.postgres.translate.terms import constant
from analyzers.struct import Struct, names, replace

Value = TypeVar("Value")

_Making = CreateTable | AddColumn | CreateIndex | CreateObject | AddEnumValue

# Conditions by which a block forgives that something is there already.
_DUPLICATES = frozenset(
    {"duplicate_object", "duplicate_table", "duplicate_column", "duplicate_schema", "others"}
)
_BODIES = frozenset(
    {"body", "then_body", "else_body", "elsif_list", "case_when_list", "else_stmts", "stmts"}
)
_UNCONDITIONAL = frozenset({"PLpgSQL_function", "PLpgSQL_stmt_block"})


class _Command(Struct, frozen=True):
    """An SQL command in a block. `dynamic`: an expression whose value is run (EXECUTE)."""

    sql: str
    conditional: bool
    forgiven: bool
    dynamic: bool


def _do(reading: Reading) -> Iterator[Operation]:
    sql = reading.sql(reading.at)
    if _language(reading) not in ("plpgsql", None):
        yield Opaque("DO", reason="it isn't written in PL/pgSQL", at=reading.at)
        return
    block = parse_block(sql)
    if isinstance(block, SqlSyntaxError):
        yield Opaque("DO", reason=f"its body doesn't parse: {block.message}", at=reading.at)
        return
    cursor = reading.at.start
    for command in _commands(block):
        place = _locate(reading, command.sql, cursor)
        cursor = place.end if place else cursor
        for operation in _translated(reading, command, place):
            yield _marked(operation, command)


def _language(reading: Reading) -> str | None:
    for option in reading.node.children("args"):
        value = option.child("arg")
        if option.text("defname") == "language" and value is not None:
            return value.text("sval").lower()
    return None


def _locate(reading: Reading, sql: str, cursor: int) -> Range | None:
    """Where a command of the block stands, if it stands there letter by letter."""
    start = reading.text.find(sql, cursor, reading.at.end)
    if start >= 0:
        return Range(start, start + len(sql))
    # PERFORM f() is told as SELECT f().
    called = sql.removeprefix("SELECT ")
    start = reading.text.find(called, cursor, reading.at.end) - (len(sql) - len(called))
    return None if start < cursor else Range(start, start + len(sql))


def _translated(reading: Reading, command: _Command, place: Range | None) -> Iterator[Operation]:
    if command.dynamic:
        yield from _executed(reading, command, place)
    elif place is None:
        yield from (_moved(operation, reading.at) for operation in _parsed(command.sql, reading.at))
    else:
        yield from _parsed(" " * place.start + command.sql, place)


def _executed(reading: Reading, command: _Command, place: Range | None) -> Iterator[Operation]:
    """EXECUTE 'text': known where the text is one literal."""
    at = place or reading.at
    asked = parse(f"SELECT {command.sql}")
    node = asked[0].node if asked and not isinstance(asked[0], SqlSyntaxError) else None
    targets = node.children("target_list") if node else ()
    value = targets[0].child("val") if targets else None
    text = constant(value) if value is not None else None
    if text is None:
        yield Opaque("EXECUTE", reason="its SQL is put together while it runs", at=at)
        return
    yield from (_moved(operation, at) for operation in _parsed(text, at))


def _parsed(sql: str, at: Range) -> Iterator[Operation]:
    from analyzers.postgres.translate import operations  # a block holds any statement

    for part in parse(sql):
        if isinstance(part, SqlSyntaxError):
            yield Opaque("DO", reason=f"a command in it doesn't parse: {part.message}", at=at)
        else:
            yield from operations(part)


def _marked(operation: Operation, command: _Command) -> Operation:
    if command.forgiven and isinstance(operation, _Making):
        return replace(operation, if_not_exists=True, conditional=command.conditional)
    conditional = operation.conditional or command.conditional or command.forgiven
    return replace(operation, conditional=conditional)


def _moved(value: Value, at: Range) -> Value:
    """`value` with every range in it made `at`: its text stands nowhere letter by letter."""
    if isinstance(value, Range):
        return type(value)(at.start, at.end)
    if isinstance(value, tuple) and not isinstance(value, Name):
        return type(value)(_moved(item, at) for item in value)
    if isinstance(value, Struct):
        moved = {name: _moved(getattr(value, name), at) for name in names(type(value))}
        return replace(value, **moved)
    return value


def _commands(block: tuple[object, ...]) -> Iterator[_Command]:
    """The commands of a block in their order, told by its JSON tree."""
    waiting = [_Part(item, conditional=False, forgiven=False) for item in reversed(block)]
    while waiting:
        part = waiting.pop()
        command = _command(part)
        if command is not None:
            yield command
            continue
        waiting.extend(reversed(tuple(_below(part))))


class _Part(Struct, frozen=True):
    json: object
    conditional: bool
    forgiven: bool


def _command(part: _Part) -> _Command | None:
    json = part.json
    if not isinstance(json, Mapping):
        return None
    for kind, key in _COMMANDS.items():
        if kind in json:
            sql = json[kind][key]["PLpgSQL_expr"]["query"]
            return _Command(sql, part.conditional, part.forgiven, kind == "PLpgSQL_stmt_dynexecute")
    return None


_COMMANDS = {
    "PLpgSQL_stmt_execsql": "sqlstmt",
    "PLpgSQL_stmt_perform": "expr",
    "PLpgSQL_stmt_call": "expr",
    "PLpgSQL_stmt_dynexecute": "query",
}


def _below(part: _Part) -> Iterator[_Part]:
    json = part.json
    if isinstance(json, list):
        yield from (replace(part, json=item) for item in json)
        return
    if not isinstance(json, Mapping):
        return
    forgiven = part.forgiven or bool(_conditions(json) & _DUPLICATES)
    guarded = part.conditional or (bool(_conditions(json)) and not forgiven)
    for key, value in json.items():
        if key == "exceptions":
            yield _Part(_handlers(value), conditional=True, forgiven=False)
        elif key == "action" or key in _UNCONDITIONAL:
            yield _Part(value, part.conditional, part.forgiven)
        elif key in _BODIES:
            yield _Part(value, guarded, forgiven)
        elif key.startswith("PLpgSQL_"):
            yield _Part(value, conditional=True, forgiven=part.forgiven)


def _conditions(json: Mapping[str, object]) -> frozenset[str]:
    """The names of what a block's EXCEPTION part catches."""
    found: set[str] = set()
    waiting: list[object] = [json.get("exceptions")]
    while waiting:
        value = waiting.pop()
        if isinstance(value, list):
            waiting.extend(value)
        elif isinstance(value, Mapping):
            if isinstance(value.get("condname"), str):
                found.add(value["condname"])
            waiting.extend(v for k, v in value.items() if k != "action")
    return frozenset(found)


def _handlers(json: object) -> list[object]:
    """What the handlers of an EXCEPTION part do."""
    found: list[object] = []
    waiting = [json]
    while waiting:
        value = waiting.pop()
        if isinstance(value, list):
            waiting.extend(value)
        elif isinstance(value, Mapping):
            found.extend(v for k, v in value.items() if k == "action")
            waiting.extend(v for k, v in value.items() if k != "action")
    return found


TRANSLATORS: Translators = {"DoStmt": _do}

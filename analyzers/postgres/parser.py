"""SQL text becomes PostgreSQL's own parse tree. The only module that knows `postgast`.

The grammar is PostgreSQL 18's. What an older server would parse otherwise is allowed for where
real migrations need it: `system_user` as a name, which is reserved since PostgreSQL 16.
"""

import re
from bisect import bisect_left
from itertools import pairwise
from operator import attrgetter

import postgast
from google.protobuf.message import DecodeError  # type: ignore[import-untyped]

from analyzers.postgres.operations import Range
from analyzers.postgres.syntax import Message, Node, Positions, Token
from analyzers.struct import Struct

MAX_CHARACTERS = 1_000_000
# Nested comments and long operators take the scanner quadratic time; nobody writes them.
MAX_COMMENT_DEPTH = 20
MAX_OPERATOR_LENGTH = 1_000
# The C library works through a chain of operators by calling itself, and runs out of stack.
MAX_OPERATORS_IN_A_ROW = 5_000

_NAMES_RESERVED_LATER = frozenset({"SYSTEM_USER"})
_COMMENTS = frozenset({"SQL_COMMENT", "C_COMMENT"})
_START = attrgetter("start")
_OPEN, _CLOSE, _SEMICOLON = "ASCII_40", "ASCII_41", "ASCII_59"
_COMMENT_EDGE = re.compile(r"/\*|\*/")
_OPERATORS = re.compile(r"[-+*/<>=~!@#%^&|`?]{1000,}")


class ParsedStatement(Struct, frozen=True):
    """One statement of a text: `at` is its range without white space and comments around it.

    `text` is the whole text, `tokens` are the statement's own, comments left out. `node` is None
    for a statement that is sound but nested too deeply to be looked at. `refused_since`: the
    first major of PostgreSQL that no longer parses it.
    """

    text: str
    at: Range
    node: Node | None
    tokens: tuple[Token, ...] = ()
    refused_since: int | None = None

    @property
    def sql(self) -> str:
        return self.text[self.at.start : self.at.end]


class SqlSyntaxError(Struct, frozen=True):
    """A statement that PostgreSQL's parser rejects: why, and at which character of the text."""

    message: str
    offset: int
    at: Range

    @property
    def sqlstate(self) -> str:
        """What PostgreSQL raises: the grammar knows some features only to refuse them."""
        return "0A000" if "cannot be marked" in self.message else "42601"

    def sqlstate_on(self, major: int) -> str:
        """Since 17 the grammar knows ALTER TYPE … DROP VALUE, to say that it can't be done."""
        newer = "is not implemented" in self.message
        return "0A000" if newer and major >= 17 else self.sqlstate


def parse(sql: str) -> tuple[ParsedStatement | SqlSyntaxError, ...]:
    """Every statement of `sql`, in order.

    A statement that does not parse is a `SqlSyntaxError` in its place; the others are still
    given where it is certain that they are others. PostgreSQL itself runs none of them then.
    """
    refusal = _refuse(sql)
    if refusal is not None:
        return (refusal,)
    tokens = _scan(sql)
    if isinstance(tokens, SqlSyntaxError):
        return _parse_before(tokens, sql)
    whole = _parse(_Segment(sql, Range(0, len(sql)), tokens))
    if not _failed(whole):
        return whole
    return tuple(part for s in _segments(sql, tokens) for part in _parse_leniently(s))


def comments(sql: str) -> tuple[Range, ...]:
    """The comments of `sql`, in order; none in a text that PostgreSQL's scanner refuses."""
    tokens = () if _refuse(sql) is not None else _scan(sql)
    if isinstance(tokens, SqlSyntaxError):
        return ()
    return tuple(Range(token.start, token.end) for token in tokens if token.kind in _COMMENTS)


def parse_block(sql: str) -> tuple[object, ...] | SqlSyntaxError:
    """The PL/pgSQL of a DO statement or of CREATE FUNCTION, as libpg_query's JSON tells it."""
    try:
        return tuple(postgast.parse_plpgsql(sql))
    except postgast.PgQueryError as error:
        return SqlSyntaxError(error.message, 0, Range(0, len(sql)))


class _Segment(Struct, frozen=True):
    """A range of a text, with the tokens in it."""

    text: str
    at: Range
    tokens: tuple[Token, ...]

    @property
    def sql(self) -> str:
        return self.text[self.at.start : self.at.end]

    def part(self, start: int, end: int) -> "_Segment":
        """The part from `start` to `end`, without the semicolons, spaces and comments around."""
        first = bisect_left(self.tokens, start, key=_START)
        last = bisect_left(self.tokens, end, first, key=_START)
        own = tuple(t for t in self.tokens[first:last] if t.kind not in _SILENT)
        at = Range(own[0].start, own[-1].end) if own else Range(start, end)
        return _Segment(self.text, at, own)


_SILENT = _COMMENTS | {_SEMICOLON}


def _refuse(sql: str) -> SqlSyntaxError | None:
    """Texts that the C library must not see."""
    for message, offset in (
        ("PostgreSQL's text can't hold a NUL character", sql.find("\0")),
        (f"longer than {MAX_CHARACTERS:,} characters", 0 if len(sql) > MAX_CHARACTERS else -1),
        ("half of a surrogate pair isn't text", _lone_surrogate(sql)),
        ("comments nested too deeply", _deep_comment(sql)),
        ("an operator that is too long", _long_operator(sql)),
    ):
        if offset >= 0:
            return SqlSyntaxError(message, offset, Range(0, len(sql)))
    return None


def _lone_surrogate(sql: str) -> int:
    if sql.isascii():
        return -1
    return next((i for i, c in enumerate(sql) if "\ud800" <= c <= "\udfff"), -1)


def _deep_comment(sql: str) -> int:
    depth = 0
    for edge in _COMMENT_EDGE.finditer(sql):
        depth = depth + 1 if edge.group() == "/*" else max(depth - 1, 0)
        if depth > MAX_COMMENT_DEPTH:
            return edge.start()
    return -1


def _long_operator(sql: str) -> int:
    for run in _OPERATORS.finditer(sql):
        # Two hyphens, or a slash and a star, begin a comment and end the operator.
        if len(re.split(r"--|/\*", run.group())[0]) >= MAX_OPERATOR_LENGTH:
            return run.start()
    return -1


def _scan(sql: str) -> tuple[Token, ...] | SqlSyntaxError:
    positions = Positions(sql)
    try:
        scanned = postgast.scan(sql).tokens[:]
    except postgast.PgQueryError as error:
        offset = positions.told(error.cursorpos)
        return SqlSyntaxError(error.message, offset, Range(0, len(sql)))
    if sql.isascii():
        tokens = tuple([Token(_TOKENS[t.token], t.start, t.end) for t in scanned])
    else:
        at = positions.character
        tokens = tuple([Token(_TOKENS[t.token], at(t.start), at(t.end)) for t in scanned])
    chain = _long_chain(tokens)
    if chain is not None:
        return SqlSyntaxError("an expression that is too long", chain, Range(0, len(sql)))
    return tokens


_TOKENS: dict[int, str] = {number: name for name, number in postgast.pg_query_pb2.Token.items()}


def _long_chain(tokens: tuple[Token, ...]) -> int | None:
    """Where too many operators follow each other with nothing but values between them."""
    length = 0
    for token in tokens if len(tokens) > MAX_OPERATORS_IN_A_ROW else ():
        if token.kind in _SEPARATORS:
            length = 0
        length += token.kind in _OPERATOR_KINDS
        if length > MAX_OPERATORS_IN_A_ROW:
            return token.start
    return None


_SEPARATORS = frozenset({"ASCII_44", _SEMICOLON})
_OPERATOR_KINDS = frozenset(
    {"Op", "ASCII_37", "ASCII_42", "ASCII_43", "ASCII_45", "ASCII_47", "ASCII_94"}
)


def _parse_before(error: SqlSyntaxError, sql: str) -> tuple[ParsedStatement | SqlSyntaxError, ...]:
    """The statements that end before a string or comment that doesn't."""
    tokens = _scan(sql[: error.offset])
    if isinstance(tokens, SqlSyntaxError):
        return (error,)
    *whole, broken = _segments(sql, tokens)
    found = [part for segment in whole for part in _parse_leniently(segment)]
    start = broken.at.start if broken.tokens else error.offset
    return (*found, SqlSyntaxError(error.message, error.offset, Range(start, len(sql))))


def _segments(sql: str, tokens: tuple[Token, ...]) -> list[_Segment]:
    """The texts between semicolons; one for all where a body of statements makes that unsure."""
    whole = _Segment(sql, Range(0, len(sql)), tokens)
    if ("BEGIN_P", "ATOMIC") in pairwise(token.kind for token in tokens):
        return [whole]
    edges = [0]
    depth = 0
    for token in tokens:
        depth += (token.kind == _OPEN) - (token.kind == _CLOSE)
        if token.kind == _SEMICOLON and depth <= 0:
            edges.append(token.end)
            depth = 0
    return [whole.part(a, b) for a, b in pairwise((*edges, len(sql)))] if depth <= 0 else [whole]


def _parse_leniently(segment: _Segment) -> tuple[ParsedStatement | SqlSyntaxError, ...]:
    """Parses later reserved words as the names they used to be, if nothing else is wrong."""
    parts = _parse(segment)
    names = [token for token in segment.tokens if token.kind in _NAMES_RESERVED_LATER]
    if not names or not _failed(parts):
        return parts
    quoted, inserted = segment.sql, []
    for count, token in enumerate(names):
        start, end = (o - segment.at.start + 2 * count for o in (token.start, token.end))
        quoted = f'{quoted[:start]}"{quoted[start:end].lower()}"{quoted[end:]}'
        inserted += [start, end + 1]
    older = _parse(segment, quoted, tuple(inserted))
    return parts if _failed(older) else older


def _failed(parts: tuple[ParsedStatement | SqlSyntaxError, ...]) -> bool:
    return any(isinstance(part, SqlSyntaxError) for part in parts)


def _parse(
    segment: _Segment, quoted: str | None = None, inserted: tuple[int, ...] = ()
) -> tuple[ParsedStatement | SqlSyntaxError, ...]:
    """`quoted`: the segment's text with quotes put in at `inserted`."""
    if all(token.kind in _SILENT for token in segment.tokens):
        return ()
    text = segment.sql if quoted is None else quoted
    positions = Positions(text, segment.at.start, inserted)
    try:
        statements = postgast.parse(text).stmts[:]
    except postgast.PgQueryError as error:
        offset = positions.told(error.cursorpos)
        return (SqlSyntaxError(error.message, offset, segment.at),)
    except DecodeError:
        # The parser took it; what it answers is nested too deeply for protobuf.
        return _parse_apart(segment)
    since = None if quoted is None else 16
    return tuple(_statement(raw, segment, positions, since) for raw in statements)


def _statement(
    raw: Message, segment: _Segment, positions: Positions, refused_since: int | None
) -> ParsedStatement:
    start, length = raw.stmt_location, raw.stmt_len
    end = positions.character(start + length) if length else segment.at.end
    part = segment.part(positions.character(start), end)
    node = Node(raw, positions).child("stmt")
    return ParsedStatement(segment.text, part.at, node, part.tokens, refused_since)


def _parse_apart(segment: _Segment) -> tuple[ParsedStatement | SqlSyntaxError, ...]:
    """Loses only the statement that is too deep, not those beside it."""
    parts = [part for part in _segments(segment.text, segment.tokens) if part.tokens]
    if len(parts) == 1:
        return (ParsedStatement(segment.text, parts[0].at, None, parts[0].tokens),)
    return tuple(found for part in parts for found in _parse(part))

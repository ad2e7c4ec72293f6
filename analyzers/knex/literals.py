"""Values as PostgreSQL literals, and bindings written into SQL."""

import re

from analyzers.javascript.values import Array, Undefined, Value
from analyzers.knex.sql import Query, Unknowable, substituted, text
from analyzers.knex.values import absent, is_number, json_string, known, number_string, string
from analyzers.text import Text

_QUESTION_MARK = re.compile(r"(\\*)\?")
_ESCAPED_QUESTION_MARK = re.compile(r"\\?\?")
_TAKES_BINDINGS = re.compile(r"\s*(?:select|insert|update|delete|with)\b", re.IGNORECASE)
_QUOTE_OR_BACKSLASH = re.compile(r"['\\]")


def literal(value: Value) -> Text:
    """`value` as a literal that PostgreSQL reads back as what Knex sends."""
    known(value)
    if absent(value):
        return Text.of("NULL")
    if isinstance(value, bool):
        return Text.of("true" if value else "false")
    if isinstance(value, (int, float)):
        return Text.of(number_string(value))
    if isinstance(value, Text):
        return quoted(value)
    if isinstance(value, Array):
        return quoted(Text.of(_array(value)))
    return quoted(Text.of(json_string(value)))


def quoted(value: Text) -> Text:
    """A string literal; with backslashes it is written in PostgreSQL's E'' form."""
    escaped = substituted(_QUOTE_OR_BACKSLASH, value, lambda match: match.group() * 2).sql
    return text("E'" if "\\" in value.string else "'", escaped, "'")


def sent(query: Query) -> Text:
    """The text that PostgreSQL gets, with bindings written in as literals.

    A binding that only a run knows stays a parameter (`$1`), and so does a question mark that
    has no binding at all, as Knex sends it. An escaped question mark is a question mark.
    """
    count = 0

    def replace(match: re.Match[str]) -> str | Text:
        nonlocal count
        if len(match.group(1)) % 2:
            return "?"
        count += 1
        if count > len(query.bindings):
            return f"${count}"
        try:
            return literal(query.bindings[count - 1])
        except Unknowable:
            return f"${count}"

    return substituted(_QUESTION_MARK, query.sql, replace).sql


def prepared(query: Query) -> str | None:
    """The text that Knex sends beside the bindings; None where there are none to send.

    Empty for what surely takes them: only what may not is worth the second writing.
    """
    if not query.bindings:
        return None
    if _TAKES_BINDINGS.match(query.sql.string):
        return ""
    count = 0

    def replace(match: re.Match[str]) -> str:
        nonlocal count
        if len(match.group(1)) % 2:
            return "?"
        count += 1
        return f"${count}"

    return _QUESTION_MARK.sub(replace, query.sql.string)


def inlined(query: Query) -> Text:
    """What `.toString()` of a query gives: Knex writes the bindings in itself."""
    bindings = iter(query.bindings)

    def replace(match: re.Match[str]) -> str | Text:
        if match.group().startswith("\\"):
            return "?"
        try:
            return literal(next(bindings))
        except StopIteration:
            return match.group()

    return substituted(_ESCAPED_QUESTION_MARK, query.sql, replace).sql


def column_default(value: Value, type_: str) -> Text:
    """The expression of a `DEFAULT` clause, as `.defaultTo(value)` writes it."""
    if isinstance(known(value), Undefined):
        return Text()
    if value is None:
        return Text.of("null")
    if type_ == "bool":
        return Text.of("'0'" if _false(value) else "'1'")
    if type_ in ("json", "jsonb") and not isinstance(value, (Text, bool, int, float)):
        return text("'", json_string(value), "'")
    return quoted(string(value))


def _false(value: Value) -> bool:
    if isinstance(value, Text):
        return value.string in ("", "false")
    return value is False or (is_number(value) and value == 0)


def _array(value: Array) -> str:
    return "{" + ",".join(_element(item) for item in value.items) + "}"


def _element(item: Value) -> str:
    known(item)
    if absent(item):
        return "NULL"
    if isinstance(item, Array):
        return _array(item)
    if isinstance(item, (int, float)) and not isinstance(item, bool):
        return number_string(item)
    if isinstance(item, Text):
        return json_string(item)
    return json_string(Text.of(json_string(item)))

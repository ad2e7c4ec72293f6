"""A column's definition, as Knex writes it for PostgreSQL."""

import re
from collections.abc import Callable, Iterator, Mapping

from analyzers.javascript.values import UNDEFINED, Array, Undefined, Value
from analyzers.knex.builder import Call
from analyzers.knex.expressions import RawExpression, dotted_name
from analyzers.knex.expressions import operator as compared_by
from analyzers.knex.literals import column_default, literal
from analyzers.knex.records import Column, Table
from analyzers.knex.release import Release, Since
from analyzers.knex.sql import (
    EMPTY,
    Part,
    Query,
    Refused,
    Unknowable,
    joined,
    sql,
    substituted,
    text,
)
from analyzers.knex.table_names import TableName
from analyzers.knex.values import (
    absent,
    integer,
    is_object,
    items,
    known,
    member,
    string,
    truthy,
)
from analyzers.text import Text

_LONE_QUOTE = re.compile("(?<!')'(?!')")

ALIASES = {
    "float": "floating",
    "enum": "enu",
    "boolean": "bool",
    "string": "varchar",
    "bigint": "biginteger",
}
"""Methods of the table builder that stand for another type."""


class ColumnWriter:
    """Writes one column of one table."""

    def __init__(self, table: Table, column: Column, release: Release) -> None:
        self.table = table
        self.column = column
        self.release = release
        self.unnamed_checks = 0

    def definition(self) -> Query:
        """Name, type and modifiers, as in `create table`."""
        written = [sql(self.name(), " ", self.type()), *self.modifiers()]
        return self.column.call.wrote(joined(" ", written))

    def raw_name(self) -> Text:
        """The column's name as it was given."""
        if self.column.spoilt is not None:
            raise Unknowable(self.column.spoilt)
        given = self.column.call[0]
        if truthy(given):
            return string(given)
        if not self.is_increments:
            raise Refused(f"gives no name for the {self.column.type} column")
        return Text.of("id")

    def name(self) -> Text:
        return dotted_name(self.raw_name())

    @property
    def is_increments(self) -> bool:
        return "increments" in self.column.type

    def type(self) -> Query:
        """The data type. What Knex offers for other databases becomes the word `undefined`."""
        fixed = FIXED_TYPES.get(self.column.type)
        if fixed is not None:
            return sql(fixed)
        writer = TYPES.get(self.column.type)
        if writer is None:
            return sql("undefined")
        return sql(writer(self, self.column.call))

    def modifiers(self) -> Iterator[Query]:
        """The modifiers that stand in the definition itself, in Knex's order."""
        if self.is_increments:
            return
        for modifier, write in MODIFIERS.items():
            call = self.column.modifiers.get(modifier)
            if call is not None:
                written = call.wrote(sql(write(self, call)))
                if written:
                    yield written

    def check_calls(self) -> list[Call]:
        """The checks of an altered column, which come one by one in statements of their own."""
        if self.is_increments or self.column.altered is None:
            return []
        return [call for check in CHECKS if (call := self.column.modifiers.get(check))]

    def check(self, call: Call) -> tuple[Query, Value]:
        """The predicate and the constraint's name of one check."""
        return CHECKS[call.method](self, call), call[CHECK_NAME_AT[call.method]]

    def may_be_primary_key(self, options: Value, *, otherwise: bool) -> bool:
        """Whether the type itself makes the column the primary key."""
        if isinstance(known(options), Undefined):
            asked: Value = otherwise
        else:
            asked = member(options, "primaryKey")
            if not self.release.has(Since.INCREMENTS_YIELD_TO_PRIMARY):
                asked = True if isinstance(asked, Undefined) else asked
        if not self.release.has(Since.INCREMENTS_YIELD_TO_PRIMARY):
            return truthy(asked)
        return truthy(asked) and not any(
            isinstance(statement, Call) and statement.method == "primary" and statement.arguments
            for statement in self.table.statements
        )


def native_enum(writer: ColumnWriter) -> Text | None:
    """The name of the enum type that the column's definition creates, if it does."""
    options = writer.column.call[2]
    if writer.column.type != "enu" or not is_object(known(options)):
        return None
    if not truthy(member(options, "useNative")) or truthy(member(options, "existingType")):
        return None
    return _enum_name(writer, options)


def enum_values(call: Call) -> Text:
    """The values of an enum, between quotes. Knex doesn't escape them."""
    allowed = known(call[1])
    if not isinstance(allowed, Array):
        raise Refused("gives no list of values for an enum")
    return Text.join(Text.of("', '"), map(string, allowed.items))


def _enum_name(writer: ColumnWriter, options: Value) -> Text:
    schema = member(options, "schemaName")
    schema = schema if truthy(schema) else writer.table.schema
    qualifier = text('"', string(schema), '".') if truthy(schema) else Text()
    return text(qualifier, '"', string(member(options, "enumName")), '"')


def _enu(writer: ColumnWriter, call: Call) -> Part:
    options = known(call[2])
    if is_object(options) and truthy(member(options, "useNative")):
        return _enum_name(writer, options)
    return sql("text check (", dotted_name(string(call[0])), " in ('", enum_values(call), "'))")


def _decimal(writer: ColumnWriter, call: Call) -> Part:
    if known(call[1]) is None:
        return "decimal"
    return f"decimal({integer(call[1], 8)}, {integer(call[2], 2)})"


def _timestamp(writer: ColumnWriter, call: Call) -> Part:
    without_zone, precision = known(call[1]), known(call[2])
    with_zone: Value = not truthy(without_zone)
    if is_object(without_zone):
        with_zone = member(without_zone, "useTz")
        precision = member(without_zone, "precision")
    kind = "timestamp" if with_zone is False else "timestamptz"
    return kind if absent(precision) else sql(kind, "(", string(precision), ")")


def _serial(kind: str) -> Callable[[ColumnWriter, Call], Part]:
    def write(writer: ColumnWriter, call: Call) -> Part:
        primary = writer.may_be_primary_key(call[1], otherwise=True)
        return kind + (" primary key" if primary else "")

    return write


def _uuid(writer: ColumnWriter, call: Call) -> Part:
    if not writer.release.has(Since.UUID_PRIMARY_KEY):
        return "uuid"
    primary = writer.may_be_primary_key(call[1], otherwise=False)
    return "uuid primary key" if primary else "uuid"


def _bit(writer: ColumnWriter, call: Call) -> Part:
    if absent(known(call[1])):
        raise Refused("gives no options for a bit column")
    length = member(call[1], "length")
    return "bit" if length is False else sql("bit(", string(length), ")")


FIXED_TYPES: Mapping[str, str] = {
    "biginteger": "bigint",
    "binary": "bytea",
    "bool": "boolean",
    "date": "date",
    "double": "double precision",
    "floating": "real",
    "geography": "geography",
    "geometry": "geometry",
    "integer": "integer",
    "jsonb": "jsonb",
    "mediumint": "integer",
    "point": "point",
    "smallint": "smallint",
    "text": "text",
    "time": "time",
    "tinyint": "smallint",
}

TYPES: Mapping[str, Callable[[ColumnWriter, Call], Part]] = {
    "bigincrements": _serial("bigserial"),
    "bit": _bit,
    "datetime": _timestamp,
    "decimal": _decimal,
    "enu": _enu,
    "increments": _serial("serial"),
    "json": lambda _, call: "jsonb" if truthy(call[1]) else "json",
    "specifictype": lambda _, call: string(call[1]),
    "timestamp": _timestamp,
    "uuid": _uuid,
    "varchar": lambda _, call: f"varchar({integer(call[1], 255)})",
}


def _nullable(writer: ColumnWriter, call: Call) -> Part:
    return "not null" if known(call[0]) is False else "null"


def default_clause(writer: ColumnWriter, call: Call) -> Query:
    """`default …`; a value that only a run knows stays a parameter."""
    value = call[0]
    if isinstance(value, RawExpression):
        return sql("default ", value.printed())
    try:
        return sql("default ", column_default(value, writer.column.type))
    except Unknowable as unknowable:
        return sql("default ", Query(Text.of("?"), (unknowable.value,)))


def _inline_check(modifier: str) -> Callable[[ColumnWriter, Call], Part]:
    def write(writer: ColumnWriter, call: Call) -> Part:
        if writer.column.altered is not None:
            return EMPTY
        constraint = call[CHECK_NAME_AT[modifier]]
        named = sql("constraint ", string(constraint), " ") if truthy(constraint) else EMPTY
        return sql(named, "check (", CHECKS[modifier](writer, call), ")")

    return write


def _compared(sign: str) -> Callable[[ColumnWriter, Call], Query]:
    return lambda writer, call: sql(writer.name(), f" {sign} 0")


def _in_list(negation: str) -> Callable[[ColumnWriter, Call], Query]:
    def write(writer: ColumnWriter, call: Call) -> Query:
        listed = joined(",", map(literal, _list(call[0])))
        return sql(writer.name(), f" {negation}in (", listed, ")")

    return write


def _between(writer: ColumnWriter, call: Call) -> Query:
    intervals = _list(call[0])
    if len(intervals) == 2 and not any(isinstance(bound, Array) for bound in intervals):
        intervals = [Array(intervals)]
    return joined(" or ", (_interval(writer, _list(interval)) for interval in intervals))


def _interval(writer: ColumnWriter, bounds: list[Value]) -> Query:
    low, high = [literal(bound) for bound in (*bounds, UNDEFINED, UNDEFINED)[:2]]
    return sql(writer.name(), " between ", low, " and ", high)


def _length(writer: ColumnWriter, call: Call) -> Query:
    length = integer(call[1])
    written = "undefined" if length is None else str(length)
    return sql("length(", writer.name(), ") ", compared_by(call[0]), " ", written)


def _regex(writer: ColumnWriter, call: Call) -> Query:
    return sql(writer.name(), " ~ ", literal(call[0]))


def _list(value: Value) -> list[Value]:
    if not isinstance(known(value), Array):
        raise Refused("gives no list where Knex wants one")
    return items(value)


CHECKS: Mapping[str, Callable[[ColumnWriter, Call], Query]] = {
    "checkPositive": _compared(">"),
    "checkNegative": _compared("<"),
    "checkIn": _in_list(""),
    "checkNotIn": _in_list("not "),
    "checkBetween": _between,
    "checkLength": _length,
    "checkRegex": _regex,
}
"""The predicate of each kind of check, in the order in which Knex writes them."""

CHECK_NAME_AT: Mapping[str, int] = dict.fromkeys(CHECKS, 1) | {
    "checkPositive": 0,
    "checkNegative": 0,
    "checkLength": 2,
}
"""Which argument of a check is its constraint's name."""

MODIFIERS: Mapping[str, Callable[[ColumnWriter, Call], Part]] = {
    "nullable": _nullable,
    "defaultTo": default_clause,
} | {modifier: _inline_check(modifier) for modifier in CHECKS}
"""What a definition holds after the type, in Knex's order. Others are silently ignored."""


def comment_statement(writer: ColumnWriter, table: TableName, call: Call) -> Query:
    """`comment on column`. Knex doubles each single quote that stands alone."""
    comment = known(call[0])
    written = Text.of("NULL")
    if truthy(comment):
        if not isinstance(comment, Text):
            raise Refused("gives a comment that is no string")
        written = text("'", substituted(_LONE_QUOTE, comment, lambda _: "''").sql, "'")
    return sql("comment on column ", table.query(), ".", writer.name(), " is ", written)

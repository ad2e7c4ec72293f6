"""What a column cannot be given as its default: another type, or what its type cannot read."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from analyzers.postgres import operations as o
from analyzers.postgres.effect import Refusal
from analyzers.postgres.effects.conversions import converts
from analyzers.postgres.effects.known_types import SERIAL, base_type, defined, is_built_in
from analyzers.postgres.effects.literals import unreadable
from analyzers.postgres.operations import UNKNOWN_TYPE, Expression, Operation, Type
from analyzers.postgres.schema import Schema, TableColumn

_BITS = {"int2": 15, "int4": 31, "int8": 63}


def ungiven(operation: Operation, schema: Schema) -> Iterator[Refusal]:
    """https://www.postgresql.org/docs/current/ddl-default.html"""
    find = _FINDERS.get(type(operation))
    return find(operation, schema) if find is not None else iter(())


def _table(operation: o.CreateTable, schema: Schema) -> Iterator[Refusal]:
    for column in operation.columns:
        if column.default is not None:
            yield from _unfit(column.default, column.type, schema)


def _column(operation: o.AddColumn, schema: Schema) -> Iterator[Refusal]:
    """The default is worked out at once, for the rows that are there."""
    default, kind = operation.column.default, operation.column.type
    yield from _unfit(default, kind, schema)
    if default is not None:
        yield from _too_large(default, base_type(kind, schema))


def _set(operation: o.SetDefault, schema: Schema) -> Iterator[Refusal]:
    table = schema.table(operation.table)
    column = table.column(operation.column) if table is not None else None
    if column is not None and column.type is not None and column.generated is None:
        yield from _unfit(operation.default, column.type, schema)


def _object(operation: o.CreateObject, schema: Schema) -> Iterator[Refusal]:
    if isinstance(operation.details, o.DomainDetails):
        yield from _unfit(operation.details.default, operation.details.base, schema)


def _unfit(default: Expression | None, kind: Type, schema: Schema) -> Iterator[Refusal]:
    if default is None or default.gives is None or _is_shadowed(default, schema):
        return
    bare = default.gives == UNKNOWN_TYPE
    if default.literal is not None:
        read_as = kind if bare else default.gives
        code = unreadable(default.literal, read_as, schema)
        if code is not None:
            yield Refusal(code, f"DEFAULT {default.sql} is no value of type {read_as}")
    if bare:
        return
    if _is_known(kind, schema) and not _converts(default.gives, kind, schema):
        message = f"DEFAULT {default.sql} is of type {default.gives}, the column of type {kind}"
        yield Refusal("42804", message)


def _converts(one: Type, kind: Type, schema: Schema) -> bool:
    own = base_type(kind, schema)
    if one.array or own.array:
        return one.array == own.array
    return converts(TableColumn("", one), kind, schema)


def _is_known(kind: Type, schema: Schema) -> bool:
    own = base_type(kind, schema)
    return is_built_in(own) or defined(own, schema) is not None


def _is_shadowed(default: Expression, schema: Schema) -> bool:
    """Whether a function of the migrations' own may be meant."""
    return any(name.name in default.functions for name in schema.functions)


def _too_large(default: Expression, kind: Type) -> Iterator[Refusal]:
    """Too long a text, too large a number; other texts are read when the statement is."""
    if default.gives == UNKNOWN_TYPE and kind.name in ("varchar", "bpchar") and not kind.array:
        text = default.literal or ""
        if kind.modifiers and len(text.rstrip(" ")) > kind.modifiers[0]:
            yield Refusal("22001", f"DEFAULT {default.sql} is too long for type {kind}")
    number = default.sql.strip("() ")
    whole = default.gives is not None and default.gives.name in ("int4", "int8", "numeric")
    if whole and default.constant and number.removeprefix("-").isdecimal():
        bits = _BITS.get(SERIAL.get(kind.name, kind.name))
        if bits is not None and not kind.array and _is_beyond(number, bits):
            yield Refusal("22003", f"{number} is out of the range of type {kind}")
        if kind.name == "numeric" and kind.modifiers and not kind.array:
            precision, scale = (*kind.modifiers, 0)[:2]
            if len(number.removeprefix("-").lstrip("0")) > precision - scale:
                yield Refusal("22003", f"{number} has too many digits for type {kind}")


def _is_beyond(number: str, bits: int) -> bool:
    return len(number) > bits or not -(2**bits) <= int(number) < 2**bits


# Each takes the operation of its key; what that is, the type of a table can't say.
_FINDERS: Mapping[type[Operation], Callable[[Any, Schema], Iterator[Refusal]]] = {
    o.CreateTable: _table,
    o.AddColumn: _column,
    o.SetDefault: _set,
    o.CreateObject: _object,
}

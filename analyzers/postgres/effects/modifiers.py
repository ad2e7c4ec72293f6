"""What stands in brackets behind the name of a type, and what may not stand there."""

from collections.abc import Iterator

from analyzers.postgres.effect import Refusal
from analyzers.postgres.effects.known_types import is_built_in
from analyzers.postgres.operations import Name, Type
from analyzers.postgres.schema import Schema

_STRINGS = ("varchar", "bpchar")
_BITS = ("bit", "varbit")
_TIMES = ("time", "timetz", "timestamp", "timestamptz", "interval")
_LONGEST = 10_485_760  # characters of a varchar
_FREE_SCALE = 15


def unmodifiable(kind: Type, schema: Schema) -> Iterator[Refusal]:
    """https://www.postgresql.org/docs/current/datatype.html"""
    if not kind.modifiers or kind.name in _TIMES:
        return
    length = kind.modifiers[0]
    if kind.name in _STRINGS or kind.name in _BITS:
        longest = _LONGEST if kind.name in _STRINGS else length
        if not 1 <= length <= longest or len(kind.modifiers) > 1:
            yield Refusal("22023", f"there is no type {kind}")
    elif kind.name == "numeric":
        yield from _numeric(kind, schema.major)
    elif is_built_in(kind) or any(n in schema.types for n in schema.candidates(_name(kind))):
        yield Refusal("42601", f'type modifier is not allowed for type "{kind.name}"')


def _numeric(kind: Type, major: int) -> Iterator[Refusal]:
    """Since 15 the scale may be negative, or larger than the precision."""
    precision, scale, *more = (*kind.modifiers, 0)[: max(2, len(kind.modifiers))]
    if more:
        yield Refusal("22023", "numeric takes a precision and a scale")
    scales = range(-1000, 1001) if major >= _FREE_SCALE else range(precision + 1)
    if not 1 <= precision <= 1000 or scale not in scales:
        yield Refusal("22023", f"there is no type {kind}")


def _name(kind: Type) -> Name:
    return Name(kind.name, kind.schema)

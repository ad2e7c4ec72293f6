"""What a change of a column's type costs: rewrite, index rebuilds, cuts and refusals.

PostgreSQL rewrites unless the new type's stored form is the old one's and no value can need a
change (ATColumnChangeRequiresRewrite). https://www.postgresql.org/docs/current/sql-altertable.html
"""

from enum import Enum

from analyzers.postgres.effect import LossKind
from analyzers.postgres.effects.known_types import base_type, defined, is_built_in
from analyzers.postgres.operations import Expression, Type
from analyzers.postgres.schema import Schema, TableColumn
from analyzers.struct import Struct, replace


class Cost(Enum):
    """What happens to the rows: nothing, only the indexes of the column, or all of it."""

    FREE = "free"
    INDEXES = "indexes"
    REWRITE = "rewrite"
    UNKNOWN = "unknown"


class Conversion(Struct, frozen=True):
    """`loss`: what values that don't fit suffer. `refusal`: the SQLSTATE they raise instead."""

    cost: Cost
    loss: LossKind | None = None
    refusal: str | None = None
    certain: bool = False


_FREE = Conversion(Cost.FREE)
_REWRITE = Conversion(Cost.REWRITE)

_TEXT = frozenset({"text", "varchar"})
_STRINGS = _TEXT | {"bpchar", "name"}
_INTEGERS = {"int2": 2, "int4": 4, "int8": 8}
_INEXACT = {"float4": 4, "float8": 8}
_TIMES = frozenset({"timestamp", "timestamptz", "time", "timetz", "interval"})
_NUMBERS = {*_INTEGERS, *_INEXACT, "numeric"}

# Types whose values have the same stored form, and need no look at them (pg_cast: binary). Whether
# an index sorts them by the same operators decides if it is built anew (measured).
_SAME_FORM = {
    ("cidr", "inet"): Cost.FREE,
    ("text", "citext"): Cost.INDEXES,
    ("varchar", "citext"): Cost.INDEXES,
    ("citext", "text"): Cost.INDEXES,
    ("citext", "varchar"): Cost.INDEXES,
    ("bit", "varbit"): Cost.INDEXES,
}

# Pairs that ALTER TYPE converts by itself (pg_cast: implicit or in assignment).
_ASSIGNABLE = frozenset(
    {
        *((one, other) for one in _NUMBERS for other in _NUMBERS),
        *((one, other) for one in _STRINGS for other in _STRINGS),
        ("date", "timestamp"),
        ("date", "timestamptz"),
        ("timestamp", "date"),
        ("timestamp", "timestamptz"),
        ("timestamp", "time"),
        ("timestamptz", "date"),
        ("timestamptz", "timestamp"),
        ("timestamptz", "time"),
        ("timestamptz", "timetz"),
        ("time", "timetz"),
        ("timetz", "time"),
        ("time", "interval"),
        ("interval", "time"),
        ("json", "jsonb"),
        ("jsonb", "json"),
        ("cidr", "inet"),
        ("inet", "cidr"),
        ("bit", "varbit"),
        ("varbit", "bit"),
        ("int8", "money"),
        ("int4", "money"),
        ("numeric", "money"),
        ("money", "numeric"),
        ("text", "citext"),
        ("varchar", "citext"),
        ("bpchar", "citext"),
        ("citext", "text"),
        ("citext", "varchar"),
        ("citext", "bpchar"),
        ("int4", "oid"),
        ("int8", "oid"),
        ("oid", "int8"),
        ("oid", "int4"),
        ("int2", "oid"),
        ("point", "box"),
        ("box", "polygon"),
        ("path", "polygon"),
        ("polygon", "path"),
        ("macaddr", "macaddr8"),
        ("macaddr8", "macaddr"),
    }
)


def conversion(
    column: TableColumn, new: Type, using: Expression | None, schema: Schema, major: int
) -> Conversion:
    """What ALTER COLUMN … TYPE `new` USING `using` does to the values of `column`.

    With a session whose TimeZone is UTC; see `has_time_zone` for any other.
    """
    if column.type is None:
        return Conversion(Cost.UNKNOWN)
    old, wanted = base_type(column.type, schema), base_type(new, schema)
    if defined(column.type, schema) is not None and column.type != new:
        # Of a domain PostgreSQL doesn't look at the length that its values keep to.
        old = replace(old, modifiers=())
    if using is not None and not _is_plain(column, new, using):
        return _REWRITE
    explicit = using is not None and using.cast is not None
    newer = _is_newer(old.name, wanted.name, major)
    if newer or not (_castable if explicit else _assignable)(old, wanted, schema):
        return Conversion(Cost.REWRITE, refusal="42846" if explicit else "42804", certain=True)
    if _checked(new, schema) and not _same(column.type, new):
        return Conversion(Cost.REWRITE, refusal="23514")
    found = _between(old, wanted, major, explicit=explicit)
    if found.cost is Cost.FREE and _collation(column.type) != _collation(new):
        return replace(found, cost=Cost.INDEXES)
    return found


def _is_newer(old: str, new: str, major: int) -> bool:
    """Whether the cast is one of a later major."""
    if "bytea" in (old, new) and {old, new} & set(_INTEGERS):
        return major < 18
    return old == "jsonb" and new in {*_NUMBERS, "bool"} and major < 11


def has_time_zone(column: TableColumn, new: Type) -> bool:
    """Whether the session's TimeZone moves the values."""
    return column.type is not None and {column.type.name, new.name} == {"timestamp", "timestamptz"}


def converts(column: TableColumn, new: Type, schema: Schema) -> bool:
    """Whether values of the column, its default included, convert to `new` by themselves."""
    if column.type is None:
        return True
    return _assignable(base_type(column.type, schema), base_type(new, schema), schema)


def _is_plain(column: TableColumn, new: Type, using: Expression) -> bool:
    """USING with nothing but the column, or a cast of it to the new type, as Knex writes it."""
    if using.cast is not None:
        of, target = using.cast
        return of == column.name and _same(target, new)
    return using.columns == {column.name} and using.sql.strip("()\"' ") == column.name


def _same(one: Type, other: Type) -> bool:
    return replace(one, collation=None, schema=None) == replace(other, collation=None, schema=None)


def _collation(kind: Type) -> str | None:
    return None if kind.collation in (None, "default") else kind.collation


def _checked(kind: Type, schema: Schema) -> bool:
    """By the domain itself, or by one that it is made of."""
    for _ in range(len(schema.types) + 1):
        domain = defined(kind, schema)
        if domain is None or domain.checks or domain.not_null:
            return domain is not None
        if domain.base is None or kind.array:
            break
        kind = domain.base
    return False


def is_checked_domain(kind: Type, schema: Schema) -> bool:
    """Whether values of the type have to be looked at one by one."""
    return _checked(kind, schema)


def _assignable(old: Type, new: Type, schema: Schema) -> bool:
    """Whether values convert by themselves; True where only PostgreSQL knows."""
    same = (old.name, old.array) == (new.name, new.array)
    if same or _is_of_catalogue(old) or _is_of_catalogue(new):
        return True
    to_string = new.name in _STRINGS and not new.array
    if old.array != new.array:
        return to_string
    if old.array:
        one, other = (base_type(replace(kind, array=False), schema) for kind in (old, new))
        return _assignable(one, other, schema)
    if to_string or (old.name, new.name) in _ASSIGNABLE:
        return True
    own = is_built_in(old) and is_built_in(new)
    known = own or bool(defined(old, schema) or defined(new, schema))
    return not known


def _is_of_catalogue(kind: Type) -> bool:
    """Types that hardly anything but PostgreSQL's catalogue has: which casts they have differs."""
    return kind.name.startswith("reg") or kind.name in ("char", "int2vector", "oidvector")


def comparable(one: Type, other: Type) -> bool:
    """Whether a foreign key of type `one` can refer to a key of type `other`.

    One operator family has to compare them, or `one` has to convert to `other` by itself.
    """
    if one.array != other.array:
        return False
    if one.name == other.name:
        return True
    if not (is_built_in(one) and is_built_in(other)):
        return "citext" in (one.name, other.name)
    if {one.name, other.name} <= set(_WIDENING):
        narrower = _WIDENING.index(one.name) <= _WIDENING.index(other.name)
        return narrower or any({one.name, other.name} <= set(g) for g in (_INTEGERS, _INEXACT))
    return any({one.name, other.name} <= group for group in _EQUAL)


# Each converts by itself to those after it.
_WIDENING = ("int2", "int4", "int8", "numeric", "float4", "float8")
_EQUAL = (
    frozenset({"int2", "int4", "int8", "oid"}),
    frozenset({"text", "varchar", "bpchar", "name"}),
    frozenset({"date", "timestamp", "timestamptz"}),
    frozenset({"time", "timetz", "interval"}),
    frozenset({"inet", "cidr"}),
    frozenset({"bit", "varbit"}),
    frozenset({"macaddr", "macaddr8"}),
)


def _castable(old: Type, new: Type, schema: Schema) -> bool:
    """Whether an explicit cast exists: strings convert to and from everything."""
    if _assignable(old, new, schema):
        return True
    if (old.name in _STRINGS and not old.array) or (new.name in _STRINGS and not new.array):
        return True
    if old.array or new.array:
        elements = replace(old, array=False), replace(new, array=False)
        return old.array and new.array and _castable(*elements, schema)
    return (old.name, new.name) in _EXPLICIT


_SHAPES = {
    "box": ("circle", "lseg", "point"),
    "circle": ("box", "point", "polygon"),
    "lseg": ("point",),
    "polygon": ("box", "circle", "point"),
}
_RANGES = ("int4", "int8", "num", "date", "ts", "tstz")

# pg_cast: explicit only.
_EXPLICIT = frozenset(
    {
        ("int4", "bool"),
        ("bool", "int4"),
        ("int4", "bit"),
        ("int8", "bit"),
        ("bit", "int4"),
        ("bit", "int8"),
        ("bytea", "int2"),
        ("bytea", "int4"),
        ("bytea", "int8"),
        ("int2", "bytea"),
        ("int4", "bytea"),
        ("int8", "bytea"),
        *(("jsonb", name) for name in (*_NUMBERS, "bool")),
        *((one, other) for one, others in _SHAPES.items() for other in others),
        *((f"{name}range", f"{name}multirange") for name in _RANGES),
    }
)


def _between(old: Type, new: Type, major: int, *, explicit: bool) -> Conversion:
    """The conversion of one base type to another."""
    pair = (old.name, new.name)
    plain = not (new.modifiers or old.array or new.array)
    if _same(old, new) or (plain and pair in _SAME_FORM):
        return Conversion(_SAME_FORM.get(pair, Cost.FREE))
    if old.array or new.array:
        return _REWRITE if old.array else Conversion(Cost.REWRITE, refusal="22P02")
    if old.name in _TEXT and new.name in _TEXT:
        return _strings(old, new, explicit=explicit)
    if {*pair} == {"timestamp", "timestamptz"}:
        return _time_zone(old, new, major)
    if old.name == new.name and old.name in _WITHIN:
        return _WITHIN[old.name](old, new)
    return _numbers(old, new, explicit=explicit)


def _fits(old: Type, new: Type) -> bool:
    """Whether a longest length admits all that another one did."""
    if not new.modifiers:
        return True
    return bool(old.modifiers) and old.modifiers[0] <= new.modifiers[0]


def _strings(old: Type, new: Type, *, explicit: bool) -> Conversion:
    if _fits(old, new):
        return _FREE
    if explicit:
        # An explicit cast cuts; an assignment refuses.
        return Conversion(Cost.REWRITE, loss=LossKind.CUT)
    return Conversion(Cost.REWRITE, refusal="22001")


def _numeric(old: Type, new: Type) -> Conversion:
    if not new.modifiers:
        return _FREE
    if not old.modifiers:
        return Conversion(Cost.REWRITE, LossKind.ROUNDED, "22003")
    (old_precision, old_scale), (precision, scale) = old.modifiers[:2], new.modifiers[:2]
    if scale == old_scale and precision >= old_precision:
        return _FREE
    loss = LossKind.ROUNDED if scale < old_scale else None
    refusal = "22003" if precision - scale < old_precision - old_scale else None
    return Conversion(Cost.REWRITE, loss, refusal)


def _precision(old: Type, new: Type) -> Conversion:
    """Six digits of a second are all there are."""
    one = old.modifiers[-1] if old.modifiers else 6
    other = new.modifiers[-1] if new.modifiers else 6
    if old.name == "interval" and old.modifiers != new.modifiers:
        return Conversion(Cost.REWRITE, LossKind.ROUNDED)
    return _FREE if other >= min(one, 6) else Conversion(Cost.REWRITE, LossKind.ROUNDED)


def _time_zone(old: Type, new: Type, major: int) -> Conversion:
    """Free since 12 where the session's time zone is UTC, which is what servers are set to."""
    # What precision the values had, PostgreSQL doesn't know once they are of the other type.
    whole = replace(old, name=new.name, modifiers=())
    if major < 12 or _precision(whole, new).cost is not Cost.FREE:
        return _REWRITE
    return Conversion(Cost.INDEXES)


def _bits(old: Type, new: Type) -> Conversion:
    return _FREE if _fits(old, new) else Conversion(Cost.REWRITE, LossKind.CUT)


# Conversions to the same type with other modifiers.
_WITHIN = {
    "numeric": _numeric,
    "varbit": _bits,
    **dict.fromkeys(_TIMES, _precision),
}


def _numbers(old: Type, new: Type, *, explicit: bool) -> Conversion:
    """All that is always rewritten; what it does to values that don't fit."""
    if old.name in _INTEGERS and new.name in _INTEGERS:
        narrower = _INTEGERS[new.name] < _INTEGERS[old.name]
        return Conversion(Cost.REWRITE, refusal="22003" if narrower else None)
    if old.name in _NUMBERS and new.name in _NUMBERS:
        inexact = old.name not in _INTEGERS and (old.name, new.name) != ("float4", "float8")
        return Conversion(Cost.REWRITE, LossKind.ROUNDED if inexact else None, "22003")
    if old.name in ("timestamp", "timestamptz") and new.name == "date":
        return Conversion(Cost.REWRITE, LossKind.CUT)
    if new.name in _STRINGS and new.modifiers:
        return Conversion(Cost.REWRITE, LossKind.CUT if explicit else None, "22001")
    if old.name not in _STRINGS or new.name in _STRINGS:
        # An object or array of jsonb is neither a number nor a truth.
        unlike = old.name == "jsonb" and (new.name in _NUMBERS or new.name == "bool")
        return Conversion(Cost.REWRITE, refusal="22023" if unlike else None)
    dated = new.name in _TIMES or new.name == "date"
    return Conversion(Cost.REWRITE, refusal="22007" if dated else "22P02")

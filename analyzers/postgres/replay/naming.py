"""The names that PostgreSQL makes up for what a statement leaves nameless.

After makeObjectName, ChooseIndexName and ChooseConstraintName of PostgreSQL's indexcmds.c and
pg_constraint.c; measured against servers by tests/postgres.
"""

from collections.abc import Iterable, Iterator

from analyzers.postgres.operations import Constraint, ConstraintKind, Expression, Name
from analyzers.postgres.schema import Schema, Table
from analyzers.struct import replace

# NAMEDATALEN less the byte that ends it.
LONGEST = 63
_SUFFIXES = {
    ConstraintKind.PRIMARY_KEY: "pkey",
    ConstraintKind.UNIQUE: "key",
    ConstraintKind.EXCLUDE: "excl",
    ConstraintKind.FOREIGN_KEY: "fkey",
    ConstraintKind.CHECK: "check",
    ConstraintKind.NOT_NULL: "not_null",
}


def constraint_name(schema: Schema, table: Table, constraint: Constraint) -> str:
    """The name of a constraint that has none of its own."""
    label = _SUFFIXES[constraint.kind]
    key = constraint.kind is ConstraintKind.PRIMARY_KEY
    parts = "" if key else _addition(_distinct(_columns(constraint)))
    relations = constraint.kind not in (ConstraintKind.CHECK, ConstraintKind.FOREIGN_KEY)
    for name in _candidates(table.name.name, parts, label):
        if relations and _is_relation(schema, table, name):
            continue
        if not _is_taken(schema, table, name):
            return name
    raise AssertionError  # there is always a next number


def index_name(schema: Schema, table: Name, keys: Iterable[str | Expression]) -> str:
    """The name of an index that has none of its own; `keys` with the INCLUDE columns."""
    return relation_name(schema, table, _addition(_distinct(keys)), "idx")


def relation_name(schema: Schema, table: Name, middle: str, label: str) -> str:
    """`table_middle_label`, numbered where a relation of that name is there already."""
    for name in _candidates(table.name, middle, label):
        if not schema.has_relation(Name(name, table.schema)):
            return name
    raise AssertionError  # there is always a next number


def clip(name: str, limit: int = LONGEST) -> str:
    """The first `limit` bytes, whole characters only."""
    return name.encode()[:limit].decode(errors="ignore")


def _columns(constraint: Constraint) -> tuple[str, ...]:
    """A CHECK is named for its column if it names a single one."""
    if constraint.kind is not ConstraintKind.CHECK or constraint.check is None:
        return (*constraint.columns, *constraint.includes)
    columns = tuple(constraint.check.columns)
    return columns if len(columns) == 1 else ()


def _is_taken(schema: Schema, table: Table, name: str) -> bool:
    """By a constraint of any table in the namespace."""
    full = Name(name, table.name.schema)
    return full in table.constraint_names or full in schema.links.namesakes


def _is_relation(schema: Schema, table: Table, name: str) -> bool:
    full = Name(name, table.name.schema)
    return schema.has_relation(full) or table.index(name) is not None or full == table.name


def _addition(columns: Iterable[str]) -> str:
    """The columns joined, cut where they pass the length of a name."""
    joined = ""
    for column in columns:
        joined = f"{joined}_{column}" if joined else column
        if len(joined.encode()) >= LONGEST + 1:
            break
    return joined


def _distinct(keys: Iterable[str | Expression]) -> Iterator[str]:
    used: set[str] = set()
    for key in keys:
        wanted = key if isinstance(key, str) else key.label or "expr"
        name, number = wanted, 0
        while name in used:
            number += 1
            name = clip(wanted, LONGEST - len(str(number))) + str(number)
        used.add(name)
        yield name


def _candidates(first: str, second: str, label: str) -> Iterator[str]:
    number = 0
    while True:
        yield _joined(first, second, f"{label}{number or ''}")
        number += 1


def _joined(first: str, second: str, label: str) -> str:
    """makeObjectName: takes from the longer of the two until all fits into a name."""
    available = LONGEST - len(label) - 1 - (1 if second else 0)
    one, two = len(first.encode()), len(second.encode())
    while one + two > available:
        if one > two:
            one -= 1
        else:
            two -= 1
    return "_".join(part for part in (clip(first, one), clip(second, two), label) if part)


def called_above(schema: Schema, table: Table, to: Name) -> Schema:
    """The tables above a partition know what it calls their triggers."""
    above = schema.tables.get(table.partition_of) if table.partition_of else None
    while above is not None:
        triggers = tuple(trigger.following(table.name, to) for trigger in above.triggers)
        if triggers != above.triggers:
            schema = schema.with_table(replace(above, triggers=triggers))
        above = schema.tables.get(above.partition_of) if above.partition_of else None
    return schema

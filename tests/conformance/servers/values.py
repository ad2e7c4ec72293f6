"""The types that invented columns have, their values, their defaults."""

from tests.conformance.servers.world import Column, Dice

VALUES = {
    "int": "{g}",
    "bigint": "{g}",
    "smallint": "{g} % 100",
    "text": "'x' || {g}",
    "varchar(20)": "'v' || {g}",
    "varchar(50)": "'v' || {g}",
    "varchar(255)": "'v' || {g}",
    "varchar": "'v' || {g}",
    "char(5)": "'c'",
    "numeric(10,2)": "{g}",
    "numeric(12,2)": "{g}",
    "numeric(8,3)": "{g} + 0.125",
    "numeric": "{g}",
    "boolean": "{g} % 2 = 0",
    "timestamp": "'2024-01-01'",
    "timestamptz": "'2024-01-01'",
    "timestamptz(3)": "'2024-01-01'",
    "timestamp(0)": "'2024-01-01'",
    "date": "'2024-01-01'",
    "time": "'10:00'",
    "interval": "'1 day'",
    "uuid": "md5({g}::text)::uuid",
    "jsonb": "'{{}}'",
    "json": "'{{}}'",
    "real": "{g}",
    "double precision": "{g}",
    "int[]": "array[{g}]",
    "text[]": "array['a']",
    "inet": "'10.0.0.1'",
    "cidr": "'10.0.0.0/8'",
    "varbit(8)": "b'101'",
    "bit(3)": "b'101'",
    "bytea": "'a'",
    "tsvector": "'a b'",
    "money": "{g}",
    "int4range": "'[1,5)'",
    "mood": "'ok'",
    "positive": "1",
    "plain": "1",
    "label": "'l' || {g}",
}
"""What a row number `g` makes of each type."""

DEFAULTS = {
    "int": ["0", "1 + 1", "length('abc')", "(random() * 10)::int", "nextval('counter')", "five()"],
    "bigint": ["5", "nextval('counter')", "five()"],
    "smallint": ["1"],
    "text": ["'x'", "current_user", "md5(random()::text)", "now()::text", "upper('a')",
             "'a' || 'b'", "NULL"],
    "varchar(20)": ["'q'", "NULL"],
    "varchar(255)": ["'pending'"],
    "boolean": ["false", "true"],
    "timestamp": ["now()", "localtimestamp", "CURRENT_TIMESTAMP", "'2024-01-01'"],
    "timestamptz": ["now()", "current_timestamp", "clock_timestamp()",
                    "now() + interval '1 day'", "transaction_timestamp()"],
    "timestamptz(3)": ["CURRENT_TIMESTAMP(3)"],
    "uuid": ["gen_random_uuid()", "'00000000-0000-0000-0000-000000000000'", "uuidv7()"],
    "jsonb": ["'{}'", "jsonb_build_object('a', 1)", "'[]'::jsonb"],
    "json": ["'{}'"],
    "numeric": ["1.5"],
    "numeric(10,2)": ["0.00", "0"],
    "date": ["current_date", "now()"],
    "interval": ["'1 day'"],
    "int[]": ["'{}'", "ARRAY[1]", "ARRAY[]::int[]"],
    "text[]": ["'{}'"],
    "double precision": ["random()", "0"],
    "mood": ["'ok'", "'sad'::mood"],
    "positive": ["3"],
    "plain": ["4"],
}  # fmt: skip

SERIAL = ("serial", "bigserial", "smallserial")
WHOLE = ("int", "bigint", "smallint")
COMMON = ("int", "bigint", "text", "varchar(255)", "uuid", "timestamptz", "boolean", "jsonb")

_NAMED_BY_SERVER = {
    "integer": "int",
    "character varying": "varchar",
    "character": "char",
    "timestamp without time zone": "timestamp",
    "timestamp with time zone": "timestamptz",
    "time without time zone": "time",
    "bit varying": "varbit",
    "integer[]": "int[]",
}


def kind(dice: Dice) -> str:
    return dice.one(COMMON) if dice.chance(0.4) else dice.one(tuple(VALUES))


def value(column: Column, row: str) -> str:
    """A value that fits the column, for the row number `row`."""
    spelt = _spelt(column.type)
    if spelt in VALUES:
        return VALUES[spelt].format(g=row)
    base = spelt.split("(")[0]
    written = next((v for name, v in VALUES.items() if name.split("(")[0] == base), "NULL")
    if spelt.endswith("[]"):
        written = "'{{}}'"
    return written.format(g=row)


def _spelt(kind: str) -> str:
    """A type as a statement spells it, from what format_type says."""
    for long, short in _NAMED_BY_SERVER.items():
        if kind == long or kind.startswith(f"{long}("):
            return short + kind[len(long) :]
    if kind.startswith("timestamp("):
        digits = kind[len("timestamp(") : kind.index(")")]
        return f"timestamptz({digits})" if "with time" in kind else f"timestamp({digits})"
    return kind

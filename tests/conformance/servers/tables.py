"""Invented tables, columns and the objects that they need."""

from collections.abc import Iterator

from tests.conformance.servers.values import DEFAULTS, SERIAL, VALUES, WHOLE, kind, value
from tests.conformance.servers.world import Dice, Relation, World

ROWS = 40

FOUNDATIONS = (
    "CREATE TYPE mood AS ENUM ('ok', 'sad', 'glad')",
    "CREATE DOMAIN positive AS int CHECK (VALUE > 0)",
    "CREATE DOMAIN plain AS int",
    "CREATE DOMAIN label AS varchar(30)",
    "CREATE SEQUENCE counter",
    "CREATE SCHEMA app",
    "CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$",
    "CREATE FUNCTION five() RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 5'",
)


def foundations(dice: Dice) -> Iterator[str]:
    """The statements that every invented database begins with."""
    yield from FOUNDATIONS
    for number in range(dice.random.randint(4, 6)):
        yield created(dice, f"t{number}" if number else "app.t0", f"t{number - 1}")
    yield from _partitioned(dice)
    yield from _inheriting(dice)


def created(dice: Dice, name: str, parent: str | None) -> str:
    key = dice.one(("int", "serial", "bigint", "uuid", "int GENERATED ALWAYS AS IDENTITY"))
    lines = [f"id {key} PRIMARY KEY"]
    lines += [column(dice, dice.new("c")) for _ in range(dice.random.randint(2, 6))]
    if parent and dice.chance(0.4):
        lines.append(f"parent_id int REFERENCES {parent}" if parent == "none" else "ref_id int")
    if dice.chance(0.2):
        lines.append(f"CONSTRAINT {dice.new('ck')} CHECK (id IS NOT NULL)")
    return f"CREATE TABLE {name} ({', '.join(lines)})"


def column(dice: Dice, name: str, world: World | None = None) -> str:
    """A column's definition, as CREATE TABLE and ADD COLUMN have it."""
    chosen = dice.one((*SERIAL, "int", "text")) if dice.chance(0.1) else kind(dice)
    words = [name, chosen]
    if chosen not in SERIAL:
        words += _content(dice, name, chosen)
    if dice.chance(0.2):
        words.append("NOT NULL")
    if dice.chance(0.08):
        words.append("UNIQUE")
    if dice.chance(0.1) and chosen in (*WHOLE, "numeric", "plain"):
        words.append(f"CHECK ({name} >= 0)")
    if world is not None and dice.chance(0.12) and chosen in WHOLE:
        words += _reference(dice, world)
    return " ".join(words)


def _content(dice: Dice, name: str, chosen: str) -> list[str]:
    if chosen in DEFAULTS and dice.chance(0.4):
        return ["DEFAULT", dice.one(DEFAULTS[chosen])]
    if chosen in WHOLE and dice.chance(0.07):
        return [f"GENERATED {dice.one(('ALWAYS', 'BY DEFAULT'))} AS IDENTITY"]
    if chosen in ("text", "varchar(255)", "varchar(20)") and dice.chance(0.06):
        return ['COLLATE "C"']
    return []


def _reference(dice: Dice, world: World) -> list[str]:
    tables = [table for table in world.tables if len(table.key) == 1]
    if not tables:
        return []
    actions = ("", "ON DELETE CASCADE", "ON DELETE SET NULL", "ON UPDATE CASCADE")
    return [f"REFERENCES {dice.one(tables).name}", dice.one(actions)]


def _partitioned(dice: Dice) -> Iterator[str]:
    columns = "(id int NOT NULL, at date NOT NULL, note text)"
    yield f"CREATE TABLE parted {columns} PARTITION BY RANGE (id)"
    yield "CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (0) TO (20)"
    yield "CREATE TABLE parted_2 PARTITION OF parted FOR VALUES FROM (20) TO (1000)"
    yield f"CREATE TABLE loose {columns}"
    yield "CREATE TABLE listed (kind text NOT NULL, n int) PARTITION BY LIST (kind)"
    yield "CREATE TABLE listed_a PARTITION OF listed FOR VALUES IN ('a')"


def _inheriting(dice: Dice) -> Iterator[str]:
    yield f"CREATE TABLE animals (id int, {column(dice, dice.new('c'))}, name text)"
    yield "CREATE TABLE dogs (bark text) INHERITS (animals)"
    if dice.chance(0.5):
        yield f"CREATE TABLE cats ({column(dice, dice.new('c'))}) INHERITS (animals)"


def filled(table: Relation) -> str | None:
    """INSERT of rows that fit; None for what has no rows of its own."""
    written = [one for one in table.columns if one.written]
    if table.kind != "r" or not written:
        return None
    names = ", ".join(one.name for one in written)
    found = ", ".join(value(one, "g") for one in written)
    return f"INSERT INTO {table.name} ({names}) SELECT {found} FROM generate_series(1, {ROWS}) g"


__all__ = ["VALUES", "column", "created", "filled", "foundations"]

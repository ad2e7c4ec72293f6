"""Invented changes of rows, and queries."""

from collections.abc import Callable

from tests.conformance.servers.values import value
from tests.conformance.servers.world import Column, Dice, Relation, World


def update(dice: Dice, world: World) -> str | None:
    table = dice.one(world.tables)
    if not table.columns:
        return None
    one = dice.one(table.columns)
    new = dice.one((one.name, value(one, "7"), "NULL", "DEFAULT"))
    where = dice.one(("", "", f" WHERE {one.name} IS NULL", f" WHERE {one.name} = {one.name}"))
    return f"UPDATE {table.name} SET {one.name} = {new}{where}"


def update_from(dice: Dice, world: World) -> str | None:
    table, other = dice.one(world.tables), dice.one(world.tables)
    if not table.columns or not other.columns or table.name == other.name:
        return None
    one, far = dice.one(table.columns), dice.one(other.columns)
    same = [c for c in other.columns if c.type == one.type]
    far = dice.one(same) if same else far
    source = f"FROM {other.name} o WHERE o.{far.name} IS NULL"
    return f"UPDATE {table.name} SET {one.name} = o.{far.name} {source}"


def delete(dice: Dice, world: World) -> str | None:
    table = dice.one(world.tables)
    if not table.columns:
        return None
    one = dice.one(table.columns)
    other = dice.one(world.tables)
    return f"DELETE FROM {table.name}" + dice.one((
        "", f" WHERE {one.name} IS NULL", f" WHERE {one.name} IS NOT NULL",
        f" WHERE EXISTS (SELECT 1 FROM {other.name})",
    ))  # fmt: skip


def insert(dice: Dice, world: World) -> str | None:
    table = dice.one(world.tables)
    written = _chosen(dice, table)
    if not written:
        return None
    names = ", ".join(one.name for one in written)
    rows = ", ".join(value(one, "1007") for one in written)
    conflict = f" ON CONFLICT{dice.maybe(f' ({dice.one(written).name})')} DO NOTHING"
    return f"INSERT INTO {table.name} ({names}) VALUES ({rows}){dice.maybe(conflict, 0.25)}"


def _chosen(dice: Dice, table: Relation) -> list[Column]:
    columns = [one for one in table.columns if one.written or dice.chance(0.1)]
    return columns if dice.chance(0.8) else dice.some(columns, 3)


def copied(dice: Dice, world: World) -> str | None:
    table, other = dice.one(world.tables), dice.one(world.tables)
    if not table.columns or not other.columns:
        return None
    one = dice.one(table.columns)
    same = [c for c in other.columns if c.type == one.type] or list(other.columns)
    return f"INSERT INTO {table.name} ({one.name}) SELECT {dice.one(same).name} FROM {other.name}"


def query(dice: Dice, world: World) -> str | None:
    table = dice.one((*world.tables, *world.views))
    if not table.columns:
        return None
    one = dice.one(table.columns).name
    return dice.one((
        f"SELECT count(*) FROM {table.name}", f"SELECT {one} FROM {table.name} WHERE {one} IS NULL",
        f"SELECT * FROM {table.name} FOR UPDATE", f"SELECT * FROM {table.name} FOR SHARE",
        f"SELECT * FROM {table.name} x JOIN {dice.one(world.tables).name} y ON true LIMIT 1",
        "SELECT * FROM nothing", f"SELECT nothing FROM {table.name}",
        f"WITH w AS (SELECT * FROM {table.name}) SELECT count(*) FROM w",
    ))  # fmt: skip


def merge(dice: Dice, world: World) -> str | None:
    table, other = dice.one(world.tables), dice.one(world.tables)
    if not table.columns or not other.columns:
        return None
    return (
        f"MERGE INTO {table.name} a USING {other.name} b ON false "
        f"WHEN MATCHED THEN UPDATE SET {dice.one(table.columns).name} = DEFAULT"
    )


ROWS: tuple[tuple[Callable[[Dice, World], str | None], int], ...] = (
    (update, 12), (update_from, 3), (delete, 6), (insert, 10), (copied, 4), (query, 6), (merge, 1),
)  # fmt: skip

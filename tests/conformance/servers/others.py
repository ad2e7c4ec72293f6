"""Invented statements about views, types, triggers and everything else that isn't a table."""

from collections.abc import Callable

from tests.conformance.servers.world import Dice, Kind, Relation, World


def view(dice: Dice, world: World) -> str | None:
    source = dice.one((*world.tables, *world.views, *world.materialized))
    if not source.columns:
        return None
    names = ", ".join(one.name for one in dice.some(source.columns, 3))
    materialized = "MATERIALIZED " if dice.chance(0.3) else ""
    where = dice.maybe(f" WHERE {source.columns[0].name} IS NOT NULL", 0.3)
    data = dice.maybe(" WITH NO DATA", 0.2) if materialized else ""
    query = f"SELECT {names} FROM {source.name}{where}"
    return f"CREATE {materialized}VIEW {dice.new('v')} AS {query}{data}"


def joined_view(dice: Dice, world: World) -> str | None:
    one, other = dice.one(world.tables), dice.one(world.tables)
    if not one.columns or not other.columns:
        return None
    names = f"x.{dice.one(one.columns).name} AS p, y.{dice.one(other.columns).name} AS q"
    return f"CREATE VIEW {dice.new('v')} AS SELECT {names} FROM {one.name} x, {other.name} y"


def change_view(dice: Dice, world: World) -> str | None:
    if not world.views:
        return None
    chosen = dice.one(world.views)
    return dice.one((
        f"DROP VIEW {dice.maybe('IF EXISTS ', 0.2)}{chosen.name}{dice.maybe(' CASCADE', 0.3)}",
        f"CREATE OR REPLACE VIEW {chosen.name} AS SELECT 1 AS different",
        f"ALTER VIEW {chosen.name} RENAME TO {dice.new('v')}",
        f"COMMENT ON VIEW {chosen.name} IS 'x'", "DROP VIEW nothing", "DROP VIEW IF EXISTS nothing",
        f"ALTER VIEW {chosen.name} SET (security_barrier = true)",
        f"SELECT * FROM {chosen.name}",
    ))  # fmt: skip


def change_materialized(dice: Dice, world: World) -> str | None:
    if not world.materialized:
        return None
    chosen = dice.one(world.materialized)
    return dice.one((
        f"REFRESH MATERIALIZED VIEW {chosen.name}",
        f"REFRESH MATERIALIZED VIEW CONCURRENTLY {chosen.name}",
        f"REFRESH MATERIALIZED VIEW {chosen.name} WITH NO DATA",
        f"DROP MATERIALIZED VIEW {chosen.name}{dice.maybe(' CASCADE', 0.3)}",
        f"ALTER MATERIALIZED VIEW {chosen.name} RENAME TO {dice.new('v')}",
    ))  # fmt: skip


def trigger(dice: Dice, world: World) -> str:
    table = dice.one(world.tables)
    column = f" OF {dice.one(table.columns).name}" if table.columns and dice.chance(0.3) else ""
    call = dice.one(("FUNCTION", "PROCEDURE"))
    when = dice.one(("BEFORE", "AFTER"))
    event = f"UPDATE{column}" if dice.chance(0.7) else dice.one(("INSERT", "DELETE"))
    each = "FOR EACH ROW" if dice.chance(0.8) else "FOR EACH STATEMENT"
    replace = dice.maybe("OR REPLACE ", 0.1)
    name = dice.one(table.triggers) if table.triggers and dice.chance(0.2) else dice.new("tr")
    start = f"CREATE {replace}TRIGGER {name} {when} {event} ON {table.name}"
    return f"{start} {each} EXECUTE {call} touch()"


def change_trigger(dice: Dice, world: World) -> str | None:
    tables = [table for table in world.tables if table.triggers]
    if not tables:
        return None
    table = dice.one(tables)
    chosen = dice.one(table.triggers)
    return dice.one((
        f"DROP TRIGGER {dice.maybe('IF EXISTS ', 0.3)}{chosen} ON {table.name}",
        f"ALTER TRIGGER {chosen} ON {table.name} RENAME TO {dice.new('tr')}",
        f"DROP TRIGGER IF EXISTS nothing ON {table.name}", f"DROP TRIGGER nothing ON {table.name}",
        f"COMMENT ON TRIGGER {chosen} ON {table.name} IS 'x'",
    ))  # fmt: skip


def policy(dice: Dice, world: World) -> str:
    table = dice.one([table for table in world.tables if table.kind == "r"])
    name = dice.one(table.policies) if table.policies else "nothing"
    return dice.one((
        f"CREATE POLICY {dice.new('p')} ON {table.name} USING (true)",
        f"CREATE POLICY {dice.new('p')} ON {table.name} FOR SELECT USING (true)",
        f"CREATE POLICY {name} ON {table.name} USING (true)",
        f"DROP POLICY {name} ON {table.name}", f"DROP POLICY IF EXISTS {name} ON {table.name}",
        f"ALTER POLICY {name} ON {table.name} USING (false)",
        f"ALTER POLICY {name} ON {table.name} RENAME TO {dice.new('p')}",
    ))  # fmt: skip


def enum(dice: Dice, world: World) -> str | None:
    if not world.enums:
        return None
    chosen = dice.one(world.enums)
    label = dice.one((dice.new("value"), dice.one(chosen.labels)))
    there = dice.one(chosen.labels)
    return dice.one((
        f"ALTER TYPE {chosen.name} ADD VALUE '{label}'",
        f"ALTER TYPE {chosen.name} ADD VALUE IF NOT EXISTS '{label}'",
        f"ALTER TYPE {chosen.name} RENAME VALUE '{there}' TO '{dice.new('value')}'",
        f"ALTER TYPE {chosen.name} RENAME VALUE 'nothing' TO 'x'",
        f"ALTER TYPE {chosen.name} RENAME TO {dice.new('mood_')}",
        f"DROP TYPE {chosen.name}{dice.maybe(' CASCADE', 0.2)}",
        f"CREATE TYPE {dice.new('e')} AS ENUM ('a', 'b')",
        f"CREATE TYPE {chosen.name} AS ENUM ('a')",
        f"ALTER TYPE {chosen.name} DROP VALUE '{label}'",
        "DROP TYPE IF EXISTS nothing", "DROP TYPE nothing",
    ))  # fmt: skip


def domain(dice: Dice, world: World) -> str | None:
    if not world.domains:
        return None
    chosen = dice.one(world.domains)
    name = dice.one(chosen.constraints) if chosen.constraints else "nothing"
    base = dice.one(("int", "text", "numeric(10,2)"))
    checked = dice.maybe(" CHECK (VALUE IS NOT NULL)", 0.4) + dice.maybe(" NOT NULL", 0.2)
    late = "CHECK (VALUE IS NULL) NOT VALID"
    return dice.one((
        f"ALTER DOMAIN {chosen.name} ADD CONSTRAINT {dice.new('dk')} CHECK (VALUE IS NOT NULL)",
        f"ALTER DOMAIN {chosen.name} ADD CONSTRAINT {dice.new('dk')} {late}",
        f"ALTER DOMAIN {chosen.name} DROP CONSTRAINT {name}",
        f"ALTER DOMAIN {chosen.name} DROP CONSTRAINT IF EXISTS {name}",
        f"ALTER DOMAIN {chosen.name} VALIDATE CONSTRAINT {name}",
        f"ALTER DOMAIN {chosen.name} SET NOT NULL", f"ALTER DOMAIN {chosen.name} DROP NOT NULL",
        f"ALTER DOMAIN {chosen.name} SET DEFAULT NULL", f"ALTER DOMAIN {chosen.name} DROP DEFAULT",
        f"DROP DOMAIN {chosen.name}{dice.maybe(' CASCADE', 0.2)}",
        f"CREATE DOMAIN {dice.new('d')} AS {base}{checked}",
    ))  # fmt: skip


def sequence(dice: Dice, world: World) -> str | None:
    if not world.sequences:
        return None
    chosen = dice.one(world.sequences)
    table = dice.one(world.tables)
    owner = f"{table.name}.{table.columns[0].name}" if table.columns else "NONE"
    return dice.one((
        f"CREATE SEQUENCE {dice.new('s')}", f"ALTER SEQUENCE {chosen.name} RESTART",
        f"DROP SEQUENCE {chosen.name}{dice.maybe(' CASCADE', 0.3)}",
        f"ALTER SEQUENCE {chosen.name} RENAME TO {dice.new('s')}",
        f"ALTER SEQUENCE {chosen.name} OWNED BY {owner}", f"SELECT nextval('{chosen.name}')",
        f"ALTER SEQUENCE {chosen.name} INCREMENT BY 2", "DROP SEQUENCE IF EXISTS nothing",
    ))  # fmt: skip


def function(dice: Dice, world: World) -> str:
    how = dice.one(("IMMUTABLE", "VOLATILE", "STABLE"))
    made = f"five() RETURNS {dice.one(('int', 'int', 'text'))} LANGUAGE sql {how} AS 'SELECT 5'"
    return dice.one((
        f"CREATE OR REPLACE FUNCTION {made}",
        f"CREATE FUNCTION {dice.new('fn')}() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "DROP FUNCTION touch()", "DROP FUNCTION IF EXISTS nothing()", "DROP FUNCTION nothing()",
        "DROP FUNCTION five()", "ALTER FUNCTION five() STABLE", "DROP FUNCTION touch() CASCADE",
        "ALTER FUNCTION five() RENAME TO six",
    ))  # fmt: skip


def comment(dice: Dice, world: World) -> str:
    table = dice.one(world.tables)
    part = dice.one(table.columns).name if table.columns else "id"
    named = dice.one(table.constraints).name if table.constraints else "nothing"
    return dice.one((
        f"COMMENT ON TABLE {table.name} IS 'x'", f"COMMENT ON COLUMN {table.name}.{part} IS NULL",
        f"COMMENT ON CONSTRAINT {named} ON {table.name} IS 'x'", "COMMENT ON TABLE nothing IS 'x'",
        f"COMMENT ON COLUMN {table.name}.nothing IS 'x'",
    ))  # fmt: skip


def grant(dice: Dice, world: World) -> str:
    table = dice.one((*world.tables, *world.views))
    return dice.one((
        f"GRANT SELECT ON {table.name} TO reader", f"REVOKE ALL ON {table.name} FROM reader",
        "GRANT USAGE ON SCHEMA public TO reader", "GRANT SELECT ON nothing TO reader",
        "GRANT SELECT ON ALL TABLES IN SCHEMA app TO reader",
        "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO reader",
    ))  # fmt: skip


def upkeep(dice: Dice, world: World) -> str:
    table = dice.one(world.tables)
    names = ", ".join(one.name for one in table.columns[:2])
    part = dice.one(table.columns).name if table.columns else "id"
    return dice.one((
        f"ANALYZE {table.name}", f"VACUUM {table.name}", f"VACUUM FULL {table.name}",
        f"VACUUM ANALYZE {table.name}", f"ANALYZE {table.name} ({part})",
        f"CREATE STATISTICS {dice.new('st')} ON {names} FROM {table.name}",
        f"CREATE RULE {dice.new('ru')} AS ON DELETE TO {table.name} DO INSTEAD NOTHING",
        f"LOCK TABLE {table.name} IN {dice.one(_MODES)} MODE", f"LOCK {table.name}",
        f"CREATE PUBLICATION {dice.new('pub')} FOR TABLE {table.name}",
        f"SELECT 1; ALTER TABLE {table.name} SET (fillfactor = 90)", "CREATE SCHEMA app",
        "CREATE SCHEMA IF NOT EXISTS app", f"CREATE SCHEMA {dice.new('sch')}", "DROP SCHEMA app",
        "DROP SCHEMA app CASCADE", "SET lock_timeout = '5s'",
        "SET LOCAL statement_timeout = '1min'",
    ))  # fmt: skip


_MODES = ("ACCESS SHARE", "ROW SHARE", "ROW EXCLUSIVE", "SHARE UPDATE EXCLUSIVE", "SHARE",
          "SHARE ROW EXCLUSIVE", "EXCLUSIVE", "ACCESS EXCLUSIVE")  # fmt: skip


def block(dice: Dice, world: World) -> str | None:
    table = dice.one(world.tables)
    if not table.columns:
        return None
    one = dice.one(table.columns)
    inner = dice.one((
        f"ALTER TABLE {table.name} ADD COLUMN {dice.new('b')} int",
        f"CREATE INDEX {dice.new('i')} ON {table.name} ({one.name})",
        f"UPDATE {table.name} SET {one.name} = NULL", f"DROP TABLE {table.name}",
    ))  # fmt: skip
    return f"DO $$ BEGIN {inner}; END $$"


OTHERS: tuple[tuple[Callable[[Dice, World], str | None], int], ...] = (
    (view, 8), (joined_view, 2), (change_view, 5), (change_materialized, 5), (trigger, 6),
    (change_trigger, 4), (policy, 4), (enum, 5), (domain, 5), (sequence, 5), (function, 3),
    (comment, 5), (grant, 3), (upkeep, 8), (block, 3),
)  # fmt: skip

__all__ = ["OTHERS", "Kind", "Relation"]

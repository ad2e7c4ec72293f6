"""Invented ALTER TABLE, CREATE and DROP INDEX, and what else changes tables."""

from collections.abc import Callable

from tests.conformance.servers.tables import column, created
from tests.conformance.servers.values import DEFAULTS, VALUES, WHOLE, kind
from tests.conformance.servers.world import Column, Dice, Relation, World

# What comes after ALTER TABLE and a name, for a table and one of its columns.
Part = Callable[[Dice, World, Relation, Column], str | None]


def alteration(dice: Dice, world: World) -> str | None:
    """ALTER TABLE with one, sometimes two or three sub-commands."""
    table = dice.one(world.tables)
    if not table.columns:
        return None
    count = dice.random.choices((1, 2, 3), (85, 12, 3))[0]
    parts = [_part(dice, world, table) for _ in range(count)]
    if any(part.startswith(_ALONE) for part in parts):
        parts = parts[:1]
    exists = dice.maybe("IF EXISTS ", 0.04)
    only = dice.maybe("ONLY ", 0.04)
    name = f"{table.name}_missing" if exists and dice.chance(0.5) else table.name
    return f"ALTER TABLE {exists}{only}{name} {', '.join(parts)}"


# What can't stand beside others, and one that shouldn't: beside SET ACCESS METHOD, PostgreSQL 17
# and 18 leave the new indexes of partitions without content, so that nobody can read them.
_ALONE = ("RENAME", "SET SCHEMA", "ATTACH", "DETACH", "SET ACCESS METHOD")


def _part(dice: Dice, world: World, table: Relation) -> str:
    makers, weights = zip(*PARTS, strict=True)
    while True:
        (maker,) = dice.random.choices(makers, weights)
        made: str | None = maker(dice, world, table, dice.one(table.columns))
        if made is not None:
            return made


def _add(dice: Dice, world: World, table: Relation, one: Column) -> str:
    name = one.name if dice.chance(0.05) else dice.new("a")
    return f"ADD COLUMN {dice.maybe('IF NOT EXISTS ', 0.1)}{column(dice, name, world)}"


def _add_computed(dice: Dice, world: World, table: Relation, one: Column) -> str:
    how = dice.one(("STORED", "STORED", "VIRTUAL"))
    source = dice.one(("1 + 1", f"coalesce({one.name}, NULL)", f"{one.name} IS NULL"))
    result = (
        {"1": "int", "c": one.type}.get(source[0], "boolean") if "IS" not in source else "boolean"
    )
    return f"ADD COLUMN {dice.new('g')} {result} GENERATED ALWAYS AS ({source}) {how}"


def _drop(dice: Dice, world: World, table: Relation, one: Column) -> str:
    if dice.chance(0.08):
        return f"DROP COLUMN {dice.maybe('IF EXISTS ')}nothing"
    return f"DROP COLUMN {dice.maybe('IF EXISTS ', 0.1)}{one.name}{dice.maybe(' CASCADE', 0.3)}"


def _rename(dice: Dice, world: World, table: Relation, one: Column) -> str:
    to = dice.one(table.columns).name if dice.chance(0.05) else dice.new("r")
    return f"RENAME COLUMN {one.name} TO {to}"


def _type(dice: Dice, world: World, table: Relation, one: Column) -> str:
    to = _related(dice, one)
    collated = dice.maybe(' COLLATE "C"', 0.15) if to.startswith(("varchar", "text")) else ""
    using = dice.random.choices(
        ("", f" USING ({one.name}::{to})", f" USING {one.name}", f" USING NULL::{to}"),
        (55, 35, 4, 6),
    )[0]
    return f"ALTER COLUMN {one.name} TYPE {to}{collated}{using}"


def _related(dice: Dice, one: Column) -> str:
    """Often a type that the column converts to by itself, as in real migrations."""
    for names in _FAMILIES:
        if one.type.split("(")[0] in names[0] and dice.chance(0.6):
            return dice.one(names[1])
    return kind(dice)


_FAMILIES = (
    (("character varying", "text"), ("text", "varchar", "varchar(20)", "varchar(50)",
                                     "varchar(255)", "char(5)", "label")),
    (("integer", "bigint", "smallint"), ("int", "bigint", "smallint", "numeric", "text", "plain")),
    (("numeric",), ("numeric", "numeric(10,2)", "numeric(12,2)", "numeric(8,3)", "int", "bigint")),
    (("timestamp", "timestamp without time zone", "timestamp with time zone"),
     ("timestamp", "timestamptz", "timestamptz(3)", "timestamp(0)", "date", "timestamptz(6)")),
    (("json", "jsonb"), ("json", "jsonb", "text")),
    (("inet", "cidr"), ("inet", "cidr", "text")),
    (("bit", "bit varying"), ("varbit(8)", "varbit", "varbit(16)", "bit(3)")),
)  # fmt: skip


def _not_null(dice: Dice, world: World, table: Relation, one: Column) -> str:
    return f"ALTER COLUMN {one.name} {dice.one(('SET', 'SET', 'DROP'))} NOT NULL"


def _default(dice: Dice, world: World, table: Relation, one: Column) -> str:
    if dice.chance(0.4):
        return f"ALTER COLUMN {one.name} DROP DEFAULT"
    fitting = [values for name, values in DEFAULTS.items() if _is(name, one)]
    chosen = dice.one(fitting[0]) if fitting else "NULL"
    return f"ALTER COLUMN {one.name} SET DEFAULT {chosen}"


def _is(name: str, one: Column) -> bool:
    spelt = {"integer": "int", "timestamp with time zone": "timestamptz"}.get(one.type, one.type)
    return spelt == name


def _check(dice: Dice, world: World, table: Relation, one: Column) -> str:
    other = dice.one(table.columns).name
    name = f"CONSTRAINT {dice.new('k')} " if dice.chance(0.7) else ""
    test = dice.one((f"{one.name} IS NOT NULL", f"{one.name} IS NOT NULL OR {other} IS NULL",
                     f"{one.name} IS NOT NULL AND {other} IS NOT NULL"))  # fmt: skip
    if one.type in ("integer", "bigint"):
        test = dice.one((test, f"{one.name} > 0", f"{one.name} > 1000000"))
    late = dice.maybe(" NOT VALID", 0.3) + dice.maybe(" NOT ENFORCED", 0.03)
    return f"ADD {name}CHECK ({test}){late}"


def _unique(dice: Dice, world: World, table: Relation, one: Column) -> str:
    columns = ", ".join(each.name for each in dice.some((one, *table.columns), 2))
    name = f"CONSTRAINT {dice.new('u')} " if dice.chance(0.6) else ""
    if table.indexes and dice.chance(0.25):
        made = dice.one(("UNIQUE", "UNIQUE", "PRIMARY KEY"))
        return f"ADD {name}{made} USING INDEX {dice.one(table.indexes)}"
    nulls = dice.maybe(" NULLS NOT DISTINCT", 0.05)
    includes = f" INCLUDE ({dice.one(table.columns).name})" if dice.chance(0.06) else ""
    return f"ADD {name}UNIQUE{nulls} ({columns}){includes}{dice.maybe(' DEFERRABLE', 0.1)}"


def _primary(dice: Dice, world: World, table: Relation, one: Column) -> str:
    name = dice.maybe(f"CONSTRAINT {dice.new('pk')} ")
    return f"ADD {name}PRIMARY KEY ({one.name})"


def _foreign(dice: Dice, world: World, table: Relation, one: Column) -> str:
    other = dice.one(world.tables)
    same = [c for c in other.columns if c.type == one.type]
    target = dice.one(same) if same and dice.chance(0.5) else dice.one(other.columns or (one,))
    far = f" ({target.name})" if dice.chance(0.4) else ""
    fitting = [t for t in world.tables if t.key and t.key[0] in
               {c.name for c in t.columns if c.type == one.type}]  # fmt: skip
    if fitting and dice.chance(0.7):
        other, far = dice.one(fitting), ""
    name = f"CONSTRAINT {dice.new('f')} " if dice.chance(0.6) else ""
    action = dice.one(("", "", " ON DELETE CASCADE", " ON DELETE SET NULL", " DEFERRABLE"))
    late = dice.maybe(" NOT VALID", 0.35) + dice.maybe(" NOT ENFORCED", 0.02)
    return f"ADD {name}FOREIGN KEY ({one.name}) REFERENCES {other.name}{far}{action}{late}"


def _exclude(dice: Dice, world: World, table: Relation, one: Column) -> str:
    return f"ADD CONSTRAINT {dice.new('x')} EXCLUDE ({one.name} WITH =)"


def _named_not_null(dice: Dice, world: World, table: Relation, one: Column) -> str:
    late = dice.maybe(" NOT VALID", 0.4)
    return f"ADD CONSTRAINT {dice.new('n')} NOT NULL {one.name}{late}"


def _constraint(dice: Dice, world: World, table: Relation, one: Column) -> str | None:
    named = [c.name for c in table.constraints] or ["nothing"]
    chosen = dice.one(named) if dice.chance(0.95) else "nothing"
    drop = f"DROP CONSTRAINT {dice.maybe('IF EXISTS ', 0.15)}{chosen}{dice.maybe(' CASCADE', 0.3)}"
    return dice.one((
        f"VALIDATE CONSTRAINT {chosen}", drop, drop,
        f"RENAME CONSTRAINT {chosen} TO {dice.new('q')}",
        f"ALTER CONSTRAINT {chosen} {dice.one(('DEFERRABLE', 'NOT DEFERRABLE'))}",
    ))  # fmt: skip


def _identity(dice: Dice, world: World, table: Relation, one: Column) -> str:
    return f"ALTER COLUMN {one.name} " + dice.one((
        "ADD GENERATED ALWAYS AS IDENTITY", "ADD GENERATED BY DEFAULT AS IDENTITY",
        "DROP IDENTITY IF EXISTS", "DROP IDENTITY", "SET GENERATED BY DEFAULT",
        "DROP EXPRESSION", "DROP EXPRESSION IF EXISTS", "SET EXPRESSION AS (NULL)", "RESTART",
    ))  # fmt: skip


def _options(dice: Dice, world: World, table: Relation, one: Column) -> str:
    index = dice.one(table.indexes) if table.indexes else "nothing"
    trigger = dice.one(table.triggers) if table.triggers else "ALL"
    return dice.one((
        "SET (fillfactor = 70)", "RESET (fillfactor)", "SET (autovacuum_enabled = false)",
        f"ALTER COLUMN {one.name} SET STATISTICS 100", f"ALTER COLUMN {one.name} SET STORAGE PLAIN",
        f"ALTER COLUMN {one.name} SET (n_distinct = 5)", "SET LOGGED", "SET UNLOGGED",
        f"CLUSTER ON {index}", "SET WITHOUT CLUSTER", "OWNER TO CURRENT_USER", "OWNER TO reader",
        "ENABLE ROW LEVEL SECURITY", "DISABLE ROW LEVEL SECURITY", "FORCE ROW LEVEL SECURITY",
        "NO FORCE ROW LEVEL SECURITY", "REPLICA IDENTITY FULL", "REPLICA IDENTITY DEFAULT",
        f"REPLICA IDENTITY USING INDEX {index}",
        f"ENABLE TRIGGER {trigger}", f"DISABLE TRIGGER {trigger}", "DISABLE TRIGGER USER",
        "SET ACCESS METHOD heap", f"ALTER COLUMN {one.name} SET COMPRESSION pglz",
        "SET SCHEMA app", "SET SCHEMA public", "SET WITHOUT OIDS", "SET TABLESPACE pg_default",
    ))  # fmt: skip


def _heirs(dice: Dice, world: World, table: Relation, one: Column) -> str | None:
    if table.children and dice.chance(0.5):
        child = dice.one(table.children)
        return (
            f"DETACH PARTITION {child}{dice.maybe(' CONCURRENTLY', 0.1)}"
            if table.kind == "p"
            else None
        )
    if table.kind == "p":
        low = dice.random.randint(2000, 9000)
        bounds = dice.one((f"FOR VALUES FROM ({low}) TO ({low + 10})", "DEFAULT",
                           f"FOR VALUES IN ('{dice.new('k')}')",
                           "FOR VALUES FROM (0) TO (100000)"))  # fmt: skip
        return f"ATTACH PARTITION {dice.one(('loose', dice.one(world.tables).name))} {bounds}"
    other = dice.one(world.tables).name
    return dice.one((f"INHERIT {other}", "INHERIT animals", "NO INHERIT animals"))


PARTS: tuple[tuple[Part, int], ...] = (
    (_add, 14), (_add_computed, 3), (_drop, 8), (_rename, 3), (_type, 22), (_not_null, 7),
    (_default, 5), (_check, 6), (_unique, 5), (_primary, 2), (_foreign, 10), (_exclude, 1),
    (_named_not_null, 2), (_constraint, 11), (_identity, 3), (_options, 10), (_heirs, 3),
)  # fmt: skip


def index(dice: Dice, world: World) -> str | None:
    table = dice.one((*world.tables, *world.materialized))
    if not table.columns:
        return None
    columns = [one.name for one in dice.some(table.columns, 2)]
    unique = dice.maybe("UNIQUE ", 0.25)
    concurrently = dice.maybe("CONCURRENTLY ", 0.12)
    name = dice.one((dice.new("i"), dice.new("i"), ""))
    exists = ""
    if dice.chance(0.1):
        name, exists = dice.one((*table.indexes, dice.new("i"))), "IF NOT EXISTS "
    elif table.indexes and dice.chance(0.04):
        name = dice.one(table.indexes)
    only = "ONLY " if table.kind == "p" and dice.chance(0.2) else ""
    start = f"CREATE {unique}INDEX {concurrently}{exists}{name} ON {only}{table.name}"
    return f"{start} {_keys(dice, table, columns)}"


def _keys(dice: Dice, table: Relation, columns: list[str]) -> str:
    one = columns[0]
    plain = f"({', '.join(columns)})"
    return dice.random.choices((
        plain, f"({one} DESC NULLS LAST)", f"(lower({one}::text))", f"(({one} IS NULL))",
        f"{plain} WHERE {one} IS NOT NULL", f"(id) INCLUDE ({one})", f"USING hash ({one})",
        f"USING brin ({one})", f"USING gin ({one})", f"USING gist ({one})",
        f"((coalesce({one}, {one})))", f"(date_trunc('day', {one}))", f"{plain} NULLS NOT DISTINCT",
        "(nothing)", f"(({one} || 'x'))",
    ), (50, 4, 5, 4, 8, 3, 4, 4, 4, 2, 3, 2, 2, 1, 2))[0]  # fmt: skip


def drop_index(dice: Dice, world: World) -> str | None:
    with_indexes = [t for t in (*world.tables, *world.materialized) if t.indexes]
    if not with_indexes:
        return None
    table = dice.one(with_indexes)
    name = table.beside(dice.one(table.indexes)) if dice.chance(0.93) else "nothing"
    concurrently = dice.maybe("CONCURRENTLY ", 0.12)
    cascade = "" if concurrently else dice.maybe(" CASCADE", 0.15)
    return f"DROP INDEX {concurrently}{dice.maybe('IF EXISTS ', 0.15)}{name}{cascade}"


def alter_index(dice: Dice, world: World) -> str | None:
    with_indexes = [t for t in (*world.tables, *world.materialized) if t.indexes]
    if not with_indexes:
        return None
    table = dice.one(with_indexes)
    name = table.beside(dice.one(table.indexes))
    return dice.one((
        f"ALTER INDEX {name} RENAME TO {dice.new('j')}", f"REINDEX INDEX {name}",
        f"ALTER INDEX IF EXISTS {table.beside('nothing')} RENAME TO nobody",
        f"ALTER INDEX {name} SET (fillfactor = 80)",
        f"REINDEX TABLE {table.name}", f"REINDEX INDEX CONCURRENTLY {name}",
        f"COMMENT ON INDEX {name} IS 'x'", f"CLUSTER {table.name} USING {name.split('.')[-1]}",
        f"REINDEX TABLE CONCURRENTLY {table.name}", f"ALTER INDEX {name} RESET (fillfactor)",
    ))  # fmt: skip


def create(dice: Dice, world: World) -> str:
    name = dice.new("n") if dice.chance(0.9) else dice.one(world.tables).own_name
    source = dice.one(world.tables)
    exists = dice.maybe("IF NOT EXISTS ", 0.1)
    plain = created(dice, f"{exists}{name}", None)
    keyed = [t for t in world.tables if len(t.key) == 1]
    pointing = plain
    if keyed:
        parent = dice.one(keyed)
        far = next(c.type for c in parent.columns if c.name == parent.key[0])
        far = far if dice.chance(0.9) else "text"
        pointing = (
            f"{plain[:-1]}, up {far} REFERENCES {parent.name}{dice.maybe(f' ({parent.key[0]})')})"
        )
    options = dice.one(("", " INCLUDING ALL", " INCLUDING DEFAULTS", " INCLUDING INDEXES",
                        " INCLUDING CONSTRAINTS", " INCLUDING IDENTITY"))  # fmt: skip
    low = dice.random.randint(2000, 9000)
    return dice.random.choices((
        plain, pointing, f"CREATE TABLE {name} (LIKE {source.name}{options})",
        f"CREATE TABLE {name} AS SELECT * FROM {source.name}{dice.maybe(' WITH NO DATA', 0.3)}",
        f"CREATE UNLOGGED TABLE {name} (id int PRIMARY KEY)",
        f"CREATE TEMP TABLE {dice.new('temp')} (id int PRIMARY KEY)",
        f"CREATE TABLE {name} () INHERITS ({source.name})",
        f"CREATE TABLE {name} PARTITION OF parted FOR VALUES FROM ({low}) TO ({low + 10})",
        f"CREATE TABLE {name} PARTITION OF listed DEFAULT",
        f"CREATE TABLE {name} PARTITION OF parted DEFAULT",
        f"CREATE TABLE {name} (a nothing)",
    ), (20, 20, 15, 10, 3, 3, 5, 5, 3, 3, 1))[0]  # fmt: skip


def drop(dice: Dice, world: World) -> str:
    tables = dice.some([table.name for table in world.tables], 2 if dice.chance(0.2) else 1)
    if dice.chance(0.06):
        tables.append("nothing")
    exists = dice.maybe("IF EXISTS ", 0.25)
    return f"DROP TABLE {exists}{', '.join(tables)}{dice.maybe(' CASCADE', 0.4)}"


def whole(dice: Dice, world: World) -> str:
    table = dice.one(world.tables)
    other = dice.one(world.tables)
    to = dice.new("t_") if dice.chance(0.9) else other.own_name
    return dice.one((
        f"ALTER TABLE {table.name} RENAME TO {to}",
        f"TRUNCATE {table.name}{dice.maybe(' RESTART IDENTITY', 0.2)}{dice.maybe(' CASCADE', 0.4)}",
        f"TRUNCATE {table.name}, {other.name}{dice.maybe(' CASCADE', 0.4)}",
    ))  # fmt: skip


CHANGES: tuple[tuple[Callable[[Dice, World], str | None], int], ...] = (
    (alteration, 100), (index, 24), (drop_index, 7), (alter_index, 8), (create, 12), (drop, 6),
    (whole, 8),
)  # fmt: skip

__all__ = ["CHANGES", "VALUES", "WHOLE", "alteration"]

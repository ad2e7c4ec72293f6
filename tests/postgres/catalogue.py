"""A database in plain terms: from a server's catalogues, and from a replayed schema."""

from typing import Any

import psycopg

from analyzers.postgres.operations import ConstraintKind, Type
from analyzers.postgres.schema import Schema, Table

Catalogue = dict[str, Any]

_KINDS = {
    "c": ConstraintKind.CHECK,
    "f": ConstraintKind.FOREIGN_KEY,
    "p": ConstraintKind.PRIMARY_KEY,
    "u": ConstraintKind.UNIQUE,
    "x": ConstraintKind.EXCLUDE,
}

_COLUMNS = """
SELECT n.nspname || '.' || c.relname, a.attname, t.typname, a.atttypmod, a.attnotnull,
       a.atthasdef AND coalesce(to_json(a)->>'attgenerated', '') = '',
       coalesce(to_json(a)->>'attgenerated', '') || a.attidentity::text
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_type t ON t.oid = a.atttypid
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped
AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema' ORDER BY c.oid, a.attnum
"""
_CONSTRAINTS = """
SELECT c.conrelid::regclass::text, n.nspname || '.' || r.relname, c.conname, c.contype,
       c.convalidated,
       ARRAY(SELECT a.attname::text FROM unnest(c.conkey) WITH ORDINALITY k(num, at)
             JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.num ORDER BY k.at),
       f.nspname || '.' || p.relname,
       ARRAY(SELECT a.attname::text FROM unnest(c.confkey) WITH ORDINALITY k(num, at)
             JOIN pg_attribute a ON a.attrelid = c.confrelid AND a.attnum = k.num ORDER BY k.at),
       c.confdeltype
FROM pg_constraint c JOIN pg_class r ON r.oid = c.conrelid
JOIN pg_namespace n ON n.oid = r.relnamespace
LEFT JOIN pg_class p ON p.oid = c.confrelid LEFT JOIN pg_namespace f ON f.oid = p.relnamespace
WHERE c.contype IN ('c', 'f', 'p', 'u', 'x') AND n.nspname NOT LIKE 'pg\\_%'
AND n.nspname <> 'information_schema'
AND NOT EXISTS (SELECT FROM pg_constraint o WHERE o.oid::text = to_json(c)->>'conparentid'
                AND o.conrelid = c.conrelid)
"""
# A foreign key at a partitioned table has copies for each partition, which nobody made.
_INDEXES = """
SELECT n.nspname || '.' || t.relname, i.relname, x.indisunique, m.amname, x.indpred IS NOT NULL
FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid
JOIN pg_am m ON m.oid = i.relam JOIN pg_namespace n ON n.oid = t.relnamespace
WHERE n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema' AND t.relkind <> 'm'
"""
_NAMED = """
SELECT CASE c.relkind WHEN 'S' THEN 'sequence' ELSE 'view' END, n.nspname || '.' || c.relname
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('S', 'v', 'm') AND n.nspname NOT LIKE 'pg\\_%'
AND n.nspname <> 'information_schema'
UNION ALL
SELECT 'type', n.nspname || '.' || t.typname FROM pg_type t
JOIN pg_namespace n ON n.oid = t.typnamespace LEFT JOIN pg_class c ON c.oid = t.typrelid
WHERE n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema' AND t.typtype IN ('e', 'd')
UNION ALL
SELECT 'trigger', n.nspname || '.' || c.relname || '.' || g.tgname FROM pg_trigger g
JOIN pg_class c ON c.oid = g.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE NOT g.tgisinternal
UNION ALL
SELECT 'policy', schemaname || '.' || tablename || '.' || policyname FROM pg_policies
"""
_ACTIONS = {"a": "NO ACTION", "r": "RESTRICT", "c": "CASCADE", "n": "SET NULL", "d": "SET DEFAULT"}
_GENERATED = {"s": "stored", "v": "virtual", "a": "identity", "d": "identity"}


def of_server(connection: psycopg.Connection) -> Catalogue:
    found: Catalogue = {"order": {}, "columns": {}, "constraints": {}, "indexes": {}}
    for table, column, kind, modifier, not_null, default, generated in connection.execute(_COLUMNS):
        found["columns"][f"{table}.{column}"] = (
            str(_type(kind, modifier)),
            not_null,
            default,
            _GENERATED.get(generated),
        )
        found["order"].setdefault(table, []).append(column)
    for _, table, name, kind, valid, columns, other, far, action in connection.execute(
        _CONSTRAINTS
    ):
        foreign = (other, tuple(far), _ACTIONS[action]) if kind == "f" else None
        own = tuple(sorted(columns)) if kind == "c" else tuple(columns)
        found["constraints"][f"{table}.{name}"] = (_KINDS[kind].value, valid, own, foreign)
    for table, name, unique, method, partial in connection.execute(_INDEXES):
        found["indexes"][f"{table}.{name}"] = (unique, method, partial)
    for kind, name in connection.execute(_NAMED):
        found.setdefault(kind, set()).add(name)
    return found


def of_schema(schema: Schema) -> Catalogue:
    found: Catalogue = {"order": {}, "columns": {}, "constraints": {}, "indexes": {}}
    for name, table in schema.tables.items():
        assert table.certain, f"{name} is not known for certain"
        for column in table.columns:
            told = (_spelt(column.type), column.not_null, _has_default(column), column.generated)
            found["columns"][f"{name}.{column.name}"] = told
        if table.columns:
            found["order"][str(name)] = [column.name for column in table.columns]
        _describe(found, table)
    for sequence in schema.sequences:
        found.setdefault("sequence", set()).add(str(sequence))
    for view in schema.views:
        found.setdefault("view", set()).add(str(view))
    for defined in schema.types.values():
        if defined.kind.value in ("enum type", "domain"):
            found.setdefault("type", set()).add(str(defined.name))
    return found


def _describe(found: Catalogue, table: Table) -> None:
    for constraint in table.constraints:
        if constraint.kind is ConstraintKind.NOT_NULL:
            continue
        check = constraint.check.columns if constraint.check else None
        own = constraint.columns if check is None else tuple(sorted(check))
        far = constraint.reference
        foreign = (str(far.table), far.columns, far.on_delete) if far else None
        key = f"{table.name}.{constraint.name}"
        found["constraints"][key] = (constraint.kind.value, constraint.valid, own, foreign)
    for index in table.indexes:
        key = f"{table.name}.{index.name}"
        found["indexes"][key] = (index.unique, index.method, index.predicate is not None)
    for trigger in table.triggers:
        found.setdefault("trigger", set()).add(f"{table.name}.{trigger.name}")
    for policy in table.policies:
        found.setdefault("policy", set()).add(f"{table.name}.{policy.name}")


def _has_default(column: Any) -> bool | None:
    return False if column.generated else column.has_default


def _spelt(kind: Type | None) -> str:
    assert kind is not None
    return str(Type(kind.name, kind.modifiers, kind.array))


def _type(name: str, modifier: int) -> Type:
    array = name.startswith("_")
    name = name.removeprefix("_")
    if modifier < 0:
        return Type(name, array=array)
    if name in ("varchar", "bpchar"):
        return Type(name, (modifier - 4,), array)
    if name == "numeric":
        packed = modifier - 4
        return Type(name, (packed >> 16, packed & 0x7FF), array)
    return Type(name, (modifier,), array)


def differences(server: Catalogue, replayed: Catalogue) -> list[str]:
    """What the two say differently, one line for each thing."""
    found: list[str] = []
    for kind in sorted(server.keys() | replayed.keys()):
        one, other = _items(server.get(kind)), _items(replayed.get(kind))
        found.extend(
            f"{kind} {key}: server {one.get(key)}, replayed {other.get(key)}"
            for key in sorted(one.keys() | other.keys())
            if one.get(key) != other.get(key)
        )
    return found


def _items(part: Any) -> dict[str, Any]:
    if isinstance(part, dict):
        return part
    return dict.fromkeys(part or (), "there")

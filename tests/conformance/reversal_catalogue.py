"""All that a server's catalogues say of what migrations make, as text by kind and name."""

import psycopg

Told = dict[str, str]

_OWN = "n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'"
_KNEX = "c.relname !~ '^knex_migrations'"

_QUERIES = {
    "table": """
        SELECT n.nspname || '.' || c.relname, concat_ws(' ', c.relkind, c.relpersistence,
          c.relrowsecurity, c.relforcerowsecurity, c.reloptions::text, c.relreplident,
          pg_get_expr(c.relpartbound, c.oid), pg_get_partkeydef(c.oid), c.relacl::text,
          ARRAY(SELECT inhparent::regclass::text FROM pg_inherits WHERE inhrelid = c.oid)::text)
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'p', 'f') AND OWN AND KNEX""",
    "column": """
        SELECT n.nspname || '.' || c.relname || '.' || a.attname, concat_ws(' ',
          format_type(a.atttypid, a.atttypmod), a.attnotnull, pg_get_expr(d.adbin, d.adrelid),
          a.attidentity, a.attgenerated, a.attcollation, a.attacl::text, a.attoptions::text,
          a.attstattarget, a.attstorage, a.attcompression)
        FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
        JOIN pg_namespace n ON n.oid = c.relnamespace
        LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
        WHERE c.relkind IN ('r', 'p', 'f') AND a.attnum > 0 AND NOT a.attisdropped
        AND OWN AND KNEX""",
    "constraint": """
        SELECT n.nspname || '.' || c.relname || '.' || o.conname,
          concat_ws(' ', pg_get_constraintdef(o.oid), o.convalidated)
        FROM pg_constraint o JOIN pg_class c ON c.oid = o.conrelid
        JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE o.contype IN ('c', 'f', 'p', 'u', 'x') AND OWN AND KNEX""",
    "index": """
        SELECT n.nspname || '.' || c.relname || '.' || i.relname,
          concat_ws(' ', pg_get_indexdef(i.oid), x.indisvalid, i.reloptions::text)
        FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid
        JOIN pg_class c ON c.oid = x.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = i.oid AND contype <> 'f')
        AND OWN AND KNEX""",
    "view": """
        SELECT n.nspname || '.' || c.relname, concat_ws(' ', c.relkind, pg_get_viewdef(c.oid),
          c.reloptions::text, c.relacl::text)
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('v', 'm') AND OWN""",
    "sequence": """
        SELECT n.nspname || '.' || c.relname, concat_ws(' ', format_type(s.seqtypid, NULL),
          s.seqstart, s.seqincrement, s.seqmax, s.seqmin, s.seqcache, s.seqcycle, c.relacl::text,
          (SELECT o.relname || '.' || a.attname FROM pg_depend d
           JOIN pg_class o ON o.oid = d.refobjid
           JOIN pg_attribute a ON a.attrelid = o.oid AND a.attnum = d.refobjsubid
           WHERE d.objid = c.oid AND d.deptype IN ('a', 'i')))
        FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid
        JOIN pg_namespace n ON n.oid = c.relnamespace WHERE OWN AND KNEX""",
    "type": """
        SELECT n.nspname || '.' || t.typname, concat_ws(' ', t.typtype, t.typnotnull,
          format_type(t.typbasetype, t.typtypmod), t.typdefault,
          ARRAY(SELECT e.enumlabel FROM pg_enum e WHERE e.enumtypid = t.oid
                ORDER BY e.enumsortorder)::text,
          ARRAY(SELECT pg_get_constraintdef(o.oid) FROM pg_constraint o
                WHERE o.contypid = t.oid ORDER BY o.conname)::text,
          ARRAY(SELECT a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
                FROM pg_attribute a WHERE a.attrelid = t.typrelid AND NOT a.attisdropped
                ORDER BY a.attnum)::text)
        FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
        LEFT JOIN pg_class c ON c.oid = t.typrelid
        WHERE (t.typtype IN ('e', 'd', 'r') OR c.relkind = 'c') AND OWN""",
    "function": """
        SELECT n.nspname || '.' || p.proname || '(' || oidvectortypes(p.proargtypes) || ')',
          concat_ws(' ', pg_get_functiondef(p.oid), p.proacl::text)
        FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
        WHERE p.prokind IN ('f', 'p') AND OWN
        AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')""",
    "trigger": """
        SELECT n.nspname || '.' || c.relname || '.' || t.tgname,
          concat_ws(' ', pg_get_triggerdef(t.oid), t.tgenabled)
        FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
        JOIN pg_namespace n ON n.oid = c.relnamespace WHERE NOT t.tgisinternal AND OWN""",
    "policy": """
        SELECT schemaname || '.' || tablename || '.' || policyname,
          concat_ws(' ', permissive, roles::text, cmd, qual, with_check) FROM pg_policies""",
    "rule": """
        SELECT schemaname || '.' || tablename || '.' || rulename, definition FROM pg_rules
        WHERE schemaname !~ '^pg_' AND schemaname <> 'information_schema'""",
    "statistics": """
        SELECT n.nspname || '.' || s.stxname, pg_get_statisticsobjdef(s.oid)
        FROM pg_statistic_ext s JOIN pg_namespace n ON n.oid = s.stxnamespace WHERE OWN""",
    "extension": "SELECT extname, extversion FROM pg_extension",
    "schema": "SELECT n.nspname, n.nspacl::text FROM pg_namespace n WHERE OWN",
    "default privileges": """
        SELECT concat_ws(' ', defaclrole::regrole, defaclobjtype), defaclacl::text
        FROM pg_default_acl""",
}  # fmt: skip
"""Comments, the order of columns and what tables hold are left aside."""


def catalogue(connection: psycopg.Connection) -> Told:
    """Everything by its kind and name: `column public.users.email`."""
    return {
        f"{kind} {name}": str(definition)
        for kind, query in _QUERIES.items()
        for name, definition in connection.execute(_written(query))
    }


def _written(query: str) -> bytes:
    return query.replace("OWN", _OWN).replace("KNEX", _KNEX).encode()


def different(before: Told, after: Told) -> dict[str, str]:
    """What isn't the same, and how: parts of a table that comes or goes as a whole aside."""
    found = {
        name: "left over" if name not in before else "missing" if name not in after else "changed"
        for name in sorted(before.keys() | after.keys())
        if before.get(name) != after.get(name)
    }
    return {name: how for name, how in found.items() if not _belongs(name, found)}


_PARTS = ("column", "constraint", "index", "trigger", "policy", "rule", "sequence")


def _belongs(name: str, found: dict[str, str]) -> bool:
    """Whether it came or went with its table."""
    kind, _, full = name.partition(" ")
    table = full.rpartition(".")[0]
    whole = found.get(f"table {table}") or found.get(f"view {table}")
    return kind in _PARTS and whole in ("left over", "missing") and whole == found[name]

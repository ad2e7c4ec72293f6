"""Which types a database has: PostgreSQL's own, the history's, and those of extensions."""

from analyzers.postgres.effect import Effects
from analyzers.postgres.effects.question import refused
from analyzers.postgres.operations import Name, Type
from analyzers.postgres.schema import Schema, TableColumn

# What pg_type of PostgreSQL 18 has, and the serial types, which only CREATE and ADD COLUMN know.
_BUILT_IN = frozenset(
    """
    aclitem bit bool box bpchar bytea char cid cidr circle date datemultirange daterange float4
    float8 gtsvector inet int2 int2vector int4 int4multirange int4range int8 int8multirange
    int8range interval json jsonb jsonpath line lseg macaddr macaddr8 money name numeric
    nummultirange numrange oid oidvector path pg_lsn pg_snapshot point polygon refcursor regclass
    regcollation regconfig regdictionary regnamespace regoper regoperator regproc regprocedure
    regrole regtype text tid time timestamp timestamptz timetz tsmultirange tsquery tsrange
    tstzmultirange tstzrange tsvector txid_snapshot uuid varbit varchar xid xid8 xml
    smallserial serial bigserial
    """.split()  # noqa: SIM905 - names are read as words
)

# Each of these extensions brings types of its own.
_WITHOUT_TYPES = frozenset(
    {"plpgsql", "pgcrypto", "uuid-ossp", "pg_trgm", "unaccent", "btree_gin", "btree_gist"}
)


# Types that no B-tree can order.
_UNORDERED = frozenset({"json", "xml", "point", "polygon", "box", "circle", "line", "path", "lseg"})


def is_built_in(kind: Type) -> bool:
    return kind.name in _BUILT_IN


def unordered(column: TableColumn | None) -> Effects:
    """42704 for a column that no B-tree can order."""
    kind = column.type if column is not None else None
    if kind is None or kind.name not in _UNORDERED:
        return Effects()
    return refused("42704", f"data type {kind} has no default operator class for btree")


def virtual(column: TableColumn | None, what: str) -> Effects:
    """0A000 for what a column that is computed when it is read can't have."""
    if column is None or column.generated != "virtual":
        return Effects()
    return refused("0A000", f"{what} on virtual generated columns are not supported")


def unknown_type(kind: Type, schema: Schema) -> Effects:
    """42704 for a type that nothing defines; uncertain where the history isn't all there is."""
    name = Name(kind.name, kind.schema)
    candidates = schema.candidates(name)
    if not kind.name or kind.name in _BUILT_IN:
        return Effects()
    if any(c in schema.types or c in schema.tables or c in schema.views for c in candidates):
        return Effects()
    certain = schema.complete and schema.extensions <= _WITHOUT_TYPES
    if not certain:
        return Effects()
    return refused("42704", f'type "{name}" does not exist')

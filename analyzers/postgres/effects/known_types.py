"""Which types a database has: PostgreSQL's own, the history's, and those of extensions."""

from analyzers.postgres.effect import Effects
from analyzers.postgres.effects.question import possible, refused
from analyzers.postgres.operations import Name, Type
from analyzers.postgres.schema import DefinedType, Schema, Table, TableColumn
from analyzers.struct import replace

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

# What a serial column is of, once it is made.
SERIAL = {"smallserial": "int2", "serial": "int4", "bigserial": "int8"}

# Each of these extensions brings types of its own.
_WITHOUT_TYPES = frozenset(
    {"plpgsql", "pgcrypto", "uuid-ossp", "pg_trgm", "unaccent", "btree_gin", "btree_gist"}
)


_SHAPES = {"box", "circle", "line", "lseg", "path", "point", "polygon"}
_SEARCHED = {"tsquery", "tsvector"}
_RANGES = {"daterange", "int4range", "int8range", "numrange", "tsrange", "tstzrange"}

# The types of PostgreSQL's own that have a default operator class (pg_opclass); "[]": arrays.
_ORDERED = _BUILT_IN - _SHAPES - {"json", "jsonpath", "xml", "xid", "cid", "aclitem"}
_UNORDERED = _BUILT_IN - _ORDERED
_INDEXABLE = {
    "btree": _ORDERED | {"[]", "enum"},
    "hash": (_ORDERED | {"xid", "cid", "aclitem", "[]", "enum"})
    - {"bit", "varbit", "money", *_SEARCHED},
    "gin": frozenset({"jsonb", "tsvector", "[]"}),
    "gist": frozenset({"box", "circle", "point", "polygon", *_SEARCHED, *_RANGES}),
    "spgist": frozenset({"box", "inet", "cidr", "point", "polygon", "text", "varchar", *_RANGES}),
    "brin": (_ORDERED | {"box"}) - {"bool", "jsonb", "money", "xid8", "oidvector", *_SEARCHED},
}
# Extensions that add operator classes to these.
_ADDING = {"gin": "btree_gin", "gist": "btree_gist"}


def stored_type(kind: Type) -> Type:
    """The type that a column has which is written `serial`."""
    return replace(kind, name=SERIAL.get(kind.name, kind.name))


def is_built_in(kind: Type) -> bool:
    return kind.name in _BUILT_IN


def unordered(column: TableColumn | None) -> Effects:
    """42704 for a column of PostgreSQL's own types that no B-tree can order."""
    kind = column.type if column is not None else None
    if kind is None or kind.array or kind.name not in _UNORDERED:
        return Effects()
    return refused("42704", f"data type {kind} has no default operator class for btree")


def unindexable(column: TableColumn | None, method: str, schema: Schema) -> Effects:
    """42704 for a column whose type the access method has no operator class for."""
    kind = column.type if column is not None else None
    known = _INDEXABLE.get(method)
    if kind is None or known is None or _ADDING.get(method) in schema.extensions:
        return Effects()
    kind = base_type(kind, schema)
    enum = any(t.labels for n, t in schema.types.items() if n.name == kind.name)
    spelt = "[]" if kind.array else "enum" if enum else kind.name
    if spelt in known or not (enum or kind.array or kind.name in _BUILT_IN):
        return Effects()
    return refused("42704", f'data type {kind} has no default operator class for "{method}"')


def base_type(kind: Type, schema: Schema) -> Type:
    """What a domain is made of, as long as it is one."""
    for _ in range(len(schema.types) + 1):
        domain = defined(kind, schema)
        if domain is None or domain.base is None or kind.array:
            break
        kind = domain.base
    return kind


def defined(kind: Type, schema: Schema) -> DefinedType | None:
    if not schema.types:
        return None
    found = (t for n, t in schema.types.items() if n.name == kind.name)
    return next((t for t in found if kind.schema in (None, t.name.schema)), None)


def virtual(column: TableColumn | None, what: str) -> Effects:
    """0A000 for what a column that is computed when it is read can't have."""
    if column is None or column.generated != "virtual":
        return Effects()
    return refused("0A000", f"{what} on virtual generated columns are not supported")


def unknown_type(kind: Type, schema: Schema) -> Effects:
    """42704 for a type that nothing defines; uncertain where the history isn't all there is."""
    if not kind.name or kind.name in _BUILT_IN:
        return Effects()
    name = Name(kind.name, kind.schema)
    candidates = schema.candidates(name)
    if any(c in schema.types or c in schema.tables or c in schema.views for c in candidates):
        return Effects()
    certain = schema.complete and schema.extensions <= _WITHOUT_TYPES
    if not certain:
        return Effects()
    elsewhere = kind.schema is not None and kind.schema not in schema.namespaces
    return refused("3F000" if elsewhere else "42704", f'type "{name}" does not exist')


def not_clustered(schema: Schema, table: Table, name: str | None) -> Effects:
    """What keeps rows from being put into the order of an index."""
    index = table.index(name or "")
    if name is None:
        return Effects()
    owner = schema.links.owners.get(Name(name, table.name.schema))
    if index is None and not table.certain and owner in (None, table.name):
        return possible(
            ("42704", f'there may be no index "{name}" for table "{table.name}"'),
            ("0A000", f'the table may not be clustered on index "{name}"'),
        )
    if index is None:
        code = "42704" if owner is None else "42809"
        return refused(code, f'index "{name}" for table "{table.name}" does not exist')
    if index.method not in ("btree", "gist"):
        return refused("0A000", f'cannot cluster on index "{name}": its method does not support it')
    if index.predicate is not None:
        return refused("0A000", f'cannot cluster on partial index "{name}"')
    return Effects()

"""How often an expression has to be computed.

https://www.postgresql.org/docs/current/xfunc-volatility.html; the volatility of PostgreSQL's own
functions is that of pg_proc.
"""

from analyzers.postgres.operations import Expression, Name, Volatility
from analyzers.postgres.schema import Schema

_VOLATILE = frozenset(
    [
        "clock_timestamp",
        "currval",
        "gen_random_uuid",
        "lastval",
        "nextval",
        "random",
        "random_normal",
        "set_config",
        "setseed",
        "setval",
        "timeofday",
        "txid_status",
        "uuidv4",
        "uuidv7",
        "array_sample",
        "array_shuffle",
        "uuid_generate_v1",
        "uuid_generate_v1mc",
        "uuid_generate_v4",
        "gen_random_bytes",
        "gen_salt",
    ]
)

_STABLE = frozenset(
    [
        "age",
        "array_to_json",
        "array_to_string",
        "concat",
        "concat_ws",
        "convert",
        "convert_from",
        "convert_to",
        "current_catalog",
        "current_database",
        "current_date",
        "current_role",
        "current_schema",
        "current_schemas",
        "current_setting",
        "current_time",
        "current_timestamp",
        "current_user",
        "date",
        "date_part",
        "date_trunc",
        "enum_first",
        "enum_last",
        "enum_range",
        "extract",
        "format",
        "json_build_array",
        "json_build_object",
        "jsonb_build_array",
        "jsonb_build_object",
        "length",
        "localtime",
        "localtimestamp",
        "make_timestamptz",
        "now",
        "quote_literal",
        "quote_nullable",
        "row_to_json",
        "session_user",
        "statement_timestamp",
        "system_user",
        "time",
        "timestamp",
        "timestamptz",
        "timetz",
        "timezone",
        "to_char",
        "to_date",
        "to_json",
        "to_jsonb",
        "to_number",
        "to_timestamp",
        "to_tsquery",
        "to_tsvector",
        "transaction_timestamp",
        "txid_current",
        "user",
        "version",
    ]
)

_IMMUTABLE = frozenset(
    [
        "abs",
        "array_append",
        "array_cat",
        "array_fill",
        "array_length",
        "array_position",
        "array_prepend",
        "array_remove",
        "ascii",
        "btrim",
        "cardinality",
        "ceil",
        "ceiling",
        "char_length",
        "chr",
        "coalesce",
        "crypt",
        "date_bin",
        "decode",
        "digest",
        "div",
        "encode",
        "exp",
        "floor",
        "greatest",
        "hashtext",
        "hmac",
        "initcap",
        "int4range",
        "int8range",
        "isfinite",
        "json_array",
        "json_object",
        "jsonb_array_length",
        "jsonb_object",
        "jsonb_set",
        "jsonb_strip_nulls",
        "justify_days",
        "justify_hours",
        "least",
        "left",
        "ln",
        "lower",
        "lpad",
        "ltrim",
        "make_date",
        "make_interval",
        "make_time",
        "make_timestamp",
        "md5",
        "mod",
        "nullif",
        "numrange",
        "power",
        "regexp_match",
        "regexp_replace",
        "repeat",
        "replace",
        "reverse",
        "right",
        "round",
        "rpad",
        "rtrim",
        "setweight",
        "sha224",
        "sha256",
        "sha384",
        "sha512",
        "sign",
        "similarity",
        "split_part",
        "sqrt",
        "starts_with",
        "strpos",
        "substr",
        "substring",
        "to_hex",
        "translate",
        "trim",
        "trunc",
        "tsrange",
        "tstzrange",
        "unaccent",
        "upper",
        "uuid_generate_v3",
        "uuid_generate_v5",
        "uuid_nil",
        "uuid_ns_dns",
        "uuid_ns_oid",
        "uuid_ns_url",
        "uuid_ns_x500",
    ]
)

# The first major that has them without an extension.
SINCE = {"gen_random_uuid": 13, "uuidv4": 18, "uuidv7": 18, "random_normal": 16, "array_sample": 16}


def volatility(expression: Expression, schema: Schema) -> Volatility:
    """The worst among the functions that an expression calls.

    UNKNOWN: a function that neither PostgreSQL nor the history of migrations defines.
    """
    found = [_of(function, schema) for function in expression.functions]
    return max(found, key=_ORDER.index, default=Volatility.IMMUTABLE)


_ORDER = (Volatility.IMMUTABLE, Volatility.STABLE, Volatility.UNKNOWN, Volatility.VOLATILE)


def _of(function: str, schema: Schema) -> Volatility:
    namespace, _, name = function.rpartition(".")
    for candidate in schema.candidates(Name(name, namespace or None)):
        if candidate in schema.functions:
            return schema.functions[candidate].volatility
    for names, found in _BUILT_IN:
        if name in names:
            return found
    return Volatility.UNKNOWN


_BUILT_IN = (
    (_VOLATILE, Volatility.VOLATILE),
    (_STABLE, Volatility.STABLE),
    (_IMMUTABLE, Volatility.IMMUTABLE),
)


def missing_function(expression: Expression, schema: Schema, major: int) -> str | None:
    """A function that this major doesn't have, and no extension or migration defines."""
    for function in expression.functions:
        since = SINCE.get(function)
        defined = any(n in schema.functions for n in schema.candidates(Name(function)))
        if since is not None and major < since and not defined:
            if function == "gen_random_uuid" and "pgcrypto" in schema.extensions:
                continue
            return function
    return None

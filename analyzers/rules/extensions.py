"""Functions, types and operator classes that PostgreSQL has only with an extension."""

import re
from collections.abc import Iterator
from functools import cache

from analyzers.postgres.operations import (
    CreateIndex,
    Expression,
    Insert,
    Name,
    Range,
    Type,
    Update,
)
from analyzers.postgres.schema import Schema
from analyzers.rules.context import Step
from analyzers.struct import Struct, names

_FUNCTIONS = {
    "uuid-ossp": (
        "uuid_generate_v1 uuid_generate_v1mc uuid_generate_v3 uuid_generate_v4 uuid_generate_v5 "
        "uuid_nil uuid_ns_dns uuid_ns_url"
    ),
    "pgcrypto": (
        "crypt gen_salt digest hmac gen_random_bytes pgp_sym_encrypt pgp_sym_decrypt "
        "pgp_pub_encrypt pgp_pub_decrypt armor dearmor"
    ),
    "pg_trgm": "similarity word_similarity strict_word_similarity show_trgm",
    "unaccent": "unaccent",
    "fuzzystrmatch": "levenshtein soundex metaphone dmetaphone daitch_mokotoff",
    "hstore": "hstore akeys avals hstore_to_json hstore_to_jsonb",
    "tablefunc": "crosstab normal_rand connectby",
    "earthdistance": "ll_to_earth earth_distance earth_box",
    "postgis": (
        "st_makepoint st_setsrid st_geomfromtext st_distance st_dwithin st_within st_contains "
        "st_intersects st_asgeojson st_geogfromtext st_point st_transform st_area st_length"
    ),
}
_TYPES = {
    "citext": "citext",
    "hstore": "hstore",
    "ltree": "ltree lquery ltxtquery",
    "cube": "cube",
    "vector": "vector halfvec sparsevec",
    "postgis": "geometry geography",
    "isn": "ean13 isbn isbn13 ismn issn upc",
}
_OPERATOR_CLASSES = {
    "gin_trgm_ops": "pg_trgm",
    "gist_trgm_ops": "pg_trgm",
    "gin__int_ops": "intarray",
    "gist__int_ops": "intarray",
    "vector_l2_ops": "vector",
    "vector_cosine_ops": "vector",
    "vector_ip_ops": "vector",
}
_IMPLIED = {"cube": {"earthdistance"}, "postgis": {"postgis_raster", "postgis_topology"}}
"""Extensions that bring another one along, with CASCADE or because they need it first."""

_LITERAL = re.compile(r"'(?:[^']|'')*'|\"[^\"]*\"")
_WORD = re.compile(r"\w+")
_CALL = re.compile(r"\b([a-z_]\w*)\s*\(")

OWN_UUID_SINCE = 13
"""gen_random_uuid() needs no extension: https://www.postgresql.org/docs/release/13.0/"""


class Needed(Struct, frozen=True):
    """Something that an operation uses, the extension that has it, and where it is used."""

    what: str
    extension: str
    at: Range


def missing_extensions(step: Step, major: int) -> Iterator[Needed]:
    """What an operation uses of extensions that nothing has enabled, so far as is known."""
    if _NAMES.isdisjoint(_WORD.findall(step.statement.sql.string.lower())):
        return
    for needed in _needed(step, major):
        schema, extension = step.schema, needed.extension
        enabled = {extension, *_IMPLIED.get(extension, ())} & schema.extensions
        if not enabled and not _is_defined(needed.what, schema):
            yield needed


def in_use(schema: Schema, major: int) -> frozenset[str]:
    """Extensions that the tables in production use: whoever enabled them, they are there."""
    return frozenset(
        extension
        for table in schema.tables.values()
        if not table.new
        for column in table.columns
        for extension in (
            _of_type(column.type),
            *(_of_function(f, major) for f in (column.default.functions if column.default else ())),
        )
        if extension
    )


def _needed(step: Step, major: int) -> Iterator[Needed]:
    operation = step.operation
    for term, at in _terms(operation, operation.at):
        if isinstance(term, Type):
            yield from _as_needed(term.name, _of_type(term), at)
        else:
            for function in sorted(term.functions):
                yield from _as_needed(f"{function}()", _of_function(function, major), at)
    for function in sorted(getattr(operation, "functions", ())):
        yield from _as_needed(f"{function}()", _of_function(function, major), operation.at)
    if isinstance(operation, Insert | Update):
        sql = _LITERAL.sub("", step.statement.sql.string[operation.at.start : operation.at.end])
        for function in sorted(set(_CALL.findall(sql.lower()))):
            yield from _as_needed(f"{function}()", _of_function(function, major), operation.at)
    if isinstance(operation, CreateIndex):
        sql = step.statement.sql.string[operation.at.start : operation.at.end].lower()
        for word in re.findall(r"\w+_ops\b", sql):
            yield from _as_needed(word, _OPERATOR_CLASSES.get(word), operation.at)


def _as_needed(what: str, extension: str | None, at: Range) -> Iterator[Needed]:
    if extension is not None:
        yield Needed(what, extension, at)


def _terms(value: object, at: Range) -> Iterator[tuple[Expression | Type, Range]]:
    """The expressions and types in an operation, each with the smallest range that is known."""
    waiting: list[tuple[object, Range]] = [(value, at)]
    while waiting:
        found, within = waiting.pop()
        if isinstance(found, Expression | Type):
            yield found, within
        elif isinstance(found, tuple) and not isinstance(found, Name | Range):
            waiting.extend((item, within) for item in reversed(found))
        else:
            own = getattr(found, "at", None)
            inner = own if isinstance(own, Range) and own.end else within
            kind: type = type(found)
            waiting.extend((getattr(found, name), inner) for name in _parts(kind))


@cache
def _parts(kind: type) -> tuple[str, ...]:
    """The names of the fields of a struct, the last one first; other values have none."""
    return tuple(reversed(names(kind))) if issubclass(kind, Struct) else ()


def _of_type(kind: Type | None) -> str | None:
    return _EXTENSION_OF_TYPE.get(kind.name) if kind else None


def _of_function(function: str, major: int) -> str | None:
    name = function.rpartition(".")[2]
    if name == "gen_random_uuid":
        return "pgcrypto" if major < OWN_UUID_SINCE else None
    return _EXTENSION_OF_FUNCTION.get(name)


def _is_defined(what: str, schema: Schema) -> bool:
    """Whether a migration made a function or type of that name itself."""
    candidates = schema.candidates(Name(what.removesuffix("()").rpartition(".")[2]))
    return any(n in schema.functions or n in schema.types for n in candidates)


def _by_name(names: dict[str, str]) -> dict[str, str]:
    return {name: extension for extension, listed in names.items() for name in listed.split()}


_EXTENSION_OF_FUNCTION = _by_name(_FUNCTIONS)
_EXTENSION_OF_TYPE = _by_name(_TYPES)
_NAMES = frozenset(
    {*_EXTENSION_OF_FUNCTION, *_EXTENSION_OF_TYPE, *_OPERATOR_CLASSES, "gen_random_uuid"}
)

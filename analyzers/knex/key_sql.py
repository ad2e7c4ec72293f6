"""Indexes, unique and primary keys, and what drops them, as Knex writes them."""

from collections.abc import Callable, Mapping

from analyzers.javascript.values import UNDEFINED, Undefined, Value
from analyzers.knex.builder import Call
from analyzers.knex.expressions import Subquery, columns, dotted_name
from analyzers.knex.records import Table
from analyzers.knex.release import Release, Since
from analyzers.knex.sql import EMPTY, Query, Refused, optional, sql
from analyzers.knex.table_names import TableName, chosen_or
from analyzers.knex.values import is_object, known, member, string, truthy
from analyzers.struct import Struct
from analyzers.text import Text


class Options(Struct, frozen=True):
    """What the second argument of `unique` and `primary` says: a name, or an object."""

    name: Value = UNDEFINED
    deferrable: Value = UNDEFINED
    use_constraint: Value = UNDEFINED
    predicate: Value = UNDEFINED

    @classmethod
    def of(cls, given: Value, name_key: str) -> "Options":
        if not is_object(known(given)):
            return cls(given)
        return cls(
            member(given, name_key),
            member(given, "deferrable"),
            member(given, "useConstraint"),
            member(given, "predicate"),
        )

    def timing(self) -> Query:
        if not truthy(self.deferrable):
            return EMPTY
        return sql(" deferrable initially ", string(self.deferrable))


def inline_primary_key(table: Table, release: Release) -> Query:
    """The primary key inside `create table`. Knex takes the first and forgets others."""
    if not release.has(Since.INLINE_PRIMARY_KEY):
        return EMPTY
    keys = primary_keys(table)
    if not keys or not keys[0].arguments:
        return EMPTY
    key = keys[0]
    options = Options.of(key[1], "constraintName")
    named = chosen_or(options.name, TableName(table.name, table.schema).primary_key())
    written = sql(", constraint ", named, " primary key (", columns(key[0]), ")", options.timing())
    return key.wrote(written)


def primary_keys(table: Table) -> list[Call]:
    return [s for s in table.statements if isinstance(s, Call) and s.method == "primary"]


def _primary(table: TableName, call: Call, release: Release) -> Query:
    options = Options.of(call[1], "constraintName")
    named = chosen_or(options.name, table.primary_key())
    return sql(
        *("alter table ", table.query(), " add constraint ", named),
        *(" primary key (", columns(call[0]), ")", options.timing()),
    )


def _unique(table: TableName, call: Call, release: Release) -> Query:
    options = Options.of(call[1], "indexName")
    named = chosen_or(options.name, table.generated("unique", call[0]))
    if not release.has(Since.PARTIAL_UNIQUE_INDEX) or _is_constraint(options):
        return sql(
            *("alter table ", table.query(), " add constraint ", named),
            *(" unique (", columns(call[0]), ")", options.timing()),
        )
    return sql(
        *("create unique index ", named, " on ", table.query()),
        *(" (", columns(call[0]), ")", _predicate(options.predicate)),
    )


def _is_constraint(options: Options) -> bool:
    chosen = options.use_constraint
    deferrable = truthy(options.deferrable)
    partial_ = truthy(options.predicate)
    constraint = deferrable or not partial_ if isinstance(chosen, Undefined) else truthy(chosen)
    if constraint and partial_:
        raise Refused("asks for a unique constraint with a predicate, which PostgreSQL has not")
    if not constraint and deferrable and string(options.deferrable).string != "not deferrable":
        raise Refused("asks for a deferrable index, which PostgreSQL has not")
    return constraint


def _index(table: TableName, call: Call, release: Release) -> Query:
    named = chosen_or(call[1], table.generated("index", call[0]))
    options = known(call[2])
    method: Value = UNDEFINED
    unique: Value = UNDEFINED
    predicate: Value = UNDEFINED
    key = "storageEngineIndexType" if release.has(Since.STORAGE_ENGINE_INDEX_TYPE) else "indexType"
    if isinstance(options, Text):
        method = options
    elif is_object(options):
        method = member(options, key)
        predicate = member(options, "predicate")
        unique = member(options, "indexType")
    is_unique = (
        release.has(Since.STORAGE_ENGINE_INDEX_TYPE)
        and isinstance(unique, Text)
        and unique.string.lower() == "unique"
    )
    return sql(
        *("create unique index " if is_unique else "create index ", named, " on ", table.query()),
        optional(truthy(method), " using ", string(method)),
        *(" (", columns(call[0]), ")", _predicate(predicate)),
    )


def _predicate(predicate: Value) -> Query:
    """The condition of a partial index. Knex loses its bindings: a value becomes `$1`."""
    if not truthy(predicate):
        return EMPTY
    if not isinstance(predicate, Subquery):
        raise Refused("gives a predicate that is no query")
    return sql(" ", Query(predicate.condition().sql))


def _dropped(kind: str, existing: str = "") -> Callable[[TableName, Call, Release], Query]:
    def write(table: TableName, call: Call, release: Release) -> Query:
        named = chosen_or(call[1], table.generated(kind, call[0]))
        return sql("alter table ", table.query(), f" drop constraint {existing}", named)

    return write


def _dropped_primary(existing: str = "") -> Callable[[TableName, Call, Release], Query]:
    def write(table: TableName, call: Call, release: Release) -> Query:
        named = chosen_or(call[0], table.primary_key())
        return sql("alter table ", table.query(), f" drop constraint {existing}", named)

    return write


def _drop_index(table: TableName, call: Call, release: Release) -> Query:
    named = chosen_or(call[1], table.generated("index", call[0]))
    schema = optional(truthy(table.schema), dotted_name(string(table.schema)), ".")
    return sql("drop index ", schema, named)


KEY_STATEMENTS: Mapping[str, Callable[[TableName, Call, Release], Query]] = {
    "primary": _primary,
    "unique": _unique,
    "index": _index,
    "dropPrimary": _dropped_primary(),
    "dropPrimaryIfExists": _dropped_primary("if exists "),
    "dropUnique": _dropped("unique"),
    "dropUniqueIfExists": _dropped("unique", "if exists "),
    "dropForeign": _dropped("foreign"),
    "dropForeignIfExists": _dropped("foreign", "if exists "),
    "dropIndex": _drop_index,
}
"""How each method of a table builder that concerns keys and indexes is written."""

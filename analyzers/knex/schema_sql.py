"""The schema builder's statements that need no callback, as Knex writes them."""

from collections.abc import Callable, Mapping

from analyzers.javascript.values import Value
from analyzers.knex.builder import Call
from analyzers.knex.expressions import parameter, wrapped
from analyzers.knex.raw import with_bindings
from analyzers.knex.release import Release, Since
from analyzers.knex.sql import Query, optional, sql
from analyzers.knex.table_names import qualified
from analyzers.knex.values import string, truthy

Writer = Callable[[Call, Value, Release], Query]


def _on(words: str) -> Writer:
    """A statement about one object of the builder's schema."""
    return lambda call, schema, release: sql(words, qualified(schema, call[0]))


def _plain(words: str) -> Writer:
    """A statement about one object that is in no schema."""
    return lambda call, schema, release: sql(words, wrapped(call[0]))


def _drop_schema(words: str) -> Writer:
    return lambda call, schema, release: sql(
        words, wrapped(call[0]), optional(truthy(call[1]), " cascade")
    )


def _rename_table(call: Call, schema: Value, release: Release) -> Query:
    old, new = qualified(schema, call[0]), wrapped(call[1])
    return sql("alter table ", old, " rename to ", new)


def _rename_view(call: Call, schema: Value, release: Release) -> Query:
    return sql("alter view ", wrapped(call[0]), " rename to ", wrapped(call[1]))


def _refresh(call: Call, schema: Value, release: Release) -> Query:
    concurrently = release.has(Since.CONCURRENT_REFRESH) and truthy(call[1])
    words = "refresh materialized view concurrently " if concurrently else None
    return sql(words or "refresh materialized view ", wrapped(call[0]))


def _raw(call: Call, schema: Value, release: Release) -> Query:
    return with_bindings(string(call[0]), call[1])


def _has_table(call: Call, schema: Value, release: Release) -> Query:
    asked = "select * from information_schema.tables where table_name = "
    return sql(asked, parameter(call[0]), _in_schema(schema))


def _has_column(call: Call, schema: Value, release: Release) -> Query:
    asked = "select * from information_schema.columns where table_name = "
    column = sql(" and column_name = ", parameter(call[1]))
    return sql(asked, parameter(call[0]), column, _in_schema(schema))


def _in_schema(schema: Value) -> Query:
    if truthy(schema):
        return sql(" and table_schema = ", parameter(schema))
    return sql(" and table_schema = current_schema()")


STATEMENTS: Mapping[str, Writer] = {
    "dropTable": _on("drop table "),
    "dropTableIfExists": _on("drop table if exists "),
    "renameTable": _rename_table,
    "dropView": _on("drop view "),
    "dropViewIfExists": _on("drop view if exists "),
    "dropMaterializedView": _on("drop materialized view "),
    "dropMaterializedViewIfExists": _on("drop materialized view if exists "),
    "renameView": _rename_view,
    "refreshMaterializedView": _refresh,
    "createSchema": _plain("create schema "),
    "createSchemaIfNotExists": _plain("create schema if not exists "),
    "dropSchema": _drop_schema("drop schema "),
    "dropSchemaIfExists": _drop_schema("drop schema if exists "),
    "createExtension": _plain("create extension "),
    "createExtensionIfNotExists": _plain("create extension if not exists "),
    "dropExtension": _plain("drop extension "),
    "dropExtensionIfExists": _plain("drop extension if exists "),
    "raw": _raw,
    "hasTable": _has_table,
    "hasColumn": _has_column,
}
"""How each method of the schema builder that takes no callback is written."""

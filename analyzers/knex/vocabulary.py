"""Every word that Knex's builders understand."""

from analyzers.knex.knex import Functions, Knex
from analyzers.knex.query_builder import QueryBuilder
from analyzers.knex.raw import Raw
from analyzers.knex.schema_builder import SchemaBuilder
from analyzers.knex.table_builder import ColumnBuilder, ForeignBuilder, TableBuilder
from analyzers.knex.view_builder import ViewBuilder

_BUILDERS = (
    Knex,
    SchemaBuilder,
    TableBuilder,
    ColumnBuilder,
    ForeignBuilder,
    ViewBuilder,
    QueryBuilder,
    Raw,
    Functions,
)
_PROPERTIES = ("schema", "fn", "client", "transaction")

METHODS = {
    name.lower(): name
    for name in (*_PROPERTIES, *(name for builder in _BUILDERS for name in builder.methods))
}
"""Each as it is spelt, by its lower-case form."""

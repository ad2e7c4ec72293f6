"""The table that a builder works on, and the names that Knex generates from it."""

import re

from analyzers.javascript.values import Array, Value
from analyzers.knex.expressions import dotted_name, wrapped
from analyzers.knex.sql import Query, lowered, sql, substituted, text
from analyzers.knex.values import items, string, truthy
from analyzers.struct import Struct
from analyzers.text import Text

_DOT_OR_HYPHEN = re.compile(r"[.-]")


class TableName(Struct, frozen=True):
    """A table's name and schema as they were given."""

    name: Value
    schema: Value

    def query(self) -> Query:
        """The table where SQL names it."""
        return qualified(self.schema, self.name)

    def generated(self, kind: str, columns: Value) -> Text:
        """The name of an index or a constraint that has none: `t_a_b_index`."""
        table = substituted(_DOT_OR_HYPHEN, string(self.name), lambda _: "_").sql
        listed = items(columns) if isinstance(columns, Array) or truthy(columns) else []
        together = Text.join(Text.of("_"), map(string, listed))
        return dotted_name(lowered(text(table, "_", together, "_", kind)))

    def primary_key(self) -> Text:
        """The name of a primary key that has none."""
        return dotted_name(text(string(self.name), "_pkey"))


def qualified(schema: Value, given: Value) -> Query:
    """A table or view in the builder's schema, if it has one."""
    if truthy(schema):
        return sql(dotted_name(text(string(schema), ".", string(given))))
    return wrapped(given)


def chosen_or(given: Value, generated: Text) -> Query:
    """The name that the migration gives, else the generated one."""
    return wrapped(given) if truthy(given) else sql(generated)

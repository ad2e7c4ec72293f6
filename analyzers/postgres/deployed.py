"""A schema beside what it is in production, kept up while migrations change it."""

from analyzers.postgres.schema import Schema
from analyzers.struct import Struct


class Deployed(Struct, frozen=True):
    """A schema, and the same one once it is in use (see `Schema.settled`)."""

    schema: Schema
    settled: Schema

    @classmethod
    def of(cls, schema: Schema) -> "Deployed":
        return cls(schema, schema.settled())

    def following(self, schema: Schema) -> "Deployed":
        """The same of a later state of the schema. It costs what has changed since, and tables
        that have not are the very same ones in both settled schemas.
        """
        tables = self.settled.tables
        for name in self.schema.tables.differing(schema.tables):
            table = schema.tables.get(name)
            if table is None:
                tables = tables.without(name)
            elif table is not self.schema.tables.get(name):
                tables = tables.having(name, table.settled())
        return Deployed(schema, schema.settled(tables))

"""What kind of relation a name stands for."""

from analyzers.postgres.operations import Name, ObjectKind
from analyzers.postgres.schema import Schema


def relation_kind(schema: Schema, name: Name) -> ObjectKind | None:
    """What is surely found by a name; None: nothing, or it isn't known."""
    for full in schema.candidates(name):
        table = schema.tables.get(full)
        if table is not None:
            return ObjectKind.TABLE if table.exists and table.certain else None
        view = schema.views.get(full)
        if view is not None:
            return (
                (ObjectKind.MATERIALIZED_VIEW if view.materialized else ObjectKind.VIEW)
                if view.exists
                else None
            )
        if full in schema.sequences:
            return ObjectKind.SEQUENCE
        if full in schema.links.owners:
            return ObjectKind.INDEX
        if full in schema.types and schema.types[full].kind is ObjectKind.COMPOSITE:
            return ObjectKind.COMPOSITE
    return None

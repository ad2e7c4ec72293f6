"""What views become of new names: their own, and those of what they read."""

from analyzers.postgres.operations import Name
from analyzers.postgres.schema import Schema, View
from analyzers.struct import replace


def moved_view(schema: Schema, view: View, to: Name) -> Schema:
    schema = schema.without_view(view.name).with_view(replace(view, name=to))
    return read_under(schema, view.name, to)


def read_under(schema: Schema, old: Name, to: Name) -> Schema:
    """Views read a relation, whatever it is called."""
    for view in tuple(schema.views_on(old)):
        sources = (view.sources - {old}) | {to}
        renamed = view.following(str(old), str(to))
        schema = schema.with_view(replace(view, sources=sources, renamed=renamed))
    return schema


def rename_shown(schema: Schema, view: View, old: str, new: str) -> Schema:
    """The schema after a column that a view shows was renamed."""
    outputs = view.outputs and tuple(new if name == old else name for name in view.outputs)
    schema = schema.with_view(replace(view, outputs=outputs))
    return read_as(schema, view.name, old, new)


def read_as(schema: Schema, relation: Name, old: str, new: str) -> Schema:
    """Views go on reading a column, whatever it is called."""
    for view in tuple(schema.views_on(relation)):
        renamed = view.following(old, new) if {old, "*"} & view.reads else view.renamed
        reads = frozenset(new if name == old else name for name in view.reads)
        schema = schema.with_view(replace(view, reads=reads, renamed=renamed))
    return schema

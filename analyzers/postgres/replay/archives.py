"""What was copied out of tables: whoever drops them later does not lose it."""

from collections.abc import Iterable

from analyzers.postgres.operations import Name, Update
from analyzers.postgres.schema import Schema
from analyzers.struct import replace


def copied(schema: Schema, sources: Iterable[Name], to: Name, reads: frozenset[str]) -> Schema:
    """The same, after `reads` of the tables `sources` went into the table `to`."""
    archives = schema.archives
    for source in sources:
        name = schema.full(source)
        kept = archives.get(name, frozenset()) | {(schema.full(to), column) for column in reads}
        archives = archives.having(name, kept)
    return replace(schema, archives=archives) if reads else schema


def update(schema: Schema, operation: Update) -> Schema:
    """A column that others are made from has been copied, be it within its table."""
    return copied(schema, {operation.table, *operation.sources}, operation.table, operation.reads)


def renamed(schema: Schema, old: Name, new: Name) -> Schema:
    """What was copied from a table, or to it, under its new name."""
    archives = schema.archives
    if old in archives:
        archives = archives.without(old).having(new, archives[old])
    for source, kept in tuple(archives.items()):
        if any(to == old for to, _ in kept):
            moved = frozenset((new if to == old else to, column) for to, column in kept)
            archives = archives.having(source, moved)
    return schema if archives is schema.archives else replace(schema, archives=archives)

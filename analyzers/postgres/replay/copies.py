"""The constraints that come along with a foreign key at a partitioned table.

PostgreSQL 12 to 17 have one for each partition, under names as if they had been left nameless, so
that the next foreign key's own name is another (measured). Other majors have none, or call them
what nobody else would.
"""

import math
import re
from collections.abc import Iterable, Iterator

from analyzers.postgres.operations import Constraint, Name
from analyzers.postgres.replay.naming import constraint_name
from analyzers.postgres.schema import Schema, Table
from analyzers.struct import replace

_MAJORS = range(12, 18)


def with_copies(schema: Schema, table: Table, constraint: Constraint) -> Table:
    """`table` after it got the foreign key `constraint`, the last of its constraints."""
    if constraint.reference is None or schema.major not in _MAJORS:
        return table
    return _copied(schema, table, constraint, _below(schema, constraint.reference.table))


def with_partition(schema: Schema, name: Name) -> Schema:
    """The copies that a new partition brings to the foreign keys at the tables above it."""
    for table, constraint in _referring(schema, name):
        now = schema.tables[table]
        partitions = (name, *_below(schema, name))
        schema = schema.with_table(_copied(schema, now, constraint, partitions))
    return schema


def without_partition(schema: Schema, name: Name) -> Schema:
    """A partition that is detached takes its own along, and those of its partitions."""
    for table, constraint in _referring(schema, name):
        gone = {name, *_below(schema, name)}
        left = tuple(copy for copy in constraint.copies if copy[0] not in gone)
        less = replace(constraint, copies=left)
        schema = schema.with_table(_instead(schema.tables[table], constraint, less))
    return schema


def copies_under(schema: Schema, old: Name, new: Name) -> Schema:
    """The same, now that a partition has another name."""
    for table, constraint in _referring(schema, new):
        copies = tuple((new if one == old else one, name) for one, name in constraint.copies)
        renamed = replace(constraint, copies=copies)
        schema = schema.with_table(_instead(schema.tables[table], constraint, renamed))
    return schema


def _copied(
    schema: Schema, table: Table, constraint: Constraint, partitions: Iterable[Name]
) -> Table:
    for partition in partitions:
        name = constraint_name(schema, table, constraint)
        more = replace(constraint, copies=(*constraint.copies, (partition, name)))
        table, constraint = _instead(table, constraint, more), more
    return table


def _instead(table: Table, old: Constraint, new: Constraint) -> Table:
    return replace(
        table, constraints=tuple(new if each == old else each for each in table.constraints)
    )


def _referring(schema: Schema, partition: Name) -> Iterator[tuple[Name, Constraint]]:
    """The foreign keys at tables above a partition that aren't a partition's share of another."""
    table = schema.tables.get(partition)
    above = table.partition_of if table is not None and schema.major in _MAJORS else None
    while above is not None and above in schema.tables:
        for other, constraint in tuple(schema.referencing(above)):
            if not _is_share(schema, other, constraint):
                yield other.name, constraint
        above = schema.tables[above].partition_of


def _is_share(schema: Schema, table: Table, constraint: Constraint) -> bool:
    parent = schema.tables.get(table.partition_of) if table.partition_of is not None else None
    return parent is not None and parent.constraint(constraint.name or "") is not None


def _below(schema: Schema, name: Name) -> list[Name]:
    """The partitions of a table, each before its own, as PostgreSQL has them in order."""
    found, waiting = list[Name](), [name]
    while waiting:
        one = waiting.pop()
        found.append(one)
        table = schema.tables.get(one)
        if table is not None and table.partition_by is not None:
            waiting += [part.name for part in reversed(in_order(table, schema.partitions(one)))]
    return found[1:]


def in_order(parent: Table, partitions: Iterable[Table]) -> list[Table]:
    """By their bounds, as far as these are constants that tell it; a DEFAULT one is the last."""
    every = list(partitions)
    bounds = [bound for one in every for bound in one.place if bound is not None]
    numbers = all(map(_NUMBER.fullmatch, bounds))

    def place(partition: Table) -> tuple[bool, list[tuple[float, str]]]:
        known = [_before(bound, number=numbers) for bound in partition.place]
        lowest = sorted(known) if parent.partition_by == "list" else known
        return not known, lowest

    return sorted(every, key=place)


_NUMBER = re.compile(r"[-+]?\d+(\.\d+)?")


def _before(bound: str | None, *, number: bool) -> tuple[float, str]:
    if bound is None:
        return -math.inf, ""
    return (float(bound), "") if number else (0, bound)

"""The constraints that come along with a foreign key at a partitioned table.

PostgreSQL 12 to 17 have one for each partition, under names as if they had been left nameless, so
that the next foreign key's own name is another (measured). Other majors have none, or call them
what nobody else would.
"""

from collections.abc import Iterator

from analyzers.postgres.operations import Constraint, Name
from analyzers.postgres.replay.naming import constraint_name
from analyzers.postgres.schema import Schema, Table
from analyzers.struct import replace

_MAJORS = range(12, 18)


def with_copies(schema: Schema, table: Table, constraint: Constraint) -> Table:
    """`table` after it got the foreign key `constraint`, the last of its constraints."""
    if constraint.reference is None or schema.major not in _MAJORS:
        return table
    return _copied(schema, table, constraint, len(_below(schema, constraint.reference.table)))


def with_partition(schema: Schema, name: Name) -> Schema:
    """The copies that a new partition brings to the foreign keys at the tables above it."""
    count = 1 + len(_below(schema, name))
    for table, constraint in _referring(schema, name):
        now = schema.tables[table]
        schema = schema.with_table(_copied(schema, now, constraint, count))
    return schema


def without_partition(schema: Schema, name: Name) -> Schema:
    """Which of them a partition takes along isn't known; it is as many as there are tables."""
    count = 1 + len(_below(schema, name))
    for table, constraint in _referring(schema, name):
        left = replace(constraint, copies=constraint.copies[:-count])
        schema = schema.with_table(_instead(schema.tables[table], constraint, left))
    return schema


def _copied(schema: Schema, table: Table, constraint: Constraint, count: int) -> Table:
    for _ in range(count):
        name = constraint_name(schema, table, constraint)
        more = replace(constraint, copies=(*constraint.copies, name))
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
    """The partitions of a table, and theirs."""
    top = schema.tables.get(name)
    found = [name] if top is not None and top.partition_by is not None else []
    for each in found:
        found.extend(partition.name for partition in schema.partitions(each))
    return found[1:]

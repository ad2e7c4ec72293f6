"""Which indexes of partitions belong to one of the partitioned table.

https://www.postgresql.org/docs/current/ddl-partitioning.html
"""

from collections.abc import Iterator

from analyzers.postgres.operations import Constraint
from analyzers.postgres.schema import Index, Schema, Table


def attached(schema: Schema, table: Table, index: Index) -> Iterator[tuple[Table, Index]]:
    """The indexes of partitions that belong to one of a partitioned table, by their shape."""
    for child in schema.partitions(table.name):
        if child.partition_of != table.name:
            continue
        twin = next((other for other in child.indexes if _belongs(other, index)), None)
        if twin is not None:
            yield child, twin
            yield from attached(schema, child, twin)


def above(schema: Schema, table: Table, index: Index) -> Index | None:
    """The index of the partitioned table that this one of a partition may belong to."""
    parent = schema.tables.get(table.partition_of) if table.partition_of else None
    return next((i for i in parent.indexes if _belongs(index, i)), None) if parent else None


def _belongs(own: Index, index: Index) -> bool:
    """One that ONLY left alone has just the indexes that came with it to later partitions."""
    return shape(own) == shape(index) and (index.valid is not False or own.given)


def twins(table: Table, index: Index) -> int:
    """How many indexes of the table have this shape, itself included."""
    return sum(shape(other) == shape(index) for other in table.indexes)


def takes_over(table: Table, parent: Table, index: Index) -> Index | None:
    """The index of a partition that a new one of its parent makes its own, if there is one."""
    alike = [other for other in table.indexes if shape(other) == shape(index)]
    taken = sum(shape(other) == shape(index) for other in parent.indexes)
    return alike[taken] if len(alike) > taken else None


def missing_indexes(child: Table, parent: Table) -> Iterator[Index]:
    """The indexes of a partitioned table for which a table that is attached has none to give."""
    left = list(child.indexes)
    for index in parent.indexes:
        given = next((own for own in left if serves(own, index)), None)
        if given is None:
            yield index
        else:
            left.remove(given)


def serves(own: Index, index: Index) -> bool:
    """Whether an index can be a partition's share of another; a constraint's has to be one, too."""
    return shape(own) == shape(index) and (own.constraint or not index.constraint)


def gives(partition: Table, parent: Table, wanted: Constraint) -> bool:
    """Whether a partition has a key of its own that is taken for its share of its parent's new one.

    `parent`: as it is before it has the foreign key `wanted`.
    """
    own = [one for one in partition.constraints if one.valid and is_alike(wanted, one)]
    return len(own) > sum(is_alike(wanted, one) for one in parent.constraints)


def is_alike(one: Constraint, other: Constraint) -> bool:
    """Whether two foreign keys say the same, under whatever names."""
    near, far = one.reference, other.reference
    if near is None or far is None or one.columns != other.columns:
        return False
    actions = (near.on_delete, near.on_update) == (far.on_delete, far.on_update)
    same = (near.table, near.columns) == (far.table, far.columns)
    return actions and same and one.deferrable == other.deferrable


def shape(index: Index) -> tuple[object, ...]:
    expressions = tuple(expression.sql for expression in index.expressions)
    predicate = index.predicate.sql if index.predicate else None
    nulls = "NULLS NOT DISTINCT" in index.options
    kind = (index.unique, index.method, nulls)
    return (index.columns, expressions, predicate, index.includes, *kind)

"""Which indexes of partitions belong to one of the partitioned table.

https://www.postgresql.org/docs/current/ddl-partitioning.html
"""

from collections.abc import Iterable, Iterator

from analyzers.postgres.operations import Constraint, ConstraintKind
from analyzers.postgres.schema import Index, Schema, Table
from analyzers.struct import replace


def attached(schema: Schema, table: Table, index: Index) -> Iterator[tuple[Table, Index]]:
    """The indexes of partitions that belong to one of a partitioned table, by their shape."""
    for child in schema.partitions(table.name):
        if child.partition_of != table.name:
            continue
        twin = next((own for whole, own in _pairs(table, child) if whole == index), None)
        if twin is not None:
            yield child, twin
            yield from attached(schema, child, twin)


def above(schema: Schema, table: Table, index: Index) -> Index | None:
    """The index of the partitioned table that this one of a partition may belong to."""
    parent = schema.tables.get(table.partition_of) if table.partition_of else None
    pairs = _pairs(parent, table) if parent else ()
    return next((whole for whole, own in pairs if own == index), None)


def _pairs(parent: Table, child: Table) -> Iterator[tuple[Index, Index]]:
    """The indexes of a partitioned table, each with the partition's that belongs to it."""
    left = [own for own in child.indexes if own.attached]
    for index in parent.indexes:
        own = _serving(left, index)
        if own is not None:
            left.remove(own)
            yield index, own


def twins(table: Table, index: Index) -> int:
    """How many indexes of the table have this shape, itself included."""
    return sum(shape(other) == shape(index) for other in table.indexes)


def takes_over(table: Table, index: Index) -> Index | None:
    """The index of a partition that a new one of its parent makes its own, if there is one."""
    return _serving((own for own in table.indexes if not own.attached), index)


def _serving(indexes: Iterable[Index], index: Index) -> Index | None:
    return next((own for own in indexes if serves(own, index)), None)


def shares(schema: Schema, table: Table, index: Index) -> Iterator[tuple[Table, Index | None]]:
    """The partitions that a new index of a table reaches, and those of theirs that it takes over.

    One that is taken over has its own below it: there the new one doesn't come.
    """
    for child in schema.partitions(table.name):
        there = takes_over(child, index)
        yield child, there
        if there is None:
            yield from shares(schema, child, index)


def missing_indexes(child: Table, parent: Table) -> Iterator[Index]:
    """The indexes of a partitioned table for which a table that is attached has none to give."""
    return (index for index, given in _given(child, parent) if given is None)


def with_given(child: Table, parent: Table) -> Iterator[Index]:
    """The indexes of a table that is attached, those that it gives to its parent's marked."""
    given = {own.name for _, own in _given(child, parent) if own is not None}
    return (replace(own, attached=True) if own.name in given else own for own in child.indexes)


def _given(child: Table, parent: Table) -> Iterator[tuple[Index, Index | None]]:
    left = list(child.indexes)
    for index in parent.indexes:
        own = _serving(left, index)
        if own is not None:
            left.remove(own)
        yield index, own


def serves(own: Index, index: Index) -> bool:
    """Whether an index can be a partition's share of another; a constraint's has to be one, too."""
    return shape(own) == shape(index) and (own.constraint or not index.constraint)


def gives(partition: Table, parent: Table, wanted: Constraint) -> bool:
    """Whether a partition has a key of its own that is taken for its share of its parent's new one.

    `parent`: as it is before it has the foreign key `wanted`.
    """
    own = [one for one in partition.constraints if one.valid and is_alike(wanted, one)]
    return len(own) > sum(is_alike(wanted, one) for one in parent.constraints)


def share_of(table: Table, constraint: Constraint) -> Constraint | None:
    """What a partition or heir has of a constraint of the table above, itself included."""
    if constraint.reference is not None:
        alike = [own for own in table.constraints if is_alike(own, constraint)]
        return min(alike, key=lambda own: own.name != constraint.name, default=None)
    if constraint.kind is not ConstraintKind.NOT_NULL:
        return table.constraint(constraint.name or "")
    same = (c for c in table.constraints if c.kind is constraint.kind)
    return next((own for own in same if own.columns == constraint.columns), None)


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
    excludes = index.constraint and not index.unique
    kind = (index.unique, index.method, nulls, excludes)
    return (index.columns, expressions, predicate, index.includes, *kind)

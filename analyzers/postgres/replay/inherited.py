"""What indexes partitions have because the table that they are part of has them."""

from analyzers.postgres.operations import Expression, Name
from analyzers.postgres.replay.constraints import constrained, without_attached
from analyzers.postgres.replay.edits import known, with_index
from analyzers.postgres.replay.naming import index_name
from analyzers.postgres.schema import Index, Schema, Table
from analyzers.struct import replace


def inherit_indexes(schema: Schema, name: Name, parent: Table) -> Schema:
    """A partition gets every index of its parent, under a name of its own."""
    for index in parent.indexes:
        table = known(schema, name)
        carried = parent.constraint(index.name) if index.constraint else None
        if carried is not None:
            table = constrained(schema, table, replace(carried, name=None))
        else:
            keys: tuple[str | Expression, ...] = (
                *index.columns,
                *index.expressions,
                *index.includes,
            )
            table = with_index(table, replace(index, name=index_name(schema, name, keys)))
        schema = schema.with_table(_given_last(table, parent))
    return schema


def _given_last(table: Table, parent: Table) -> Table:
    """The last index of a partition is whole, even where ONLY left that of its parent invalid."""
    *others, last = table.indexes
    attached = table.partition_of == parent.name
    return replace(table, indexes=(*others, replace(last, valid=True, attached=attached)))


def inherit_index(schema: Schema, name: Name, parent: Table, index: Index) -> Schema:
    """A partition, and its own, get one index of the table above."""
    before = set(schema.tables[name].indexes)
    schema = inherit_indexes(schema, name, replace(parent, indexes=(index,)))
    made = tuple(i for i in schema.tables[name].indexes if i not in before)
    return _given(schema, schema.tables[name], *made)


def made_anew(schema: Schema, table: Table, column: str) -> Schema:
    """After a column has another type: the indexes of partitions have the usual names again.

    Measured: the partitioned table's are made anew, those of constraints first, and bring theirs.
    """
    changed = [index for index in table.indexes if column in index.uses]
    for index in changed:
        schema = without_attached(schema, table, index)
    for index in sorted(changed, key=lambda index: not index.constraint):
        schema = _given(schema, table, index)
    whole = (replace(i, valid=True) if i in changed else i for i in table.indexes)
    return schema.with_table(replace(schema.tables[table.name], indexes=tuple(whole)))


def _given(schema: Schema, table: Table, *indexes: Index) -> Schema:
    waiting = [replace(table, indexes=indexes)]
    for parent in waiting:
        for child in tuple(schema.partitions(parent.name)):
            before = set(child.indexes)
            schema = inherit_indexes(schema, child.name, parent)
            made = tuple(i for i in schema.tables[child.name].indexes if i not in before)
            waiting.append(replace(schema.tables[child.name], indexes=made))
    return schema

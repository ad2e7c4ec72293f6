"""What becomes of a column by SET NOT NULL and DROP NOT NULL."""

from analyzers.postgres.operations import ConstraintKind, DropNotNull, SetNotNull
from analyzers.postgres.replay.columns import on_column
from analyzers.postgres.replay.edits import edit, edit_column, known
from analyzers.postgres.schema import Schema, Table, TableColumn
from analyzers.struct import replace


def set_not_null(schema: Schema, operation: SetNotNull) -> Schema:
    def changed(column: TableColumn) -> TableColumn:
        return replace(column, not_null=True)

    table = known(schema, operation.table)
    below = () if operation.alone else tuple(schema.partitions(table.name))
    validates = table.is_unproven(operation.column)
    if validates and schema.has_unproven(table, operation.column):
        return schema  # what is inherited becomes valid where it comes from (measured)
    if not validates and any(child.is_unproven(operation.column) for child in below):
        schema = edit(schema, table.name, lambda t: edit_column(t, operation.column, changed))
        for child in (child for child in below if not child.is_unproven(operation.column)):
            schema = on_column(schema, child.name, operation.column, changed)
        return schema
    # What was NOT NULL before the statement is taken for done with partitions (measured).
    passed_over = operation.again and table.partition_by is not None and 12 <= schema.major < 18
    alone = operation.alone or passed_over
    return on_column(schema, operation.table, operation.column, changed, alone=alone)


def _unmarked(table: Table) -> Table:
    """Without what a constraint says of columns that are no longer NOT NULL."""
    gone = {c.name for c in table.columns if c.not_null is False}
    kind = ConstraintKind.NOT_NULL
    kept = (c for c in table.constraints if c.kind is not kind or not gone & set(c.columns))
    return replace(table, constraints=tuple(kept))


def drop_not_null(schema: Schema, operation: DropNotNull) -> Schema:
    """Children may have a NOT NULL of their own, which stays since PostgreSQL 18."""

    def changed(column: TableColumn) -> TableColumn:
        return replace(column, not_null=False)

    def perhaps(column: TableColumn) -> TableColumn:
        return replace(column, not_null=None if column.not_null else False)

    table = known(schema, operation.table)
    schema = edit(
        schema, table.name, lambda t: _unmarked(edit_column(t, operation.column, changed))
    )
    for child in () if operation.alone else tuple(schema.partitions(table.name)):
        schema = on_column(schema, child.name, operation.column, perhaps)
    return schema

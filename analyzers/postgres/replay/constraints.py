"""What constraints and indexes become of operations on them."""

from collections.abc import Callable

from analyzers.postgres.operations import (
    AddConstraint,
    AlterIndex,
    Constraint,
    ConstraintKind,
    CreateIndex,
    DropConstraint,
    DropIndex,
    Expression,
    Name,
    Reference,
    RenameConstraint,
    RenameIndex,
)
from analyzers.postgres.parts import MADE_AGAIN
from analyzers.postgres.replay.attached import attached, gives, is_alike, takes_over
from analyzers.postgres.replay.copies import with_copies
from analyzers.postgres.replay.edits import (
    edit,
    edit_column,
    edit_family,
    index_uses,
    known,
    with_constraint,
    with_index,
    without_constraint,
)
from analyzers.postgres.replay.naming import constraint_name, index_name
from analyzers.postgres.schema import Index, Schema, Table, TableColumn
from analyzers.struct import replace

_WITH_INDEX = frozenset({ConstraintKind.PRIMARY_KEY, ConstraintKind.UNIQUE, ConstraintKind.EXCLUDE})
_KEYS = frozenset({ConstraintKind.PRIMARY_KEY, ConstraintKind.UNIQUE})


def add(schema: Schema, operation: AddConstraint, *, passed_on: bool = False) -> Schema:
    table = known(schema, operation.table)
    if operation.repeated and schema.major < MADE_AGAIN:
        return schema
    schema = schema.with_table(
        constrained(schema, table, operation.constraint, passed_on=passed_on)
    )
    made = schema.tables[table.name].constraints[-1:]
    passed = replace(operation, constraint=_inherited(operation, made))
    if operation.constraint.kind is ConstraintKind.PRIMARY_KEY and not operation.alone:
        columns = operation.constraint.columns
        for heir in tuple(schema.partitions(table.name)):
            schema = edit_family(schema, heir.name, lambda t: keyed(t, columns))
    if operation.alone and operation.constraint.kind in _WITH_INDEX:
        return _left_alone(schema, table.name, made[0].name if made else None)
    if operation.alone or not _is_passed_on(table, operation.constraint):
        return schema
    for child in tuple(schema.partitions(table.name)):
        there = takes_over(child, key_index(made[0])) if made and _has_index(made[0]) else None
        if there is not None:
            schema = _attached(schema, child, there)
        elif not made or made[0].reference is None or not gives(child, table, made[0]):
            schema = add(schema, replace(passed, table=child.name), passed_on=True)
    return schema


def _has_index(constraint: Constraint) -> bool:
    return constraint.kind in _WITH_INDEX


def _attached(schema: Schema, partition: Table, index: Index) -> Schema:
    """The same, now that an index of a partition belongs to one of the table above."""
    change = _on_index(partition, index.name, lambda i: replace(i, attached=True))
    return schema.with_table(change)


def _is_passed_on(table: Table, constraint: Constraint) -> bool:
    """Heirs get checks and NOT NULL, partitions everything."""
    to_heirs = (ConstraintKind.CHECK, ConstraintKind.NOT_NULL)
    return table.partition_by is not None or (
        constraint.kind in to_heirs and not constraint.no_inherit
    )


def _inherited(operation: AddConstraint, made: tuple[Constraint, ...]) -> Constraint:
    """Indexes of partitions get names of their own; other constraints keep the parent's."""
    constraint = operation.constraint
    if constraint.kind in _WITH_INDEX:
        return replace(constraint, name=None)
    named = made[0].name if made and made[0].kind is constraint.kind else constraint.name
    return replace(constraint, name=named)


def constrained(
    schema: Schema, table: Table, constraint: Constraint, *, passed_on: bool = False
) -> Table:
    """`table` with one more constraint, under the name that PostgreSQL would give it.

    `passed_on`: it is a partition's share of one of the table above.
    """
    if constraint.kind is ConstraintKind.NOT_NULL:
        return _not_null(table, constraint)
    if constraint.using_index is not None:
        return _using_index(table, constraint)
    named = replace(constraint, name=constraint.name or constraint_name(schema, table, constraint))
    if named.reference is not None:
        named = replace(named, reference=target(schema, table, named.reference))
    if named.kind is ConstraintKind.PRIMARY_KEY:
        table = keyed(table, named.columns)
    table = with_constraint(table, named)
    if named.reference is not None and not passed_on:
        return with_copies(schema, table, named)
    if named.kind not in _WITH_INDEX:
        return table
    return with_index(table, replace(key_index(named), attached=passed_on))


def target(schema: Schema, table: Table, reference: Reference) -> Reference:
    """The far end of a foreign key with its full name and its columns."""
    written = reference.table
    own = written.name == table.name.name and written.schema in (None, table.name.schema)
    other = table if own and schema.table(written) is None else schema.table(written)
    columns = reference.columns
    if not columns and other is not None and other.primary_key is not None:
        columns = other.primary_key.columns
    name = other.name if other is not None else schema.full(written)
    return replace(reference, table=name, columns=columns)


def _not_null(table: Table, constraint: Constraint) -> Table:
    stands = True if constraint.valid else None
    for name in constraint.columns:
        table = edit_column(table, name, lambda c: replace(c, not_null=c.not_null or stands))
    return with_constraint(table, constraint) if constraint.name else table


def keyed(table: Table, columns: tuple[str, ...]) -> Table:
    for name in columns:
        table = edit_column(table, name, lambda c: replace(c, not_null=True))
    return table


def _using_index(table: Table, constraint: Constraint) -> Table:
    """The index takes the constraint's name."""
    index = table.index(constraint.using_index or "") or Index(
        constraint.using_index or "", unique=True
    )
    name = constraint.name or index.name
    if table.index(index.name) is None:
        table = with_index(table, index)
    table = _on_index(table, index.name, lambda i: replace(i, name=name, constraint=True))
    made = replace(constraint, name=name, columns=index.columns, using_index=None)
    if made.kind is ConstraintKind.PRIMARY_KEY:
        table = keyed(table, index.columns)
    return with_constraint(table, made)


def key_index(constraint: Constraint) -> Index:
    """The index that a PRIMARY KEY, UNIQUE or EXCLUDE constraint stands on."""
    return Index(
        constraint.name or "",
        constraint.columns,
        unique=constraint.kind is not ConstraintKind.EXCLUDE,
        method=constraint.method or "btree",
        uses=frozenset(constraint.columns) | frozenset(constraint.includes),
        includes=constraint.includes,
        options=("NULLS NOT DISTINCT",) if constraint.nulls_not_distinct else (),
        constraint=True,
    )


def drop(schema: Schema, operation: DropConstraint) -> Schema:
    table = schema.table(operation.table)
    if table is None:
        return schema
    gone_name = operation.constraint
    gone = table.constraint(gone_name)
    edited = edit if operation.alone else edit_family
    if gone is not None and gone.reference is not None:
        return edited(schema, table.name, lambda t: _without_key(t, table.name, gone))
    if gone is not None and gone.kind in _KEYS and operation.cascade:
        schema = without_references(schema, table.name, frozenset(gone.columns))
    if gone is not None and gone.kind is ConstraintKind.NOT_NULL:
        schema = edited(schema, table.name, lambda t: _nullable(t, gone.columns))
    if gone is None and operation.constraint.endswith("_not_null"):
        if schema.major < 18:
            return schema
        named = next((c for c in table.columns if implied_name(table, c.name) == gone_name), None)
        return edited(schema, table.name, lambda t: _without_not_null(t, table.name, named))
    schema = without_attached(schema, table, table.index(operation.constraint))
    return edited(schema, table.name, lambda t: without_constraint(t, operation.constraint))


def _without_key(table: Table, top: Name, gone: Constraint) -> Table:
    """Partitions lose their share of a foreign key, whatever they call it; heirs have none."""
    if table.name == top:
        return without_constraint(table, gone.name)
    if table.partition_of is None:
        return table
    kept = tuple(each for each in table.constraints if not is_alike(each, gone))
    return replace(table, constraints=kept)


def without_attached(schema: Schema, table: Table, index: Index | None) -> Schema:
    """Without the indexes of partitions that belong to one of the partitioned table."""
    for child, twin in tuple(attached(schema, table, index)) if index is not None else ():
        now = schema.tables[child.name]
        if twin.constraint:
            now = without_constraint(now, twin.name)
        left = tuple(other for other in now.indexes if other is not twin)
        schema = schema.with_table(replace(now, indexes=left))
    return schema


def _nullable(table: Table, columns: tuple[str, ...]) -> Table:
    for name in columns:
        table = edit_column(table, name, lambda c: replace(c, not_null=False))
    return table


def _without_not_null(table: Table, top: Name, named: TableColumn | None) -> Table:
    """PostgreSQL 18 has NOT NULL as constraints, which it names itself.

    A partition or heir may have one of its own.
    """
    if named is not None:
        left = False if table.name == top else None
        return edit_column(
            table, named.name, lambda c: replace(c, not_null=left if c.not_null else c.not_null)
        )
    key = table.primary_key.columns if table.primary_key else ()
    columns = tuple(
        replace(c, not_null=None) if c.not_null and c.name not in key else c for c in table.columns
    )
    return replace(table, columns=columns)


def without_references(schema: Schema, target: Name, columns: frozenset[str] | None) -> Schema:
    """Without the foreign keys at `target` (at just these columns, if any are given)."""
    for table, constraint in tuple(schema.referencing(target)):
        reference = constraint.reference
        if reference and (columns is None or columns & frozenset(reference.columns)):
            schema = edit(schema, table.name, _without(constraint.name))
    return schema


def _without(name: str | None) -> Callable[[Table], Table]:
    return lambda table: without_constraint(table, name)


def rename(schema: Schema, operation: RenameConstraint) -> Schema:
    table = known(schema, operation.table)
    found = table.constraint(operation.constraint)
    # A NOT NULL that nobody named; heirs have it under the name that the table above gave it.
    implied = [c.name for c in table.columns if implied_name(table, c.name) == operation.constraint]

    def renamed(table: Table) -> Table:
        if found is None and implied:
            made = Constraint(ConstraintKind.NOT_NULL, (implied[0],), operation.to)
            return with_constraint(table, made)
        table = _on_constraint(table, operation.constraint, lambda c: replace(c, name=operation.to))
        return _on_index(
            table,
            operation.constraint,
            lambda i: replace(i, name=operation.to) if i.constraint else i,
        )

    passed_on = found is None or found.kind in (ConstraintKind.CHECK, ConstraintKind.NOT_NULL)
    return (edit_family if passed_on else edit)(schema, operation.table, renamed)


def implied_name(table: Table, column: str) -> str:
    """What PostgreSQL 18 calls the constraint of a NOT NULL by itself."""
    return f"{table.name.name}_{column}_not_null"


def create_index(schema: Schema, operation: CreateIndex, *, passed_on: bool = False) -> Schema:
    """`passed_on`: it is a partition's share of one of the table above."""
    view = schema.view(operation.table)
    if view is not None:
        made = _made(schema, view.name, operation)
        return schema.with_view(replace(view, indexes=(*view.indexes, made)))
    table = known(schema, operation.table)
    taken = operation.name and schema.has_relation(Name(operation.name, table.name.schema))
    if operation.if_not_exists and taken:
        return schema
    made = replace(_made(schema, table.name, operation), attached=passed_on)
    schema = schema.with_table(with_index(table, made))
    if operation.only:
        return _left_alone(schema, table.name, schema.tables[table.name].indexes[-1].name)
    if table.partition_by is None:
        return schema
    for partition in tuple(schema.partitions(table.name)):
        there = takes_over(partition, made)
        if there is not None:
            schema = _attached(schema, partition, there)
            continue
        share = replace(operation, table=partition.name, name=None)
        schema = create_index(schema, share, passed_on=True)
    return schema


def _left_alone(schema: Schema, name: Name, index: str | None) -> Schema:
    """ONLY leaves an index invalid, until all partitions have one that is attached to it."""
    table = schema.tables[name]
    if table.partition_by is None or not any(True for _ in schema.partitions(name)):
        return schema
    return schema.with_table(_on_index(table, index or "", lambda i: replace(i, valid=False)))


def alter_index(schema: Schema, operation: AlterIndex) -> Schema:
    """The last of the partitions' indexes that is attached makes that of the whole valid."""
    table = schema.owner(operation.index)
    if table is None or operation.change != "attach":
        return schema
    perhaps = _on_index(table, operation.index.name, lambda i: replace(i, valid=i.valid or None))
    schema = schema.with_table(perhaps)
    owner = schema.owner(operation.partition) if operation.partition is not None else None
    own = owner.index(operation.partition.name) if owner and operation.partition else None
    return schema if owner is None or own is None else _attached(schema, owner, own)


def _made(schema: Schema, table: Name, operation: CreateIndex) -> Index:
    all_keys: tuple[str | Expression, ...] = (*operation.keys, *operation.includes)
    return Index(
        operation.name or index_name(schema, table, all_keys),
        operation.columns,
        unique=operation.unique,
        method=operation.method,
        predicate=operation.predicate,
        expressions=operation.expressions,
        uses=index_uses(operation.keys, operation.includes, operation.predicate),
        includes=operation.includes,
        options=operation.options,
    )


def drop_index(schema: Schema, operation: DropIndex) -> Schema:
    for view in schema.views.values():
        if any(index.name == operation.index.name for index in view.indexes):
            kept = tuple(i for i in view.indexes if i.name != operation.index.name)
            return schema.with_view(replace(view, indexes=kept))
    table = schema.owner(operation.index)
    if table is None:
        return schema
    gone = operation.index.name
    index = table.index(gone)
    schema = without_attached(schema, table, index)
    kept = tuple(i for i in table.indexes if i.name != gone)
    constraints = tuple(c for c in table.constraints if c.name != gone or not operation.cascade)
    return schema.with_table(replace(table, indexes=kept, constraints=constraints))


def rename_index(schema: Schema, operation: RenameIndex) -> Schema:
    table = schema.owner(operation.index)
    if table is None:
        return _rename_index_of_view(schema, operation)
    index = table.index(operation.index.name)
    table = _on_index(table, operation.index.name, lambda i: replace(i, name=operation.to))
    if index is not None and index.constraint:
        table = _on_constraint(table, operation.index.name, lambda c: replace(c, name=operation.to))
    return schema.with_table(table)


def _rename_index_of_view(schema: Schema, operation: RenameIndex) -> Schema:
    old = schema.full(operation.index)
    view = schema.views.get(schema.links.owners.get(old, old))
    if view is None:
        return schema
    renamed = (replace(i, name=operation.to) if i.name == old.name else i for i in view.indexes)
    return schema.with_view(replace(view, indexes=tuple(renamed)))


def _on_constraint(table: Table, name: str, change: Callable[[Constraint], Constraint]) -> Table:
    changed = tuple(change(c) if c.name == name else c for c in table.constraints)
    return replace(table, constraints=changed)


def _on_index(table: Table, name: str, change: Callable[[Index], Index]) -> Table:
    return replace(table, indexes=tuple(change(i) if i.name == name else i for i in table.indexes))

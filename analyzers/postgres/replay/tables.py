"""What tables become of operations on them."""

from collections.abc import Iterator

from analyzers.postgres.operations import (
    AttachPartition,
    ChangeTable,
    Constraint,
    ConstraintKind,
    Copy,
    CreateTable,
    DetachPartition,
    DropTable,
    Expression,
    Insert,
    Merge,
    Name,
    RenameTable,
    TableChange,
)
from analyzers.postgres.replay import archives, emptying
from analyzers.postgres.replay.altered_constraints import alter
from analyzers.postgres.replay.attached import is_alike, missing_indexes, with_given
from analyzers.postgres.replay.columns import created, marked
from analyzers.postgres.replay.constraints import constrained, without_references
from analyzers.postgres.replay.copies import copies_under, with_partition, without_partition
from analyzers.postgres.replay.edits import (
    edit,
    edit_family,
    known,
    with_column,
    without_counting,
    without_sequences,
    without_views,
)
from analyzers.postgres.replay.heirs import copy, inherit, passed_down, shares_identity
from analyzers.postgres.replay.inherited import inherit_index, inherit_indexes
from analyzers.postgres.replay.naming import called_above
from analyzers.postgres.replay.views import moved_view, read_under
from analyzers.postgres.schema import TEMPORARY, Rows, Schema, Table, TableColumn
from analyzers.struct import replace

_WITH_INDEX = (ConstraintKind.PRIMARY_KEY, ConstraintKind.UNIQUE, ConstraintKind.EXCLUDE)
# Of two with the same columns PostgreSQL makes one.
_REPEATABLE = (ConstraintKind.PRIMARY_KEY, ConstraintKind.UNIQUE)
_KINDS_IN_ORDER = (ConstraintKind.CHECK, ConstraintKind.NOT_NULL, *_WITH_INDEX)


def create(schema: Schema, operation: CreateTable) -> Schema:
    name = _name(schema, operation)
    there = schema.tables.get(name)
    if operation.if_not_exists and (there is not None or name in schema.views):
        return schema if there is None else schema.with_table(replace(there, exists=True))
    unsure = operation.if_not_exists and not schema.complete and name not in schema.absent
    table = Table(
        name,
        partition_by=operation.partition_by,
        partition_columns=operation.partition_columns,
        default_partition=operation.default_partition,
        place=operation.place,
        temporary=operation.temporary,
        unlogged=operation.unlogged,
        certain=not unsure and not operation.from_query,
        rows=Rows.UNKNOWN if unsure or _filled(operation) else Rows.NONE,
    )
    schema = _define(schema, table, operation)
    if operation.temporary or not _filled(operation):
        return schema
    return archives.copied(schema, operation.sources, name, operation.reads)


def _name(schema: Schema, operation: CreateTable) -> Name:
    if operation.temporary:
        return Name(operation.table.name, TEMPORARY)
    return Name(
        operation.table.name, operation.table.schema or schema.candidates(Name(""))[0].schema
    )


def _filled(operation: CreateTable) -> bool:
    return operation.from_query and operation.with_data


def _define(schema: Schema, table: Table, operation: CreateTable) -> Schema:
    """Parents, columns, constraints, indexes: in PostgreSQL's own order, which tells names."""
    parents = (operation.partition_of,) if operation.partition_of else operation.inherits
    for parent in parents:
        shares = operation.partition_of is not None and shares_identity(schema)
        passed_on = passed_down(known(schema, parent), identity=shares)
        table = inherit(table, passed_on, partition=operation.partition_of is not None)
    for column in operation.columns:
        schema, made = created(schema, table.name, column)
        table = with_column(table, made)
        for constraint in marked(schema, table.name, column):
            table = constrained(schema, table, constraint)
    for source in operation.like:
        schema, table = copy(schema, table, known(schema, source), operation.like_options)
    for constraint in _ordered(operation):
        # An empty table makes NOT VALID meaningless.
        table = constrained(schema, table, replace(constraint, valid=constraint.enforced))
    schema = schema.with_table(table)
    if operation.partition_of:
        schema = inherit_indexes(schema, table.name, known(schema, operation.partition_of))
        schema = with_partition(schema, table.name)
    return _copy_indexes(schema, table.name, operation)


def _ordered(operation: CreateTable) -> Iterator[Constraint]:
    """Checks, then the primary key and other indexes without repetitions, then foreign keys."""
    written = [c for column in operation.columns for c in column.constraints]
    written += operation.constraints
    seen: set[tuple[object, ...]] = set()
    for kind in _KINDS_IN_ORDER:
        for constraint in written:
            if constraint.kind is not kind:
                continue
            key = (constraint.columns, constraint.deferrable, constraint.nulls_not_distinct)
            if kind in _REPEATABLE and key in seen:
                continue
            if kind in _REPEATABLE:
                seen.add(key)
            yield constraint
    yield from (c for c in written if c.kind is ConstraintKind.FOREIGN_KEY)


def _copy_indexes(schema: Schema, name: Name, operation: CreateTable) -> Schema:
    if "indexes" not in operation.like_options:
        return schema
    for source in operation.like:
        schema = inherit_indexes(schema, name, known(schema, source))
    return schema


def drop(schema: Schema, operation: DropTable) -> Schema:
    table = schema.table(operation.table)
    if table is None:
        return schema.without_table(schema.full(operation.table))
    going = [table.name]
    # Partitions that the statement names besides go with their own name.
    later = {schema.full(name) for name in operation.together} - {table.name}
    for name in going:
        below = (partition.name for partition in schema.partitions(name))
        going.extend(name for name in below if name not in later)
    for name in going:
        schema = _without(schema, name, cascade=operation.cascade)
    return schema


def _without(schema: Schema, name: Name, *, cascade: bool) -> Schema:
    if cascade:
        for one in _with_those_above(schema, name):
            schema = without_references(schema, one, None)
        schema = without_views(schema, name)
    gone = tuple(schema.sequences_of(name))
    schema = without_sequences(schema, gone)
    schema = schema.without_table(name)
    return without_counting(schema, gone) if cascade else schema


def _with_those_above(schema: Schema, name: Name) -> Iterator[Name]:
    """A foreign key at a partitioned table stands on all of its partitions."""
    waiting: Name | None = name
    while waiting is not None:
        yield waiting
        table = schema.tables.get(waiting)
        waiting = table.partition_of if table is not None else None


def rename(schema: Schema, operation: RenameTable) -> Schema:
    view = schema.view(operation.table)
    if view is not None:
        return moved_view(schema, view, Name(operation.to, view.name.schema))
    table = known(schema, operation.table)
    return moved_table(schema, table, Name(operation.to, table.name.schema))


def moved_table(schema: Schema, table: Table, to: Name) -> Schema:
    """`table` under another full name, wherever it is named."""
    old = table.name
    schema = schema.without_table(old).with_table(replace(table, name=to))
    schema = copies_under(called_above(schema, table, to), old, to)
    linked = {*schema.links.heirs.get(old, ()), *schema.links.referrers.get(old, ())}
    for name in sorted(linked):
        schema = schema.with_table(_repointed(schema.tables[name], old, to))
    schema = read_under(schema, old, to)
    for sequence in tuple(schema.sequences_of(old)):
        column = sequence.owner[1] if sequence.owner else ""
        schema = schema.with_sequence(replace(sequence, owner=(to, column)))
    return archives.renamed(schema, old, to)


def _repointed(table: Table, old: Name, to: Name) -> Table:
    return replace(
        table,
        constraints=tuple(_rereferenced(c, old, to) for c in table.constraints),
        partition_of=to if table.partition_of == old else table.partition_of,
        inherits=tuple(to if parent == old else parent for parent in table.inherits),
    )


def _rereferenced(constraint: Constraint, old: Name, to: Name) -> Constraint:
    reference = constraint.reference
    if reference is None or reference.table != old:
        return constraint
    return replace(constraint, reference=replace(reference, table=to))


def attach(schema: Schema, operation: AttachPartition) -> Schema:
    parent, child = known(schema, operation.table), known(schema, operation.partition)
    attached = replace(
        child,
        partition_of=parent.name,
        default_partition=operation.default,
        place=operation.place,
    )
    if shares_identity(schema):
        attached = _with_shared_identity(attached, parent)
    missing = tuple(missing_indexes(child, parent))
    schema = schema.with_table(replace(attached, indexes=tuple(with_given(child, parent))))
    schema = edit_family(schema, child.name, lambda table: _with_foreign_keys(table, parent))
    for index in missing:
        schema = inherit_index(schema, child.name, parent, index)
    return with_partition(schema, child.name)


def _with_shared_identity(table: Table, parent: Table) -> Table:
    shared = {c.name: c.always for c in parent.columns if c.generated == "identity"}
    columns = tuple(
        replace(c, generated="identity", always=shared[c.name]) if c.name in shared else c
        for c in table.columns
    )
    return replace(table, columns=columns)


def _with_foreign_keys(table: Table, parent: Table) -> Table:
    """A partition takes over those of the table above that it doesn't have."""
    missing = tuple(
        replace(theirs, copies=())
        for theirs in parent.constraints
        if theirs.reference and not any(is_alike(theirs, own) for own in table.constraints)
    )
    return replace(table, constraints=(*table.constraints, *missing))


def detach(schema: Schema, operation: DetachPartition) -> Schema:
    def detached(table: Table) -> Table:
        columns = tuple(_without_shared_identity(column) for column in table.columns)
        indexes = tuple(replace(i, attached=False) if i.attached else i for i in table.indexes)
        apart = replace(
            table,
            columns=columns,
            indexes=indexes,
            partition_of=None,
            default_partition=False,
            place=(),
        )
        if not operation.concurrently:
            return apart
        return constrained(schema, apart, _bounds(known(schema, operation.table)))

    schema = without_partition(schema, schema.full(operation.partition))
    return edit(schema, operation.partition, detached)


def _without_shared_identity(column: TableColumn) -> TableColumn:
    if column.generated != "identity" or column.sequence is not None:
        return column
    return replace(column, generated=None, always=False)


def _bounds(parent: Table) -> Constraint:
    """The CHECK that a table keeps which was detached CONCURRENTLY: the bounds that it had.

    https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DETACH-PARTITION
    """
    key = frozenset(parent.partition_columns)
    text = f"the bounds of a partition of {parent.name}"
    return Constraint(
        ConstraintKind.CHECK, check=Expression(text, columns=key, proves_not_null=key)
    )


def change(schema: Schema, operation: ChangeTable) -> Schema:
    if schema.view(operation.table) is not None:
        return schema
    table = known(schema, operation.table)
    match operation.change:
        case TableChange.ENABLE_ROW_SECURITY:
            table = replace(table, row_security=True)
        case TableChange.DISABLE_ROW_SECURITY:
            table = replace(table, row_security=False)
        case TableChange.LOGGED | TableChange.UNLOGGED:
            table = replace(table, unlogged=operation.change is TableChange.UNLOGGED)
        case TableChange.INHERIT | TableChange.NO_INHERIT:
            table = _heir(schema, table, operation)
        case TableChange.ALTER_CONSTRAINT:
            return alter(schema, table, operation.subject or "", dict(operation.options))
        case _:
            table = replace(
                table, settings=frozenset(_set(dict(table.settings), operation).items())
            )
    return schema.with_table(table)


def _set(settings: dict[str, str], operation: ChangeTable) -> dict[str, str]:
    """Settings with those that the operation makes, without those that it takes back."""
    subject = operation.subject or ""
    of = f"{subject}." if operation.change is TableChange.COLUMN_OPTIONS else ""
    changes = {of + word: value for word, value in operation.options}
    match operation.change:
        case TableChange.DISABLE_TRIGGER | TableChange.ENABLE_TRIGGER:
            off = operation.change is TableChange.DISABLE_TRIGGER
            changes = {f"trigger {subject}": "disabled" if off else None}
        case TableChange.FORCE_ROW_SECURITY | TableChange.NO_FORCE_ROW_SECURITY:
            forced = operation.change is TableChange.FORCE_ROW_SECURITY
            changes = {"row level security": "forced" if forced else None}
    told = {**settings, **changes}
    return {word: value for word, value in told.items() if value is not None}


def _heir(schema: Schema, table: Table, operation: ChangeTable) -> Table:
    if operation.other is None:
        return table
    parent = schema.full(operation.other)
    kept = tuple(name for name in table.inherits if name != parent)
    added = operation.change is TableChange.INHERIT
    return replace(table, inherits=(*kept, parent) if added else kept)


def insert(schema: Schema, operation: Insert | Merge | Copy) -> Schema:
    """Rows of other tables make a new table one like all others."""
    if not isinstance(operation, Copy) or operation.writes:
        schema = emptying.filled(schema, operation.table)
    if isinstance(operation, Insert) and not _is_temporary(schema, operation.table):
        schema = archives.copied(schema, operation.sources, operation.table, operation.reads)
    if schema.table(operation.table) is None:
        return schema
    constant = isinstance(operation, Insert) and not operation.sources
    if isinstance(operation, Copy) and not operation.writes:
        return schema

    def filled(table: Table) -> Table:
        if not table.new:
            return table
        return replace(table, rows=Rows.CONSTANT if constant else Rows.UNKNOWN)

    return edit(schema, operation.table, filled)


def _is_temporary(schema: Schema, name: Name) -> bool:
    table = schema.table(name)
    return table is not None and table.temporary

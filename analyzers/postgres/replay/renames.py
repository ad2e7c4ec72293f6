"""What objects become of RENAME and SET SCHEMA."""

from collections.abc import Callable, Mapping

from analyzers.postgres.kind import relation_kind
from analyzers.postgres.operations import (
    FUNCTIONS,
    TYPES,
    VIEWS,
    Expression,
    MoveObject,
    Name,
    ObjectKind,
    RenameIndex,
    RenameObject,
    RenameTable,
)
from analyzers.postgres.replay.constraints import rename_index
from analyzers.postgres.replay.edits import edit
from analyzers.postgres.replay.objects import found
from analyzers.postgres.replay.tables import moved_table
from analyzers.postgres.replay.tables import rename as rename_table
from analyzers.postgres.replay.views import moved_view, rename_shown
from analyzers.postgres.schema import Schema, Table, Trigger
from analyzers.struct import replace


def rename(schema: Schema, operation: RenameObject) -> Schema:
    name, to = operation.name, operation.to
    if operation.table is not None:
        return _rename_part(schema, operation.table, operation)
    if operation.kind in VIEWS:
        return rename_table(schema, RenameTable(name, to))
    if operation.kind is ObjectKind.SCHEMA:
        return _rename_namespace(schema, name.name, to)
    mover = _MOVERS.get(operation.kind)
    return schema if mover is None else mover(schema, name, lambda old: Name(to, old.schema))


def rename_relation(schema: Schema, operation: RenameTable | RenameIndex) -> Schema:
    """ALTER TABLE and ALTER INDEX rename any relation.

    https://www.postgresql.org/docs/current/sql-altertable.html
    """
    of_index = isinstance(operation, RenameIndex)
    name = operation.index if isinstance(operation, RenameIndex) else operation.table
    kind, to = relation_kind(schema, name), operation.to
    if kind is ObjectKind.SEQUENCE:
        return _move_sequence(schema, name, lambda old: Name(to, old.schema))
    if kind is ObjectKind.INDEX or (kind is None and of_index):
        return rename_index(schema, RenameIndex(name, to))
    return rename_table(schema, RenameTable(name, to))


def _rename_part(schema: Schema, table: Name, operation: RenameObject) -> Schema:
    view, old, new = schema.view(table), operation.name.name, operation.to
    if view is not None and operation.kind is ObjectKind.COLUMN:
        return rename_shown(schema, view, old, new)
    if schema.table(table) is None:
        return schema

    def renamed(table: Table) -> Table:
        if operation.kind is ObjectKind.POLICY:
            policies = tuple(replace(p, name=new) if p.name == old else p for p in table.policies)
            return replace(table, policies=policies)
        if operation.kind is not ObjectKind.TRIGGER:
            return table
        triggers = tuple(replace(t, name=new) if t.name == old else t for t in table.triggers)
        return replace(table, triggers=triggers)

    if operation.kind is ObjectKind.TRIGGER and schema.major < _FOLLOWED:
        schema = _keeping_names(schema, schema.tables[schema.full(table)], old, new)
    return edit(schema, table, renamed)


# Since then the triggers of partitions are renamed with the one that they come from.
_FOLLOWED = 15


def _keeping_names(schema: Schema, table: Table, old: str, new: str) -> Schema:
    """Older majors rename a trigger on the one table alone, be it a partition or divided."""
    below = [table.name]
    for name in below:
        below.extend(partition.name for partition in schema.partitions(name))
    for trigger in (t for t in table.triggers if t.name == old and t.for_each_row):
        kept = trigger
        for name in below[1:]:
            kept = kept.renamed_on(name, trigger.on(name))
        schema = _with_trigger(schema, table.name, trigger, kept)
    above = schema.tables.get(table.partition_of) if table.partition_of else None
    while above is not None:
        for trigger in (t for t in above.triggers if t.for_each_row and t.on(table.name) == old):
            schema = _with_trigger(schema, above.name, trigger, trigger.renamed_on(table.name, new))
        above = schema.tables.get(above.partition_of) if above.partition_of else None
    return schema


def _with_trigger(schema: Schema, name: Name, old: Trigger, new: Trigger) -> Schema:
    table = schema.tables[name]
    triggers = tuple(new if trigger == old else trigger for trigger in table.triggers)
    return schema.with_table(replace(table, triggers=triggers))


def move(schema: Schema, operation: MoveObject) -> Schema:
    name, to = operation.name, operation.to
    if operation.kind is ObjectKind.TABLE:
        return _move_table(schema, name, to)
    view = schema.view(name)
    if operation.kind in VIEWS:
        return schema if view is None else moved_view(schema, view, Name(view.name.name, to))
    mover = _MOVERS.get(operation.kind)
    return schema if mover is None else mover(schema, name, lambda old: Name(old.name, to))


def _move_table(schema: Schema, name: Name, to: str) -> Schema:
    """The sequences of its columns go along."""
    table = schema.table(name)
    if table is None:
        return schema
    moved = Name(table.name.name, to)
    schema = moved_table(schema, table, moved)
    for sequence in tuple(schema.sequences_of(moved)):
        schema = _move_sequence(schema, sequence.name, lambda old: Name(old.name, to))
    return schema


def _move_type(schema: Schema, name: Name, to: Callable[[Name], Name]) -> Schema:
    old = found(schema, schema.types, name)
    if old not in schema.types:
        return schema
    new = to(old)
    types = schema.types.without(old).having(new, replace(schema.types[old], name=new))
    schema = replace(schema, types=types)
    for table in tuple(schema.tables.values()):
        columns = tuple(
            replace(c, type=replace(c.type, name=new.name))
            if c.type and c.type.name == old.name
            else c
            for c in table.columns
        )
        if columns != table.columns:
            schema = schema.with_table(replace(table, columns=columns))
    return schema


def _move_sequence(schema: Schema, name: Name, to: Callable[[Name], Name]) -> Schema:
    old = found(schema, schema.sequences, name)
    if old not in schema.sequences:
        return schema
    new = to(old)
    moved = replace(schema.sequences[old], name=new)
    counting = schema.counting_by([old])
    schema = schema.without_sequence(old).with_sequence(moved)
    for table in counting:
        renamed = _counting_by(table, old.name, new.name)
        schema = schema.with_table(_counting_by(renamed, str(old), str(new)))
    if moved.owner is None or moved.owner[0] not in schema.tables:
        return schema
    table = schema.tables[moved.owner[0]]
    columns = tuple(replace(c, sequence=new) if c.sequence == old else c for c in table.columns)
    return schema.with_table(replace(table, columns=columns))


def _counting_by(table: Table, old: str, new: str) -> Table:
    """Defaults know their sequence, whatever its name."""
    columns = (replace(c, default=c.default and _named(c.default, old, new)) for c in table.columns)
    return replace(table, columns=tuple(columns))


def _named(default: Expression, old: str, new: str) -> Expression:
    if old not in default.literals:
        return default
    return replace(
        default,
        sql=default.sql.replace(f"'{old}'", f"'{new}'").replace(f".{old}'", f".{new}'"),
        literals=(default.literals - {old}) | {new},
    )


def _move_function(schema: Schema, name: Name, to: Callable[[Name], Name]) -> Schema:
    old = found(schema, schema.functions, name)
    if old not in schema.functions:
        return schema
    moved = replace(schema.functions[old], name=to(old))
    return replace(schema, functions=schema.functions.without(old).having(moved.name, moved))


def _rename_namespace(schema: Schema, old: str, new: str) -> Schema:
    for table in tuple(schema.tables.values()):
        if table.name.schema == old:
            schema = moved_table(schema, table, Name(table.name.name, new))
    for view in tuple(schema.views.values()):
        if view.name.schema == old:
            schema = moved_view(schema, view, Name(view.name.name, new))

    def moved(name: Name) -> Name:
        return Name(name.name, new)

    for held, move in (
        (schema.sequences, _move_sequence),
        (schema.types, _move_type),
        (schema.functions, _move_function),
    ):
        for name in tuple(name for name in held if name.schema == old):
            schema = move(schema, name, moved)
    return replace(schema, namespaces=(schema.namespaces - {old}) | {new})


_MOVERS: Mapping[ObjectKind, Callable[[Schema, Name, Callable[[Name], Name]], Schema]] = {
    **dict.fromkeys(TYPES, _move_type),
    **dict.fromkeys(FUNCTIONS, _move_function),
    ObjectKind.SEQUENCE: _move_sequence,
}

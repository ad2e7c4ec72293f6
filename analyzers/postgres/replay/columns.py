"""What columns become of operations on them."""

import re
from collections.abc import Callable, Iterator

from analyzers.postgres.operations import (
    COMPUTED,
    AddColumn,
    AddConstraint,
    AlterColumnType,
    Column,
    Constraint,
    ConstraintKind,
    DropColumn,
    DropDefault,
    DropGenerated,
    Expression,
    Name,
    RenameColumn,
    SetDefault,
    SetGenerated,
    Spelling,
    Type,
)
from analyzers.postgres.replay.constraints import add as add_constraint
from analyzers.postgres.replay.constraints import constrained, without_references
from analyzers.postgres.replay.edits import (
    doubting_views,
    edit,
    edit_column,
    edit_family,
    family,
    known,
    uses,
    with_column,
    with_constraint,
    without_counting,
    without_sequences,
    without_views,
)
from analyzers.postgres.replay.inherited import made_anew
from analyzers.postgres.replay.naming import relation_name
from analyzers.postgres.replay.numbers import counting
from analyzers.postgres.replay.views import read_as, rename_shown
from analyzers.postgres.schema import Index, Policy, Schema, Sequence, Table, TableColumn
from analyzers.struct import replace

_SERIAL = {"smallserial": "int2", "serial": "int4", "bigserial": "int8"}


def add(schema: Schema, operation: AddColumn) -> Schema:
    table = known(schema, operation.table)
    if operation.if_not_exists and table.column(operation.column.name) is not None:
        for constraint in operation.column.constraints if schema.major < 13 else ():
            schema = add_constraint(schema, AddConstraint(operation.table, constraint))
        return schema
    schema, made = created(schema, table.name, operation.column)
    old = set(table.constraints)
    if table.has_column(made.name) is not True:
        table = replace(table, added=table.added | {made.name})
    table = with_column(table, made)
    for constraint in (
        *marked(schema, table.name, operation.column),
        *operation.column.constraints,
    ):
        table = constrained(schema, table, constraint)
    schema = schema.with_table(table)
    inherited = replace(made, inherited=True)
    new = [c for c in table.constraints if c not in old and not c.no_inherit]
    for child in () if operation.alone else tuple(schema.partitions(table.name)):
        schema = edit_family(schema, child.name, lambda t: _passed(t, inherited, new))
    return schema


def _passed(table: Table, column: TableColumn, constraints: list[Constraint]) -> Table:
    """A child gets the column, its checks and a partition's foreign keys, named as above."""
    table = with_column(table, column)
    partition = (ConstraintKind.FOREIGN_KEY,) if table.partition_of is not None else ()
    for constraint in constraints:
        if constraint.kind in (ConstraintKind.CHECK, ConstraintKind.NOT_NULL, *partition):
            table = with_constraint(table, replace(constraint, copies=()))
    return table


def marked(schema: Schema, table: Name, column: Column) -> Iterator[Constraint]:
    """The NOT NULL of a column that has a name or is not passed on: since 18 a constraint."""
    if schema.major < 18 or not (column.not_null_name or column.not_null_alone):
        return
    name = column.not_null_name or f"{table.name}_{column.name}_not_null"
    kind, alone = ConstraintKind.NOT_NULL, column.not_null_alone
    yield Constraint(kind, (column.name,), name, no_inherit=alone)


def created(schema: Schema, table: Name, column: Column) -> tuple[Schema, TableColumn]:
    """The column, and the schema with the sequence that it may bring along."""
    counted = _SERIAL.get(column.type.name)
    made = TableColumn(
        column.name,
        column.type if counted is None else replace(column.type, name=counted),
        column.not_null,
        column.default or column.expression,
        column.default is not None and _is_kept(schema, column.default, column.type),
        column.generated,
        always=column.always,
    )
    serial = column.type.name in _SERIAL and column.type.schema is None
    if not serial and column.generated != "identity":
        return schema, made
    schema, made = numbered(schema, table, made)
    if serial and made.sequence is not None:
        name = made.sequence
        default = Expression(
            f"nextval('{name.name}'::regclass)",
            functions=frozenset({"nextval"}),
            literals=frozenset({name.name}),
        )
        made = replace(made, default=default, has_default=True)
    return schema, made


def _is_kept(schema: Schema, default: Expression, kind: Type | None) -> bool:
    """DEFAULT NULL is no default, unless the type makes it a conversion of NULL."""
    return (
        not default.null or (kind is not None and bool(kind.modifiers)) or _is_domain(schema, kind)
    )


def _is_domain(schema: Schema, kind: Type | None) -> bool:
    return kind is not None and any(
        schema.types[name].base is not None
        for name in schema.candidates(Name(kind.name, kind.schema))
        if name in schema.types
    )


def numbered(schema: Schema, table: Name, column: TableColumn) -> tuple[Schema, TableColumn]:
    """The column with a sequence of its own."""
    name = Name(relation_name(schema, table, column.name, "seq"), table.schema)
    made = Sequence(name, (table, column.name), counting(column.type))
    schema = schema.with_sequence(made)
    return schema, replace(column, sequence=name, not_null=True)


def drop(schema: Schema, operation: DropColumn) -> Schema:
    table, gone = known(schema, operation.table), operation.column
    if operation.cascade or schema.major < GUARDED:
        for column in computed_from(table, gone):
            schema = drop(schema, replace(operation, column=column))
    edited = edit if operation.alone else edit_family
    schema = edited(schema, table.name, lambda t: without_column(t, gone))
    owned = tuple(schema.sequences_of(table.name, gone))
    schema = without_sequences(schema, owned)
    if not operation.cascade:
        return schema
    schema = without_counting(schema, owned)
    schema = edit_family(schema, table.name, lambda t: _without_dependents(t, gone))
    for name in (table.name,) if operation.alone else family(schema, table.name):
        schema = without_references(schema, name, frozenset({gone}))
        schema = _without_readers(schema, name, gone)
    return schema


def _without_readers(schema: Schema, table: Name, gone: str) -> Schema:
    for view in tuple(schema.views_on(table)):
        if {gone, "*"} & view.reads and len(view.sources) > 1:
            schema = doubting_views(schema, view)
        elif {gone, "*"} & view.reads:
            schema = without_views(schema, view.name).without_view(view.name)
    return schema


GUARDED = 15
"""Since then nothing is dropped of which another column is computed."""


def computed_from(table: Table, column: str) -> tuple[str, ...]:
    """The generated columns that a column is part of."""
    generated = (other for other in table.columns if other.generated in COMPUTED)
    return tuple(o.name for o in generated if o.default and column in o.default.columns)


def _without_dependents(table: Table, gone: str) -> Table:
    """Without triggers of UPDATE OF the column, and columns computed from it."""
    triggers = tuple(t for t in table.triggers if gone not in t.update_of)
    for name in computed_from(table, gone):
        table = without_column(table, name)
    return replace(table, triggers=triggers)


def without_column(table: Table, gone: str) -> Table:
    """Indexes and constraints that name the column go with it."""
    return replace(
        table,
        columns=tuple(c for c in table.columns if c.name != gone),
        constraints=tuple(c for c in table.constraints if gone not in uses(c)),
        indexes=tuple(i for i in table.indexes if gone not in i.uses),
        lacks=table.lacks if table.certain else table.lacks | {gone},
        doubtful=table.doubtful - {gone},
    )


def rename(schema: Schema, operation: RenameColumn) -> Schema:
    old, new = operation.column, operation.to
    view = schema.view(operation.table)
    if view is not None:
        return rename_shown(schema, view, old, new)
    top = known(schema, operation.table).name
    schema = edit_family(schema, top, lambda t: _renamed(t, old, new))
    for name in family(schema, top):
        for other, constraint in tuple(schema.referencing(name)):
            schema = edit(schema, other.name, _rereferencing(constraint.name, old, new))
        schema = read_as(schema, name, old, new)
        for sequence in tuple(schema.sequences_of(name, old)):
            schema = schema.with_sequence(replace(sequence, owner=(name, new)))
    return schema


def _renamed(table: Table, old: str, new: str) -> Table:
    if table.column(old) is None:
        column = TableColumn(new, None, None, has_default=None)
        table = with_column(table, column)
        return replace(table, lacks=table.lacks | {old}, added=table.added - {new})
    columns = (_renamed_column(c, old, new) for c in table.columns)
    return replace(
        table,
        columns=tuple(columns),
        constraints=tuple(_constraint(c, old, new) for c in table.constraints),
        indexes=tuple(_index(i, old, new) for i in table.indexes),
        policies=tuple(_policy(p, old, new) for p in table.policies),
        lacks=(table.lacks | {old}) - {new} if not table.certain else table.lacks,
        partition_columns=_swapped(table.partition_columns, old, new),
        added=frozenset(new if name == old else name for name in table.added - {new}),
    )


def _renamed_column(column: TableColumn, old: str, new: str) -> TableColumn:
    return replace(
        column,
        name=new if column.name == old else column.name,
        default=column.default and _expression(column.default, old, new),
    )


def _constraint(constraint: Constraint, old: str, new: str) -> Constraint:
    return replace(
        constraint,
        columns=_swapped(constraint.columns, old, new),
        includes=_swapped(constraint.includes, old, new),
        check=constraint.check and _expression(constraint.check, old, new),
    )


def _index(index: Index, old: str, new: str) -> Index:
    return replace(
        index,
        columns=_swapped(index.columns, old, new),
        uses=_swap(index.uses, old, new),
        includes=_swapped(index.includes, old, new),
        predicate=index.predicate and _expression(index.predicate, old, new),
        expressions=tuple(_expression(e, old, new) for e in index.expressions),
    )


def _policy(policy: Policy, old: str, new: str) -> Policy:
    if policy.definition is None:
        return policy
    return replace(policy, definition=Spelling(_respelt(policy.definition, old, new)))


def _respelt(sql: str, old: str, new: str) -> str:
    return re.sub(rf"(?<![\w'$]){re.escape(old)}(?![\w'$])", lambda _: new, sql)


def _expression(expression: Expression, old: str, new: str) -> Expression:
    if old not in expression.columns:
        return expression
    return replace(
        expression,
        sql=_respelt(expression.sql, old, new),
        columns=_swap(expression.columns, old, new),
        proves_not_null=_swap(expression.proves_not_null, old, new),
    )


def _rereferencing(name: str | None, old: str, new: str) -> Callable[[Table], Table]:
    def changed(constraint: Constraint) -> Constraint:
        reference = constraint.reference
        if constraint.name != name or reference is None:
            return constraint
        columns = _swapped(reference.columns, old, new)
        return replace(constraint, reference=replace(reference, columns=columns))

    return lambda table: replace(table, constraints=tuple(map(changed, table.constraints)))


def _swapped(columns: tuple[str, ...], old: str, new: str) -> tuple[str, ...]:
    return tuple(new if column == old else column for column in columns)


def _swap(columns: frozenset[str], old: str, new: str) -> frozenset[str]:
    return frozenset(new if column == old else column for column in columns)


def alter_type(schema: Schema, operation: AlterColumnType) -> Schema:
    def changed(column: TableColumn) -> TableColumn:
        return replace(column, type=operation.type)

    schema = on_column(schema, operation.table, operation.column, changed)
    table = known(schema, operation.table)
    if table.partition_by is None:
        return schema
    return made_anew(schema, table, operation.column)


def set_default(schema: Schema, operation: SetDefault) -> Schema:
    def changed(column: TableColumn) -> TableColumn:
        default = operation.default if _is_kept(schema, operation.default, column.type) else None
        return replace(column, default=default, has_default=default is not None)

    return on_column(schema, operation.table, operation.column, changed, alone=operation.alone)


def drop_default(schema: Schema, operation: DropDefault) -> Schema:
    def changed(column: TableColumn) -> TableColumn:
        return replace(column, default=None, has_default=False)

    return on_column(schema, operation.table, operation.column, changed, alone=operation.alone)


def set_generated(schema: Schema, operation: SetGenerated) -> Schema:
    table = known(schema, operation.table)
    if operation.how == "identity" and operation.add:
        name = relation_name(schema, table.name, operation.column, "seq")
        column = table.column(operation.column)
        sequence = Sequence(
            Name(name, table.name.schema),
            (table.name, operation.column),
            counting(column.type if column else None),
        )
        schema = schema.with_sequence(sequence)

        def identified(column: TableColumn) -> TableColumn:
            return replace(column, generated="identity", always=bool(operation.always))

        shared = table.partition_by is not None and schema.major >= 17
        edited = edit_family if shared else edit
        schema = edited(schema, table.name, lambda t: edit_column(t, operation.column, identified))
        return edit(
            schema,
            table.name,
            lambda t: edit_column(
                t, operation.column, lambda c: replace(c, sequence=sequence.name)
            ),
        )
    if operation.how == "identity":
        always = operation.always
        if always is None:
            return schema
        return edit(
            schema,
            table.name,
            lambda t: edit_column(t, operation.column, lambda c: replace(c, always=always)),
        )

    def computed(column: TableColumn) -> TableColumn:
        return replace(column, default=operation.expression)

    return on_column(schema, operation.table, operation.column, computed)


def drop_generated(schema: Schema, operation: DropGenerated) -> Schema:
    table = known(schema, operation.table)

    def plain(column: TableColumn) -> TableColumn:
        return replace(
            column, generated=None, sequence=None, default=None, has_default=False, always=False
        )

    column = table.column(operation.column)
    identity = operation.how == "identity"
    wanted = ("identity",) if identity else COMPUTED
    if column is not None and column.generated not in wanted:
        return schema
    schema = without_sequences(schema, tuple(schema.sequences_of(table.name, operation.column)))
    return on_column(schema, operation.table, operation.column, plain)


def on_column(
    schema: Schema,
    table: Name,
    column: str,
    change: Callable[[TableColumn], TableColumn],
    *,
    alone: bool = False,
) -> Schema:
    edited = edit if alone else edit_family
    return edited(schema, table, lambda t: edit_column(t, column, change))

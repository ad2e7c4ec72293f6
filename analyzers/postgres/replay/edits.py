"""Small changes of schemas that many operations are made of."""

from collections.abc import Callable, Iterable

from analyzers.postgres.operations import Constraint, Expression, Name
from analyzers.postgres.schema import (
    Index,
    Schema,
    Sequence,
    Table,
    TableColumn,
    View,
    unknown,
)
from analyzers.struct import replace


def known(schema: Schema, name: Name) -> Table:
    """The table, or one of which nothing is known but that it must be there: it is worked on."""
    table = schema.table(name)
    if table is None:
        return unknown(schema.full(name))
    return table if table.exists else replace(table, exists=True)


def edit(schema: Schema, name: Name, change: Callable[[Table], Table]) -> Schema:
    """Changes one table, which is there from then on if it wasn't known."""
    return schema.with_table(change(known(schema, name)))


def edit_family(schema: Schema, name: Name, change: Callable[[Table], Table]) -> Schema:
    """Changes a table and all its partitions and heirs."""
    waiting = [known(schema, name)]
    while waiting:
        table = waiting.pop()
        waiting.extend(schema.partitions(table.name))
        schema = schema.with_table(change(table))
    return schema


def family(schema: Schema, name: Name) -> list[Name]:
    """The full names of a table and of all its partitions and heirs."""
    found = [name]
    for one in found:
        found.extend(child.name for child in schema.partitions(one) if child.name not in found)
    return found


def edit_column(table: Table, name: str, change: Callable[[TableColumn], TableColumn]) -> Table:
    """Changes one column, which an uncertain table has from then on."""
    if table.column(name) is None:
        return with_column(table, change(TableColumn(name, None, None, has_default=None)))
    columns = tuple(change(c) if c.name == name else c for c in table.columns)
    return replace(table, columns=columns, doubtful=table.doubtful - {name})


def with_column(table: Table, column: TableColumn) -> Table:
    columns = tuple(c for c in table.columns if c.name != column.name)
    return replace(
        table,
        columns=(*columns, column),
        lacks=table.lacks - {column.name},
        doubtful=table.doubtful - {column.name},
    )


def with_index(table: Table, index: Index) -> Table:
    indexes = tuple(i for i in table.indexes if i.name != index.name)
    return replace(table, indexes=(*indexes, index))


def with_constraint(table: Table, constraint: Constraint) -> Table:
    constraints = tuple(c for c in table.constraints if c.name != constraint.name)
    return replace(table, constraints=(*constraints, constraint))


def without_constraint(table: Table, name: str | None) -> Table:
    """Without the constraint, and without the index that carries it."""
    return replace(
        table,
        constraints=tuple(c for c in table.constraints if c.name != name),
        indexes=tuple(i for i in table.indexes if not (i.constraint and i.name == name)),
    )


def without_sequences(schema: Schema, gone: Iterable[Sequence]) -> Schema:
    for sequence in gone:
        schema = schema.without_sequence(sequence.name)
    return schema


def without_views(schema: Schema, relation: Name) -> Schema:
    """Without the views that read a relation, those that read them, and so on."""
    waiting = [relation]
    while waiting:
        for view in tuple(schema.views_on(waiting.pop())):
            waiting.append(view.name)
            schema = schema.without_view(view.name)
    return schema


def doubting_views(schema: Schema, view: View) -> Schema:
    """A view and those that read it may be there, or not."""
    waiting = [view]
    for one in waiting:
        waiting.extend(schema.views_on(one.name))
        schema = schema.with_view(replace(one, exists=False))
    return schema


def without_counting(schema: Schema, gone: Iterable[Sequence]) -> Schema:
    """Without the defaults that take their numbers from one of these sequences."""
    names = [sequence.name for sequence in gone]
    texts = frozenset(text for name in names for text in (name.name, str(name)))
    for table in schema.counting_by(names):
        schema = schema.with_table(_without_defaults(table, texts))
    return schema


def _without_defaults(table: Table, sequences: frozenset[str]) -> Table:
    """A default that counts by a dropped sequence goes with it."""
    columns = tuple(
        replace(c, default=None, has_default=False)
        if c.default and c.default.literals & sequences
        else c
        for c in table.columns
    )
    return replace(table, columns=columns)


def without_function(table: Table, name: str) -> Table:
    """Without the triggers, defaults, checks and indexes that call a function of one's own."""

    def calls(*expressions: Expression | None) -> bool:
        return any(one is not None and name in one.functions for one in expressions)

    stored = [c for c in table.columns if not (c.generated and calls(c.default))]
    return replace(
        table,
        triggers=tuple(t for t in table.triggers if t.function is None or t.function.name != name),
        columns=tuple(
            replace(c, default=None, has_default=False) if calls(c.default) else c for c in stored
        ),
        constraints=tuple(c for c in table.constraints if not calls(c.check)),
        indexes=tuple(i for i in table.indexes if not calls(i.predicate, *i.expressions)),
    )


def uses(constraint: Constraint) -> frozenset[str]:
    """Every column of its own table that a constraint names."""
    named = constraint.check.columns if constraint.check else frozenset()
    return named | frozenset(constraint.columns) | frozenset(constraint.includes)


def index_uses(
    keys: tuple[str | Expression, ...],
    includes: tuple[str, ...] = (),
    predicate: Expression | None = None,
) -> frozenset[str]:
    """Every column that an index names."""
    found = set(includes) | (set(predicate.columns) if predicate else set())
    for key in keys:
        found |= {key} if isinstance(key, str) else key.columns
    return frozenset(found)

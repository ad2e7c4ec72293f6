"""What the earlier statements of a migration tell of the tables that a later one touches."""

from collections.abc import Iterator

from analyzers.postgres.operations import (
    CreateObject,
    CreateTable,
    Insert,
    Name,
    RenameTable,
    Select,
    Update,
)
from analyzers.rules.context import Context, Step


def existing(context: Context, table: Name) -> bool:
    """Whether others may know `table`: an applied migration made it, or nothing known did.

    One that this migration made is nobody else's, even when it was filled from another table. A
    statement that surely fails does nothing to any table.
    """
    if surely_fails(context.step):
        return False
    found = context.schema.table(table)
    if found is not None and (found.new or found.temporary):
        return False
    return not made_here(context, table)


def surely_fails(step: Step) -> bool:
    """Whether PostgreSQL refuses it, as soon as it is sent at all."""
    conditional = step.statement.conditional or step.operation.conditional
    return step.effects.error is not None and not conditional


def empty(context: Context, table: Name) -> bool:
    """Whether the pull request has emptied `table` before, and not filled it again."""
    return context.schema.full(table) in context.schema.emptied


def works_through(context: Context, table: Name) -> bool:
    """Whether all rows of `table`, which others use, are read or written while they wait."""
    if not existing(context, table) or empty(context, table):
        return False
    effects = context.effects
    waited_for = {lock.relation for lock in effects.blocking()}
    return any(
        name in waited_for and name in (*effects.scans, *effects.rewrites)
        for name in _family(context, table)
    )


def _family(context: Context, table: Name) -> Iterator[Name]:
    """The full names of a table and of all its partitions and heirs."""
    waiting = [context.schema.full(table)]
    for name in waiting:
        yield name
        waiting += [heir.name for heir in context.schema.partitions(name)]


def archived(context: Context, table: Name, column: str | None = None) -> bool:
    """Whether this migration or an applied one copied the rows, or `column`, elsewhere."""
    schema = context.schema
    name = schema.full(table)
    for target, copied in schema.archives.get(name, ()):
        kept = target != name if column is None else copied in ("*", column)
        if kept and schema.has_table(target) is not False:
            return True
    return _written_row_by_row(context, name, column)


def _written_row_by_row(context: Context, table: Name, column: str | None) -> bool:
    """Whether this migration reads the rows, and then writes others in a loop over rows."""
    read = False
    for step in before(context):
        operation = step.operation
        if isinstance(operation, Select) and table in map(step.schema.full, operation.sources):
            named = operation.columns
            read = read or column is None or column in named or not named
        if isinstance(operation, Insert | Update) and read and step.statement.repeated:
            return column is not None or step.schema.full(operation.table) != table
    return False


def column_added(context: Context, table: Name, column: str) -> bool:
    """Whether the pull request added the column itself, so that nothing uses it yet."""
    found = context.schema.table(table)
    return found is not None and column in found.added


def before(context: Context) -> Iterator[Step]:
    """The steps of `up` before this one."""
    for step in context.migration.up.steps if context.migration.up else ():
        if step is context.step:
            return
        yield step


def made_here(context: Context, name: Name) -> bool:
    """Whether an earlier statement of this migration made the table, view or other object."""
    made: set[Name] = set()
    for step in before(context):
        match step.operation:
            case CreateTable(table=created) | CreateObject(name=created):
                if step.schema.has_table(created) is not True:
                    made.add(step.schema.full(created))
            case RenameTable(table=old, to=to):
                full = step.schema.full(old)
                new = Name(to, full.schema)
                (made.add if full in made else made.discard)(new)
                made.discard(full)
    return context.schema.full(name) in made


def _same(step: Step, name: Name, known: Name) -> bool:
    return step.schema.full(name) == known

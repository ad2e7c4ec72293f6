"""Unrelated tables are changed in one migration

In Knex's transaction the [locks](https://www.postgresql.org/docs/current/explicit-locking.html) of
all changes are held until the last one is done: while one table waits for its readers, the other
one is down too, and two migrations that take the same tables in another order block each other for
good. If one part fails, the other is undone with it; if one has to be taken back, both are.

Tables count as related where a foreign key, a partition, a view or a query of the migration links
them, where their names begin alike (`orders`, `order_items`), and where the same is done to all of
them. New tables by themselves are not reported.

## Unsafe

```js
exports.up = async (knex) => {
  await knex.schema.alterTable('users', (table) => table.string('locale'));
  // expect: multiple-changes-in-migration
  await knex.schema.alterTable('warehouses', (table) => table.integer('capacity'));
};
```

## Safe

```js
exports.up = async (knex) => {
  await knex.schema.alterTable('users', (table) => table.string('locale'));
};
```

The other table is changed by a migration of its own.

## When it is fine

When both belong to one change that only makes sense as a whole.
"""

from collections.abc import Iterable, Iterator

from analyzers.findings import Direction, Finding, Related, Severity
from analyzers.postgres.operations import (
    AddColumn,
    AddConstraint,
    AlterColumnType,
    ChangeTable,
    CreateIndex,
    CreateObject,
    CreateTable,
    DropColumn,
    DropConstraint,
    DropDefault,
    DropNotNull,
    DropTable,
    Insert,
    Name,
    Operation,
    RenameColumn,
    RenameTable,
    Select,
    SetDefault,
    SetNotNull,
    Update,
)
from analyzers.postgres.schema import Schema
from analyzers.rules.context import Context, MigrationContext, Step, place_of
from analyzers.rules.earlier import existing
from analyzers.rules.references import foreign_keys
from analyzers.rules.rule import Rule
from analyzers.rules.wording import code
from analyzers.struct import Struct, field

rule = Rule(__name__, __doc__, severity=Severity.NOTICE)

CHANGES = (
    AddColumn | AddConstraint | AlterColumnType | ChangeTable | CreateIndex | DropColumn
    | DropConstraint | DropDefault | DropNotNull | DropTable | RenameColumn | RenameTable
    | SetDefault | SetNotNull
)  # fmt: skip


class Changed(Struct):
    """A table that the migration makes or changes: its first step, and all that is done to it."""

    first: Step
    existed: bool
    deeds: set[tuple[str, str]] = field(default_factory=set)


@rule.on_migration
def check(context: MigrationContext) -> Iterator[Finding]:
    """One finding a migration, at the first change that has nothing to do with those before."""
    changed = _changed(context)
    if len(changed) < 2 or not any(change.existed for change in changed.values()):
        return
    groups = _groups(changed, context)
    if len(groups) < 2:
        return
    (one, *_), (other, *_), *_ = groups
    here, there = changed[other].first, changed[one].first
    yield rule.finding(
        place_of(context.migration, here.statement, here.operation.at),
        f"{code(other)} has nothing to do with {code(one)}, which this migration changes too: "
        "both are locked until both are done, and neither can be undone alone.",
        advice=f"Change {code(other)} in a migration of its own.",
        direction=Direction.UP,
        statement=here.statement.sql.string,
        related=(
            Related(
                place_of(context.migration, there.statement, there.operation.at),
                f"{code(one)} is changed here",
            ),
        ),
    )


def _changed(context: MigrationContext) -> dict[Name, Changed]:
    up = context.migration.up
    found: dict[Name, Changed] = {}
    for step in up.steps if up else ():
        operation = step.operation
        if isinstance(operation, CreateTable) and not operation.temporary:
            found.setdefault(step.schema.full(operation.table), Changed(step, existed=False))
        elif isinstance(operation, CHANGES):
            name = step.schema.full(operation.table)
            existed = existing(Context(context.migration, step, context.settings), name)
            table = found.setdefault(name, Changed(step, existed))
            table.deeds.add(_deed(operation))
    return found


def _deed(operation: Operation) -> tuple[str, str]:
    """What is done, whichever table it is done to."""
    column = getattr(operation, "column", "")
    return type(operation).__name__, str(getattr(column, "name", column))


def _groups(changed: dict[Name, Changed], context: MigrationContext) -> list[list[Name]]:
    """The changed tables, related ones together, in the order of their first change."""
    group = {name: {name} for name in (*changed, *_new_names(context))}
    for related in _related(changed, context):
        joined = set().union(*(group[name] for name in related if name in group))
        group.update(dict.fromkeys(joined, joined))
    distinct = {id(members): members for members in map(group.__getitem__, changed)}
    return [[name for name in changed if name in members] for members in distinct.values()]


def _related(changed: dict[Name, Changed], context: MigrationContext) -> Iterator[Iterable[Name]]:
    up = context.migration.up
    read: list[Name] = []
    for step in up.steps if up else ():
        yield _of_operation(step)
        if isinstance(step.operation, Select):
            read = [step.schema.full(source) for source in step.operation.sources]
        elif isinstance(step.operation, Insert | Update) and step.statement.repeated:
            yield (*read, step.schema.full(step.operation.table))
    alike: dict[object, list[Name]] = {}
    for name, table in changed.items():
        yield (name, *_linked(name, up.after if up else Schema()))
        alike.setdefault(_stem(name), []).append(name)
        if table.deeds:
            alike.setdefault(frozenset(table.deeds), []).append(name)
    yield from alike.values()


def _of_operation(step: Step) -> list[Name]:
    """The tables that one statement speaks of together."""
    operation = step.operation
    names = [*getattr(operation, "sources", ())]
    names += [key.reference.table for _, key in foreign_keys(operation) if key.reference]
    for attribute in ("table", "partition", "partition_of"):
        names.append(getattr(operation, attribute, None))
    related = [step.schema.full(name) for name in names if isinstance(name, Name)]
    related += _renamed(step)
    return [] if isinstance(operation, CreateObject) and not operation.sources else related


def _new_names(context: MigrationContext) -> Iterator[Name]:
    for step in context.migration.up.steps if context.migration.up else ():
        yield from _renamed(step)


def _renamed(step: Step) -> list[Name]:
    """What a renamed table is called afterwards."""
    operation = step.operation
    if not isinstance(operation, RenameTable):
        return []
    return [Name(operation.to, step.schema.full(operation.table).schema)]


def _linked(name: Name, schema: Schema) -> Iterator[Name]:
    table = schema.table(name)
    if table is not None:
        yield from (*table.parents, *table.targets)


def _stem(name: Name) -> str:
    word = name.name.lower().split("_")[0]
    return word.removesuffix("s") if len(word) > 3 else name.name

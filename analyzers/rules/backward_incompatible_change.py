"""A change that breaks the queries of the running version

Migrations run before the new code is everywhere, and after a rollback the old code runs again:
for that time both versions work on one schema. A view without the column that a query reads, a
function with other arguments, an enum or a CHECK that no longer takes a value that the code still
writes, a NOT NULL column whose default is gone: each fails as soon as the migration commits. See
[dependencies](https://www.postgresql.org/docs/current/ddl-depend.html), which PostgreSQL tracks
between its objects, but not for the queries of applications.

Dropped and renamed tables and columns have rules of their own.

## Unsafe

```js
exports.up = (knex) =>
  // expect: backward-incompatible-change
  knex.raw("ALTER TYPE order_status RENAME VALUE 'paid' TO 'settled'");
```

## Safe

Add the new one, deploy code that no longer needs the old one, and remove that in a later release:

```js
exports.config = { transaction: false };
exports.up = (knex) => knex.raw("ALTER TYPE order_status ADD VALUE IF NOT EXISTS 'settled'");
```

## When it is fine

When no running version uses it any more.
"""

from collections.abc import Iterator, Mapping
from typing import TypeVar

from analyzers.findings import Direction, Finding, Severity
from analyzers.postgres.operations import (
    FUNCTIONS,
    TYPES,
    VIEWS,
    AddConstraint,
    Constraint,
    ConstraintKind,
    CreateObject,
    Delete,
    DropDefault,
    DropObject,
    MoveObject,
    Name,
    ObjectKind,
    RenameEnumValue,
    RenameObject,
)
from analyzers.postgres.schema import Schema, Table
from analyzers.rules.altering import alterings
from analyzers.rules.context import AddedMigration, Changes, Context, Step, place_of
from analyzers.rules.earlier import existing, surely_fails
from analyzers.rules.rule import Rule
from analyzers.rules.wording import code, listed

rule = Rule(__name__, __doc__, severity=Severity.WARNING)

NAMED_IN_QUERIES = VIEWS | FUNCTIONS | TYPES | {ObjectKind.SEQUENCE, ObjectKind.SCHEMA}
Item = TypeVar("Item")


@rule.on_changes
def check(changes: Changes) -> Iterator[Finding]:
    """What the pull request itself has made, nobody uses yet: `start` doesn't know it."""
    steps = [s for added in changes.added if added.up for s in added.up.steps]
    start = steps[0].schema if steps else Schema()
    for migration in changes.added:
        if migration.up is None:
            continue
        by_alter = {id(altering.first) for altering in alterings(migration)}
        for step in migration.up.steps:
            if id(step) in by_alter or surely_fails(step):
                continue
            broken = _broken(Context(migration, step, changes.settings), start, migration.up.after)
            if broken:
                yield _finding(broken, migration, step)


def _finding(broken: str, migration: AddedMigration, step: Step) -> Finding:
    return rule.finding(
        place_of(migration, step.statement, step.operation.at),
        f"{broken}: queries of the running version that rely on it fail as soon as this commits.",
        advice="Add what is new beside it, deploy code that uses that, and remove the old in a "
        "later release.",
        direction=Direction.UP,
        statement=step.statement.sql.string,
    )


def _broken(context: Context, start: Schema, after: Schema) -> str:
    """What no longer is as it was; empty where nothing breaks."""
    match context.step.operation:
        case DropObject(cascade=False, table=None) as drop:
            return _dropped(drop, context, start, after)
        case RenameObject(kind=kind, name=name, to=to) if kind in NAMED_IN_QUERIES:
            kept = _is_there(kind, name, after) or _is_made_here(kind, name, context.schema, start)
            return "" if kept else f"The {kind.value} {code(name)} becomes {code(to)}"
        case RenameObject(kind=ObjectKind.COLUMN, name=name, to=to, table=Name() as view):
            made = _is_made_here(ObjectKind.VIEW, view, context.schema, start)
            return "" if made else f"{code(name)} of the view {code(view)} becomes {code(to)}"
        case MoveObject(kind=kind, name=name, to=to):
            made = _is_made_here(kind, name, context.schema, start)
            new = kind is ObjectKind.TABLE and not existing(context, name)
            return "" if made or new else f"{code(name)} moves to the schema {code(to)}"
    return _of_enum(context, start) or _of_table(context, start, after)


def _of_enum(context: Context, start: Schema) -> str:
    match context.step.operation:
        case CreateObject(kind=ObjectKind.ENUM, name=name, labels=labels):
            before = _found(start.types, name, start)
            gone = [label for label in (before.labels if before else ()) if label not in labels]
            return f"{code(name)} loses {listed(gone)}" if gone else ""
        case RenameEnumValue(type=name, value=value, to=to):
            made = _is_made_here(ObjectKind.ENUM, name, context.schema, start)
            return "" if made else f"The value {code(value)} of {code(name)} becomes {code(to)}"
        case Delete(table=Name(name="pg_enum")):
            return "An enum value is taken out of PostgreSQL's own catalogue"
    return ""


def _of_table(context: Context, start: Schema, after: Schema) -> str:
    match context.step.operation:
        case AddConstraint(table=name, constraint=constraint) if existing(context, name):
            full = context.schema.full(name)
            return _stricter(constraint, start.table(full), after.table(full))
        case DropDefault(table=name, column=column) if existing(context, name):
            full = context.schema.full(name)
            before, left = context.schema.table(full), after.table(full)
            had, has = (t.column(column) if t else None for t in (before, left))
            needed = had and had.not_null and had.has_default
            if needed and has and has.not_null and has.has_default is False:
                return f"{code(column)} of {code(name)}, which is NOT NULL, has no default any more"
    return ""


def _stricter(constraint: Constraint, before: Table | None, after: Table | None) -> str:
    """Which values a CHECK of a list no longer takes that another one took."""
    check = constraint.check
    if constraint.kind is not ConstraintKind.CHECK or check is None or not check.literals:
        return ""
    for old in before.constraints if before else ():
        listed_before = old.check.literals if old.check else frozenset()
        same = old.check is not None and old.check.columns == check.columns
        gone = sorted(listed_before - check.literals)
        replaced = after is not None and old not in after.constraints
        if same and gone and listed_before & check.literals and replaced:
            return f"{listed(check.columns)} no longer takes {listed(gone)}"
    return ""


def _dropped(drop: DropObject, context: Context, start: Schema, after: Schema) -> str:
    schema = context.schema
    if _is_made_here(drop.kind, drop.name, schema, start):
        return ""
    if drop.kind in VIEWS:
        return _dropped_view(drop, schema, after)
    return _dropped_function(drop, context, after) if drop.kind in FUNCTIONS else ""


def _dropped_view(drop: DropObject, before: Schema, after: Schema) -> str:
    old, new = before.view(drop.name), after.view(drop.name)
    if new is None:
        absent = old is None and drop.if_exists and before.has_table(drop.name) is False
        table = after.table(drop.name) is not None
        return "" if absent or table else f"The {drop.kind.value} {code(drop.name)} is gone"
    if old is None or old.outputs is None or new.outputs is None:
        return ""
    gone = [column for column in old.outputs if column not in new.outputs]
    return f"{code(drop.name)} no longer has {listed(gone)}" if gone else ""


def _dropped_function(drop: DropObject, context: Context, after: Schema) -> str:
    """Functions of triggers are called by nobody."""
    old = _found(context.schema.functions, drop.name, context.schema)
    new = _found(after.functions, drop.name, after)
    if old is None:
        steps = context.migration.up.steps if context.migration.up else ()
        return "" if drop.if_exists or any(map(_drops_trigger, steps)) or new else _gone(drop)
    if old.returns is not None and old.returns.name == "trigger":
        return ""
    if new is None:
        return _gone(drop)
    signatures = {arguments for arguments, _ in new.overloads}
    missing = [arguments for arguments, _ in old.overloads if arguments not in signatures]
    concerned = drop.arguments is None or drop.arguments in missing
    changed = missing and concerned
    return f"{code(drop.name)} no longer takes the arguments that it took" if changed else ""


def _gone(drop: DropObject) -> str:
    return f"The {drop.kind.value} {code(drop.name)} is gone"


def _drops_trigger(step: Step) -> bool:
    operation = step.operation
    return isinstance(operation, DropObject) and operation.kind is ObjectKind.TRIGGER


def _is_made_here(kind: ObjectKind, name: Name, now: Schema, start: Schema) -> bool:
    return _is_there(kind, name, now) and not _is_there(kind, name, start)


def _is_there(kind: ObjectKind, name: Name, schema: Schema) -> bool:
    """Whether the history knows such an object."""
    if kind in VIEWS or kind is ObjectKind.TABLE:
        return (schema.view(name) or schema.table(name)) is not None
    if kind in TYPES:
        return _found(schema.types, name, schema) is not None
    if kind in FUNCTIONS:
        return _found(schema.functions, name, schema) is not None
    if kind is ObjectKind.SEQUENCE:
        return _found(schema.sequences, name, schema) is not None
    return name.name in schema.namespaces


def _found(items: Mapping[Name, Item], name: Name, schema: Schema) -> Item | None:
    return next((items[full] for full in schema.candidates(name) if full in items), None)

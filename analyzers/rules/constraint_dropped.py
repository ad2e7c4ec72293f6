"""A guarantee that the data had is given up

Without its foreign key, CHECK, UNIQUE or NOT NULL a table takes rows that nobody's code expects,
and every day without it makes it harder to bring it back: then the bad rows have to be found and
mended first, and the new constraint validated. Whoever reads the table, reports and exports
included, may have relied on it. See
[constraints](https://www.postgresql.org/docs/current/ddl-constraints.html).

Silent where the migration puts another one of the same kind on the same columns, or drops the
columns themselves.

## Unsafe

```js
exports.up = (knex) =>
  knex.schema.alterTable('orders', (table) => {
    table.dropForeign('user_id'); // expect: constraint-dropped
  });
```

## Safe

```js
exports.up = async (knex) => {
  await knex.raw("SET LOCAL lock_timeout = '5s'");
  await knex.raw('ALTER TABLE orders DROP CONSTRAINT orders_status_check');
  await knex.raw(`ALTER TABLE orders ADD CONSTRAINT orders_status_check
    CHECK (status IN ('open', 'paid', 'void')) NOT VALID`);
};
```

## When it is fine

When the rule it stood for no longer holds.
"""

from collections.abc import Iterator

from analyzers.findings import Direction, Finding, Severity
from analyzers.postgres.operations import (
    Constraint,
    ConstraintKind,
    DropConstraint,
    DropIndex,
    DropNotNull,
    Expression,
)
from analyzers.postgres.schema import Index, Schema, Table
from analyzers.rules.altering import alterings
from analyzers.rules.context import Context, MigrationContext
from analyzers.rules.earlier import existing
from analyzers.rules.rule import Rule
from analyzers.rules.wording import code, listed

rule = Rule(__name__, __doc__, severity=Severity.NOTICE)

Dropping = DropConstraint | DropIndex | DropNotNull
KINDS = {
    ConstraintKind.CHECK: "CHECK constraint",
    ConstraintKind.FOREIGN_KEY: "foreign key",
    ConstraintKind.PRIMARY_KEY: "primary key",
    ConstraintKind.UNIQUE: "UNIQUE constraint",
    ConstraintKind.EXCLUDE: "EXCLUDE constraint",
    ConstraintKind.NOT_NULL: "NOT NULL constraint",
}
KEYS = {ConstraintKind.PRIMARY_KEY, ConstraintKind.UNIQUE}


@rule.on_migration
def check(context: MigrationContext) -> Iterator[Finding]:
    migration = context.migration
    by_alter = {id(step) for altering in alterings(migration) for step in altering.unasked()}
    for step in migration.up.steps if migration.up else ():
        drop = step.operation
        if not isinstance(drop, Dropping) or id(step) in by_alter or migration.up is None:
            continue
        here = Context(migration, step, context.settings)
        given_up = _given_up(drop, here, migration.up.after)
        if given_up:
            yield rule.finding(
                here.place(drop.at),
                f"{given_up}: rows that nobody's code expects can come in from now on.",
                advice="Say in the migration why it no longer holds, or put its successor into the "
                "same one.",
                direction=Direction.UP,
                statement=step.statement.sql.string,
            )


def _given_up(drop: Dropping, context: Context, after: Schema) -> str:
    """What no longer holds when the migration ends; empty where nothing is lost."""
    before = context.schema
    owner = before.owner(drop.index) if isinstance(drop, DropIndex) else before.table(drop.table)
    name = owner.name if owner else getattr(drop, "table", None)
    if name is None or not existing(context, name):
        return ""
    left = after.table(before.full(name))
    match drop:
        case DropIndex(cascade=False) if owner and left:
            return _index(owner.index(drop.index.name), left)
        case DropNotNull() if after.has_table(name) is not False:
            return _not_null(drop, owner, left)
        case DropConstraint(cascade=False) if after.has_table(name) is not False:
            return _constraint(drop, owner, left)
    return ""


def _index(index: Index | None, left: Table) -> str:
    if index is None or not index.unique or _is_unique(frozenset(index.columns), left):
        return ""
    return f"{listed(index.columns)} of {code(left.name)} need not be unique any more"


def _not_null(drop: DropNotNull, owner: Table | None, left: Table | None) -> str:
    before = owner.column(drop.column) if owner else None
    after = left.column(drop.column) if left else None
    gone = left is not None and left.has_column(drop.column) is False
    if gone or (after and after.not_null) or (before and before.not_null is False):
        return ""
    return f"{code(drop.column)} of {code(drop.table)} may be NULL"


def _constraint(drop: DropConstraint, owner: Table | None, left: Table | None) -> str:
    """One that the history doesn't know is told by its name alone."""
    dropped = owner.constraint(drop.constraint) if owner else None
    loses = f"{code(drop.table)} loses its"
    if left and left.constraint(drop.constraint):
        return ""
    if dropped is None:
        was_there = not (drop.if_exists and owner and owner.certain)
        return f"{loses} constraint {code(drop.constraint)}" if was_there else ""
    if left is None or _still_holds(dropped, left) or not _has_columns(dropped, left):
        return ""
    on = f" on {listed(dropped.columns)}" if dropped.columns else ""
    return f"{loses} {KINDS[dropped.kind]} {code(drop.constraint)}{on}"


def _has_columns(dropped: Constraint, left: Table) -> bool:
    named = dropped.check.columns if dropped.check else dropped.columns
    return all(left.has_column(column) is not False for column in named)


def _still_holds(dropped: Constraint, left: Table) -> bool:
    if dropped.kind in KEYS:
        return _is_unique(frozenset(dropped.columns), left)
    if _says_not_null(dropped.check, left):
        return True
    return any(
        other.kind is dropped.kind and _subject(other) == _subject(dropped)
        for other in left.constraints
    )


def _subject(constraint: Constraint) -> frozenset[str]:
    return constraint.check.columns if constraint.check else frozenset(constraint.columns)


def _says_not_null(check: Expression | None, left: Table) -> bool:
    """Whether the CHECK only said what NOT NULL says now."""
    if check is None or not check.proves_not_null:
        return False
    columns = (left.column(name) for name in check.columns)
    return all(column is not None and column.not_null for column in columns)


def _is_unique(columns: frozenset[str], left: Table) -> bool:
    keys = (frozenset(c.columns) for c in left.constraints if c.kind in KEYS)
    indexes = (frozenset(i.columns) for i in left.indexes if i.unique and i.predicate is None)
    return any(key and key <= columns for key in (*keys, *indexes))

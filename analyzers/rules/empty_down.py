"""A down that does nothing

`knex migrate:rollback` runs it, succeeds, and removes the migration's record, while everything
that `up` did stays. The next `migrate:latest` runs `up` again and fails on what is still there
(`relation "…" already exists`), at the worst moment: in the middle of an incident.
See [Knex's migrations](https://knexjs.org/guide/migrations.html).

## Unsafe

```js
exports.up = (knex) => knex.schema.createTable('users', (table) => table.increments());
exports.down = async () => {}; // expect: empty-down
```

## Safe

```js
exports.up = (knex) => knex('users').whereNull('plan').update({ plan: 'free' });
exports.down = async () => {
  throw new Error('Which users had no plan is not recorded: restore the column from a backup.');
};
```

## When it is fine

When `up` leaves nothing behind, such as a repair of data that running it twice doesn't hurt.
"""

from collections.abc import Iterator

from analyzers.findings import Direction, Finding, Severity
from analyzers.postgres.operations import (
    Cluster,
    ControlTransaction,
    LockTable,
    Name,
    Refresh,
    Reindex,
    Select,
    SetSetting,
    Vacuum,
    ValidateConstraint,
)
from analyzers.reversal import reversal
from analyzers.rules.context import AddedMigration, Export, MigrationContext, Replay, Step
from analyzers.rules.restoring import told
from analyzers.rules.rule import Rule
from analyzers.rules.wording import code

rule = Rule(__name__, __doc__, severity=Severity.ERROR, about_down=True)

NOTHING_TO_UNDO = (
    Cluster,
    ControlTransaction,
    LockTable,
    Refresh,
    Reindex,
    Select,
    SetSetting,
    Vacuum,
    ValidateConstraint,
)


@rule.on_migration
def check(context: MigrationContext) -> Iterator[Finding]:
    migration = context.migration
    if not is_empty(migration) or not _does_something(migration.up):
        return
    yield rule.finding(
        migration.sources.place(migration.exports["down"].span),
        f"`down` of {code(migration.name)} does nothing: a rollback 'succeeds', leaves all that "
        f"`up` did, and the next run of `up` meets it.{_left(context)}",
        advice="Undo in `down` what `up` does. Where that is impossible, throw an error that says "
        "why and what to do instead.",
        direction=Direction.DOWN,
    )


def is_empty(migration: AddedMigration) -> bool:
    """Whether there is a `down`, and nothing in it."""
    down = migration.exports.get("down")
    return down is not None and _empty(down, migration.down)


def _left(context: MigrationContext) -> str:
    """What exactly stays, as far as it is known."""
    found = reversal(context.migration, context.settings.postgres)
    differences = found.differences if found is not None else ()
    return f" The schema is then not as before: {told(differences)}." if differences else ""


def _does_something(up: Replay | None) -> bool:
    if up is None:
        return False
    changes = any(map(_leaves_something, up.steps))
    return changes or bool(up.execution.unresolved or up.problems)


def _leaves_something(step: Step) -> bool:
    """Temporary tables are gone with the connection at the latest."""
    operation = step.operation
    if isinstance(operation, NOTHING_TO_UNDO) or getattr(operation, "temporary", False):
        return False
    name = getattr(operation, "table", None)
    table = step.schema.table(name) if isinstance(name, Name) else None
    return table is None or not table.temporary


def _empty(export: Export, down: Replay | None) -> bool:
    if export.does_nothing or down is None:
        return export.does_nothing
    run = down.execution
    return not (run.statements or run.unresolved or run.observations or run.throws)

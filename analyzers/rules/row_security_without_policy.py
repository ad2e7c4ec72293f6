"""Row level security is enabled, and there is no policy

Without a policy nothing is allowed: everybody but the owner of the table and superusers
[sees no row and can write none](https://www.postgresql.org/docs/current/ddl-rowsecurity.html).
No error says so; queries simply come back empty.

## Unsafe

```js
exports.up = async (knex) => {
  await knex.raw('CREATE TABLE notes (id bigint PRIMARY KEY, owner text)');
  // expect: row-security-without-policy
  await knex.raw('ALTER TABLE notes ENABLE ROW LEVEL SECURITY');
};
```

## Safe

```js
exports.up = async (knex) => {
  await knex.raw('CREATE TABLE notes (id bigint PRIMARY KEY, owner text)');
  await knex.raw('CREATE POLICY own ON notes USING (owner = current_user)');
  await knex.raw('ALTER TABLE notes ENABLE ROW LEVEL SECURITY');
};
```

## When it is fine

For tables that only their owner, or roles with `BYPASSRLS`, may use.
"""

from collections.abc import Iterator

from analyzers.findings import Direction, Finding, Severity
from analyzers.postgres.operations import ChangeTable, Name, TableChange
from analyzers.postgres.schema import Schema
from analyzers.rules.context import Changes, place_of
from analyzers.rules.rule import Rule
from analyzers.rules.wording import code

rule = Rule(__name__, __doc__, severity=Severity.WARNING)

ENABLED = TableChange.ENABLE_ROW_SECURITY


@rule.on_changes
def check(changes: Changes) -> Iterator[Finding]:
    """Against what the whole pull request leaves: Knex runs all of it in one go."""
    ups = [migration.up for migration in changes.added if migration.up is not None]
    if not ups or not all(up.execution.complete for up in ups):
        return
    for migration in changes.added:
        for step in migration.up.steps if migration.up else ():
            change = step.operation
            if not isinstance(change, ChangeTable) or change.change is not ENABLED:
                continue
            if _surely_without(step.schema.full(change.table), ups[-1].after):
                yield rule.finding(
                    place_of(migration, step.statement, change.at),
                    f"{code(change.table)} has no policy: from here on nobody but its owner sees "
                    "a row of it.",
                    advice="Create its policies in the same migration, before this statement.",
                    direction=Direction.UP,
                    statement=step.statement.sql.string,
                )


def _surely_without(name: Name, after: Schema) -> bool:
    """Policies of a table that the history knows only in part may be there all the same."""
    table = after.table(name)
    return table is not None and table.certain and table.row_security and not table.policies

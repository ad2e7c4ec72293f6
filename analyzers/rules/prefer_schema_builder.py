"""Raw SQL for what the schema builder says as well

Knex's [schema builder](https://knexjs.org/guide/schema-builder.html) quotes names, takes the schema
from one place and fails on a misspelt method before anything is sent; a string is only read by the
server. And what reviewers and tools have to know of a migration is in the calls.

Only statements that the builder expresses exactly are reported. `CONCURRENTLY`, `NOT VALID`,
`IF NOT EXISTS`, `USING`, partial indexes, checks, types that it doesn't know and whatever else it
can't say are reasons to write SQL, and a text that holds one of them is left alone as a whole.

## Unsafe

```js
exports.up = (knex) =>
  // expect: prefer-schema-builder
  knex.raw('CREATE TABLE teams (id bigserial PRIMARY KEY, name text)');
```

## Safe

```js
exports.up = (knex) =>
  knex.schema.createTable('teams', (table) => {
    table.bigIncrements('id');
    table.text('name');
  });
```

## When it is fine

When a team writes its migrations in SQL altogether: switch the rule off.
"""

import re
from collections.abc import Iterator
from itertools import pairwise

from analyzers.findings import Direction, Finding, Severity
from analyzers.postgres.operations import AddColumn, DropColumn, Range
from analyzers.rules.builder_calls import builder_call
from analyzers.rules.context import AddedMigration, MigrationContext, Step, place_of
from analyzers.rules.rule import Rule
from analyzers.rules.wording import fenced

rule = Rule(__name__, __doc__, severity=Severity.NOTICE)

RAW = re.compile(r"(?:[\w.$]|\s)*\braw\s*(?:<[^>]*>)?\s*\(")
MOST_LINES = 12
"""Longer advice is no longer read."""


@rule.on_migration
def check(context: MigrationContext) -> Iterator[Finding]:
    """One finding for each text that is sent, whatever number of statements is in it."""
    migration = context.migration
    for steps in _texts(migration):
        calls = [builder_call(step.operation, step.schema) for step in steps]
        if None in calls or _in_one_statement(steps):
            continue
        statement = steps[0].statement
        first, last = steps[0].operation.at, steps[-1].operation.at
        yield rule.finding(
            place_of(migration, statement, Range(first.start, last.end)),
            "The schema builder sends the same, and checks what a string hides until it runs.",
            advice=_advice([call for call in calls if call]),
            direction=Direction.UP,
            statement=statement.sql.string,
        )


def _texts(migration: AddedMigration) -> Iterator[list[Step]]:
    """The operations of each text of SQL that the migration itself writes out."""
    by_statement: dict[int, list[Step]] = {}
    for step in migration.up.steps if migration.up else ():
        by_statement.setdefault(id(step.statement), []).append(step)
    for steps in by_statement.values():
        span = steps[0].statement.span
        if span.path == migration.path and RAW.match(migration.sources.excerpt(span)):
            yield steps


def _in_one_statement(steps: list[Step]) -> bool:
    """Whether one ALTER TABLE does more at once than add and drop columns: the builder would send
    several, each with a scan or a rewrite of its own."""
    sql = steps[0].statement.sql.string
    for one, other in pairwise(steps):
        together = ";" not in sql[one.operation.at.end : other.operation.at.start]
        columns = all(isinstance(it.operation, AddColumn | DropColumn) for it in (one, other))
        if together and not columns:
            return True
    return False


def _advice(calls: list[str]) -> str:
    if sum(call.count("\n") + 1 for call in calls) > MOST_LINES:
        return "Use `knex.schema`."
    return fenced(*calls)

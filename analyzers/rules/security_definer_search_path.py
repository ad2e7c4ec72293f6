"""A SECURITY DEFINER function without a fixed search_path

It runs with the rights of its owner, and finds tables, functions and operators through the
`search_path` of whoever calls it. A caller who may create objects anywhere on that path has the
function use theirs, with the owner's rights. See [writing SECURITY DEFINER functions
safely](https://www.postgresql.org/docs/current/sql-createfunction.html#SQL-CREATEFUNCTION-SECURITY).

## Unsafe

```js
exports.up = (knex) =>
  // expect: security-definer-search-path
  knex.raw(`CREATE FUNCTION wipe() RETURNS void LANGUAGE sql SECURITY DEFINER
    AS $$ DELETE FROM sessions WHERE expired $$`);
```

## Safe

```js
exports.up = (knex) =>
  knex.raw(`CREATE FUNCTION wipe() RETURNS void LANGUAGE sql SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$ DELETE FROM sessions WHERE expired $$`);
```

## When it is fine

When only roles that could do the same anyway may execute it.
"""

from collections.abc import Iterator

from analyzers.findings import Direction, Finding, Severity
from analyzers.postgres.operations import AlterObject, CreateObject, FunctionDetails, Name
from analyzers.rules.context import MigrationContext, Step, place_of
from analyzers.rules.rule import Rule
from analyzers.rules.wording import code

rule = Rule(__name__, __doc__, severity=Severity.WARNING)


@rule.on_migration
def check(context: MigrationContext) -> Iterator[Finding]:
    """A path that a later `ALTER FUNCTION … SET search_path` fixes is fixed when this commits."""
    migration = context.migration
    steps = migration.up.steps if migration.up else ()
    fixed = {name for step in steps for name in _functions(step, fixing=True)}
    for step in steps:
        for name in _functions(step, fixing=False):
            if name in fixed:
                continue
            yield rule.finding(
                place_of(migration, step.statement, step.operation.at),
                f"{code(name)} runs with its owner's rights and its caller's `search_path`: a "
                "caller can have it use objects of their own.",
                advice="Fix the path: `SET search_path = public, pg_temp`, or name every object "
                "in full and `SET search_path = ''`.",
                direction=Direction.UP,
                statement=step.statement.sql.string,
            )


def _functions(step: Step, *, fixing: bool) -> Iterator[Name]:
    """The function whose path a statement fixes, or that it makes SECURITY DEFINER."""
    made = step.operation
    if not isinstance(made, CreateObject | AlterObject):
        return
    details = made.details
    if not isinstance(details, FunctionDetails):
        return
    fixes = "search_path" in details.settings
    if fixes if fixing else details.security_definer and not fixes:
        yield step.schema.full(made.name)

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

from analyzers.findings import Finding, Severity
from analyzers.postgres.operations import CreateObject, FunctionDetails
from analyzers.rules.context import Context
from analyzers.rules.rule import Rule
from analyzers.rules.wording import code

rule = Rule(__name__, __doc__, severity=Severity.WARNING)


@rule.on(CreateObject)
def check(made: CreateObject, context: Context) -> Iterator[Finding]:
    details = made.details
    if not isinstance(details, FunctionDetails) or not details.security_definer:
        return
    if "search_path" in details.settings:
        return
    yield rule.finding(
        context.place(made.at),
        f"{code(made.name)} runs with its owner's rights and its caller's `search_path`: a caller "
        "can have it use objects of their own.",
        advice="Fix the path: `SET search_path = public, pg_temp`, or name every object in full "
        "and `SET search_path = ''`.",
    )

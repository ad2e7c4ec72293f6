"""Dropping a whole schema, a database, or all that a role owns

Nothing in the statement says which tables go. Each of them is locked
[ACCESS EXCLUSIVE](https://www.postgresql.org/docs/current/sql-dropschema.html), and all their rows
are gone for good.

## Unsafe

```js
exports.up = async (knex) => {
  await knex.raw('DROP SCHEMA reporting CASCADE'); // expect: drop-schema
};
```

## Safe

Take away access first: whoever still uses it is heard of while it can be given back.

```js
exports.up = (knex) => knex.raw('REVOKE USAGE ON SCHEMA reporting FROM app');
exports.down = (knex) => knex.raw('GRANT USAGE ON SCHEMA reporting TO app');
```

## When it is fine

For a schema that the same migration made, and where a restored backup holds all of it.
"""

from collections.abc import Iterator

from analyzers.findings import Finding, Severity
from analyzers.postgres.operations import DropObject, ObjectKind
from analyzers.rules.context import Context
from analyzers.rules.earlier import made_here
from analyzers.rules.rule import Rule
from analyzers.rules.wording import code, takes

rule = Rule(__name__, __doc__, severity=Severity.ERROR)

WHAT = {
    ObjectKind.SCHEMA: "the schema {name}",
    ObjectKind.DATABASE: "the database {name}",
    ObjectKind.OWNED: "all that the role {name} owns",
}


@rule.on(DropObject)
def check(drop: DropObject, context: Context) -> Iterator[Finding]:
    if drop.kind not in WHAT or made_here(context, drop.name):
        return
    what = WHAT[drop.kind].format(name=code(drop.name))
    with_it = " with every table in it" if drop.cascade else ""
    yield rule.finding(
        context.place(drop.at),
        f"This drops {what}{with_it}, for good.{takes(context)}",
        advice="Drop by name what is no longer used, in migrations of their own.",
    )

"""CREATE EXTENSION without IF NOT EXISTS

An extension belongs to the whole database: a colleague, another service or the provider may have
made it already, and then the [statement
fails](https://www.postgresql.org/docs/current/sql-createextension.html) (`extension "…" already
exists`, SQLSTATE 42710), and the batch of migrations with it.

## Unsafe

```js
exports.up = (knex) => knex.raw('CREATE EXTENSION citext'); // expect: extension-not-idempotent
```

## Safe

```js
exports.up = (knex) => knex.raw('CREATE EXTENSION IF NOT EXISTS citext');
```

## When it is fine

When the migration has to fail where the extension is there already.
"""

from collections.abc import Iterator

from analyzers.findings import Finding, Severity
from analyzers.postgres.operations import CreateObject, ObjectKind
from analyzers.rules.context import Context
from analyzers.rules.rule import Rule
from analyzers.rules.wording import code, fenced, identifier, raw

rule = Rule(__name__, __doc__, severity=Severity.NOTICE)


@rule.on(CreateObject)
def check(made: CreateObject, context: Context) -> Iterator[Finding]:
    if made.kind is not ObjectKind.EXTENSION or made.if_not_exists:
        return
    yield rule.finding(
        context.place(made.at),
        f"Where {code(made.name)} is installed already, this fails, and the batch with it.",
        advice=fenced(raw(f"CREATE EXTENSION IF NOT EXISTS {identifier(made.name)}")),
    )

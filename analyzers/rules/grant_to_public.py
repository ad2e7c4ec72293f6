"""A privilege for everybody, or every privilege for one

PUBLIC is every role of the server, those of other applications and of the future included. `GRANT
ALL` lets an application do more than it ever does, TRUNCATE and triggers on tables included: what
a leaked password or an injected statement can do is decided here. See
[privileges](https://www.postgresql.org/docs/current/ddl-priv.html).

## Unsafe

```js
exports.up = (knex) => knex.raw('GRANT SELECT ON users TO PUBLIC'); // expect: grant-to-public
```

## Safe

```js
exports.up = (knex) => knex.raw('GRANT SELECT, INSERT, UPDATE ON users TO app');
```

## When it is fine

`USAGE` of a schema or `EXECUTE` of a function that all of the server's roles share.
"""

from collections.abc import Iterator

from analyzers.findings import Finding, Severity
from analyzers.postgres.operations import Grant
from analyzers.rules.context import Context
from analyzers.rules.rule import Rule
from analyzers.rules.wording import listed

rule = Rule(__name__, __doc__, severity=Severity.WARNING)


@rule.on(Grant)
def check(grant: Grant, context: Context) -> Iterator[Finding]:
    public = any(role.lower() == "public" for role in grant.roles)
    if grant.revoke or not (public or not grant.privileges):
        return
    on = f" on {listed(grant.tables)}" if grant.tables else ""
    what = ", ".join(grant.privileges).upper() or "every privilege"
    whom = "every role of the server" if public else listed(grant.roles)
    yield rule.finding(
        context.place(grant.at),
        f"This gives {whom} {what}{on}.",
        advice="Name the role, and the few privileges that it needs.",
    )

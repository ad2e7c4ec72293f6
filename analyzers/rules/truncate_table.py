"""TRUNCATE deletes all rows of a table

It takes an [ACCESS EXCLUSIVE lock](https://www.postgresql.org/docs/current/sql-truncate.html):
reads and writes wait until Knex's transaction commits. Nothing brings the rows back. With CASCADE
it empties every table that references this one too, and what references those. Knex's
`.truncate()` writes `RESTART IDENTITY`: ids that were given away before are given away again.

## Unsafe

```js
exports.up = (knex) => knex('sessions').truncate(); // expect: truncate-table
```

## Safe

Delete what has to go, by name and in portions, and keep the rest:

```js
exports.up = (knex) => knex('sessions').where('expires_at', '<', '2020-01-01').del();
```

## When it is fine

For tables that can be filled again, such as caches. Tables that the pull request creates are not
reported.
"""

from collections.abc import Iterator

from analyzers.findings import Finding, Severity
from analyzers.postgres.effects import LossKind
from analyzers.postgres.operations import Name, Truncate
from analyzers.rules.context import Context
from analyzers.rules.earlier import existing
from analyzers.rules.rule import Rule
from analyzers.rules.wording import code, listed, takes

rule = Rule(__name__, __doc__, severity=Severity.ERROR)


@rule.on(Truncate)
def check(truncate: Truncate, context: Context) -> Iterator[Finding]:
    if not _emptied(context) or not existing(context, truncate.table):
        return
    own = context.schema.full(truncate.table)
    along = [name for name in _emptied(context) if name != own]
    others = f", and of {listed(along)}" if along else ""
    if truncate.cascade and not along:
        others = ", and of every table that references it"
    yield rule.finding(
        context.place(truncate.at),
        f"This deletes all rows of {code(truncate.table)}{others}, for good.{takes(context)}",
        advice="Delete only the rows that have to go, in batches; keep a copy of what matters.",
    )


def _emptied(context: Context) -> list[Name]:
    return [loss.table for loss in context.effects.losses if loss.kind is LossKind.EMPTIED]

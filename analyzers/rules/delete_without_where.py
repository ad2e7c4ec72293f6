"""DELETE of all rows

Mostly a condition that was forgotten, or that JavaScript lost: `where({})` adds none. All rows are
gone for good once the migration commits. Until then each of them is locked, and what was deleted
stays on disk until [VACUUM](https://www.postgresql.org/docs/current/sql-delete.html) comes by.

## Unsafe

```js
exports.up = (knex) => knex('sessions').del(); // expect: delete-without-where
```

## Safe

```js
exports.up = (knex) => knex('sessions').where({ kind: 'trial' }).del();
```

## When it is fine

For tables that can be filled again, such as caches. Tables that the pull request creates are not
reported.
"""

from collections.abc import Iterator

from analyzers.findings import Finding, Severity
from analyzers.postgres.operations import Delete
from analyzers.rules.context import Context
from analyzers.rules.earlier import empty, existing
from analyzers.rules.observed import ignored_in
from analyzers.rules.rule import Rule
from analyzers.rules.wording import code, is_always

rule = Rule(__name__, __doc__, severity=Severity.ERROR)


@rule.on(Delete)
def check(delete: Delete, context: Context) -> Iterator[Finding]:
    table = delete.table
    if not is_always(delete.where) or not existing(context, table) or empty(context, table):
        return
    if ignored_in(context):
        return  # what Knex dropped would have said which rows
    yield rule.finding(
        context.place(delete.at),
        f"This deletes all rows of {code(delete.table)}, for good.",
        advice="Say which rows have to go (`.where(…)`), and keep a copy of what matters.",
    )

"""UPDATE of all rows

Every row is written anew and stays locked until Knex's transaction commits: whoever wants to
change one of them waits, and the table grows to twice its size until
[VACUUM](https://www.postgresql.org/docs/current/sql-update.html) comes by. What the column held
before is gone. Often it is a condition that was forgotten.

## Unsafe

```js
exports.up = (knex) => knex('users').update({ plan: 'free' }); // expect: update-without-where
```

## Safe

```js
exports.up = (knex) => knex('users').whereNull('plan').update({ plan: 'free' });
```

## When it is fine

When the table is small. Tables that the pull request creates are not reported.
"""

from collections.abc import Iterator

from analyzers.findings import Finding, Severity
from analyzers.postgres.operations import Update
from analyzers.rules.context import Context
from analyzers.rules.earlier import empty, existing
from analyzers.rules.observed import ignored_in
from analyzers.rules.rule import Rule
from analyzers.rules.wording import code, is_always, listed

rule = Rule(__name__, __doc__, severity=Severity.WARNING)


@rule.on(Update)
def check(update: Update, context: Context) -> Iterator[Finding]:
    table = update.table
    if not is_always(update.where) or not existing(context, table) or empty(context, table):
        return
    if ignored_in(context):
        return  # what Knex dropped would have said which rows
    what = f"{listed(update.columns)} of " if update.columns else ""
    yield rule.finding(
        context.place(update.at),
        f"This overwrites {what}every row of {code(table)}, and keeps all of them locked until the "
        "transaction commits.",
        advice="Say which rows are meant (`.where(…)`); fill large tables in batches, outside of a "
        "transaction.",
    )

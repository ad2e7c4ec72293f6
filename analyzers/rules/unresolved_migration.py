"""Code whose statements cannot be known without running it

A migration is read, never run. Where what it sends hangs on the rows of a table, on a package, on
the network or the clock, the statements cannot be told, and no rule has looked at them: which
[locks they take](https://www.postgresql.org/docs/current/explicit-locking.html) and which data
they lose is for a person to judge. Everything else in the file was checked as ever.

## Unsafe

```js
const { upgrade } = require('some-package');

exports.up = async (knex) => {
  await upgrade(knex); // expect: unresolved-migration
};
```

## Safe

Constants, helpers, loops over known lists and files of the repository are all understood:

```js
const columns = ['first_name', 'last_name'];

exports.up = (knex) =>
  knex.schema.alterTable('users', (table) => {
    for (const column of columns) table.string(column);
  });
```

## When it is fine

Whenever a reviewer has read that part. Loops over rows are usual in data migrations.
"""

from collections.abc import Iterator

from analyzers.findings import Finding, Severity
from analyzers.rules.context import MigrationContext
from analyzers.rules.rule import Rule

rule = Rule(__name__, __doc__, severity=Severity.NOTICE)

CONFIGURED = "What production has there can be said in `.github/migaudit.yml`, under `env`."


@rule.on_migration
def check(context: MigrationContext) -> Iterator[Finding]:
    told = set()
    for replay in context.migration.replays():
        for part in replay.execution.unresolved:
            place = context.migration.sources.place(part.entry or part.span)
            if (place, part.reason) in told:
                continue
            told.add((place, part.reason))
            yield rule.finding(
                place,
                f"What this does cannot be known without running it: {part.reason.rstrip('.')}. "
                "No rule has looked at it.",
                advice=CONFIGURED if "environment variable" in part.reason else "",
                direction=replay.execution.direction,
            )

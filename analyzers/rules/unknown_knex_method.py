"""A method that Knex does not have

A misspelt method is `undefined`, and calling it throws a `TypeError` when the migration runs; in a
`down` on the day of the rollback. See [Knex's schema
builder](https://knexjs.org/guide/schema-builder.html).

## Unsafe

```js
exports.up = (knex) =>
  knex.schema.createTable('users', (table) => {
    table.strng('email'); // expect: unknown-knex-method
  });
```

## Safe

```js
exports.up = (knex) =>
  knex.schema.createTable('users', (table) => {
    table.string('email');
  });
```

## When it is fine

For a method that your own code adds with `knex.TableBuilder.extend(…)`.
"""

from collections.abc import Iterator

from analyzers.findings import Finding, Severity
from analyzers.knex.execution import Habit
from analyzers.knex.vocabulary import METHODS
from analyzers.rules.context import MigrationContext
from analyzers.rules.observed import observed
from analyzers.rules.rule import Rule
from analyzers.rules.wording import code
from analyzers.spelling import nearest

rule = Rule(__name__, __doc__, severity=Severity.ERROR)


@rule.on_migration
def check(context: MigrationContext) -> Iterator[Finding]:
    for seen, place, direction in observed(context, Habit.UNKNOWN_METHOD):
        meant = nearest(seen.subject, METHODS)
        yield rule.finding(
            place,
            f"No Knex release has {code(seen.subject)}: this throws when it runs.",
            advice=f"Did you mean {code(METHODS[meant])}?" if meant else "",
            direction=direction,
        )

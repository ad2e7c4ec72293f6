"""JavaScript or TypeScript that does not parse

Node refuses a file with a syntax error, and Knex loads every pending migration before it runs the
first: [the whole run stops](https://knexjs.org/guide/migrations.html), and the deployment with it.
What the file would do to the database cannot be told for certain either.

## Unsafe

```js
exports.up = (knex) =>
  knex.schema.createTable('users', (table) => {
    table.increments('id';  // expect: unparsable-migration
  });
```

## Safe

```js
exports.up = (knex) =>
  knex.schema.createTable('users', (table) => {
    table.increments('id');
  });
```

## When it is fine

Never. If Node runs the file and this rule still speaks, the file uses syntax newer than ours:
please report it.
"""

from collections.abc import Iterator

from analyzers.findings import Finding, Severity
from analyzers.rules.context import MigrationContext
from analyzers.rules.rule import Rule
from analyzers.rules.wording import code

rule = Rule(__name__, __doc__, severity=Severity.ERROR)


@rule.on_migration
def check(context: MigrationContext) -> Iterator[Finding]:
    """One finding a file: what follows the first error is mostly its echo."""
    migration = context.migration
    for problem in migration.syntax_problems[:1]:
        yield rule.finding(
            migration.sources.place(problem.span),
            f"{code(migration.name)} cannot be analysed: {problem.message.rstrip('.')}. "
            + ("Node refuses the file." if migration.up else "Nothing in it was checked."),
        )

"""A part of a call that Knex drops without a word

Knex compiles what PostgreSQL's dialect knows and leaves the rest out. `.limit()` and `.join()` of
an update or delete vanish, so that **every** row that matches is changed; `.references('id')`
without a table makes no foreign key; `.after()`, `.unsigned()` and `.collate()` do nothing;
options of another release are not looked at. See [Knex's query
builder](https://knexjs.org/guide/query-builder.html).

## Unsafe

```js
exports.up = async (knex) => {
  // expect: ignored-by-knex
  await knex('users').whereNull('plan').limit(100).update({ plan: 'free' });
};
```

## Safe

```js
exports.up = async (knex) => {
  await knex('users').whereNull('plan').where('id', '<=', 100).update({ plan: 'free' });
};
```

## When it is fine

When the part means nothing to PostgreSQL anyway, in migrations that also serve another database.
"""

from collections.abc import Iterator

from analyzers.findings import Finding, Severity
from analyzers.knex.execution import Habit
from analyzers.rules.context import MigrationContext
from analyzers.rules.observed import observed
from analyzers.rules.rule import Rule

rule = Rule(__name__, __doc__, severity=Severity.ERROR)

HARMLESS = {"after()", "first()"}
"""Only the order of a table's columns hangs on them."""

LEFT_OUT = "Leave it out too, or write the statement with `knex.raw`."
NAMED_APART = "Name the table apart: `.references('id').inTable('schema.table')`."


@rule.on_migration
def check(context: MigrationContext) -> Iterator[Finding]:
    for seen, place, direction in observed(context, Habit.IGNORED_BY_KNEX):
        yield rule.finding(
            place,
            f"Knex leaves this out without a word: {seen.subject}. The SQL that it sends has "
            "nothing of it.",
            severity=Severity.NOTICE if seen.subject in HARMLESS else None,
            advice=NAMED_APART if "`references(" in seen.subject else LEFT_OUT,
            direction=direction,
        )

"""A suppression that does not say why

A finding that somebody has looked at and found harmless is worth a sentence: the next reader, and
the reviewer of the pull request, see why. Without one nobody can tell a decision from an
annoyance. So a comment without a reason after `--` suppresses nothing, and the finding stands. All
suppressions with their reasons are in the summary of the check run. What a rule is about, a lock
for one, is in [PostgreSQL's
documentation](https://www.postgresql.org/docs/current/explicit-locking.html).

## Unsafe

```js
exports.up = (knex) =>
  knex.schema.alterTable('countries', (table) => {
    // migaudit-disable-next-line non-concurrent-index // expect: suppression-without-reason
    table.index('name'); // expect: non-concurrent-index
  });
```

## Safe

```js
exports.up = async (knex) => {
  await knex.raw("SET LOCAL lock_timeout = '5s'");
  await knex.schema.alterTable('countries', (table) => {
    // migaudit-disable-next-line non-concurrent-index -- 249 rows, written once a year
    table.index('name');
  });
};
```

## When it is fine

Never.
"""

from collections.abc import Iterator

from analyzers.findings import Finding, Severity
from analyzers.rules.context import IdleDirective, Slip
from analyzers.rules.rule import Rule

rule = Rule(__name__, __doc__, severity=Severity.WARNING, suppressible=False)


@rule.on_idle_directive
def check(idle: IdleDirective) -> Iterator[Finding]:
    if idle.slip is Slip.NO_REASON:
        written = f"{idle.directive.verb} {', '.join(idle.directive.rules)}"
        yield rule.finding(
            idle.directive.place,
            "There is no reason after `--`, so this suppresses nothing.",
            advice=f"Say why: `{written} -- the table has 40 rows`.",
        )

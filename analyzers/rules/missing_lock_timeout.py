"""A lock that blocks others is taken without a lock_timeout

A statement that needs a strong lock waits for every open transaction on the table to end, and
**everybody who comes after it waits behind it**, plain reads included: one forgotten `SELECT` in
some other session, and the table is down for as long as that lasts. With
[`lock_timeout`](https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-LOCK-TIMEOUT)
the migration gives up after some seconds and can be tried again.

`SET LOCAL` lasts until the transaction ends, for the following migrations of the same batch too.
`SET` without LOCAL stays on the pooled connection. One finding stands for a whole pull request,
at the first such lock.

## Unsafe

```js
exports.up = (knex) =>
  knex.schema.alterTable('users', (table) => {
    table.string('nickname'); // expect: missing-lock-timeout
  });
```

## Safe

```js
exports.up = async (knex) => {
  await knex.raw("SET LOCAL lock_timeout = '5s'");
  await knex.schema.alterTable('users', (table) => {
    table.string('nickname');
  });
};
```

## When it is fine

When the role that migrates has a `lock_timeout` of its own (`ALTER ROLE … SET lock_timeout`), or
nothing else runs meanwhile.
"""

from collections.abc import Iterator

from analyzers.findings import Finding, Severity
from analyzers.rules.context import Changes, Context
from analyzers.rules.moments import of_migration, spoken
from analyzers.rules.rule import Rule
from analyzers.rules.waiting import Flaw, ineffective, waits_without_end
from analyzers.rules.wording import fenced, raw, takes

rule = Rule(__name__, __doc__, severity=Severity.WARNING, once=True)

SETTING = "SET LOCAL lock_timeout = '5s'"


@rule.on_changes
def check(changes: Changes) -> Iterator[Finding]:
    """Silent about a migration whose own `lock_timeout` doesn't help: that is said there."""
    for migration in changes.added:
        flaws = {found.flaw for found in ineffective(migration, changes.settings)}
        if flaws - {Flaw.LEAKS}:
            continue
        for context in of_migration(migration, changes.settings):
            if waits_without_end(context):
                yield spoken(context, _finding(context))


def _finding(context: Context) -> Finding:
    return rule.finding(
        context.place(context.step.operation.at),
        "Without a `lock_timeout` this waits for every open transaction on the table, and all "
        f"later queries wait behind it.{takes(context)}",
        advice="Give up after some seconds, and try again later. " + _advice(context),
    )


def _advice(context: Context) -> str:
    if context.step.transaction.open:
        return "First in `up`:\n" + fenced(raw(SETTING))
    if context.effects.forbidden_in_transaction:
        setting = SETTING.replace(" LOCAL", "")
        return "Around it:\n" + fenced(raw(setting), "// …", raw("RESET lock_timeout"))
    opened = "await knex.transaction(async (trx) => {"
    inside = f"  {raw(SETTING).replace('knex', 'trx')}"
    return "In a transaction of its own:\n" + fenced(opened, inside, "  // …", "});")

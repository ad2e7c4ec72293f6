"""A type that existing values may not fit

Plain `ALTER COLUMN … TYPE varchar(50)` fails on the first longer value, in the middle of the
deployment. Knex's `.alter()` writes `USING (column::varchar(50))`, and an explicit cast [cuts
silently](https://www.postgresql.org/docs/current/datatype-character.html): what was longer is
gone, without an error. A smaller scale rounds; a smaller integer fails, and so does text that is
no number or date where one is asked for. The table is rewritten under an ACCESS EXCLUSIVE lock
besides: reads and writes wait.

## Unsafe

```js
exports.up = (knex) => knex.schema.createTable('users', (table) => table.string('name', 255));
```

```js
exports.up = (knex) =>
  knex.schema.alterTable('users', (table) => {
    table.string('name', 50).alter(); // expect: narrowing-column-type
  });
```

## Safe

A constraint keeps new values short, and says which old ones are not:

```js
exports.up = (knex) =>
  knex.raw('ALTER TABLE users ADD CONSTRAINT name_length CHECK (length(name) <= 50) NOT VALID');
```

## When it is fine

When a query on production has shown that every value fits, and the table is small.
"""

from collections.abc import Iterator

from analyzers.findings import Finding, Severity
from analyzers.postgres.effects import Effects, LossKind
from analyzers.postgres.operations import AlterColumnType
from analyzers.rules.context import Context
from analyzers.rules.earlier import empty, existing
from analyzers.rules.rule import Rule
from analyzers.rules.wording import code, takes, type_name

rule = Rule(__name__, __doc__, severity=Severity.ERROR)

HAPPENS = {
    LossKind.CUT: "values that don't fit are cut without a word",
    LossKind.ROUNDED: "values are rounded without a word",
}
MISFITS = {"22001", "22003", "22007", "22P02"}
"""Too long, out of range, no date or time, none of the type: what a cast refuses of a value."""


@rule.on(AlterColumnType)
def check(change: AlterColumnType, context: Context) -> Iterator[Finding]:
    happens = what_happens(context.effects)
    if not happens or not existing(context, change.table) or empty(context, change.table):
        return
    yield rule.finding(
        context.place(change.at),
        f"{code(change.column)} of {code(change.table)} becomes `{type_name(change.type)}`: "
        f"{happens}.{takes(context)}",
        advice=f"See first which values of {code(change.column)} don't fit, and mend them. Or keep "
        "the type, and hold new values with a `CHECK … NOT VALID`.",
    )


def what_happens(effects: Effects) -> str:
    """What becomes of values that don't fit; empty where all do."""
    for loss in effects.losses:
        if loss.kind in HAPPENS:
            return HAPPENS[loss.kind]
    refusal = effects.refusal
    if refusal and not refusal.certain and refusal.sqlstate in MISFITS:
        return "the statement fails on the first value that doesn't fit"
    return ""

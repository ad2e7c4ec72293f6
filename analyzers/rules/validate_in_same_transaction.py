"""A constraint is validated in the transaction that added it

`NOT VALID` and `VALIDATE CONSTRAINT` are two steps so that the long one, which reads the table,
runs under a [lock that blocks
nobody](https://www.postgresql.org/docs/current/sql-altertable.html). In one transaction the strong
lock of the first step is held until the end of the second: as if it had been validated at once.
Knex runs all pending migrations in **one** transaction, so two files of one deployment are one
transaction too.

## Unsafe

```js
exports.up = async (knex) => {
  await knex.raw('ALTER TABLE users ADD CONSTRAINT c CHECK (age > 0) NOT VALID');
  await knex.raw('ALTER TABLE users VALIDATE CONSTRAINT c'); // expect: validate-in-same-transaction
};
```

## Safe

```js
exports.config = { transaction: false };
exports.up = async (knex) => {
  await knex.raw('ALTER TABLE users ADD CONSTRAINT c CHECK (age > 0) NOT VALID');
  await knex.raw('ALTER TABLE users VALIDATE CONSTRAINT c');
};
```

## When it is fine

When the table is small: but then a plain constraint would do.
"""

from collections.abc import Iterator

from analyzers.findings import Finding, Severity
from analyzers.postgres.operations import ValidateConstraint
from analyzers.rules.context import Context
from analyzers.rules.earlier import empty, existing
from analyzers.rules.rule import Rule
from analyzers.rules.wording import code

rule = Rule(__name__, __doc__, severity=Severity.WARNING)


@rule.on(ValidateConstraint)
def check(validate: ValidateConstraint, context: Context) -> Iterator[Finding]:
    table = validate.table
    held = context.step.transaction.holds(context.schema.full(table))
    strongest = max((m for m in held if m.blocks_writes), key=lambda m: m.rank, default=None)
    if strongest is None or not existing(context, table) or empty(context, table):
        return
    yield rule.finding(
        context.place(validate.at),
        f"This reads all of {code(table)} while the transaction still holds its {strongest.sql} "
        f"lock, which {strongest.whom}.",
        advice=f"Validate {code(validate.constraint)} in a migration of a later deployment: Knex "
        "runs all files of one deployment in one transaction.",
    )

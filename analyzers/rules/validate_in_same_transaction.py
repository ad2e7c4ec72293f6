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

from analyzers.findings import Finding, Related, Severity
from analyzers.postgres.locks import LockMode
from analyzers.postgres.operations import AddConstraint, Name, RenameTable, ValidateConstraint
from analyzers.postgres.transaction import called
from analyzers.rules.context import Changes, Context
from analyzers.rules.earlier import empty, existing
from analyzers.rules.moments import of_all, spoken
from analyzers.rules.rule import Rule
from analyzers.rules.wording import code
from analyzers.struct import Struct

rule = Rule(__name__, __doc__, severity=Severity.WARNING, by_size=True)


class Validation(Struct, frozen=True):
    """A VALIDATE of what `added` has added, under the lock `held` of the same transaction."""

    context: Context
    added: Context
    held: LockMode


@rule.on_changes
def check(changes: Changes) -> Iterator[Finding]:
    for found in validations(changes):
        context, added = found.context, found.added
        assert isinstance(context.step.operation, ValidateConstraint)
        table, constraint = context.step.operation.table, context.step.operation.constraint
        finding = rule.finding(
            context.place(context.step.operation.at),
            f"This reads all of {code(table)} while the transaction still holds its "
            f"{found.held.sql} lock, which {found.held.whom}.",
            advice=f"Validate {code(constraint)} in a migration of a later deployment: Knex "
            "runs all files of one deployment in one transaction.",
            related=(Related(added.place(added.step.operation.at), "this adds it"),),
        )
        yield spoken(context, finding)


def validations(changes: Changes) -> Iterator[Validation]:
    """Those that the transaction of the batch has a strong lock on the table for."""
    added: dict[tuple[Name, str | None], Context] = {}
    for context in of_all(changes):
        match context.step.operation:
            case RenameTable() as renames:
                added = {(called(old, renames), name): one for (old, name), one in added.items()}
            case AddConstraint(table=table, constraint=constraint) if not constraint.valid:
                added[context.schema.full(table), constraint.name] = context
            case ValidateConstraint(table=table, constraint=named) if context.effects.scans:
                full = context.schema.full(table)
                adding = added.get((full, named)) or added.get((full, None))
                held = _strongest(context, full)
                if adding and held and existing(context, table) and not empty(context, table):
                    yield Validation(context, adding, held)


def _strongest(context: Context, table: Name) -> LockMode | None:
    held = (mode for mode in context.step.transaction.holds(table) if mode.blocks_writes)
    return max(held, key=lambda mode: mode.rank, default=None)

"""A strong lock is held while a slow statement runs

PostgreSQL gives [locks](https://www.postgresql.org/docs/current/explicit-locking.html) back when
their transaction ends, and Knex runs all migrations of a deployment in one. A change that takes a
millisecond by itself keeps everybody waiting for as long as what comes after it: the scan of
another table, a copy, a materialized view.

## Unsafe

```js
exports.up = async (knex) => {
  await knex.raw('ALTER TABLE users ADD COLUMN nickname text');
  // expect: lock-held-over-slow-statement
  await knex.raw('CREATE TABLE totals AS SELECT * FROM orders');
};
```

## Safe

```js
exports.up = async (knex) => {
  await knex.raw("SET LOCAL lock_timeout = '5s'");
  await knex.raw('CREATE TABLE totals AS SELECT * FROM orders');
  await knex.raw('ALTER TABLE users ADD COLUMN nickname text');
};
```

## When it is fine

When the table that is read is small. Where the slow statement is a danger by itself its own rule
speaks, and this one is silent.
"""

from collections.abc import Iterator

from analyzers.findings import Finding, Related, Severity
from analyzers.postgres.locks import LockMode
from analyzers.postgres.operations import (
    AddColumn,
    AddConstraint,
    AlterColumnType,
    AlterDomain,
    CreateIndex,
    Delete,
    Insert,
    Merge,
    Name,
    SetGenerated,
    SetNotNull,
    Update,
)
from analyzers.postgres.transaction import called
from analyzers.rules.batches_in_one_transaction import KNEXS_OWN
from analyzers.rules.context import Changes, Context, Step
from analyzers.rules.earlier import existing
from analyzers.rules.exclusive_maintenance import MAINTENANCE, keeps_waiting
from analyzers.rules.moments import of_all, spoken
from analyzers.rules.rule import Rule
from analyzers.rules.slow import slow
from analyzers.rules.validate_in_same_transaction import validations
from analyzers.rules.wording import code, until

rule = Rule(__name__, __doc__, severity=Severity.WARNING, by_size=True)

TOLD_ELSEWHERE = (
    AddColumn | AddConstraint | AlterColumnType | AlterDomain | CreateIndex | SetGenerated
    | SetNotNull
)  # fmt: skip
"""What rules of their own speak of, on existing tables."""

ROWS = Update | Delete | Insert | Merge


@rule.on_changes
def check(changes: Changes) -> Iterator[Finding]:
    """One finding a migration, at its first slow statement."""
    validated = {id(found.context.step) for found in validations(changes)}
    every = tuple(of_all(changes))
    told = set[str]()
    for context in every:
        if context.migration.path in told or id(context.step) in validated:
            continue
        table = next((name for name in slow(context) if not _is_told(name, context)), None)
        held = _held(context) if table is not None else None
        if table is not None and held is not None:
            told.add(context.migration.path)
            yield spoken(context, _finding(context, table, held, every))


def _finding(
    context: Context, table: Name, held: tuple[Name, LockMode], every: tuple[Context, ...]
) -> Finding:
    relation, mode = held
    locked, taking = _taken(relation, mode, context, every)
    at = taking.place(taking.step.operation.at) if taking else None
    return rule.finding(
        context.place(context.step.operation.at),
        f"This takes long if {code(table)} is large, and the transaction holds an earlier lock "
        f"meanwhile: {mode.sql} on {code(locked)}, which {mode.whom} {until(context)}.",
        advice="Do it first, or in a migration of another deployment: Knex runs all files of one "
        "deployment in one transaction.",
        related=(Related(at, "this takes the lock"),) if at else (),
    )


def _taken(
    relation: Name, mode: LockMode, context: Context, every: tuple[Context, ...]
) -> tuple[Name, Context | None]:
    """What others still call the relation, and where the lock was taken."""
    index = next(number for number, one in enumerate(every) if one.step is context.step)
    for one in reversed(every[:index]):
        relation = _before(one.step, relation)
        already = one.step.transaction.holds(relation)
        if one.effects.strongest(relation) is mode and mode not in already:
            return relation, one
    return relation, None


def _before(step: Step, relation: Name) -> Name:
    """What a relation was called before it."""
    locked = (lock.relation for lock in step.effects.locks)
    return next((old for old in locked if called(old, step.operation) == relation), relation)


def _is_told(table: Name, context: Context) -> bool:
    """Whether a rule of its own speaks of the slow statement."""
    operation = context.step.operation
    if isinstance(operation, ROWS):
        if not existing(context, operation.table):
            return False
        return not context.statement.repeated or context.statement.transaction == KNEXS_OWN
    if type(operation) in MAINTENANCE:
        return keeps_waiting(context)
    return isinstance(operation, TOLD_ELSEWHERE) and existing(context, table)


def _held(context: Context) -> tuple[Name, LockMode] | None:
    """The first strong lock that the transaction holds on a table which others know."""
    schema = context.schema
    for relation, mode in context.step.transaction.strong():
        other = relation in schema.views or relation in schema.sequences
        if not other and schema.owner(relation) is None and existing(context, relation):
            return relation, mode
    return None

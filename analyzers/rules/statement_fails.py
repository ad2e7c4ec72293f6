"""A statement that PostgreSQL surely refuses

The history of the migrations tells what is there when the statement runs: a table that was created
before or dropped since, a column that is missing, a type that cannot be cast, a view that still
uses what is dropped. The migration fails with the
[error](https://www.postgresql.org/docs/current/errcodes-appendix.html) that the finding names; in
Knex's transaction the whole batch is rolled back, under `transaction: false` what came before
stays. On a database where the same thing was done by hand it may pass, and elsewhere fail.

So does a migration that throws by itself whenever it runs.

## Unsafe

```js
exports.up = (knex) => knex.schema.createTable('users', (table) => table.increments());
exports.down = (knex) => knex.schema.dropTable('users');
```

```js
exports.up = async (knex) => {
  await knex.schema.createTable('users', (table) => table.increments()); // expect: statement-fails
};
```

## Safe

```js
exports.up = (knex) => knex.schema.createTable('users', (table) => table.increments());
exports.down = (knex) => knex.schema.dropTable('users');
```

```js
exports.up = (knex) => knex.schema.createTable('teams', (table) => table.increments());
```

## When it is fine

When production differs from what the migrations built. Then the difference is what needs work.
"""

from collections.abc import Iterator

from analyzers.findings import Direction, Finding, Severity
from analyzers.knex.execution import Habit
from analyzers.postgres.effects import Refusal
from analyzers.postgres.operations import AddEnumValue
from analyzers.rules.context import MigrationContext, Step, place_of
from analyzers.rules.earlier import surely_fails
from analyzers.rules.extensions import missing_extensions
from analyzers.rules.long_names import cut_names
from analyzers.rules.observed import observed
from analyzers.rules.rule import Rule
from analyzers.rules.wording import code

rule = Rule(__name__, __doc__, severity=Severity.ERROR)

MOST_WORDS = 200
"""Characters of an error's own text that are repeated."""

OUTSIDE_ONLY, NEW_ENUM_VALUE = "25001", "55P04"

_THERE = "It is there already by what earlier migrations did: leave this out, or take another name."
_MISSING = (
    "Earlier migrations did not make it, or made it under another name, or took it away: see "
    "which name it has by then."
)
ADVICE = {
    "2BP01": "Drop first, in this migration, what needs it: `CASCADE` would drop that unseen.",
    "42701": _THERE,
    "42703": _MISSING,
    "42704": _MISSING,
    "42710": _THERE,
    "42804": "Say how the values convert: `ALTER COLUMN … TYPE … USING …`, in raw SQL.",
    "42883": _MISSING,
    "42P01": _MISSING,
    "42P06": _THERE,
    "42P07": _THERE,
    OUTSIDE_ONLY: "Send it from a migration of its own, with `transaction: false` in its `config`.",
}
"""What to do about a refusal, by its SQLSTATE."""

_INTO_TEXT = (
    "Values go apart from the text with SELECT, INSERT, UPDATE, DELETE and `CREATE TABLE … AS` "
    "alone: write this one into it."
)
BY_WORDS = {
    "multiple commands": "Send each statement by a call of its own, or write the values into the "
    "text.",
    "no parameter": _INTO_TEXT,
    "using bound parameters": _INTO_TEXT,
    "bind message supplies": _INTO_TEXT,
    'at or near "$': _INTO_TEXT,
    "used by view": "Drop the view first, and create it again afterwards, in this migration.",
    "operator class": "The type has no order to index by: index an expression over it, or change "
    "it (`json` to `jsonb`) and use `gin`.",
    "incompatible types": "Give the column the type of what it references.",
    "operator does not exist": "Cast one side to the type of the other.",
    "this is for other objects": "Use the statement that is for what it is.",
    "names a column": "Put the value in single quotes: without any, or in double quotes, it is the "
    "name of a column.",
    "is no value of type": "Write it as the type reads it: an array as `'{}'`, JSON as `'[]'`, a "
    "date as `'2024-12-31'`.",
    "must be type boolean": "Compare it: `active = 1`; all rows are meant without any WHERE.",
    "does not convert by itself": "Cast it to the column's type: `value::type`, or have a CASE say "
    "what it becomes.",
    "the column of type": "Give a value of the column's type: a boolean as `true` or `false`.",
    "invalid value for parameter": "Its units are `us`, `ms`, `s`, `min`, `h` and `d`: write "
    "`'5min'` for five minutes.",
    "type modifier": "Leave the brackets out, or take `varchar`.",
}
"""What to do about a refusal that says so; it is closer to the case than the SQLSTATE."""


@rule.on_migration
def check_program(context: MigrationContext) -> Iterator[Finding]:
    """What JavaScript refuses before PostgreSQL sees any of it."""
    for seen, place, direction in observed(context, Habit.NOT_PASSED):
        yield rule.finding(
            place,
            f"Knex passes {code('knex')} alone: {code(seen.subject)} is undefined here, and using "
            "it throws.",
            advice="Leave the parameter out: JavaScript has a `Promise` of its own.",
            direction=direction,
        )
    migration = context.migration
    up = migration.up.execution if migration.up else None
    misspelt = up and any(seen.habit is Habit.UNKNOWN_METHOD for seen in up.observations)
    if up and up.throws is not None and not misspelt:
        own = up.throws.path == migration.path
        yield rule.finding(
            migration.sources.place(up.throws) if own else migration.start,
            f"This throws whenever it runs{_said(up.error)}: the migration fails, and none after "
            "it is run.",
            advice="See what is missing here. What must not run any more is best removed.",
            direction=Direction.UP,
        )


@rule.on_migration
def check(context: MigrationContext) -> Iterator[Finding]:
    up = context.migration.up
    told = set[int]()
    for step in up.steps if up else ():
        refusal = step.effects.refusal
        if refusal is None or not surely_fails(step) or id(refusal) in told:
            continue  # the text is refused as a whole, which is said of its first statement
        told.add(id(refusal))
        if _is_told(refusal.sqlstate, step, context.settings.postgres):
            continue
        yield rule.finding(
            place_of(context.migration, step.statement, step.operation.at),
            f"PostgreSQL refuses this (SQLSTATE {refusal.sqlstate}): "
            f"{refusal.message.rstrip('.')}.{_cut(step)}",
            advice=_advice(refusal),
            direction=Direction.UP,
            statement=step.statement.sql.string,
        )


def _said(error: str) -> str:
    words = " ".join(error.split())
    cut = words if len(words) <= MOST_WORDS else f"{words[: MOST_WORDS - 1]}…"
    return f" ({cut})" if words else ""


def _advice(refusal: Refusal) -> str:
    said = (advice for words, advice in BY_WORDS.items() if words in refusal.message)
    return next(said, ADVICE.get(refusal.sqlstate, ""))


def _is_told(sqlstate: str, step: Step, major: int) -> bool:
    """Whether a rule of its own says it: of CONCURRENTLY in a transaction, of enum values that are
    added or used too early, of extensions that nobody enabled."""
    operation = step.operation
    concurrently = getattr(operation, "concurrently", False) or isinstance(operation, AddEnumValue)
    outside = sqlstate == OUTSIDE_ONLY and concurrently
    return outside or sqlstate == NEW_ENUM_VALUE or any(missing_extensions(step, major))


def _cut(step: Step) -> str:
    """Which name was cut, where that is what the server refuses."""
    refusal = step.effects.refusal
    for name in cut_names(step):
        if refusal and name.kept in refusal.message:
            return f" That is all that it keeps of {code(name.written)}."
    return ""

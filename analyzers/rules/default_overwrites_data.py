"""Existing rows are set to a default that comes with the same migration

A [default](https://www.postgresql.org/docs/current/ddl-default.html) speaks of rows to come. The
UPDATE beside it speaks of those that are there: what their column held before is gone, and a NULL
that meant "not known" cannot be told from a value that somebody chose any more. `down` can take the
default back, and not the values.

## Unsafe

```js
exports.up = async (knex) => {
  await knex.raw("ALTER TABLE users ALTER COLUMN plan SET DEFAULT 'free'");
  await knex('users').whereNull('plan').update({ plan: 'free' }); // expect: default-overwrites-data
};
```

## Safe

```js
exports.up = async (knex) => {
  await knex.raw("SET LOCAL lock_timeout = '5s'");
  await knex.raw("ALTER TABLE users ALTER COLUMN plan SET DEFAULT 'free'");
};
```

## When it is fine

When NULL, or the old value, means the very same as the default. Then fill the rows in a migration
of the next deployment, in batches.
"""

from collections.abc import Iterator, Mapping

from analyzers.findings import Finding, Related, Severity
from analyzers.postgres.operations import AddColumn, Expression, Name, SetDefault, Update
from analyzers.rules.context import Context, MigrationContext
from analyzers.rules.earlier import empty, existing
from analyzers.rules.moments import of_migration, spoken
from analyzers.rules.rule import Rule
from analyzers.rules.wording import code
from analyzers.struct import Struct

rule = Rule(__name__, __doc__, severity=Severity.WARNING)

TRUTHS = {"t": "true", "1": "true", "yes": "true", "on": "true"}
LIES = {"f": "false", "0": "false", "no": "false", "off": "false"}


class Overwriting(Struct, frozen=True):
    """An UPDATE of existing rows to the default that `setting` gives the `column`."""

    update: Context
    setting: Context
    column: str


@rule.on_migration
def check(context: MigrationContext) -> Iterator[Finding]:
    for found in overwriting(context):
        update, setting = found.update, found.setting
        assert isinstance(update.step.operation, Update)
        finding = rule.finding(
            update.place(update.step.operation.at),
            f"This sets {code(found.column)} of existing rows of "
            f"{code(update.step.operation.table)} to its new default: what they held, NULL "
            "included, is gone for good.",
            advice="Leave the rows as they are, or keep a copy of the column, and change them in "
            "batches in a migration of the next deployment.",
            related=(
                Related(setting.place(setting.step.operation.at), "this sets the same default"),
            ),
        )
        yield spoken(update, finding)


def overwriting(context: MigrationContext) -> Iterator[Overwriting]:
    """The first column of each such UPDATE."""
    every = tuple(of_migration(context.migration, context.settings))
    defaults = dict(_defaults(every))
    for here in every:
        operation = here.step.operation
        if not isinstance(operation, Update) or not defaults:
            continue
        column = next(_overwritten(operation, here, defaults), None)
        if column is not None and _has_rows(here, operation.table):
            setting = defaults[here.schema.full(operation.table), column][1]
            yield Overwriting(here, setting, column)


Defaults = Mapping[tuple[Name, str], tuple[str, Context]]


def _overwritten(operation: Update, context: Context, defaults: Defaults) -> Iterator[str]:
    table = context.schema.full(operation.table)
    for column, value in zip(operation.columns, operation.values, strict=True):
        known = defaults.get((table, column))
        if known is not None and value is not None and _same(known[0], value):
            yield column


def _defaults(every: tuple[Context, ...]) -> Iterator[tuple[tuple[Name, str], tuple[str, Context]]]:
    """The constant defaults that the migration sets."""
    for context in every:
        match context.step.operation:
            case SetDefault(table=table, column=column, default=default):
                value = _constant(default)
            case AddColumn(table=table, column=added) if added.default is not None:
                column, value = added.name, _constant(added.default)
            case _:
                continue
        if value is not None:
            yield (context.schema.full(table), column), (value, context)


def _constant(default: Expression) -> str | None:
    if not default.constant or default.null:
        return None
    if len(default.literals) == 1:
        (text,) = default.literals
        return text
    return default.sql.partition("::")[0].strip("() ")


def _same(default: str, value: str) -> bool:
    one, other = default.lower(), value.lower()
    if "true" in (one, other) or "false" in (one, other):
        words = TRUTHS | LIES
        return words.get(one, one) == words.get(other, other)
    return default == value


def _has_rows(context: Context, table: Name) -> bool:
    return existing(context, table) and not empty(context, table)

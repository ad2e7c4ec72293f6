"""A timestamp without time zone

`timestamp` keeps what a clock on some wall showed, and forgets where the wall is: two servers with
different settings write different values for one moment, and the hour that daylight saving time
repeats exists twice. `timestamptz` keeps the moment, takes as many bytes, and shows it in the
session's zone. See [date and time
types](https://www.postgresql.org/docs/current/datatype-datetime.html).

Knex's `timestamp()` and `timestamps()` are `timestamptz`, unless they are asked for
`{ useTz: false }` (or `timestamp('at', true)`).

## Unsafe

```js
exports.up = (knex) =>
  knex.schema.createTable('visits', (table) => {
    table.timestamp('at', { useTz: false }); // expect: prefer-timestamptz
  });
```

## Safe

```js
exports.up = (knex) =>
  knex.schema.createTable('visits', (table) => {
    table.timestamp('at');
  });
```

## When it is fine

For times that belong to no place: a shop's opening hour, a local appointment.
"""

from collections.abc import Iterator

from analyzers.findings import Finding, Severity
from analyzers.postgres.operations import AddColumn, AlterColumnType, Column, CreateTable
from analyzers.rules.context import Context
from analyzers.rules.rule import Rule
from analyzers.rules.wording import code

rule = Rule(__name__, __doc__, severity=Severity.WARNING)

ADVICE = "Use `timestamptz` (`table.timestamp(…)` without `useTz: false`)."


@rule.on(CreateTable)
def check_table(table: CreateTable, context: Context) -> Iterator[Finding]:
    for column in table.columns:
        yield from _without_zone(column, context)


@rule.on(AddColumn)
def check_column(added: AddColumn, context: Context) -> Iterator[Finding]:
    yield from _without_zone(added.column, context)


@rule.on(AlterColumnType)
def check_change(change: AlterColumnType, context: Context) -> Iterator[Finding]:
    if change.type.name == "timestamp":
        yield rule.finding(context.place(change.at), _message(change.column), advice=ADVICE)


def _without_zone(column: Column, context: Context) -> Iterator[Finding]:
    if column.type.name == "timestamp":
        yield rule.finding(context.place(column.at), _message(column.name), advice=ADVICE)


def _message(column: str) -> str:
    return (
        f"{code(column)} is a `timestamp` without time zone: it keeps what a clock showed, not the "
        "moment, and means another moment in a session with another zone."
    )

"""An enum column that is a CHECK constraint

Knex's `table.enu()` and `table.enum()` write `text CHECK (status IN ('open', 'paid'))`. A further
value is then a new constraint, which reads the whole table under an ACCESS EXCLUSIVE lock unless it
is added `NOT VALID` and validated later, and each table repeats the list. An [enum
type](https://www.postgresql.org/docs/current/datatype-enum.html) takes a further value in no time
(`ALTER TYPE … ADD VALUE`), has four bytes a value, and is there once.

What a type can't do is to give up a value. And it outlives the table: `down` has to drop it.

## Unsafe

```js
exports.up = (knex) =>
  knex.schema.createTable('orders', (table) => {
    table.bigIncrements();
    table.enu('status', ['open', 'paid']); // expect: prefer-native-enum
  });
```

## Safe

```js
exports.up = (knex) =>
  knex.schema.createTable('orders', (table) => {
    table.bigIncrements();
    table.enu('status', ['open', 'paid'], { useNative: true, enumName: 'order_status' });
  });
```

## When it is fine

When values come and go: then a table of its own, with a foreign key, is better than both.
"""

import re
from collections.abc import Iterator

from analyzers.findings import Finding, Severity
from analyzers.postgres.operations import AddColumn, Column, CreateTable, Name
from analyzers.rules.context import Context
from analyzers.rules.long_names import name_of
from analyzers.rules.rule import Rule
from analyzers.rules.wording import code

rule = Rule(__name__, __doc__, severity=Severity.NOTICE)

AS_KNEX_WRITES_IT = re.compile(r'"[^"]+" text check \("')
WRITTEN_OUT = re.compile(r"\bcheck\s*\(", re.IGNORECASE)


@rule.on(CreateTable)
def check_table(made: CreateTable, context: Context) -> Iterator[Finding]:
    for column in made.columns:
        yield from _enum(made.table, column, context)


@rule.on(AddColumn)
def check_column(added: AddColumn, context: Context) -> Iterator[Finding]:
    yield from _enum(added.table, added.column, context)


def _enum(table: Name, column: Column, context: Context) -> Iterator[Finding]:
    if not _by_knex(column, context):
        return
    kind = name_of(table.name, column.name)
    yield rule.finding(
        context.place(column.at),
        f"{code(column.name)} of {code(table)} is a text with a CHECK constraint: every further "
        "value is a new constraint, for which the whole table is read.",
        advice=f"Make it a type: `{{ useNative: true, enumName: '{kind}' }}`, and drop that in "
        "`down`. Or keep the values in a table of their own.",
    )


def _by_knex(column: Column, context: Context) -> bool:
    """Whether `enu()` wrote the CHECK, rather than the author."""
    sql, (start, end) = context.statement.sql, column.at
    if not AS_KNEX_WRITES_IT.match(sql.string, start, end):
        return False
    span = sql.span(start, end, within=context.statement.span)
    return span is None or not WRITTEN_OUT.search(context.migration.sources.excerpt(span))

"""A json column instead of jsonb

`json` keeps the text as it came and parses it again for every query. It has no equality, so that
`DISTINCT`, `UNION` and `GROUP BY` of such a column fail, and no index serves its content. `jsonb`
is parsed once, can be compared and takes a [GIN
index](https://www.postgresql.org/docs/current/datatype-json.html).

## Unsafe

```js
exports.up = (knex) =>
  knex.schema.createTable('events', (table) => {
    table.json('payload'); // expect: prefer-jsonb
  });
```

## Safe

```js
exports.up = (knex) =>
  knex.schema.createTable('events', (table) => {
    table.jsonb('payload');
  });
```

## When it is fine

Where the text itself matters: the order of keys, duplicate keys, white space, a signature over it.
"""

from collections.abc import Iterator

from analyzers.findings import Finding, Severity
from analyzers.postgres.operations import AddColumn, AlterColumnType, Column, CreateTable
from analyzers.rules.context import Context
from analyzers.rules.rule import Rule
from analyzers.rules.wording import code

rule = Rule(__name__, __doc__, severity=Severity.WARNING)

ADVICE = "Use `jsonb` (`table.jsonb(…)`)."


@rule.on(CreateTable)
def check_table(table: CreateTable, context: Context) -> Iterator[Finding]:
    for column in table.columns:
        yield from _json(column, context)


@rule.on(AddColumn)
def check_column(added: AddColumn, context: Context) -> Iterator[Finding]:
    yield from _json(added.column, context)


@rule.on(AlterColumnType)
def check_change(change: AlterColumnType, context: Context) -> Iterator[Finding]:
    if change.type.name == "json":
        yield rule.finding(context.place(change.at), _message(change.column), advice=ADVICE)


def _json(column: Column, context: Context) -> Iterator[Finding]:
    if column.type.name == "json":
        yield rule.finding(context.place(column.at), _message(column.name), advice=ADVICE)


def _message(column: str) -> str:
    return (
        f"{code(column)} is `json`: parsed again for every query, without equality (`DISTINCT` and "
        "`GROUP BY` fail) and without an index on its content."
    )

"""A generated key of 32 bits

`increments()` and `serial` end at 2,147,483,647. Deleted rows, rolled back inserts and upserts use
numbers up too. On that day every insert fails (`nextval: reached maximum value of sequence`), and
the way out is a [rewrite of the
table](https://www.postgresql.org/docs/current/datatype-numeric.html) and of all that reference it.
A 32-bit column that references a 64-bit key ends there too.

## Unsafe

```js
exports.up = (knex) =>
  knex.schema.createTable('events', (table) => {
    table.increments('id'); // expect: prefer-bigint-key
  });
```

## Safe

```js
exports.up = (knex) =>
  knex.schema.createTable('events', (table) => {
    table.bigIncrements('id');
  });
```

## When it is fine

For tables that stay small for certain: countries, plans, roles.
"""

from collections.abc import Iterable, Iterator

from analyzers.findings import Finding, Severity
from analyzers.postgres.operations import (
    AddColumn,
    AddConstraint,
    Column,
    Constraint,
    ConstraintKind,
    CreateTable,
)
from analyzers.rules.context import Context
from analyzers.rules.references import referenced_type
from analyzers.rules.rule import Rule
from analyzers.rules.wording import code, numbers_itself

rule = Rule(__name__, __doc__, severity=Severity.WARNING)

LAST = {
    **dict.fromkeys(("int4", "serial", "serial4"), "2,147,483,647"),
    **dict.fromkeys(("int2", "smallserial", "serial2"), "32,767"),
}
BIG = {"int8", "bigserial", "serial8"}


@rule.on(CreateTable)
def check_table(made: CreateTable, context: Context) -> Iterator[Finding]:
    for column in made.columns:
        own = [c for c in made.constraints if c.columns == (column.name,)]
        yield from _column(column, (*column.constraints, *own), context)


@rule.on(AddColumn)
def check_column(added: AddColumn, context: Context) -> Iterator[Finding]:
    yield from _column(added.column, added.column.constraints, context)


@rule.on(AddConstraint)
def check_reference(added: AddConstraint, context: Context) -> Iterator[Finding]:
    table, constraint = context.schema.table(added.table), added.constraint
    column = table.column(constraint.columns[0]) if table and len(constraint.columns) == 1 else None
    if column and column.type:
        yield from _reference(column.name, column.type.name, constraint, context)


def _column(
    column: Column, constraints: Iterable[Constraint], context: Context
) -> Iterator[Finding]:
    last = LAST.get(column.type.name) if numbers_itself(column) else None
    for constraint in constraints:
        if last and constraint.kind is ConstraintKind.PRIMARY_KEY:
            yield rule.finding(
                context.place(column.at),
                f"The key {code(column.name)} ends at {last}: then every insert fails.",
                advice="Use `table.bigIncrements(…)`, or `bigint GENERATED ALWAYS AS IDENTITY`.",
            )
        yield from _reference(column.name, column.type.name, constraint, context)


def _reference(
    column: str, kind: str, constraint: Constraint, context: Context
) -> Iterator[Finding]:
    reference = constraint.reference
    if reference and kind in LAST and referenced_type(reference, context.schema) in BIG:
        yield rule.finding(
            context.place(constraint.at),
            f"{code(column)} ends at {LAST[kind]}, the key of {code(reference.table)} that it "
            "references does not.",
            advice=f"Make {code(column)} a `bigint` (`table.bigInteger(…)`).",
        )

"""A name that PostgreSQL cuts

PostgreSQL keeps [63 bytes of a
name](https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-IDENTIFIERS) and
throws the rest away with no more than a NOTICE, which Knex doesn't show. The names that Knex makes
up (`table_column_other_column_index`) get there quickly, and it is their end that tells them
apart: two indexes on the same long columns, or an index and a constraint, are then one name. The
second statement fails, and with `IF NOT EXISTS` it is skipped as if it had been done. Whoever looks
for the full name in `pg_indexes` or in an error's `constraint` doesn't find it.

## Unsafe

```js
exports.up = (knex) =>
  knex.schema.createTable('subscription_invoices', (table) => {
    table.bigIncrements();
    table.bigInteger('billing_account_id');
    table.bigInteger('payment_method_id');
    table.index(['billing_account_id', 'payment_method_id']); // expect: identifier-too-long
  });
```

## Safe

```js
exports.up = (knex) =>
  knex.schema.createTable('subscription_invoices', (table) => {
    table.bigIncrements();
    table.bigInteger('billing_account_id');
    table.bigInteger('payment_method_id');
    table.index(['billing_account_id', 'payment_method_id'], 'subscription_invoices_payer');
  });
```

## When it is fine

When the first 63 bytes stay unique, and nobody looks the name up.
"""

from collections.abc import Iterator

from analyzers.findings import Direction, Finding, Severity
from analyzers.postgres.operations import CreateIndex, CreateTable, Name, Operation
from analyzers.rules.context import MigrationContext, Step, place_of
from analyzers.rules.earlier import surely_fails
from analyzers.rules.long_names import MOST_BYTES, CutName, cut_names
from analyzers.rules.rule import Rule
from analyzers.rules.wording import code

rule = Rule(__name__, __doc__, severity=Severity.ERROR)

ADVICE = {
    "index": "`table.index([…], 'name')`",
    "constraint": "`table.unique([…], { indexName: 'name' })`, `table.foreign('…', 'name')`",
}


@rule.on_migration
def check(context: MigrationContext) -> Iterator[Finding]:
    up = context.migration.up
    for step in up.steps if up else ():
        for name in cut_names(step) if not surely_fails(step) else ():
            yield rule.finding(
                place_of(context.migration, step.statement, name.at),
                f"The {name.what} {code(name.written)} is {len(name.written.encode())} bytes long: "
                f"PostgreSQL cuts it to {code(name.kept)}{_taken(name, step)}.",
                advice=_advice(name),
                direction=Direction.UP,
                statement=step.statement.sql.string,
            )


def _advice(name: CutName) -> str:
    how = f" ({ADVICE[name.what]})" if name.what in ADVICE else ""
    return f"Give it a name of at most {MOST_BYTES} bytes{how}."


def _taken(name: CutName, step: Step) -> str:
    """What IF NOT EXISTS makes of a name that is taken once it is cut."""
    operation = step.operation
    where = _namespace(operation, step)
    skips = where is not None and step.schema.has_relation(Name(name.kept, where))
    return ", which is there already, so that this does nothing" if skips else ""


def _namespace(operation: Operation, step: Step) -> str | None:
    """Where IF NOT EXISTS looks for the name."""
    if isinstance(operation, CreateIndex | CreateTable) and operation.if_not_exists:
        return step.schema.full(operation.table).schema
    return None

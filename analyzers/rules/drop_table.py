"""Dropping a table that holds data

`DROP TABLE` deletes all rows for good; a rollback brings the table back empty, at best. It takes
an [ACCESS EXCLUSIVE lock](https://www.postgresql.org/docs/current/explicit-locking.html) on the
table, and on every table that it references: their reads and writes wait too. Versions of the
application that are still running fail on their next query of it.

An archive made in the same migration, before the drop, turns this into a warning. `DROP TABLE …
CASCADE` is `drop-cascade`.

## Unsafe

```js
exports.up = async (knex) => {
  await knex.schema.dropTable('invoices_2019'); // expect: drop-table
};
```

## Safe

Deploy code that no longer uses it, keep its rows, and drop it in a later release:

```js
exports.up = async (knex) => {
  await knex.raw('CREATE TABLE invoices_archive AS TABLE invoices_2019');
};
```

## When it is fine

When no running version reads or writes it, and the data is worthless or is in a backup that was
restored for trial.
"""

from collections.abc import Iterator

from analyzers.findings import Finding, Severity
from analyzers.postgres.operations import DropTable
from analyzers.rules.context import Context
from analyzers.rules.earlier import archived, existing
from analyzers.rules.long_names import name_of
from analyzers.rules.rule import Rule
from analyzers.rules.wording import code, fenced, identifier, raw, takes

rule = Rule(__name__, __doc__, severity=Severity.ERROR)


@rule.on(DropTable)
def check(drop: DropTable, context: Context) -> Iterator[Finding]:
    if drop.cascade or not context.effects.losses or not existing(context, drop.table):
        return
    kept = archived(context, drop.table)
    loss = (
        "whatever was not copied is gone, and a running version that still uses it fails"
        if kept
        else "its rows are gone for good, and a running version that still uses it fails"
    )
    yield rule.finding(
        context.place(drop.at),
        f"This drops {code(drop.table)}: {loss}.{takes(context)}",
        severity=Severity.WARNING if kept else None,
        advice=_advice(drop),
    )


def _advice(drop: DropTable) -> str:
    copy = identifier(name_of(drop.table.name, "archive"))
    return (
        f"Deploy code that no longer uses {code(drop.table)} first, keep its rows, and drop it in "
        "a later release:\n" + fenced(raw(f"CREATE TABLE {copy} AS TABLE {identifier(drop.table)}"))
    )

"""Many rows are changed by one statement

An UPDATE, a DELETE or an INSERT … SELECT of a large table is one long transaction: each row that it
changes [stays locked](https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-ROWS)
until the end, so that whoever wants to change one of them waits; the old version of each row stays
on disk, and VACUUM can clear nothing away that has died since the beginning, in any table.

## Unsafe

```js
exports.up = (knex) =>
  // expect: unbatched-data-migration
  knex('orders').where('placed_at', '<', '2020-01-01').update({ archived: true });
```

## Safe

```js
exports.config = { transaction: false };
exports.up = async (knex) => {
  let changed;
  do {
    const batch = knex('orders').select('id').where('archived', false).limit(1000);
    changed = await knex('orders').whereIn('id', batch).update({ archived: true });
  } while (changed > 0);
};
```

## When it is fine

When the table is small. Rows that are named by a constant key (`where({ id: 42 })`) are not
reported, nor are tables that the pull request creates.
"""

from collections.abc import Iterator

from analyzers.findings import Finding, Severity
from analyzers.rules.backfill import by_key, changes_rows, in_batches, loses_a_part, of_all_rows
from analyzers.rules.context import Context, MigrationContext
from analyzers.rules.default_overwrites_data import overwriting
from analyzers.rules.moments import of_migration, spoken
from analyzers.rules.rule import Rule
from analyzers.rules.wording import code, until

rule = Rule(__name__, __doc__, severity=Severity.WARNING, by_size=True)


@rule.on_migration
def check(context: MigrationContext) -> Iterator[Finding]:
    """One finding a call: a loop over a known list sends the same with other values."""
    told = {id(found.update.step) for found in overwriting(context)}
    places = set()
    for here in of_migration(context.migration, context.settings):
        if id(here.step) in told or not _is_unbatched(here):
            continue
        place = here.place(here.step.operation.at)
        if place not in places:
            places.add(place)
            yield spoken(here, _finding(here))


def _is_unbatched(context: Context) -> bool:
    operation = changes_rows(context)
    if operation is None or of_all_rows(operation) or by_key(operation, context.schema):
        return False
    return not in_batches(operation, context) and not loses_a_part(context)


def _finding(context: Context) -> Finding:
    operation = changes_rows(context)
    assert operation is not None
    return rule.finding(
        context.place(operation.at),
        f"This changes rows of {code(operation.table)} in a single statement: all of them stay "
        f"locked, and their old versions on disk, {until(context)}.",
        advice="Change some thousand rows at a time, in a migration of its own with "
        "`transaction: false`, each batch a statement of its own.",
    )

"""An index that another one's leading columns already serve

A [B-tree on several columns](https://www.postgresql.org/docs/current/indexes-multicolumn.html)
serves every query that its first columns are asked for. A second index on just those is never
better by more than a little, but every INSERT and UPDATE has to keep it up to date, it takes its
part of memory, VACUUM reads it, and its own updates prevent cheap ones (HOT). Two indexes on the
same columns are the plain case: `.primary()` and `.unique()` make an index already, so that
`.index()` beside them adds nothing.

## Unsafe

```js
exports.up = (knex) =>
  knex.schema.createTable('visits', (table) => {
    table.bigIncrements();
    table.bigInteger('user_id');
    table.bigInteger('page_id');
    table.unique(['user_id', 'page_id']);
    table.index(['user_id']); // expect: redundant-index
  });
```

## Safe

```js
exports.up = (knex) =>
  knex.schema.createTable('visits', (table) => {
    table.bigIncrements();
    table.bigInteger('user_id');
    table.bigInteger('page_id');
    table.unique(['user_id', 'page_id']);
    table.index(['page_id']);
  });
```

## When it is fine

When the other index is far wider, and the narrow one is what keeps a frequent query in memory.
"""

from collections.abc import Iterator

from analyzers.findings import Finding, Severity
from analyzers.postgres.operations import AddConstraint, CreateIndex, Operation
from analyzers.postgres.schema import Index, Table
from analyzers.rules.context import Context, MigrationContext, Replay, Step
from analyzers.rules.earlier import surely_fails
from analyzers.rules.moments import spoken
from analyzers.rules.rule import Rule
from analyzers.rules.wording import code, listed
from analyzers.struct import Struct

rule = Rule(__name__, __doc__, severity=Severity.NOTICE)


class Needless(Struct, frozen=True):
    """An index that `wide` serves as well; `made`, by `step`, is one of the two."""

    step: Step
    made: Index
    narrow: Index
    wide: Index


@rule.on_migration
def check(context: MigrationContext) -> Iterator[Finding]:
    up = context.migration.up
    for found in needless(up) if up else ():
        narrow, wide = found.narrow, found.wide
        made = Context(context.migration, found.step, context.settings)
        finding = rule.finding(
            made.place(found.step.operation.at),
            f"The index {code(narrow.name)} on {listed(narrow.columns)} adds nothing to "
            f"{code(wide.name)} on {listed(wide.columns)}, which serves the same queries.",
            advice=_advice(narrow, found.made),
        )
        yield spoken(made, finding)


def needless(up: Replay) -> Iterator[Needless]:
    """Against what the migration leaves: an index that it drops again serves nothing."""
    for step in up.steps:
        made = step.operation
        if not isinstance(made, CreateIndex | AddConstraint) or surely_fails(step):
            continue
        table = up.after.table(step.schema.full(made.table))
        index = table.index(_name(made)) if table else None
        if table is None or index is None or _was_there(index, step):
            continue
        before = up.steps[0].schema.table(made.table)
        for narrow, wide in _pairs(index, table, before):
            yield Needless(step, index, narrow, wide)


def _advice(narrow: Index, made: Index) -> str:
    if narrow is made:
        return f"Leave {code(narrow.name)} out: every write would have to keep it up to date."
    return f"Drop {code(narrow.name)}, concurrently, once this one is built."


def _name(made: Operation) -> str:
    if isinstance(made, AddConstraint):
        return made.constraint.name or ""
    return (made.name if isinstance(made, CreateIndex) else None) or ""


def _was_there(index: Index, step: Step) -> bool:
    """Whether IF NOT EXISTS or USING INDEX builds nothing."""
    named = getattr(step.operation, "table", None)
    before = step.schema.table(named) if named else None
    using = isinstance(step.operation, AddConstraint) and step.operation.constraint.using_index
    return bool(using) or (before is not None and before.index(index.name) is not None)


def _pairs(index: Index, table: Table, before: Table | None) -> Iterator[tuple[Index, Index]]:
    """The index and one that makes it needless, else one that it makes needless and itself.

    `before`: the table when the migration begins. Of two that are alike, the later is needless.
    """
    place = table.indexes.index(index)
    for number, other in enumerate(table.indexes):
        alike = _serves(index, other)
        if number != place and _serves(other, index) and (number < place or not alike):
            yield index, other
            return
    for other in before.indexes if before else ():
        if table.index(other.name) and _serves(index, other) and not other.constraint:
            yield other, index
            return


def _serves(wide: Index, narrow: Index) -> bool:
    """Whether `wide` does all that `narrow` is there for."""
    if not (_is_plain(wide) and _is_plain(narrow) and narrow.columns):
        return False
    if _condition(wide) != _condition(narrow) or narrow.includes:
        return False
    if narrow.unique:
        return wide.unique and wide.columns == narrow.columns
    return wide.columns[: len(narrow.columns)] == narrow.columns


def _is_plain(index: Index) -> bool:
    """Without expressions, operator classes or directions, of which little is comparable."""
    return index.method == "btree" and not (index.expressions or index.options)


def _condition(index: Index) -> str:
    return index.predicate.sql if index.predicate else ""

"""A B-tree on a type that B-trees do not serve

A B-tree compares whole values. On `jsonb`, arrays and `tsvector` it can answer nothing but "is it
equal to this whole value", fails on values over about 2,700 bytes, and is used by none of the
operators that such columns are queried with (`@>`, `?`, `&&`, `@@`); `json` and most geometric
types have no B-tree at all, so that the statement fails. See [index
types](https://www.postgresql.org/docs/current/indexes-types.html).

## Unsafe

```js
exports.up = (knex) =>
  knex.schema.createTable('events', (table) => {
    table.jsonb('payload').index(); // expect: unsuited-index-type
  });
```

## Safe

```js
exports.up = (knex) =>
  knex.schema.createTable('events', (table) => {
    table.jsonb('payload').index('events_payload', 'gin');
  });
```

## When it is fine

When only equality of whole, short values is asked for.
"""

from collections.abc import Iterator

from analyzers.findings import Finding, Severity
from analyzers.postgres.operations import CreateIndex, Type
from analyzers.rules.context import Context
from analyzers.rules.earlier import surely_fails
from analyzers.rules.rule import Rule
from analyzers.rules.wording import code

rule = Rule(__name__, __doc__, severity=Severity.WARNING)

BETTER = {
    "jsonb": "GIN", "json": "GIN on a `jsonb` column", "tsvector": "GIN", "xml": "an expression",
    "point": "GiST", "box": "GiST", "polygon": "GiST", "circle": "GiST", "geometry": "GiST",
    "geography": "GiST", "line": "GiST", "path": "GiST", "lseg": "GiST",
}  # fmt: skip


@rule.on(CreateIndex)
def check(index: CreateIndex, context: Context) -> Iterator[Finding]:
    table = context.schema.table(index.table)
    if index.method != "btree" or index.unique or table is None or surely_fails(context.step):
        return
    for name in index.columns:
        column = table.column(name)
        better = _better(column.type) if column else None
        if better and column:
            yield rule.finding(
                context.place(index.at),
                f"A B-tree on {code(name)} (`{column.type}`) serves none of the operators that "
                "such a column is searched with.",
                advice=f"Use {better}: `CREATE INDEX … USING …`, `table.index([…], name, 'gin')`.",
            )


def _better(kind: Type | None) -> str | None:
    if kind is None:
        return None
    return "GIN" if kind.array else BETTER.get(kind.name)

"""A down that throws without saying why

A `down` that refuses is honest where `up` can't be undone, and the best there is. But it speaks
to somebody in the middle of an incident, who has just run
[`knex migrate:rollback`](https://knexjs.org/guide/migrations.html) and now reads `Not supported`:
they need to know what is lost, and what to do instead. The error's text, or a comment beside it,
is the place for that.

## Unsafe

```js
exports.up = (knex) => knex('users').whereNull('plan').update({ plan: 'free' });
exports.down = async () => {
  throw new Error('Irreversible migration'); // expect: undocumented-irreversible-down
};
```

## Safe

```js
exports.up = (knex) => knex('users').whereNull('plan').update({ plan: 'free' });
exports.down = async () => {
  throw new Error('Which users had no plan is not recorded: restore users.plan from a backup.');
};
```

## When it is fine

When the team's handbook says what to do whenever a `down` refuses.
"""

import re
from collections.abc import Iterator

from analyzers.findings import Direction, Finding, Severity
from analyzers.rules.context import AddedMigration, MigrationContext
from analyzers.rules.rule import Rule
from analyzers.rules.wording import code
from analyzers.source import Span

rule = Rule(__name__, __doc__, severity=Severity.WARNING, about_down=True)

MEANINGFUL = 3
"""Words of its own that an explanation has at least."""

_STOCK = """
    a an and are back be been being but by can cannot could do does doesn don down error for from
    has have i if implement implemented impossible in intentionally intended irreversible is isn it
    migrate migration migrations must never no none not nothing of on one only operation or
    permanent please possible possibly reverse reversed reversible revert reverted revertible roll
    rollback rolled safe should sorry support supported supposed t that the there this throw to todo
    undo undoing undone unsupported up was way we will with won you
"""
STOCK = frozenset(_STOCK.split())
"""Words that say that there is no way back, and nothing more."""

_TEXTS = re.compile(r"'((?:[^'\\]|\\.)*)'|\"((?:[^\"\\]|\\.)*)\"|`((?:[^`\\]|\\.)*)`", re.DOTALL)
_DELIBERATE = re.compile(r"\s*(?:throw\b|(?:return\s+)?Promise\s*\.\s*reject\b)")
_COMMENT = re.compile(r"//([^\n]*)|/\*(.*?)\*/", re.DOTALL)


@rule.on_migration
def check(context: MigrationContext) -> Iterator[Finding]:
    migration = context.migration
    throws = _throws(migration)
    if throws is None or not refuses(migration) or _explains(migration, throws):
        return
    yield rule.finding(
        migration.sources.place(throws),
        f"`down` of {code(migration.name)} refuses without saying why, or what to do instead: "
        "whoever rolls back in an incident reads this, and nothing else.",
        advice="Say in the error what can't be brought back and what to do: which backup to "
        "restore, which migration to write.",
        direction=Direction.DOWN,
    )


def refuses(migration: AddedMigration) -> bool:
    """Whether `down` throws on purpose, rather than by a slip."""
    throws = _throws(migration)
    if throws is None:
        return False
    written = migration.sources.excerpt(throws)
    return not written or _DELIBERATE.match(written) is not None


def _throws(migration: AddedMigration) -> Span | None:
    return migration.down.execution.throws if migration.down is not None else None


def _explains(migration: AddedMigration, throws: Span) -> bool:
    written = migration.sources.excerpt(throws)
    texts = [next(filter(None, found), "") for found in _TEXTS.findall(written)]
    if not written or (not texts and re.search(r"\(\s*[\w.]+\s*\)|throw\s+\w+\s*;?$", written)):
        # Its text stands elsewhere.
        return True
    return _says_something(" ".join((*texts, *_comments(migration, throws))))


def _comments(migration: AddedMigration, throws: Span) -> Iterator[str]:
    """What comments in the function, and right above it, say."""
    file = migration.sources.files.get(throws.path)
    if file is None:
        return
    export = migration.exports["down"].span
    start = min(export.start, throws.start) if export.path == throws.path else throws.start
    above = re.search(r"(?:(?://[^\n]*|/\*(?:(?!\*/).)*\*/)\s*)+$", file.text[:start], re.DOTALL)
    start = above.start() if above else start
    end = file.text.find("\n", max(throws.end, export.end if export.path == throws.path else 0))
    for found in _COMMENT.findall(file.text[start : end if end >= 0 else None]):
        yield next(filter(None, found), "")


def _says_something(text: str) -> bool:
    said = {word.lower() for word in re.findall(r"[^\W\d_]{2,}", text)}
    return len(said - STOCK) >= MEANINGFUL

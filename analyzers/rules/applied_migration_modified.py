"""Editing a migration that has already been applied

Knex remembers a migration by its file name only. Databases that ran the old text keep its result
and never run the new one; a fresh database (a colleague's, the next staging, the restored backup)
gets another schema than production has. Nothing warns of it: Knex keeps
[no checksum](https://knexjs.org/guide/migrations.html).

Compared is what the migration does: the statements that it sends, with constants and bindings
written in, and its `config`. A formatter, a lint fix or new comments change nothing of that, and
are told in one notice for the whole pull request. Where the statements cannot be known without
running it, any change of the code counts. This rule cannot be suppressed in the file.

## Unsafe

```js base file=20240102000000_create_users.js
exports.up = (knex) =>
  knex.schema.createTable('users', (table) => {
    table.string('email', 100);
  });
```

```js head file=20240102000000_create_users.js
exports.up = (knex) =>
  knex.schema.createTable('users', (table) => {
    table.string('email', 255); // expect: applied-migration-modified
  });
```

## Safe

Leave the applied file as it is, and say the change in a new one:

```js
exports.up = (knex) => knex.raw('ALTER TABLE users ALTER COLUMN email TYPE varchar(255)');
```

## When it is fine

Never for the statements of a migration that any shared database has run. Where the configuration
names `environments` and none of them has run it, this is a warning: it may still be repaired.
Reformatting is harmless; keep it out of pull requests that change schemas.
"""

from collections.abc import Iterator

from analyzers.findings import Finding, Severity
from analyzers.rules.context import Changes, Comparison, ModifiedMigration
from analyzers.rules.rule import Rule
from analyzers.rules.standing import ELSEWHERE, applied, is_pending, merged_only
from analyzers.rules.wording import code, file_name, listed

rule = Rule(__name__, __doc__, severity=Severity.ERROR, suppressible=False)

ADVICE = (
    "Restore the file as it is on the base branch, and write the change as a new migration "
    "(`npx knex migrate:make …`)."
)


@rule.on_changes
def check(changes: Changes) -> Iterator[Finding]:
    for modified in changes.modified:
        if modified.differs and is_pending(changes, modified.path):
            message = _repaired(modified, changes)
            severity = Severity.WARNING
            yield rule.finding(modified.at, message, advice=ELSEWHERE, severity=severity)
        elif modified.differs:
            yield rule.finding(modified.at, _message(modified, changes), advice=ADVICE)


@rule.on_changes
def check_rewritten(changes: Changes) -> Iterator[Finding]:
    """One notice for all that a formatter touched: hundreds of files change so at once."""
    same = [m for m in changes.modified if m.comparison is Comparison.SAME_STATEMENTS]
    if same:
        names = listed(file_name(modified.path) for modified in same)
        verb = "sends" if len(same) == 1 else "send"
        message = f"Applied code changed, but {names} still {verb} the same statements."
        yield rule.finding(same[0].at, message, severity=Severity.NOTICE)


def _repaired(modified: ModifiedMigration, changes: Changes) -> str:
    """What has run nowhere yet may be corrected, as long as nobody is faster."""
    return (
        f"{code(file_name(modified.path))} is {merged_only(changes)}, and may still be repaired. "
        "A database that runs the old text before this is merged never runs the new one"
        f"{_how(modified)}."
    )


def _message(modified: ModifiedMigration, changes: Changes) -> str:
    name = f"{code(file_name(modified.path))} is {applied(changes, modified.path)}"
    code_of = f"{code(modified.through)}, which it uses," if modified.through else "its code"
    if modified.comparison is Comparison.NOT_COMPARABLE:
        return (
            f"{name}, {code_of} changed, and what it sends cannot be compared "
            "without running it. Databases that ran it never run the new text."
        )
    through = f" because {code(modified.through)} changed" if modified.through else ""
    return (
        f"{name} and now does something else{through}{_how(modified)}. Databases "
        "that ran it keep the old result, fresh ones get the new one."
    )


def _how(modified: ModifiedMigration) -> str:
    return f" ({modified.difference})" if modified.difference else ""

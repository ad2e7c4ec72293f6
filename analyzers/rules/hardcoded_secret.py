"""A password, key or token in a migration

Whoever can read the repository has it: every fork, clone and build log, and the history keeps it
after the line is gone. The same value also lies in every environment that the migration ran in,
and cannot be changed without editing an applied migration. PostgreSQL writes it into its log where
[statements are logged](https://www.postgresql.org/docs/current/runtime-config-logging.html).

Known forms are found (those of AWS, GitHub, Slack, Stripe and others, private keys, connection
strings with a password), and values that look made up under a name that only secrets have. What is
found is never repeated, neither here nor in a report.

## Unsafe

```js
exports.up = (knex) =>
  knex.raw("ALTER ROLE reporting PASSWORD 'Tr0ub4dor&3'"); // expect: hardcoded-secret
```

## Safe

Secrets are set where they are kept, and reach the application through its environment:

```js
exports.up = (knex) => knex.raw('CREATE ROLE reporting NOLOGIN');
```

## When it is fine

Never for a value that was in use: replace it, since it is known now. A made-up value for a test
belongs into a seed.
"""

from collections.abc import Iterator

from analyzers.confidential import holds_secret, secrets
from analyzers.findings import Finding, Severity
from analyzers.rules.context import AddedMigration, MigrationContext
from analyzers.rules.rule import Rule
from analyzers.source import SourceFile, Span

rule = Rule(__name__, __doc__, severity=Severity.ERROR, about_down=True)


@rule.on_migration
def check(context: MigrationContext) -> Iterator[Finding]:
    """One finding a line, however much of it is secret."""
    migration = context.migration
    for file in migration.sources.files.values():
        told: set[int] = set()
        for span, kind in sorted(_in_code(file).items() | _in_sql(migration, file).items()):
            place = file.place(span)
            if place.line in told:
                continue
            told.add(place.line)
            yield rule.finding(
                place,
                f"This is {kind}, and everybody who can read the repository has it now.",
                advice="Replace it where it is in use, since it is known now; then read it from "
                "the environment, or set it outside of migrations.",
            )


def _in_code(file: SourceFile) -> dict[Span, str]:
    return {Span(file.path, s.start, s.end): s.kind for s in secrets(file.text)}


def _in_sql(migration: AddedMigration, file: SourceFile) -> dict[Span, str]:
    """What only the SQL tells, such as the columns of an INSERT, where the code spells it out."""
    found: dict[Span, str] = {}
    for replay in migration.replays():
        for statement in replay.execution.statements:
            for secret in secrets(statement.sql.string):
                span = statement.sql.span(secret.start, secret.end)
                value = statement.sql.string[secret.start : secret.end].replace("''", "'")
                if span is None or value not in migration.sources.excerpt(span):
                    continue
                if not holds_secret(file.text, span.start, span.end):
                    found[span] = secret.kind
    return found

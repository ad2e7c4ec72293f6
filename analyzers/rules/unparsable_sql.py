"""SQL that PostgreSQL does not parse

PostgreSQL refuses the statement with SQLSTATE 42601, and the migration fails; in Knex's default
transaction the whole batch is rolled back with it, under `transaction: false` what came before
stays. Often it is another database's dialect: `UPDATE … LIMIT`, backticks around names,
`AUTO_INCREMENT`. See [PostgreSQL's SQL
commands](https://www.postgresql.org/docs/current/sql-commands.html).

## Unsafe

```js
exports.up = async (knex) => {
  await knex.raw("UPDATE users SET plan = 'free' LIMIT 1000"); // expect: unparsable-sql
};
```

## Safe

```js
exports.up = async (knex) => {
  await knex.raw("UPDATE users SET plan = 'free' WHERE id <= 1000");
};
```

## When it is fine

When PostgreSQL is never asked: a statement for another database in a branch of its own. Newer
majors reserve more words (`system_user` since 16): quote such a name.
"""

from collections.abc import Iterator

from analyzers.findings import Finding, Severity
from analyzers.postgres.operations import Range
from analyzers.rules.context import MigrationContext, SqlProblem, place_of
from analyzers.rules.rule import Rule

rule = Rule(__name__, __doc__, severity=Severity.ERROR)


@rule.on_migration
def check(context: MigrationContext) -> Iterator[Finding]:
    for replay in context.migration.replays():
        for problem in replay.problems:
            at = Range(problem.offset, problem.offset + 1)
            yield rule.finding(
                place_of(context.migration, problem.statement, at),
                f"PostgreSQL refuses this SQL: {problem.message.rstrip('.')}{_near(problem)}. The "
                "migration fails here.",
                direction=replay.execution.direction,
                statement=problem.statement.sql.string,
            )


def _near(problem: SqlProblem) -> str:
    """The words at the error, unless PostgreSQL's own message quotes them."""
    rest = problem.statement.sql.string[problem.offset :].split()
    if "at or near" in problem.message or not rest:
        return ""
    return f" at `{' '.join(rest[:3]).replace('`', '')}`"

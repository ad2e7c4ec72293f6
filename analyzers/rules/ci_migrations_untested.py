"""No workflow tries the migrations on a real PostgreSQL

What fails on production fails on an empty database, too, more often than not: a misspelt column,
an order that PostgreSQL refuses, a `down` that takes back something else. Up, down and up again on
the major version that production runs finds it in a minute. The commands are in [Knex's
guide](https://knexjs.org/guide/migrations.html#migration-cli).

## Unsafe

```js file=./knexfile.js
module.exports = {
  client: 'pg',
  connection: process.env.DATABASE_URL,
  migrations: { directory: './migrations' },
};
```

```yaml file=./.github/workflows/test.yml head
on: pull_request
jobs: # expect: ci-migrations-untested
  test:
    runs-on: ubuntu-latest
    steps:
      - run: npm test
```

## Safe

```js file=./knexfile.js
module.exports = {
  client: 'pg',
  connection: process.env.DATABASE_URL,
  migrations: { directory: './migrations' },
};
```

```yaml file=./.github/workflows/test.yml head
on: pull_request
jobs:
  migrations:
    runs-on: ubuntu-latest
    services:
      postgres:
        image: postgres:16
    steps:
      - run: npx knex migrate:latest
      - run: npx knex migrate:rollback --all
      - run: npx knex migrate:latest
```

## When it is fine

When the tests themselves migrate up and down on a PostgreSQL, where no workflow shows it.
"""

import re
from collections.abc import Iterator

from analyzers.findings import Finding, Severity
from analyzers.repository.commands import Kind
from analyzers.repository.deploying import events_of, has_postgres
from analyzers.repository.surroundings import Surroundings
from analyzers.repository.workflow import Job, Workflow
from analyzers.rules.rule import Rule

rule = Rule(__name__, __doc__, severity=Severity.WARNING, standing=True)

_TESTS = re.compile(r"\btest\b|\bjest\b|\bvitest\b|\bmocha\b|\bknex\b|\bmigrat", re.IGNORECASE)
_MAY_MIGRATE = re.compile(r"migrat\w*", re.IGNORECASE)


@rule.on_repository
def check(surroundings: Surroundings) -> Iterator[Finding]:
    if not surroundings.knexfiles:
        return
    every = [(flow, job) for flow in surroundings.workflows for job in flow.jobs.values()]
    if any(_tries(surroundings, flow, job) for flow, job in every):
        return
    for workflow in surroundings.workflows:
        if any(_is_about_it(surroundings, workflow, job) for job in workflow.jobs.values()):
            yield rule.finding(
                workflow.file.place(workflow.start),
                "No workflow runs the migrations up, down and up again on a real PostgreSQL, so "
                "that the first to try them is production.",
                advice="Add a job with `postgres` as a service, and run `npx knex migrate:latest`, "
                "`npx knex migrate:rollback --all` and `npx knex migrate:latest`.",
            )


def _tries(surroundings: Surroundings, workflow: Workflow, job: Job) -> bool:
    """Whether a job goes up, down and up again; or runs something of that name that may do so."""
    if not has_postgres(workflow, job, surroundings):
        return False
    kinds = [event.kind for event in events_of(surroundings, workflow, job)]
    wanted = iter((Kind.UP, Kind.DOWN, Kind.UP))
    awaited: Kind | None = next(wanted)
    for kind in kinds:
        if kind is awaited:
            awaited = next(wanted, None)
    return awaited is None or _may_try(surroundings, workflow, job)


def _may_try(surroundings: Surroundings, workflow: Workflow, job: Job) -> bool:
    """A program of the repository that is called after migrations: nobody knows what it does."""
    runs = (run.command for run in surroundings.runs(workflow, job))
    programs = (command for command in runs if re.match(r"(?:node|tsx|ts-node|npx \w+)\s", command))
    return any(_MAY_MIGRATE.search(one) and "knex" not in one for one in programs)


def _is_about_it(surroundings: Surroundings, workflow: Workflow, job: Job) -> bool:
    """Whether a workflow tests or migrates: one that greets newcomers is not asked to."""
    if has_postgres(workflow, job, surroundings):
        return True
    return any(_TESTS.search(run.command) for run in surroundings.runs(workflow, job))

"""Production is migrated with nobody asked and nothing rehearsed

A push is enough, and the statement that locks the largest table runs, at whatever hour. An
`environment` with required reviewers makes somebody choose the moment; a run on staging first
shows what fails. What a statement waits for is in [Explicit
Locking](https://www.postgresql.org/docs/current/explicit-locking.html).

## Unsafe

```yaml file=./.github/workflows/deploy.yml head
on: push
jobs:
  migrate-production:
    runs-on: ubuntu-latest
    steps:
      - run: pg_dump --file backup.sql "$DATABASE_URL"
      - run: npx knex migrate:latest --env production # expect: ci-deploy-without-approval
```

## Safe

```yaml file=./.github/workflows/deploy.yml head
on: push
jobs:
  migrate-production:
    runs-on: ubuntu-latest
    environment: production
    steps:
      - run: pg_dump --file backup.sql "$DATABASE_URL"
      - run: npx knex migrate:latest --env production
```

## When it is fine

When something else than this workflow holds it back until somebody has agreed.
"""

from collections.abc import Iterator

from analyzers.findings import Finding, Severity
from analyzers.repository.deploying import deployments, is_gated
from analyzers.repository.surroundings import Surroundings
from analyzers.rules.rule import Rule

rule = Rule(__name__, __doc__, severity=Severity.WARNING)


@rule.on_repository
def check(surroundings: Surroundings) -> Iterator[Finding]:
    for deployment in deployments(surroundings):
        if not is_gated(deployment):
            yield rule.finding(
                deployment.migrates.place,
                "This migrates production's database without an `environment` that somebody has to "
                "approve, and without an earlier run on staging.",
                advice="Give the job `environment: production` with required reviewers, or migrate "
                "staging in a job that this one `needs`.",
            )

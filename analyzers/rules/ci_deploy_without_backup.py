"""Production is migrated without a backup before it

A migration that drops, narrows or overwrites cannot be taken back by its `down`: the rows are
gone. A backup or a snapshot directly before it makes the loss that of some minutes. It is worth as
much as the last time that somebody restored one: see [Backup and
Restore](https://www.postgresql.org/docs/current/backup.html).

## Unsafe

```yaml file=./.github/workflows/deploy.yml head
on: workflow_dispatch
jobs:
  deploy:
    runs-on: ubuntu-latest
    environment: production
    steps:
      - uses: actions/checkout@v4
      - run: npx knex migrate:latest --env production # expect: ci-deploy-without-backup
```

## Safe

```yaml file=./.github/workflows/deploy.yml head
on: workflow_dispatch
jobs:
  deploy:
    runs-on: ubuntu-latest
    environment: production
    steps:
      - uses: actions/checkout@v4
      - run: aws rds create-db-snapshot --db-instance-identifier shop
      - run: npx knex migrate:latest --env production
```

## When it is fine

When the server is backed up continuously, so that it can be restored to any moment, and somebody
has tried.
"""

from collections.abc import Iterator

from analyzers.findings import Finding, Severity
from analyzers.repository.commands import Kind
from analyzers.repository.deploying import deployments
from analyzers.repository.surroundings import Surroundings
from analyzers.rules.rule import Rule

rule = Rule(__name__, __doc__, severity=Severity.WARNING)


@rule.on_repository
def check(surroundings: Surroundings) -> Iterator[Finding]:
    for deployment in deployments(surroundings):
        if not any(event.kind is Kind.BACKUP for event in deployment.earlier):
            yield rule.finding(
                deployment.migrates.place,
                "This migrates production's database, and nothing before it makes a backup: what a "
                "migration loses is lost.",
                advice="Make a backup or a snapshot in a step before it, and restore one from time "
                "to time.",
            )

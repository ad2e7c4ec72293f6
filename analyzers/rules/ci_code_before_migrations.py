"""New code is brought out before its migrations

Between the two, the new version asks for columns and tables that are not there yet, and every such
request fails; if the migration then fails, too, it stays so. Migrations that only add come first,
the code second, and what removes comes with a later deployment. How Knex runs them is in [its
guide](https://knexjs.org/guide/migrations.html).

## Unsafe

```yaml file=./.github/workflows/deploy.yml head
on: workflow_dispatch
jobs:
  deploy:
    environment: production
    steps:
      - run: pg_dump --file backup.sql "$DATABASE_URL"
      - run: kubectl apply -f deploy/ # expect: ci-code-before-migrations
      - run: npx knex migrate:latest
```

## Safe

```yaml file=./.github/workflows/deploy.yml head
on: workflow_dispatch
jobs:
  deploy:
    environment: production
    steps:
      - run: pg_dump --file backup.sql "$DATABASE_URL"
      - run: npx knex migrate:latest
      - run: kubectl apply -f deploy/
```

## When it is fine

When the migrations are those that remove what the code that was just brought out no longer uses.
"""

from collections.abc import Iterator

from analyzers.findings import Finding, Related, Severity
from analyzers.repository.commands import Kind
from analyzers.repository.deploying import Deployment, Event, deployments
from analyzers.repository.surroundings import Surroundings
from analyzers.rules.rule import Rule

rule = Rule(__name__, __doc__, severity=Severity.WARNING)


@rule.on_repository
def check(surroundings: Surroundings) -> Iterator[Finding]:
    for deployment in deployments(surroundings):
        early = next((e for e in deployment.earlier if _is_early(e, deployment)), None)
        if early is not None:
            yield rule.finding(
                early.place,
                "This brings out new code whose migrations run only afterwards: until then it asks "
                "for what is not there.",
                advice="Migrate first; remove what the old code still uses in a later deployment.",
                related=(Related(deployment.migrates.place, "the migrations run here"),),
            )


def _is_early(event: Event, deployment: Deployment) -> bool:
    """Whether it deploys to production with no migration of production before it."""
    if event.kind is not Kind.DEPLOY:
        return False
    return event.target is None or event.target.production

"""A configuration that does not validate

`.github/migaudit.yml` is read strictly and from the pull request's base branch: a setting that
nobody understands must not be one that nobody applies. As long as it holds a mistake nothing of it
counts. Pull requests are audited with the defaults, and their check ends in `action_required`,
which lets none of them through. A pull request that edits the file is told of the mistakes that it
would bring in. `postgres` is there because what a statement does depends on it, as
[ALTER TABLE](https://www.postgresql.org/docs/current/sql-altertable.html) does; `env` is what
migrations find in `process.env`.

## Unsafe

```yaml
fail-on: warning # expect: invalid-configuration
postgres: "15" # expect: invalid-configuration
rules:
  missing-lock-timeout: ignore # expect: invalid-configuration
```

## Safe

```yaml
fail_on: warning # error, warning, notice or never
postgres: 15 # the major version in production, 10 to 18
rules:
  missing-lock-timeout: off # off, notice, warning or error
env:
  DB_SCHEMA: shop
directories:
  - db/migrations
```

## When it is fine

Never. Without the file, or without a setting, the defaults are in force.
"""

from collections.abc import Iterator

from analyzers.findings import Finding, Severity
from analyzers.rules.context import Misconfiguration
from analyzers.rules.misconfigured import told
from analyzers.rules.rule import Rule

rule = Rule(__name__, __doc__, severity=Severity.ERROR, suppressible=False)


@rule.on_misconfiguration
def check(mistake: Misconfiguration) -> Iterator[Finding]:
    if not mistake.problem.unknown_rule:
        yield told(rule, mistake)

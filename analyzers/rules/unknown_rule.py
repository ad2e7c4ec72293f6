"""A rule that does not exist

A misspelt id switches nothing off, and whoever wrote it believes that it does. So it is never read
as all rules or as none: in `.github/migaudit.yml` it makes the whole configuration invalid, which
is then replaced by the defaults, and the check ends in `action_required`. `migaudit rules` lists
all ids; those named after statements follow the words of
[PostgreSQL's documentation](https://www.postgresql.org/docs/current/sql-commands.html).

## Unsafe

```yaml
rules:
  missing-locktimeout: off # expect: unknown-rule
```

## Safe

```yaml
rules:
  missing-lock-timeout: off
```

## When it is fine

Never.
"""

from collections.abc import Iterator

from analyzers.findings import Finding, Severity
from analyzers.rules.context import Misconfiguration
from analyzers.rules.misconfigured import told
from analyzers.rules.rule import Rule

rule = Rule(__name__, __doc__, severity=Severity.ERROR)


@rule.on_misconfiguration
def check(mistake: Misconfiguration) -> Iterator[Finding]:
    if mistake.problem.unknown_rule:
        yield told(rule, mistake)

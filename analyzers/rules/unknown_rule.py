"""A rule that does not exist

A misspelt id switches nothing off, and whoever wrote it believes that it does. So it is never read
as all rules or as none: in `.github/migaudit.yml` it makes the whole configuration invalid, which
is then replaced by the defaults, and the check ends in `action_required`. A comment in a migration
that names no rule, or one that there is not, hides nothing. `migaudit rules` lists all ids; those
named after statements follow the words of [PostgreSQL's
documentation](https://www.postgresql.org/docs/current/sql-commands.html).

## Unsafe

```yaml
rules:
  missing-locktimeout: off # expect: unknown-rule
```

```js
exports.up = (knex) =>
  // migaudit-disable-next-line drop-tables -- empty // expect: unknown-rule
  knex.schema.dropTable('customers'); // expect: drop-table
```

## Safe

```yaml
rules:
  missing-lock-timeout: off
```

```js
exports.up = (knex) =>
  // migaudit-disable-next-line drop-table -- empty since 2019, see the runbook
  knex.schema.dropTable('customers');
```

## When it is fine

Never.
"""

from collections.abc import Iterator

from analyzers.findings import Finding, Severity
from analyzers.rules import misconfigured
from analyzers.rules.context import IdleDirective, Misconfiguration, Slip
from analyzers.rules.rule import Rule
from analyzers.spelling import nearest, shown

rule = Rule(__name__, __doc__, severity=Severity.ERROR, suppressible=False)


@rule.on_misconfiguration
def check(mistake: Misconfiguration) -> Iterator[Finding]:
    if mistake.problem.unknown_rule:
        yield misconfigured.told(rule, mistake)


@rule.on_idle_directive
def check_directive(idle: IdleDirective) -> Iterator[Finding]:
    place = idle.directive.place
    if idle.slip is Slip.NO_RULE:
        message = "This names no rule, and that does not mean all of them: it hides nothing."
        advice = f"Name the rules: `{idle.directive.verb} RULE, RULE -- REASON`."
        yield rule.finding(place, message, advice=advice)
    elif idle.slip is Slip.UNKNOWN_RULE:
        near = nearest(idle.rule, idle.known)
        advice = (f"Write {shown(near)}. " if near else "") + "`migaudit rules` lists all."
        message = f"There is no rule {shown(idle.rule)}: nothing of it is hidden."
        yield rule.finding(place, message, advice=advice)

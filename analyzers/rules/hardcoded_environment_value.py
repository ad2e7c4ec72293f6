"""A value that belongs to one environment

The host of the staging server, an account's number, a tenant's id: a migration runs in every
environment, and writes it into all of them, or changes nothing where the row is missing. Nobody
notices, since [Knex](https://knexjs.org/guide/migrations.html) records the migration as done either
way. And once it is applied it cannot be edited any more.

Reported are hosts whose name says their environment (`api.staging.acme.com`, `db.internal`),
addresses of machines, `localhost`, resources of one cloud account, and rows that are changed by
the constant id of a tenant or an account.

## Unsafe

```js
exports.up = (knex) =>
  knex('webhooks').insert({
    url: 'https://hooks.staging.acme.com/orders', // expect: hardcoded-environment-value
  });
```

## Safe

The migration makes the place, a seed or the deployment of each environment fills it:

```js
exports.up = (knex) =>
  knex.schema.createTable('webhooks', (table) => {
    table.bigIncrements();
    table.text('url').notNullable();
  });
```

## When it is fine

For one correction that production alone needs, when it is meant to do nothing elsewhere.
"""

import re
from collections.abc import Iterator
from itertools import chain

from analyzers.confidential import secrets
from analyzers.findings import Finding, Severity
from analyzers.postgres.operations import Delete, Update
from analyzers.rules.context import Context, MigrationContext
from analyzers.rules.earlier import existing
from analyzers.rules.rule import Rule
from analyzers.rules.wording import code
from analyzers.source import SourceFile, Span

rule = Rule(__name__, __doc__, severity=Severity.WARNING)

ADVICE = (
    "Let a seed, a setting or the deployment of each environment bring it, not a migration that "
    "runs in all of them."
)

ENVIRONMENT = r"(?:[\w-]+-)?(?:prod|production|preprod|staging|stage|stg|qa|uat|sandbox|dev|test)"
HOST = re.compile(
    rf"""
    (?<![\w.@/-])
    (?:[a-z][a-z0-9+.-]*://(?:[^\s/@'"`]*@)?)
    (?P<host>
        localhost | \d{{1,3}}(?:\.\d{{1,3}}){{3}}
      | (?:[\w-]+\.)*{ENVIRONMENT}(?:-[\w-]+)?\.[\w-]+(?:\.[\w-]+)*
      | (?:[\w-]+\.)+(?:internal|local|lan|corp|intranet)
      | (?:[\w-]+\.)+(?:rds|elb|cache|execute-api)\.[\w.-]*amazonaws\.com
      | (?:[\w-]+\.)+(?:azurewebsites\.net|database\.windows\.net|herokuapp\.com|ngrok\.io)
    )
    (?![\w-])
    """,
    re.VERBOSE | re.IGNORECASE,
)
BARE_HOST = re.compile(
    rf"""
    (?<=['"`])
    (?P<host>
        (?:[\w-]+\.)*{ENVIRONMENT}\.(?:[\w-]+\.)+(?:com|net|org|io|co|cloud|app)
      | (?:[\w-]+\.)+(?:internal|lan|corp|intranet)
      | (?:[\w-]+\.)+(?:rds|elb|cache|execute-api)\.[\w.-]*amazonaws\.com
      | 10(?:\.\d{{1,3}}){{3}} | 192\.168(?:\.\d{{1,3}}){{2}}
    )
    (?=['"`:/])
    """,
    re.VERBOSE | re.IGNORECASE,
)
ACCOUNT = re.compile(r"\barn:aws[\w-]*:[\w-]*:[\w-]*:(?P<host>\d{12}):")

COMMENT = re.compile(r"^\s*(?://|\*|/\*|--)|\s//\s|(?<![^\s`'\"])--\s")
RESERVED = re.compile(r"(?:^|\.)(?:example(?:\.\w+)?|test|invalid)$", re.IGNORECASE)
"""https://www.rfc-editor.org/rfc/rfc2606"""

TENANT = re.compile(
    r"(?:tenant|account|customer|organi[sz]ation|org|workspace|company|client|merchant|shop|store)"
    r"_?(?:id|uuid)$",
    re.IGNORECASE,
)


@rule.on_migration
def check(context: MigrationContext) -> Iterator[Finding]:
    """A host once on its line, whichever way it is found."""
    for file in context.migration.sources.files.values():
        for span, value in sorted(dict(_values(file)).items()):
            yield rule.finding(
                file.place(span),
                f"{code(value)} belongs to one environment, and this runs in every one.",
                advice=ADVICE,
            )


@rule.on(Update)
def check_update(update: Update, context: Context) -> Iterator[Finding]:
    yield from _of_one_tenant(update, context)


@rule.on(Delete)
def check_delete(delete: Delete, context: Context) -> Iterator[Finding]:
    yield from _of_one_tenant(delete, context)


def _of_one_tenant(change: Update | Delete, context: Context) -> Iterator[Finding]:
    compared = change.where.compares if change.where else frozenset()
    columns = sorted(column for column in compared if TENANT.search(column))
    if columns and existing(context, change.table):
        yield rule.finding(
            context.place(change.at),
            f"This changes the rows of {code(change.table)} with one {code(columns[0])}: in every "
            "other environment that is another one, or none.",
            advice=ADVICE,
        )


def _values(file: SourceFile) -> Iterator[tuple[Span, str]]:
    hidden = [(secret.start, secret.end) for secret in secrets(file.text)]
    for found in chain.from_iterable(
        form.finditer(file.text) for form in (HOST, BARE_HOST, ACCOUNT)
    ):
        start, end = found.span("host")
        told = any(first < end and found.start() < last for first, last in hidden)
        if not told and not RESERVED.search(found["host"]) and not _in_comment(file.text, start):
            yield Span(file.path, start, end), found["host"]


def _in_comment(text: str, offset: int) -> bool:
    before = text[text.rfind("\n", 0, offset) + 1 : offset]
    return COMMENT.search(before) is not None

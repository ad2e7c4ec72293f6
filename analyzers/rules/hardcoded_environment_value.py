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

from analyzers.confidential import holds_secret
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

LABEL = r"(?:[\w-]{1,63}\.)"
ENVIRONMENT = (
    r"(?:[\w-]{1,40}-)?(?:prod|production|preprod|staging|stage|stg|qa|uat|sandbox|dev|test)"
)
PRIVATE = rf"{LABEL}{{1,8}}(?:internal|lan|corp|intranet)"
CLOUD = (
    rf"{LABEL}{{1,8}}(?:rds|elb|cache|execute-api)\.[\w.-]{{0,60}}amazonaws\.com"
    rf"|{LABEL}{{1,8}}(?:azurewebsites\.net|database\.windows\.net|herokuapp\.com|ngrok\.io)"
)
HOST = re.compile(
    r"(?<![\w.@/+-])[a-z][a-z0-9+.-]{0,30}://(?:[^\s/@'\"`]{0,300}@)?(?P<host>"
    r"localhost|\d{1,3}(?:\.\d{1,3}){3}"
    rf"|{LABEL}{{0,8}}{ENVIRONMENT}(?:-[\w-]{{1,40}})?(?:\.[\w-]{{1,63}}){{1,8}}"
    rf"|{PRIVATE}|{LABEL}{{1,8}}local|{CLOUD})(?![\w-])",
    re.IGNORECASE,
)
BARE_HOST = re.compile(
    r"(?<=['\"`])(?P<host>"
    rf"{LABEL}{{0,8}}{ENVIRONMENT}\.{LABEL}{{1,8}}(?:com|net|org|io|co|cloud|app)"
    rf"|{PRIVATE}|{CLOUD}|10(?:\.\d{{1,3}}){{3}}|192\.168(?:\.\d{{1,3}}){{2}})(?=['\"`:/])",
    re.IGNORECASE,
)
HINT = re.compile(
    r"://|arn:aws|['\"`](?:10|192)\.\d|\.(?:com|net|org|io|co|cloud|app|internal|lan|corp)\b"
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
    """One finding a line, however many hosts are on it."""
    for file in context.migration.sources.files.values():
        told: set[int] = set()
        for span, value in sorted(dict(_values(file)).items()):
            place = file.place(span)
            if place.line in told:
                continue
            told.add(place.line)
            yield rule.finding(
                place,
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
    if not HINT.search(file.text):
        return
    for found in chain.from_iterable(
        form.finditer(file.text) for form in (HOST, BARE_HOST, ACCOUNT)
    ):
        start, end = found.span("host")
        told = holds_secret(file.text, found.start(), end)
        if not told and not RESERVED.search(found["host"]) and not _in_comment(file.text, start):
            yield Span(file.path, start, end), found["host"]


def _in_comment(text: str, offset: int) -> bool:
    before = text[text.rfind("\n", 0, offset) + 1 : offset]
    return COMMENT.search(before) is not None

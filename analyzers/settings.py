"""What a team can set, with the defaults for a team that sets nothing."""

from collections.abc import Mapping
from enum import Enum

from analyzers.findings import Severity
from analyzers.struct import Struct, field

PATH = ".github/migaudit.yml"
"""The repository's configuration; in an organisation's repository `.github`, that of all others."""

OLDEST_POSTGRES, NEWEST_POSTGRES = 10, 18

MOST_COMMENTS = 25
"""Above some thirty in one review GitHub answers 502 or "was submitted too quickly"."""


ENVIRONMENT_NAME = r"[A-Za-z0-9_](?:[A-Za-z0-9_. /-]{0,98}[A-Za-z0-9_])?"
"""What an environment is called, in the configuration and in reports."""


class Naming(Enum):
    """How files of migrations are named: as the others of their directory, or in one way."""

    REPOSITORY = "repository"
    TIMESTAMP = "timestamp"
    SEQUENCE = "sequence"


class Override(Struct, frozen=True):
    """Severities for files that one of `paths` matches: a pattern, a file or a folder."""

    paths: tuple[str, ...]
    severities: Mapping[str, Severity | None]


class Drafts(Enum):
    """When findings on a draft get their comments."""

    NOW = "now"
    WHEN_READY = "when_ready"


class CommentPolicy(Struct, frozen=True):
    """Which findings get a comment of their own: from `severity` on, None for none; how many.

    `drafts`: whether those of a draft wait until it is ready for review.
    """

    severity: Severity | None = Severity.NOTICE
    limit: int = MOST_COMMENTS
    drafts: Drafts = Drafts.NOW


class Source(Enum):
    """Who says what has been applied in an environment."""

    BASE = "base"
    DEPLOYMENTS = "deployments"
    TAGS = "tags"
    REPORTS = "reports"


class Environment(Struct, frozen=True):
    """An environment in which migrations run.

    `deployment` is GitHub's name for it, where that is another one; `tags` a pattern of which the
    newest counts. `directories` are those whose migrations run there; none: all.
    """

    applied: Source
    deployment: str | None = None
    tags: str = "*"
    directories: tuple[str, ...] = ()

    def __str__(self) -> str:
        pattern = self.tags if self.applied is Source.TAGS else None
        told = (self.applied.value, self.deployment, pattern, *self.directories)
        return ", ".join(part for part in told if part)


class Settings(Struct, frozen=True):
    """How one repository wants to be audited.

    `fail_on` None never fails the check. `severities` holds what the team changed; None as a
    severity turns the rule off; of the `overrides` that match a file the last one counts.
    `postgres` is the major version in production: where a team doesn't say, the oldest one that
    PostgreSQL still supported in November 2026. `knex` is the release, where package.json is not
    to be asked. `large_tables` and `small_tables` are names with or without a schema.
    `environment` is what `process.env` holds where migrations and knexfiles are interpreted.
    `directories` and `knexfiles` say where the migrations are; without both, the repository is
    asked. `environments` are those that migrations run in, by name: without any, what is on the
    base branch counts as applied.
    """

    postgres: int = 15
    knex: str | None = None
    fail_on: Severity | None = Severity.ERROR
    severities: Mapping[str, Severity | None] = field(default_factory=dict)
    overrides: tuple[Override, ...] = ()
    large_tables: tuple[str, ...] = ()
    small_tables: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    directories: tuple[str, ...] = ()
    knexfiles: tuple[str, ...] = ()
    comments: CommentPolicy = field(default_factory=CommentPolicy)
    naming: Naming = Naming.REPOSITORY
    environments: Mapping[str, Environment] = field(default_factory=dict)

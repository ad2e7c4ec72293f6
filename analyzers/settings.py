"""What a team can set, with the defaults for a team that sets nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from analyzers.findings import Severity

PATH = ".github/migaudit.yml"
"""The repository's configuration; in an organisation's repository `.github`, that of all others."""

OLDEST_POSTGRES, NEWEST_POSTGRES = 10, 18

MOST_COMMENTS = 25
"""Above some thirty in one review GitHub answers 502 or "was submitted too quickly"."""


class Naming(Enum):
    """How files of migrations are named: as the others of their directory, or in one way."""

    REPOSITORY = "repository"
    TIMESTAMP = "timestamp"
    SEQUENCE = "sequence"


@dataclass(frozen=True, slots=True)
class Override:
    """Severities for files that one of `paths` matches: a pattern, a file or a folder."""

    paths: tuple[str, ...]
    severities: Mapping[str, Severity | None]


@dataclass(frozen=True, slots=True)
class CommentPolicy:
    """Which findings get a comment of their own: from `severity` on, None for none; how many."""

    severity: Severity | None = Severity.NOTICE
    limit: int = MOST_COMMENTS


@dataclass(frozen=True, slots=True)
class Settings:
    """How one repository wants to be audited.

    `fail_on` None never fails the check. `severities` holds what the team changed; None as a
    severity turns the rule off; of the `overrides` that match a file the last one counts.
    `postgres` is the major version in production: where a team doesn't say, the oldest one that
    PostgreSQL still supported in November 2026. `knex` is the release, where package.json is not
    to be asked. `large_tables` and `small_tables` are names with or without a schema.
    `environment` is what `process.env` holds where migrations and knexfiles are interpreted.
    `directories` and `knexfiles` say where the migrations are; without both, the repository is
    asked.
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

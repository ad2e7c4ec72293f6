"""What a team can set, with the defaults for a team that sets nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from analyzers.findings import Severity

PATH = ".github/migaudit.yml"
"""The repository's configuration."""

OLDEST_POSTGRES, NEWEST_POSTGRES = 10, 18


@dataclass(frozen=True, slots=True)
class Settings:
    """How one repository wants to be audited.

    `fail_on` None never fails the check. `severities` holds what the team changed; None as a
    severity turns the rule off. `postgres` is the major version in production: where a team
    doesn't say, the oldest one that PostgreSQL still supported in November 2026. `environment` is
    what `process.env` holds where migrations and knexfiles are interpreted. `directories` says
    where the migrations are; where it is empty, the repository is asked.
    """

    postgres: int = 15
    fail_on: Severity | None = Severity.ERROR
    severities: Mapping[str, Severity | None] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)
    directories: tuple[str, ...] = ()

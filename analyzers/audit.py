"""The whole audit: a pull request's changes in, findings out."""

from collections.abc import Callable
from dataclasses import dataclass, field

from analyzers.changes import changes
from analyzers.configured import configured
from analyzers.describe import MigrationReport, describe
from analyzers.findings import Finding, Severity
from analyzers.request import Request
from analyzers.review import review
from analyzers.rules.context import PartlyKnown
from analyzers.settings import Settings
from analyzers.store import Forgetful, Store


@dataclass(frozen=True, slots=True)
class Audit:
    """What was found, most severe first, and what each added migration does.

    `directories` are the migrations directories that the pull request concerns: where there are
    none, nothing in it is about migrations. `migrations` are the added ones in Knex's order,
    `partly_known` the tables they speak of whose history leaves something open. `settings` are
    those that it was audited with: the defaults where it is `misconfigured`, since the base's
    configuration is invalid.
    """

    findings: tuple[Finding, ...] = ()
    migrations: tuple[MigrationReport, ...] = ()
    directories: tuple[str, ...] = ()
    partly_known: tuple[PartlyKnown, ...] = ()
    settings: Settings = field(default_factory=Settings)
    misconfigured: bool = False

    def fails(self, fail_on: Severity | None) -> bool:
        """Whether a finding stands at or above `fail_on`; None never fails."""
        return fail_on is not None and any(f.severity.rank >= fail_on.rank for f in self.findings)


def audit(
    request: Request,
    progress: Callable[[str], None] = lambda path: None,
    store: Store | None = None,
) -> Audit:
    """Audits a pull request. The same request always gives the same audit.

    `progress` is told the path of each file before it is analysed, so that whoever watches knows
    which one to blame for a crash. `store` keeps replayed histories between audits. Raises
    `UnreadableFile` where a tree refuses a file.
    """
    configuration = configured(request, progress)
    settings = configuration.settings
    concerned = changes(request, settings, progress, Forgetful() if store is None else store)
    return Audit(
        findings=review(concerned, configuration),
        migrations=tuple(describe(added) for change in concerned for added in change.added),
        directories=tuple(change.directory for change in concerned),
        partly_known=tuple(table for change in concerned for table in change.partly_known),
        settings=settings,
        misconfigured=configuration.misconfigured,
    )

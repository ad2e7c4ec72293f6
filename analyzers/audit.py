"""The whole audit: a pull request's changes in, findings out."""

from collections.abc import Callable, Iterator
from itertools import chain

from analyzers.changes import changes
from analyzers.configured import configured
from analyzers.describe import describe
from analyzers.request import Request
from analyzers.result import Audit, MigrationReport
from analyzers.review import review
from analyzers.rules.context import Changes
from analyzers.store import Forgetful, Store


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
    reviewed = review(concerned, configuration)
    return Audit(
        findings=reviewed.findings,
        migrations=tuple(chain.from_iterable(map(_described, concerned))),
        directories=tuple(change.directory for change in concerned),
        partly_known=tuple(table for change in concerned for table in change.partly_known),
        settings=settings,
        misconfigured=configuration.misconfigured,
        suppressions=reviewed.suppressions,
    )


def _described(change: Changes) -> Iterator[MigrationReport]:
    """One migration without a transaction gives each of the others one of its own."""
    together = all(added.transaction for added in change.added)
    return (describe(added, together=together) for added in change.added)

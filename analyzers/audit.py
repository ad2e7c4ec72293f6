"""The whole audit: a pull request's changes in, findings out."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import chain

from analyzers.applied import Books
from analyzers.aside import NOWHERE, Aside
from analyzers.changes import changes
from analyzers.checklist import checklist
from analyzers.configured import Configured, configured
from analyzers.fixes.offering import Workshop, offered
from analyzers.preview import preview
from analyzers.project import Found, projects
from analyzers.repository.examined import examined
from analyzers.request import Request
from analyzers.result import Audit, MigrationReport, Preview, UnresolvedReport
from analyzers.review import Reviewed, Seen, review
from analyzers.settings import Settings
from analyzers.store import Forgetful, Store
from analyzers.straying import strays
from analyzers.struct import Struct, replace
from analyzers.telling import Telling


def audit(
    request: Request,
    progress: Callable[[str], None] = lambda path: None,
    store: Store | None = None,
    aside: Aside | None = None,
) -> Audit:
    """Audits a pull request. The same request always gives the same audit.

    `progress` is told the path of each file before it is analysed, so that whoever watches knows
    which one to blame for a crash. `store` keeps replayed histories between audits, `aside` does
    work at the same time. Raises `UnreadableFile` where a tree refuses a file.
    """
    with audited(request, progress, store, aside) as found:
        return found


@contextmanager
def audited(
    request: Request,
    progress: Callable[[str], None] = lambda path: None,
    store: Store | None = None,
    aside: Aside | None = None,
) -> Iterator[Audit]:
    """An `audit` whose schemas, executions and trees stay for now: to free them takes a while."""
    examining = _Examining(
        request,
        progress,
        Forgetful() if store is None else store,
        NOWHERE if aside is None else aside,
    )
    configuration = configured(request, progress)
    settings = configuration.settings
    found, seen, reports = examining.under(settings)
    reviewed = review(seen, configuration)
    by_directory = {project.directory.paths[0]: project for project in found.projects}
    workshop = Workshop(seen, by_directory, request.head, configuration)
    yield Audit(
        findings=offered(reviewed.findings, workshop, examining.aside),
        migrations=reports,
        directories=tuple(change.directory for change in seen.concerned),
        partly_known=tuple(table for change in seen.concerned for table in change.partly_known),
        settings=settings,
        misconfigured=configuration.misconfigured,
        suppressions=reviewed.suppressions,
        preview=_preview(examining, configuration, reviewed),
        unresolved=found.unresolved,
        unjudged=seen.around.unjudged() if seen.around is not None else (),
        checklist=() if request.brief else _checklist(seen),
        environments=Books(request, found.projects).environments() if seen.concerned else (),
        refused=_refused(request, found, seen),
    )


def _checklist(seen: Seen) -> tuple[str, ...]:
    return checklist(chain.from_iterable(one.added for one in seen.concerned))


def _refused(request: Request, found: Found, seen: Seen) -> tuple[UnresolvedReport, ...]:
    changed = {change.path for change in request.changes}
    knexfiles = (one for one in found.refused if one.place.path in changed)
    return (*knexfiles, *chain.from_iterable(change.refused for change in seen.concerned))


class _Examining(Struct, frozen=True):
    request: Request
    progress: Callable[[str], None]
    store: Store
    aside: Aside

    def under(self, settings: Settings) -> tuple[Found, Seen, tuple[MigrationReport, ...]]:
        request = self.request
        found = projects(
            request.base, request.head, settings, request.directories, request.extensions
        )
        progress, aside = self.progress, self.aside
        telling = Telling(settings, progress, aside, request.brief)
        concerned = changes(request, found.projects, settings, progress, self.store, aside, telling)
        around = examined(request, settings, progress)
        tales = telling.tell(concerned)
        told = {key: tale.findings for key, tale in tales.items()}
        seen = Seen(concerned, around, tuple(strays(request, found.projects)), told)
        reports = (tale.report for tale in tales.values())
        return found, seen, tuple(report for report in reports if report is not None)


def _preview(examining: _Examining, configuration: Configured, now: Reviewed) -> Preview | None:
    """What would be found with the settings that the pull request brings."""
    proposed = configuration.proposed
    if proposed is None:
        return None
    _, seen, _ = examining.under(proposed)
    then = review(seen, replace(configuration, settings=proposed))
    return preview(configuration.settings, now.findings, proposed, then.findings)

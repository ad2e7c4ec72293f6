"""What has been applied where: asks the source of each environment of a configuration."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from posixpath import splitext

from analyzers.configured import of_base
from analyzers.knex.directory import LOAD_EXTENSIONS, READABLE_EXTENSIONS
from analyzers.ledger import Record
from analyzers.request import Change, Request
from analyzers.settings import Environment, Source
from analyzers.struct import Struct, replace
from app.github import ListTruncated, NotYetVisible, Refused, Repository
from app.github.deployed import Deployed
from app.reports import Reports

MOST_ASKED = 20
"""Environments of one configuration: each costs calls to GitHub in every audit."""

_MIGRATIONS = frozenset((*LOAD_EXTENSIONS, *READABLE_EXTENSIONS, ".sql"))


class Ledger(Struct, frozen=True):
    """What environments have reported, and the way to what GitHub knows of them."""

    reports: Reports

    def told(self, repository: Repository, request: Request) -> Request:
        """The request with what is applied where. Who is to say so, the base branch says.

        Nobody is asked for a pull request that changes nothing of which a migration is made.
        """
        if not any(_may_matter(change) for change in request.changes):
            return request
        environments = of_base(request).environments
        return replace(request, ledger=tuple(self._records(repository, environments)))

    def _records(
        self, repository: Repository, environments: Mapping[str, Environment]
    ) -> Iterator[Record]:
        for number, (name, environment) in enumerate(environments.items()):
            record = Record(name, environment.applied, directories=environment.directories)
            if number < MOST_ASKED:
                yield self._filled(repository, environment, record)
            else:
                yield replace(record, unknown=f"no more than {MOST_ASKED} environments are asked")

    def _filled(self, repository: Repository, environment: Environment, record: Record) -> Record:
        match record.source:
            case Source.REPORTS:
                return self._reported(repository, record)
            case Source.DEPLOYMENTS:
                named = environment.deployment or record.environment
                return _deployed(repository, named, record)
            case Source.TAGS:
                return _tagged(repository, environment.tags, record)
            case Source.BASE:
                return record

    def _reported(self, repository: Repository, record: Record) -> Record:
        report = self.reports.latest(repository.id, record.environment)
        if report is None:
            return replace(record, unknown="nothing has been reported yet")
        return replace(
            record, names=report.names, at=datetime.fromtimestamp(report.received_at, UTC)
        )


def _may_matter(change: Change) -> bool:
    return any(
        splitext(path)[1] in (*_MIGRATIONS, ".json")
        for path in (change.path, change.previous)
        if path is not None
    )


def _deployed(repository: Repository, named: str, record: Record) -> Record:
    try:
        found = repository.deployments.latest(named)
    except Refused as refused:
        return replace(record, unknown=f"GitHub does not show deployments ({refused.reason})")
    except NotYetVisible as missing:
        return replace(record, unknown=f"what was deployed is gone ({missing})")
    return _at(repository, found, record, "no deployment has succeeded yet")


def _tagged(repository: Repository, pattern: str, record: Record) -> Record:
    found = repository.deployments.newest_tag(lambda name: fnmatchcase(name, pattern))
    return _at(repository, found, record, f"no tag matches `{pattern}`")


def _at(repository: Repository, found: Deployed | None, record: Record, otherwise: str) -> Record:
    """What the commit has that may be a migration: which of it is one, the analysis knows."""
    if found is None:
        return replace(record, unknown=otherwise)
    try:
        entries = repository.tree(found.commit.sha, found.commit.tree).entries()
    except (NotYetVisible, ListTruncated) as missing:
        return replace(record, unknown=f"the files of `{found.name}` are not known ({missing})")
    names = tuple(path for path in entries if splitext(path)[1] in _MIGRATIONS)
    return replace(record, names=names, reference=found.name, at=found.at)

"""Which migrations are applied, by what the environments tell."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from posixpath import basename, join, splitext

from analyzers.knex.directory import READABLE_EXTENSIONS, in_order
from analyzers.ledger import Record, Standing
from analyzers.project import Project
from analyzers.request import Request
from analyzers.result import EnvironmentReport
from analyzers.settings import Source
from analyzers.struct import Struct


class Books(Struct, frozen=True, dict=True):
    """The ledger of a request, read for the directories of migrations that there are."""

    request: Request
    projects: tuple[Project, ...]

    def standing(self, project: Project) -> Standing:
        """What has become of the migrations of one directory that are on the base branch.

        What ran somewhere before it is merged, and comes with the pull request, is not foreign.
        """
        merged = self._merged(project)
        held = [self._held(record, project) for record in self.request.ledger]
        speaking = [one for one in held if one is not None]
        if not speaking:
            return Standing(applied=merged)
        applied = _in_order_of_runs(speaking, merged)
        foreign = [[n for n in one.foreign if self._coming.path(n) is None] for one in speaking]
        return Standing(
            applied=applied,
            pending=tuple(path for path in merged if path not in applied),
            where=_where(speaking, [one.applied if one.told else () for one in speaking]),
            foreign=_where(speaking, foreign),
            asked=tuple(one.environment for one in speaking),
        )

    def environments(self) -> tuple[EnvironmentReport, ...]:
        """What each environment has run of all that is on the base branch, and who says so."""
        return tuple(map(self._reported, self.request.ledger))

    def _reported(self, record: Record) -> EnvironmentReport:
        held = [(project, self._held(record, project)) for project in self.projects]
        known = [(project, one) for project, one in held if one is not None and one.told]
        assumed = any(one is not None and not one.told for _, one in held)
        merged = [path for project, _ in known for path in self._merged(project)]
        there = {path for _, one in known for path in one.applied}
        foreign = dict.fromkeys(basename(path) for _, one in known for path in one.foreign)
        coming = {name for name in foreign if self._coming.path(name) is not None}
        return EnvironmentReport(
            name=record.environment,
            basis=" and ".join(_basis(record, self.request.now, assumed=assumed)),
            merged=len(merged),
            lacks=tuple(basename(path) for path in merged if path not in there),
            exceeds=tuple(name for name in foreign if name not in coming),
            brought=tuple(name for name in foreign if name in coming),
        )

    def _merged(self, project: Project) -> tuple[str, ...]:
        return in_order(project.directory, self.request.base.entries())

    def _held(self, record: Record, project: Project) -> "_Held | None":
        """None: other directories' migrations run there."""
        paths = project.directory.paths
        if record.directories and not {*record.directories} & {*paths}:
            return None
        merged = self._merged(project)
        names = _Names(merged)
        if not self._speaks(record, names):
            told = record.source is Source.BASE
            return _Held(record.environment, merged, told=told)
        found = [(name, names.path(name)) for name in record.names or ()]
        held = dict.fromkeys(path for _, path in found if path is not None)
        foreign = (_here(record, project, name) for name, path in found if path is None)
        ordered = record.source is Source.REPORTS
        return _Held(
            record.environment,
            tuple(held) if ordered else tuple(path for path in merged if path in held),
            tuple(path for path in foreign if path and self._everything.path(path) is None),
            ordered,
        )

    def _speaks(self, record: Record, names: "_Names") -> bool:
        """Whether the record tells of these migrations. A report that names none of them is
        another database's, unless it is empty and there is but one list of migrations.
        """
        if record.names is None or record.is_stale(self.request.now):
            return False
        if record.source is not Source.REPORTS or names.empty:
            return True
        if not record.names:
            return bool(record.directories) or len(self.projects) == 1
        return any(names.path(name) is not None for name in record.names)

    @cached_property
    def _everything(self) -> "_Names":
        """All files of the base branch, whichever list of migrations they belong to."""
        return _Names(self.request.base.entries())

    @cached_property
    def _coming(self) -> "_Names":
        return _Names(self.request.head.entries())


class _Held(Struct, frozen=True):
    """What one environment has run of one directory. Not `told`: the base branch speaks for it.

    `ordered`: `applied` is in the order of its runs. `foreign` are the paths that the directory
    would have.
    """

    environment: str
    applied: tuple[str, ...]
    foreign: tuple[str, ...] = ()
    ordered: bool = False
    told: bool = True


class _Names:
    """Paths by the names that Knex records, which are file names.

    TypeScript is recorded as what it was compiled to, where that is what runs in production.
    """

    def __init__(self, paths: Iterable[str]) -> None:
        self._exact = {basename(path): path for path in paths}
        typed = (name for name in self._exact if name.endswith("ts"))
        self._compiled = {_stem(name): self._exact[name] for name in typed}

    @property
    def empty(self) -> bool:
        return not self._exact

    def path(self, name: str) -> str | None:
        name = basename(name)
        stem = _stem(name)
        return self._exact.get(name) or (self._compiled.get(stem) if stem else None)


def _stem(name: str) -> str | None:
    stem, extension = splitext(name)
    return stem if extension in READABLE_EXTENSIONS else None


def _here(record: Record, project: Project, name: str) -> str | None:
    """The path in the directory under which Knex would look for what ran; None: not there."""
    path = name
    if record.source is Source.REPORTS:
        path = join(project.directory.paths[0], basename(name))
    return path if project.directory.loads(path) else None


def _in_order_of_runs(speaking: Sequence[_Held], merged: Sequence[str]) -> tuple[str, ...]:
    """Everything that ran anywhere: as the fullest report has it, the rest in Knex's order."""
    everywhere = {path for one in speaking for path in one.applied}
    reports = [one.applied for one in speaking if one.ordered]
    first = max(reports, key=len, default=())
    return tuple(dict.fromkeys((*first, *(path for path in merged if path in everywhere))))


def _where(
    speaking: Sequence[_Held], paths: Sequence[Iterable[str]]
) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for one, held in zip(speaking, paths, strict=True):
        for path in held:
            found[path] = (*found.get(path, ()), one.environment)
    return found


def _basis(record: Record, now: datetime | None, *, assumed: bool) -> Iterator[str]:
    """Who says what is applied, and how long ago."""
    if record.names is not None or record.source is Source.BASE:
        age = f" {ago(now - record.at)}" if record.at is not None and now is not None else ""
        reference = record.reference.replace("`", "")
        named = f"`{reference}`" if reference else "`migaudit applied push`"
        yield _SOURCES[record.source].format(named) + age
    if record.is_stale(now):
        yield "the base branch, since that is too long ago to be relied on"
    elif record.unknown:
        yield f"the base branch, since {record.unknown}"
    elif assumed:
        yield "the base branch, where that names none of a directory's migrations"


_SOURCES: Mapping[Source, str] = {
    Source.BASE: "the base branch",
    Source.DEPLOYMENTS: "the deployment of {}",
    Source.TAGS: "the tag {}",
    Source.REPORTS: "{}",
}


def ago(past: timedelta) -> str:
    """`3 hours ago`: in days, hours or minutes, the largest of which there are two or more."""
    seconds = max(0, int(past.total_seconds()))
    for unit, length in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= 2 * length:
            return f"{seconds // length} {unit}s ago"
    return "a minute ago" if seconds >= 60 else "just now"

"""Sorts a pull request's changes by migrations directory, and replays what they add."""

from collections.abc import Callable, Iterable, Iterator
from posixpath import basename, splitext

from analyzers.applied import Books
from analyzers.aside import Aside
from analyzers.batch import replay_batch
from analyzers.comparison import compare, first_difference
from analyzers.describe import until_when
from analyzers.history import History, known_before, replay_history
from analyzers.knex.directory import READABLE_EXTENSIONS, in_order
from analyzers.ledger import Standing
from analyzers.loading import Loader
from analyzers.partly_known import partly_known
from analyzers.project import Project
from analyzers.replay import Known
from analyzers.request import Change, ChangeStatus, Request
from analyzers.result import UnresolvedReport
from analyzers.rules.context import (
    AddedMigration,
    Changes,
    Comparison,
    LateMigration,
    ModifiedMigration,
    RenamedMigration,
)
from analyzers.settings import Settings
from analyzers.source import Place
from analyzers.store import Store
from analyzers.struct import Struct, field, replace
from analyzers.tables import tables
from analyzers.telling import Telling


def changes(
    request: Request,
    found: Iterable[Project],
    settings: Settings,
    progress: Callable[[str], None],
    store: Store,
    aside: Aside,
    telling: Telling,
) -> tuple[Changes, ...]:
    """What the pull request does to each of the projects that it concerns, in their order.

    `telling` follows the migrations that it adds.
    """
    every = tuple(found)
    books = Books(request, every)
    examined = (
        _examined(touched, books, settings, progress, store, aside, telling)
        for touched in _touched(every, request)
    )
    return tuple(changed for changed in examined if changed is not None)


class _Touched(Struct):
    """The changed files of one directory, by what became of them.

    `merged` and `proposed` are its migrations on the base branch and on the head.
    """

    project: Project
    merged: tuple[str, ...]
    proposed: tuple[str, ...]
    added: list[str] = field(default_factory=list)
    modified: list[str] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    renamed: list[RenamedMigration] = field(default_factory=list)
    edited: set[str] = field(default_factory=set)

    def concerned(self) -> bool:
        return bool(self.added or self.modified or self.deleted or self.renamed)

    def sort(self, change: Change) -> None:
        """A file is merged when the base branch holds it, whatever else the change says of it."""
        if change.status is not ChangeStatus.ADDED and _may_be_used(change.previous or change.path):
            self.edited.add(change.previous or change.path)
        if change.status is ChangeStatus.DELETED:
            if change.path in self.merged:
                self.deleted.append(change.path)
        elif change.previous in self.merged:
            self.renamed.append(RenamedMigration(str(change.previous), change.path))
        elif change.path in self.merged:
            self.modified.append(change.path)
        elif change.path in self.proposed:
            self.added.append(change.path)


def _may_be_used(path: str) -> bool:
    """Whether a migration may import or read a file; what only configures tools aside."""
    name, extension = basename(path), splitext(path)[1]
    configures = name in ("package.json", "package-lock.json") or "config" in name
    return extension in (*READABLE_EXTENSIONS, ".json", ".sql") and not configures


def _touched(found: Iterable[Project], request: Request) -> Iterator[_Touched]:
    for project in found:
        touched = _Touched(
            project,
            merged=in_order(project.directory, request.base.entries()),
            proposed=in_order(project.directory, request.head.entries()),
        )
        for change in request.changes:
            touched.sort(change)
        if touched.concerned() or (touched.edited and touched.merged):
            yield touched


def _examined(
    touched: _Touched,
    books: Books,
    settings: Settings,
    progress: Callable[[str], None],
    store: Store,
    aside: Aside,
    telling: Telling,
) -> Changes | None:
    """None: in the end, nothing of it is about these migrations."""
    request = books.request
    base, head = (
        Loader(tree, touched.project, settings, request.unanalysable, progress, aside)
        for tree in (request.base, request.head)
    )
    standing = books.standing(touched.project)
    history = replay_history(base, standing.sequence, store)
    modified = tuple(_modified(touched, standing, history, base, head, store))
    if not touched.concerned() and not modified:
        return None
    coming = _coming(touched, standing, modified)
    if coming.before != standing.sequence:
        before = replay_history(base, coming.before, store).known
        history = replace(history, known=_lacking(before, history.known))
    batch = replay_batch(head, coming.batch, history.known)
    own = (migration for migration in batch if migration.path in coming.audited)
    until = until_when(head.in_transaction(head.load(path)) for path in coming.audited)
    directory = touched.project.directory.paths[0]
    added = telling.following(directory, own, len(coming.audited), until)
    return Changes(
        directory=directory,
        applied=touched.merged,
        added=added,
        modified=modified,
        deleted=tuple(sorted(touched.deleted)),
        renamed=tuple(touched.renamed),
        late=tuple(_late(touched, standing, added, history)),
        partly_known=partly_known(history.known, added),
        settings=settings,
        now=request.now,
        standing=standing,
        refused=tuple(_refused(head, [*coming.audited, *(m.path for m in modified if m.differs)])),
    )


def _refused(head: Loader, paths: Iterable[str]) -> Iterator[UnresolvedReport]:
    for path in sorted(set(paths)):
        reason = head.load(path).refused
        if reason is not None:
            yield UnresolvedReport(Place(path, 1, 1, 1, 1), reason)


class _Coming(Struct, frozen=True):
    """What a deployment of the pull request would run: `batch`, in Knex's order, `before` being
    there. What is merged, and neither applied nor repaired, is no more the pull request's than it
    is applied: where it sorts first it is taken to have run by then, else it runs in its place.
    """

    before: tuple[str, ...]
    batch: tuple[str, ...]
    audited: frozenset[str]


def _coming(
    touched: _Touched, standing: Standing, modified: Iterable[ModifiedMigration]
) -> _Coming:
    repaired = {one.path for one in modified if one.path in standing.pending and one.differs}
    renamed = {one.path for one in touched.renamed if one.previous in standing.pending}
    audited = frozenset((*touched.added, *repaired, *renamed)).intersection(touched.proposed)
    gone = {*touched.deleted, *repaired, *(one.previous for one in touched.renamed)}
    pending = [path for path in standing.pending if path not in gone]
    order = in_order(touched.project.directory, {*pending, *audited})
    first = next((n for n, path in enumerate(order) if path in audited), len(order))
    if not audited:
        return _Coming(standing.sequence, (), audited)
    return _Coming((*standing.applied, *order[:first]), order[first:], audited)


def _lacking(before: Known, later: Known) -> Known:
    """What is known `before`, and that the tables that are created only `later` are missing."""
    tables = later.schema.tables.items()
    made = {name for name, table in tables if table.exists and table.certain}
    absent = before.schema.absent | made.difference(before.schema.tables)
    return replace(before, schema=replace(before.schema, absent=absent))


def _modified(
    touched: _Touched,
    standing: Standing,
    history: History,
    base: Loader,
    head: Loader,
    store: Store,
) -> Iterator[ModifiedMigration]:
    order = standing.sequence
    for path in sorted(touched.modified):
        yield compare(base, head, path, known_before(base, order, path, store))
    for path, used in sorted(_indirectly(touched, history).items()):
        compared = compare(base, head, path, known_before(base, order, path, store))
        if compared.comparison is not Comparison.SAME_TEXT:
            at = first_difference(base.tree, head.tree, used)
            yield replace(compared, at=at, through=used)


def _indirectly(touched: _Touched, history: History) -> dict[str, str]:
    """Applied migrations of which only a file that they use has changed, and that file."""
    found = {
        path: min(touched.edited & files)
        for path, files in history.files.items()
        if touched.edited & files and path not in touched.modified
    }
    return {path: used for path, used in found.items() if used not in touched.merged}


def _late(
    touched: _Touched, standing: Standing, added: Iterable[AddedMigration], history: History
) -> Iterator[LateMigration]:
    """Added migrations that sort before applied ones: `touches` are those on the same tables."""
    applied = (*standing.applied, *standing.foreign)
    for migration in added:
        order = in_order(touched.project.directory, (*applied, migration.path))
        later = order[order.index(migration.path) + 1 :]
        if later:
            own = tables(migration.up)
            shared = (path for path in later if own & history.touched.get(path, frozenset()))
            yield LateMigration(migration.path, later, tuple(shared))

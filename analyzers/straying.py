"""Migrations that a pull request adds where Knex will not load them."""

from collections.abc import Iterator, Sequence
from posixpath import basename, dirname, splitext

from analyzers.knex.directory import READABLE_EXTENSIONS, extension, looks_like_migration
from analyzers.project import Project
from analyzers.request import ChangeStatus, Request
from analyzers.rules.context import Astray, Stray
from analyzers.rules.numbering import style
from analyzers.source import Kind, SourceTree, UnreadableFile


def strays(request: Request, projects: Sequence[Project]) -> Iterator[Stray]:
    """Each added file that looks like a migration and lies in none of the directories.

    A folder that holds migrations on the base branch is one that somebody has Knex load.
    """
    trusted = _trusted(projects)
    if not trusted or request.directories:
        return
    for change in request.changes:
        if change.status is ChangeStatus.ADDED and _may_be_lost(request.head, trusted, change.path):
            stray = _stray(request, trusted, change.path)
            if stray is not None:
                yield stray


def _trusted(projects: Sequence[Project]) -> tuple[Project, ...]:
    """The directories that knexfiles name; without any, those that are no part of another one."""
    told = tuple(project for project in projects if not project.guessed)
    folders = {path for project in projects for path in project.directory.paths}
    return told or tuple(
        project
        for project in projects
        if not any(_above(folder, project.directory.paths[0]) for folder in folders)
    )


def _stray(request: Request, trusted: Sequence[Project], path: str) -> Stray | None:
    folders = [folder for project in trusted for folder in project.directory.paths]
    folder = dirname(path)
    if folder in folders:
        own = _is_read(request.head, trusted, path)
        return None if own else Stray(path, Astray.EXTENSION, (folder,))
    if path.endswith(".sql") or _is_established(request.base, folder):
        return None
    if not looks_like_migration(request.head, path):
        return None
    above = tuple(one for one in folders if _above(one, folder))
    if above:
        return Stray(path, Astray.SUBFOLDER, above)
    if not any(project.guessed for project in trusted) and style(basename(path)) is not None:
        return Stray(path, Astray.ELSEWHERE, tuple(dict.fromkeys(folders)))
    return None


def _may_be_lost(tree: SourceTree, trusted: Sequence[Project], path: str) -> bool:
    """Whether it is a file that is understood here, and that Knex does not load."""
    entry = tree.entries().get(path)
    if entry is None or entry.kind is not Kind.FILE or path.endswith(".d.ts"):
        return False
    if any(project.directory.loads(path) for project in trusted):
        return False
    return extension(path) in (*READABLE_EXTENSIONS, ".sql")


def _is_read(tree: SourceTree, trusted: Sequence[Project], path: str) -> bool:
    """Whether it is no migration: a helper, or SQL that a migration beside it may read."""
    if not path.endswith(".sql"):
        return not looks_like_migration(tree, path)
    stem = splitext(basename(path))[0].partition(".")[0]
    beside = (other for other in tree.entries() if dirname(other) == dirname(path))
    loaded = [o for o in beside if any(p.directory.loads(o) for p in trusted)]
    return any(splitext(basename(o))[0] == stem or _names(tree, o, path) for o in loaded)


def _names(tree: SourceTree, migration: str, path: str) -> bool:
    try:
        return basename(path).encode() in tree.read(migration)
    except UnreadableFile:
        return False


def _is_established(base: SourceTree, folder: str) -> bool:
    files = [path for path in base.entries() if dirname(path) == folder]
    return any(extension(p) in READABLE_EXTENSIONS and looks_like_migration(base, p) for p in files)


def _above(folder: str, other: str) -> bool:
    return other != folder and (not folder or other.startswith(f"{folder}/"))

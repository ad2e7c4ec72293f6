"""Where a repository keeps its migrations, and how its knexfiles have Knex run them."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import PurePosixPath
from posixpath import join, normpath

from analyzers.javascript.syntax import TooLarge
from analyzers.knex.directory import LOAD_EXTENSIONS, Directory, found, in_order
from analyzers.knex.execution import Unresolved
from analyzers.knex.knexfile import Configuration, configurations, knexfiles, release_for
from analyzers.knex.release import LATEST, Release, release_of
from analyzers.postgres.effects import Effects
from analyzers.postgres.parser import ParsedStatement, parse
from analyzers.postgres.replay import apply
from analyzers.postgres.schema import Schema
from analyzers.postgres.transaction import Transaction
from analyzers.postgres.translate import operations
from analyzers.result import UnresolvedReport
from analyzers.settings import Settings
from analyzers.source import Place, SourceFile, SourceTree, UnreadableFile
from analyzers.struct import Struct, field, replace


class Project(Struct, frozen=True, eq=False):
    """One list of migrations.

    `session` is what every connection begins with, `empty` the database before the first one.
    `guessed`: no knexfile speaks of it. `from_empty` False: other lists may fill its database.
    `shared`: lists of the same package may change its very tables.
    """

    directory: Directory
    release: Release = LATEST
    disable_transactions: bool = False
    session: Transaction = field(default_factory=Transaction.none)
    empty: Schema = field(default_factory=Schema)
    guessed: bool = False
    from_empty: bool = True
    shared: bool = False

    def begun(self, *, in_transaction: bool) -> Transaction:
        """A transaction, or the lack of one, on a fresh connection."""
        settings = self.session.settings
        return Transaction.begun(settings) if in_transaction else Transaction.none(settings)


class Found(Struct, frozen=True):
    """All projects; and the places of knexfiles that leave open where their migrations are.

    `refused` are those of the head's that could not be looked at at all.
    """

    projects: tuple[Project, ...]
    unresolved: tuple[UnresolvedReport, ...] = ()
    refused: tuple[UnresolvedReport, ...] = ()


def projects(
    base: SourceTree,
    head: SourceTree,
    settings: Settings,
    directories: Iterable[str] = (),
    extensions: tuple[str, ...] = (),
) -> Found:
    """The projects of both trees. How the base has Knex run a directory counts before the head.

    `directories` names them where neither the settings nor the repository is to be asked, and
    `extensions` what is loaded there besides Knex's own.
    """
    named = tuple(directories) or settings.directories
    if named:
        loaded = (*LOAD_EXTENSIONS, *extensions)
        told = [_guessed(base, Directory((path,), loaded), settings) for path in named]
        return Found(_apart(told, (base, head)))
    searches = (_Search(base, settings), _Search(head, settings))
    known: dict[str, Project] = {}
    for project in (project for search in searches for project in search.found()):
        if not any(path in known for path in project.directory.paths):
            known.update(dict.fromkeys(project.directory.paths, project))
    ordered = sorted(dict.fromkeys(known.values()), key=lambda p: p.directory.paths)
    unresolved = dict.fromkeys(one for search in searches for one in search.unresolved)
    refused = tuple(searches[1].refused)
    return Found(_apart(ordered, (base, head)), tuple(unresolved), refused)


def _apart(found: Sequence[Project], trees: Collection[SourceTree]) -> tuple[Project, ...]:
    """Directories that no knexfile speaks of may share a database with the others; those of one
    package surely do."""
    if len(found) == 1:
        return tuple(found)
    packages = {one: _package(one.directory.paths[0], trees) for one in found}
    guessed = Counter(packages[one] for one in found if one.guessed)
    return tuple(
        replace(one, from_empty=False, shared=guessed[packages[one]] > 1) if one.guessed else one
        for one in found
    )


def _package(directory: str, trees: Collection[SourceTree]) -> str:
    """The nearest folder around it with a package.json."""
    folders = (directory, *map(str, PurePosixPath(directory).parents))
    named = {folder: normpath(join(folder, "package.json")) for folder in folders}
    return next((f for f in named if any(named[f] in tree.entries() for tree in trees)), "")


class _Search(Struct):
    """The projects of one tree, and what its knexfiles leave open."""

    tree: SourceTree
    settings: Settings
    unresolved: list[UnresolvedReport] = field(default_factory=list)
    refused: list[UnresolvedReport] = field(default_factory=list)

    def found(self) -> Iterator[Project]:
        """Those of the knexfiles that lead to files, then what looks like migrations otherwise."""
        entries = self.tree.entries()
        for path in self.settings.knexfiles or knexfiles(entries):
            for configuration in self._configurations(path) if path in entries else ():
                if in_order(configuration.directory, entries):
                    yield _configured(self.tree, configuration, self.settings)
        if not self.settings.knexfiles:
            for directory in found(self.tree):
                yield _guessed(self.tree, directory, self.settings)

    def _configurations(self, path: str) -> tuple[Configuration, ...]:
        try:
            told = configurations(self.tree, path, environment=self.settings.environment)
        except (UnreadableFile, TooLarge) as error:
            reason = error.reason if isinstance(error, UnreadableFile) else str(error)
            self.refused.append(UnresolvedReport(Place(path, 1, 1, 1, 1), reason))
            self.unresolved += self.refused[-1:]
            return ()
        postgres = [one for one in told if one.may_be_postgres]
        for one in postgres if not any(one.directory.paths for one in postgres) else ():
            self.unresolved += [self._reported(path, what) for what in one.unresolved]
        return tuple(one for one in postgres if one.directory.paths)

    def _reported(self, path: str, what: Unresolved) -> UnresolvedReport:
        """Where a knexfile is not understood; what lies in another file, at its first line."""
        if what.span.path != path:
            return UnresolvedReport(Place(path, 1, 1, 1, 1), what.reason)
        file = SourceFile(path, self.tree.read(path).decode("utf-8").removeprefix("\ufeff"))
        return UnresolvedReport(file.place(what.span), what.reason)


def _configured(tree: SourceTree, configuration: Configuration, settings: Settings) -> Project:
    session, empty = _connected(configuration.on_connect)
    return Project(
        configuration.directory,
        _release(tree, configuration.knexfile, settings),
        configuration.disable_transactions,
        session,
        empty,
    )


def _guessed(tree: SourceTree, directory: Directory, settings: Settings) -> Project:
    release = _release(tree, join(directory.paths[0], "package.json"), settings)
    return Project(directory, release, guessed=True)


def _release(tree: SourceTree, path: str, settings: Settings) -> Release:
    return release_for(tree, path) if settings.knex is None else release_of(settings.knex)


def _connected(statements: Iterable[str]) -> tuple[Transaction, Schema]:
    """What a connection and its search path are after the statements that it begins with."""
    session, schema = Transaction.none(), Schema()
    for parsed in (one for sql in statements for one in parse(sql)):
        if isinstance(parsed, ParsedStatement):
            for operation in operations(parsed):
                session = session.advance(operation, Effects())
                schema = apply(schema, operation)
    return session, schema

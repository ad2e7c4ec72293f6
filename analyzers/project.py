"""Where a repository keeps its migrations, and how its knexfiles have Knex run them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from posixpath import join

from analyzers.javascript.syntax import TooLarge
from analyzers.knex.directory import LOAD_EXTENSIONS, Directory, found, in_order
from analyzers.knex.knexfile import Configuration, configurations, knexfiles, release_for
from analyzers.knex.release import LATEST, Release
from analyzers.postgres.effects import Effects
from analyzers.postgres.parser import ParsedStatement, parse
from analyzers.postgres.replay import apply
from analyzers.postgres.schema import Schema
from analyzers.postgres.transaction import Transaction
from analyzers.postgres.translate import operations
from analyzers.source import SourceTree, UnreadableFile


@dataclass(frozen=True, slots=True, eq=False)
class Project:
    """One list of migrations.

    `session` is what every connection begins with, `empty` the database before the first one.
    """

    directory: Directory
    release: Release = LATEST
    disable_transactions: bool = False
    session: Transaction = field(default_factory=Transaction.none)
    empty: Schema = field(default_factory=Schema)

    def begun(self, *, in_transaction: bool) -> Transaction:
        """A transaction, or the lack of one, on a fresh connection."""
        settings = self.session.settings
        return Transaction.begun(settings) if in_transaction else Transaction.none(settings)


def projects(
    base: SourceTree,
    head: SourceTree,
    directories: Iterable[str] = (),
    extensions: tuple[str, ...] = (),
    environment: Mapping[str, str] | None = None,
) -> tuple[Project, ...]:
    """The projects of both trees. How the base has Knex run a directory counts before the head.

    `directories` names them where the repository isn't to be asked, and `extensions` what is
    loaded there besides Knex's own; `environment` is what the knexfiles find in `process.env`.
    """
    named = tuple(directories)
    if named:
        loaded = (*LOAD_EXTENSIONS, *extensions)
        return tuple(_told(base, Directory((path,), loaded)) for path in named)
    known: dict[str, Project] = {}
    for project in (*_of(base, environment), *_of(head, environment)):
        if not any(path in known for path in project.directory.paths):
            known.update(dict.fromkeys(project.directory.paths, project))
    return tuple(sorted(dict.fromkeys(known.values()), key=lambda p: p.directory.paths))


def _of(tree: SourceTree, environment: Mapping[str, str] | None) -> Iterator[Project]:
    """Those of the knexfiles that lead to files, then what looks like migrations otherwise."""
    for path in knexfiles(tree.entries()):
        for configuration in _configurations(tree, path, environment):
            if in_order(configuration.directory, tree.entries()):
                yield _configured(tree, configuration)
    for directory in found(tree):
        yield _told(tree, directory)


def _configurations(
    tree: SourceTree, path: str, environment: Mapping[str, str] | None
) -> tuple[Configuration, ...]:
    try:
        told = configurations(tree, path, environment=environment)
    except (UnreadableFile, TooLarge):
        return ()
    return tuple(one for one in told if one.may_be_postgres and one.directory.paths)


def _configured(tree: SourceTree, configuration: Configuration) -> Project:
    session, empty = _connected(configuration.on_connect)
    return Project(
        configuration.directory,
        release_for(tree, configuration.knexfile),
        configuration.disable_transactions,
        session,
        empty,
    )


def _told(tree: SourceTree, directory: Directory) -> Project:
    return Project(directory, release_for(tree, join(directory.paths[0], "package.json")))


def _connected(statements: Iterable[str]) -> tuple[Transaction, Schema]:
    """What a connection and its search path are after the statements that it begins with."""
    session, schema = Transaction.none(), Schema()
    for parsed in (one for sql in statements for one in parse(sql)):
        if isinstance(parsed, ParsedStatement):
            for operation in operations(parsed):
                session = session.advance(operation, Effects())
                schema = apply(schema, operation)
    return session, schema

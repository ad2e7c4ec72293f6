"""Loads the migrations of one tree, each once, and runs them against a replayed database."""

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from itertools import chain

from analyzers import sql_file
from analyzers.aside import Aside, Nowhere
from analyzers.findings import Direction
from analyzers.foresight import FEWEST, Foreseen, Foresight, Questioned, send_all
from analyzers.javascript.modules import Program
from analyzers.javascript.syntax import TooLarge
from analyzers.knex.execution import Database, Execution
from analyzers.knex.migration import Migration, execute, load, program_for
from analyzers.postgres.parser import comments as sql_comments
from analyzers.postgres.transaction import Transaction
from analyzers.project import Project
from analyzers.recording import Dependencies, RecordingTree
from analyzers.replay import Known, Replaying
from analyzers.rules.context import Export, Replay, Sources, SyntaxProblem
from analyzers.settings import Settings
from analyzers.source import SourceFile, SourceTree, Span, UnreadableFile
from analyzers.struct import Struct, replace


class Loaded(Struct, frozen=True):
    """A migration's file; without `migration` where it can't be analysed, for the `problems`.

    A file of SQL has neither.
    """

    path: str
    file: SourceFile
    migration: Migration | None
    problems: tuple[SyntaxProblem, ...] = ()

    @property
    def refused(self) -> str | None:
        """Why the file could not be looked at; one with syntax errors could."""
        return self.problems[0].message if self.migration is None and self.problems else None

    @property
    def tokens(self) -> tuple[str, ...]:
        """The code without its formatting and comments."""
        return () if self.migration is None else self.migration.module.tokens()

    @property
    def comments(self) -> Sequence[Span]:
        if self.migration is not None:
            return self.migration.module.comments()
        return [Span(self.path, at.start, at.end) for at in sql_comments(self.file.text)]

    @property
    def exports(self) -> Mapping[str, Export]:
        if self.migration is None:
            return {}
        config = self.migration.module.exports.get("config")
        exports = {"up": self.migration.up, "down": self.migration.down, "config": config}
        return {
            name: Export(export.span, export.does_nothing)
            for name, export in exports.items()
            if export is not None
        }


@dataclass(slots=True)
class Loader:
    """The migrations of one tree. `progress` is told each path before its file is looked at."""

    tree: SourceTree
    project: Project
    settings: Settings
    unanalysable: Mapping[str, str]
    progress: Callable[[str], None]
    aside: Aside = field(default_factory=Nowhere)
    _foresight: Foresight = field(default_factory=Foresight)
    _loaded: dict[str, Loaded] = field(default_factory=dict)
    _recorder: RecordingTree = field(init=False)
    _program: Program = field(init=False)

    def __post_init__(self) -> None:
        self._recorder = RecordingTree(self.tree, self.project.directory.paths)
        self._program = program_for(
            self._recorder,
            release=self.project.release,
            environment=self.settings.environment,
        )

    @property
    def circumstances(self) -> str:
        """All that a replay depends on besides the files."""
        project = self.project
        told = (
            project.release,
            project.disable_transactions,
            project.session,
            project.from_empty,
            self.settings.postgres,
            sorted(self.settings.environment.items()),
        )
        return repr((told, sorted(self.unanalysable)))

    def dependencies(self) -> Dependencies:
        """All files that loading has looked up so far."""
        return self._recorder.dependencies()

    def files(self, path: str) -> frozenset[str]:
        """What the migration at `path`, the last that was executed, is made of."""
        migration = self.load(path).migration
        imported = migration.module.files() if migration else ()
        return frozenset((path, *imported)) | self._recorder.marked()

    def still(self, dependencies: Dependencies) -> bool:
        """Whether what another replay has looked up is the same here."""
        return dependencies.hold(self.tree, self.project.directory.paths)

    def file(self, path: str) -> SourceFile:
        """Any text of the tree; raises `UnreadableFile`."""
        return SourceFile(path, self._program.read(path))

    def sources(self, one: Loaded, executions: Iterable[Execution]) -> Sources:
        """The file of a migration, and those from which something of what it sends comes."""
        sent = (statement for execution in executions for statement in execution.statements)
        spans = chain.from_iterable((s.span, *(p.span for p in s.sql.pieces)) for s in sent)
        files = {one.path: one.file}
        for path in sorted({span.path for span in spans if span is not None} - {one.path}):
            with suppress(UnreadableFile):
                files[path] = self.file(path)
        return Sources(files)

    def load(self, path: str) -> Loaded:
        if path not in self._loaded:
            self._loaded[path] = self._load(path)
        return self._loaded[path]

    def database(self, known: Known, transaction: Transaction | None = None) -> Replaying:
        """A database to replay on; `transaction` is the one that the batch is in already."""
        begun = transaction or replace(self.project.begun(in_transaction=True), began=known.schema)
        alone = self.project.begun(in_transaction=False)
        return Replaying(known, self.settings.postgres, transactions={0: begun, None: alone})

    def between_runs(self, known: Known) -> Known:
        """What a later run of Knex meets: a new connection, with the search path it begins with."""
        path = self.project.empty.search_path
        if known.schema.search_path == path:
            return known
        return replace(known, schema=replace(known.schema, search_path=path))

    def in_transaction(self, one: Loaded) -> bool:
        disabled = self.project.disable_transactions
        return one.migration is None or one.migration.uses_transaction(disabled=disabled)

    def execute(self, one: Loaded, direction: Direction, database: Replaying) -> Replay | None:
        """One direction of a migration against `database`. None: it can't be analysed.

        A file that doesn't parse is one that Node doesn't run.
        """
        if one.problems or (one.migration is None and not _is_sql(one.path)):
            return None
        self._recorder.marked()
        self.progress(one.path)
        if one.migration is None:
            return database.finish(sql_file.execute(one.file, direction, database))
        execution = self._foresight.execution((one.path, direction))
        if execution is None:
            execution = self._executed(one.migration, direction, database)
        else:
            send_all(execution, database)
        return database.finish(execution)

    def foreseen(self, one: Loaded, direction: Direction) -> Execution | None:
        """What it sends, where that is known without executing it here."""
        return self._foresight.execution((one.path, direction))

    def foresee(self, paths: Sequence[str], directions: Sequence[Direction]) -> None:
        """Has executions worked out beside the audit: best asked for in this order."""
        loaded = [one for one in map(self.load, paths) if one.migration and not one.problems]
        jobs = [(one, direction) for one in loaded for direction in directions]
        if len(jobs) >= FEWEST:
            work = (partial(self._foreseen, *job) for job in jobs)
            order = deque((one.path, direction) for one, direction in jobs)
            self._foresight = Foresight(order, self.aside.begin(work, Foreseen))

    def _foreseen(self, one: Loaded, direction: Direction) -> Foreseen:
        assert one.migration is not None
        self._recorder.marked()
        database = Questioned()
        execution = self._executed(one.migration, direction, database)
        return Foreseen(None if database.asked or self._recorder.asked else execution)

    def _executed(
        self, migration: Migration, direction: Direction, database: Database
    ) -> Execution:
        return execute(
            migration,
            direction,
            database,
            release=self.project.release,
            disable_transactions=self.project.disable_transactions,
        )

    def _load(self, path: str) -> Loaded:
        if path in self.unanalysable:
            return _refused(path, self.unanalysable[path])
        self.progress(path)
        try:
            if _is_sql(path):
                return Loaded(path, SourceFile(path, self._program.read(path)), None)
            migration = load(self._recorder, path, program=self._program)
        except UnreadableFile as unreadable:
            return _refused(path, unreadable.reason)
        except TooLarge as too_large:
            return _refused(path, str(too_large))
        module = migration.module
        problems = tuple(SyntaxProblem(p.span, p.reason) for p in module.problems)
        return Loaded(path, module.file, migration, problems)


def _is_sql(path: str) -> bool:
    return path.endswith(".sql")


def _refused(path: str, reason: str) -> Loaded:
    problem = SyntaxProblem(Span(path, 0, 0), reason)
    return Loaded(path, SourceFile(path, ""), None, (problem,))

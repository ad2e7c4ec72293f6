"""What a rule looks at: an operation at its moment, a migration, a pull request's changes."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from enum import Enum
from functools import reduce

from analyzers.knex.execution import Execution, Statement
from analyzers.ledger import Standing
from analyzers.postgres.deployed import Deployed
from analyzers.postgres.effects import Effects
from analyzers.postgres.operations import Name, Operation, Range
from analyzers.postgres.schema import Schema
from analyzers.postgres.transaction import Transaction
from analyzers.result import PartlyKnown, UnresolvedReport
from analyzers.settings import Settings
from analyzers.shapes import Problem
from analyzers.source import Place, SourceFile, Span
from analyzers.struct import Struct, field
from analyzers.suppressions import Directive
from analyzers.text import Text

_STATEMENT_ENDS = re.compile("[;=]")
"""What never stands between two parts of one string."""


class Sources(Struct, frozen=True):
    """The files that spans point into. A span of a file that isn't held has no place in it."""

    files: Mapping[str, SourceFile]

    def place(self, span: Span) -> Place:
        file = self.files.get(span.path)
        return file.place(span) if file else Place(span.path, 1, 1, 1, 1)

    def excerpt(self, span: Span) -> str:
        """The source at `span`, as it is written."""
        file = self.files.get(span.path)
        return file.text[span.start : span.end] if file else ""


class Step(Struct, frozen=True):
    """One operation at its moment of a replay: `schema` and `transaction` are those before it."""

    operation: Operation
    statement: Statement
    schema: Schema
    transaction: Transaction
    effects: Effects


class SqlProblem(Struct, frozen=True):
    """SQL that PostgreSQL's parser refuses, `offset` characters into the statement's text."""

    statement: Statement
    message: str
    offset: int


class Replay(Struct, frozen=True):
    """One direction of a migration, replayed: what it does, and the schema it leaves.

    `from_empty`: for all that has been seen, the history began with an empty database.
    """

    execution: Execution
    steps: tuple[Step, ...]
    problems: tuple[SqlProblem, ...]
    after: Schema
    from_empty: bool = False


class Export(Struct, frozen=True):
    """A function that a migration exports. `does_nothing`: its body is empty."""

    span: Span
    does_nothing: bool


class SyntaxProblem(Struct, frozen=True):
    """A place where a file doesn't parse, or why it couldn't be read at all."""

    span: Span
    message: str


class Later(Struct, eq=False):
    """A replay that is made when it is first asked for: what it sends may be known before."""

    make: Callable[[], Replay | None]
    sent: Execution | None = None
    _made: tuple[Replay | None] | None = None

    @classmethod
    def now(cls, replay: Replay | None) -> "Later":
        """One that is there already."""
        return cls(lambda: replay)

    @property
    def replay(self) -> Replay | None:
        if self._made is None:
            self._made = (self.make(),)
        return self._made[0]

    @property
    def execution(self) -> Execution | None:
        if self.sent is not None:
            return self.sent
        return None if self.replay is None else self.replay.execution


class AddedMigration(Struct, frozen=True):
    """A migration that the pull request adds. Without a replay where it couldn't be analysed.

    `rollback` is its `down`. `transaction` is False where its `config` says so. `directives` are
    comments in it, and in the SQL that it sends, which would suppress findings. `before` is the
    schema that `up` meets.
    """

    path: str
    name: str
    sources: Sources
    transaction: bool
    exports: Mapping[str, Export]
    syntax_problems: tuple[SyntaxProblem, ...]
    before: Deployed
    up: Replay | None
    rollback: Later
    directives: tuple[Directive, ...] = ()

    @property
    def start(self) -> Place:
        """Where findings about the file as a whole stand."""
        return Place(self.path, 1, 1, 1, 1)

    @property
    def down(self) -> Replay | None:
        return self.rollback.replay

    def replays(self) -> tuple[Replay, ...]:
        return tuple(replay for replay in (self.up, self.down) if replay is not None)

    def executions(self) -> tuple[Execution, ...]:
        """What both send, which may be known before they are replayed."""
        up = self.up.execution if self.up is not None else None
        return tuple(each for each in (up, self.rollback.execution) if each is not None)


class Context(Struct, frozen=True):
    """An operation of `up` and everything around it."""

    migration: AddedMigration
    step: Step
    settings: Settings

    @property
    def schema(self) -> Schema:
        return self.step.schema

    @property
    def statement(self) -> Statement:
        return self.step.statement

    @property
    def effects(self) -> Effects:
        return self.step.effects

    def is_new(self, table: Name) -> bool:
        """Whether this pull request created `table`, and nothing filled it from another one.

        Nobody else can wait for such a table, or lose by what becomes of it.
        """
        found = self.schema.table(table)
        return found is not None and found.new

    def place(self, at: Range) -> Place:
        """Where the source says what the range `at` of the statement's SQL says."""
        return place_of(self.migration, self.statement, at)


class MigrationContext(Struct, frozen=True):
    """A whole added migration."""

    migration: AddedMigration
    settings: Settings


def place_of(migration: AddedMigration, statement: Statement, at: Range) -> Place:
    """The place in the migration's own file that causes a part of a statement.

    What an imported helper or an SQL file says stands on the line that reaches it.
    """
    span = statement.sql.span(at.start, at.end, within=statement.span) or statement.span
    entry = statement.sql.entry(at.start, at.end)
    if entry is not None and _leads(entry, span, statement, at):
        return migration.sources.place(entry)
    if span.path != migration.path:
        reaches = statement.span if statement.span.path == migration.path else statement.entry
        return migration.sources.place(reaches or Span(migration.path, 0, 0))
    if not statement.span.holds(span):
        span = _written_together(migration.sources, statement.sql.slice(at.start, at.end), span)
    return migration.sources.place(span)


def _leads(entry: Span, span: Span, statement: Statement, at: Range) -> bool:
    """Whether a call, rather than its arguments at `span`, is what says a part of a statement.

    It stands in another file, or in a helper, and nothing but arguments stand with the statement.
    """
    if span.path != entry.path or entry.holds(span):
        return True
    own = (piece.span for piece in statement.sql.slice(*at).pieces if not piece.exact)
    return not any(one is not None and statement.span.holds(one) for one in (entry, *own))


def written_elsewhere(
    migration: AddedMigration, statement: Statement, at: Range, reached: Place
) -> Place | None:
    """Where another file says a part of a statement that the migration reaches at `reached`."""
    sources, sql = migration.sources, statement.sql.slice(at.start, at.end)
    helped = (
        piece.span
        for piece in sql.pieces
        if piece.span and piece.entry and sources.place(piece.entry) == reached
    )
    span = next(helped, None) or sql.span() or statement.span
    if span.path == migration.path:
        span = statement.span
    return migration.sources.place(span) if span.path != migration.path else None


def _written_together(sources: Sources, sql: Text, whole: Span) -> Span:
    """Of SQL whose parts stand in several statements of a file: where most of it is written."""
    spans = sorted(
        piece.span for piece in sql.pieces if piece.span and piece.span.path == whole.path
    )
    groups: list[list[Span]] = []
    for span in spans:
        between = Span(span.path, groups[-1][-1].end, span.start) if groups else span
        if groups and not _STATEMENT_ENDS.search(sources.excerpt(between)):
            groups[-1].append(span)
        else:
            groups.append([span])
    most = max(groups, key=lambda group: sum(span.end - span.start for span in group))
    return reduce(Span.to, most)


class Comparison(Enum):
    """What became of an applied migration whose file the pull request changes."""

    SAME_TEXT = "the same text"
    SAME_STATEMENTS = "other text, the same statements"
    OTHER_STATEMENTS = "other statements"
    NOT_COMPARABLE = "not known without running it"


class ModifiedMigration(Struct, frozen=True):
    """An applied migration that the pull request edits. `at` is the first line that differs.

    `through`: the file that it imports or reads and that was edited in its stead.
    """

    path: str
    comparison: Comparison
    at: Place
    difference: str = ""
    through: str | None = None

    @property
    def differs(self) -> bool:
        """Whether it does something else, for all that is known."""
        return self.comparison in (Comparison.OTHER_STATEMENTS, Comparison.NOT_COMPARABLE)


class RenamedMigration(Struct, frozen=True):
    previous: str
    path: str


class LateMigration(Struct, frozen=True):
    """An added migration that sorts before applied ones; `touches`: those on the same tables."""

    path: str
    applied: tuple[str, ...]
    touches: tuple[str, ...]


class Changes(Struct, frozen=True):
    """What a pull request does to one migrations directory.

    `applied` are the paths of the migrations on the base branch in Knex's order; `standing` says
    which of them have run where. `added` are the new ones in the order in which Knex will run
    them, those among them that are merged, have run nowhere and are repaired. `now` None: nobody
    said. `refused` are those files, added or modified, that could not be looked at.
    """

    directory: str
    applied: tuple[str, ...]
    added: tuple[AddedMigration, ...]
    modified: tuple[ModifiedMigration, ...]
    deleted: tuple[str, ...]
    renamed: tuple[RenamedMigration, ...]
    late: tuple[LateMigration, ...]
    partly_known: tuple[PartlyKnown, ...]
    settings: Settings
    now: datetime | None = None
    standing: Standing = field(default_factory=Standing)
    refused: tuple[UnresolvedReport, ...] = ()


class Misconfiguration(Struct, frozen=True):
    """A mistake in the repository's configuration, as the pull request finds or makes it.

    `counts`: it is on the base branch, whose configuration is the one in force. `base_line` is
    its line there where the pull request's version lacks it; `corrected`: that version has no
    mistake at all. `place` is where people can see it. `elsewhere`: it is the organisation's.
    """

    problem: Problem
    place: Place
    counts: bool
    base_line: int | None = None
    corrected: bool = False
    elsewhere: bool = False


class Slip(Enum):
    """Why a comment that would suppress something doesn't."""

    NO_REASON = "it gives no reason"
    NO_RULE = "it names no rule"
    UNKNOWN_RULE = "it names a rule that does not exist"
    UNKNOWN_VERB = "it is none of the comments that there are"
    MISPLACED = "it does not stand where it covers anything"
    NOT_SUPPRESSIBLE = "it names a rule that no file may switch off"
    UNUSED = "there is nothing to hide"


class IdleDirective(Struct, frozen=True):
    """A comment that hides nothing, or one of its rules that doesn't.

    `rule` is as written, `known` are all that there are.
    """

    directive: Directive
    slip: Slip
    rule: str = ""
    known: tuple[str, ...] = ()


class Astray(Enum):
    """Why Knex does not load a migration."""

    SUBFOLDER = "it lies in a sub-folder"
    EXTENSION = "its extension is not loaded"
    ELSEWHERE = "no knexfile names its folder"


class Stray(Struct, frozen=True):
    """An added migration that Knex does not load; `directories` are those that it looks at."""

    path: str
    why: Astray
    directories: tuple[str, ...]

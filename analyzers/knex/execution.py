"""What running a migration would do, as far as it can be known without running it."""

from enum import Enum
from typing import Protocol

from analyzers.findings import Direction
from analyzers.source import Span
from analyzers.struct import Struct
from analyzers.text import Text


class Statement(Struct, frozen=True):
    """One text that Knex sends to PostgreSQL, with its bindings written in as literals.

    A raw text may hold several SQL statements. `span` is the call that sends it; where that lies
    in another file than the migration, `entry` is the part of the migration that reaches it.
    `conditional`: behind a condition that only a run decides. `repeated`: in a loop of unknown
    length. `transaction` tells which transaction it runs in: statements with equal numbers share
    one, None is none at all. `prepared`: the text for which values are sent apart, `$1` for each,
    or nothing where it surely takes them; None: it holds all of its values itself.
    """

    sql: Text
    span: Span
    conditional: bool = False
    repeated: bool = False
    transaction: int | None = 0
    entry: Span | None = None
    prepared: str | None = None


class Unresolved(Struct, frozen=True):
    """A part that cannot be known without running it. `reason` is a clause for users."""

    span: Span
    reason: str
    entry: Span | None = None


class Habit(Enum):
    """Ways to write a migration that are dangers whatever its SQL says."""

    NOT_AWAITED = "neither awaited nor returned"
    ASYNC_CALLBACK = "an async callback that Knex does not await"
    UNKNOWN_METHOD = "a method that Knex does not have"
    IGNORED_BY_KNEX = "a part that Knex drops without a word"
    SWALLOWED_ERROR = "an error that is caught and forgotten"
    ENVIRONMENT = "depends on where or when it runs"
    NOT_PASSED = "a parameter for which Knex passes nothing any more"
    DECIDED_GUARD = "a guard whose answer the history of the schema knows"


class Observation(Struct, frozen=True):
    """A `Habit` seen at `span`; `subject` is the code or name it concerns, for the message."""

    habit: Habit
    span: Span
    subject: str
    entry: Span | None = None


class Undone(Struct, frozen=True):
    """Statements that `knex.transaction(…)` takes back because its callback throws.

    All of `transaction` from number `first` on. `conditional`: only a run decides whether it
    throws.
    """

    first: int
    transaction: int | None
    conditional: bool = False


class Execution(Struct, frozen=True):
    """All of one direction of one migration, in the order in which Knex would do it.

    `throws`: it surely ends in an error of its own making (a `down` that refuses), which says
    `error`, as far as that is known.
    """

    direction: Direction
    statements: tuple[Statement, ...] = ()
    unresolved: tuple[Unresolved, ...] = ()
    observations: tuple[Observation, ...] = ()
    throws: Span | None = None
    error: str = ""

    @property
    def complete(self) -> bool:
        return not self.unresolved


class Database(Protocol):
    """The database that a migration talks to while it is interpreted: a replayed schema.

    Answers are three-valued: None means that the history does not tell.
    """

    def send(self, statement: Statement) -> None:
        """Takes note of a statement, in the order in which Knex sends them."""

    def undo(self, undone: Undone) -> None:
        """Takes note that the last statements are taken back."""

    def make(self, schema: str | None, table: str, *, conditional: bool) -> None:
        """Takes note of a new table of which nothing but its name can be known."""

    def has_table(self, schema: str | None, table: str) -> bool | None: ...

    def has_column(self, schema: str | None, table: str, column: str) -> bool | None: ...


class Ignorant:
    """A `Database` that knows nothing: for a migration looked at on its own."""

    def __init__(self) -> None:
        self.statements: list[Statement] = []

    def send(self, statement: Statement) -> None:
        self.statements.append(statement)

    def undo(self, undone: Undone) -> None:
        """It knows nothing."""

    def make(self, schema: str | None, table: str, *, conditional: bool) -> None:
        """It knows nothing."""

    def has_table(self, schema: str | None, table: str) -> bool | None:
        return None

    def has_column(self, schema: str | None, table: str, column: str) -> bool | None:
        return None

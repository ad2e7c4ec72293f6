"""The machine that evaluates a migration: what natives and hosts talk to."""

from collections.abc import Mapping, Sequence

from analyzers.findings import Direction
from analyzers.javascript.modules import Module
from analyzers.javascript.promises import Promise
from analyzers.javascript.values import UNDEFINED, Evaluation, Outcome, Unknown, Value
from analyzers.knex.execution import Database, Execution, Observation
from analyzers.source import SourceTree, Span
from analyzers.text import Text


class Inherited:
    """Says that a statement runs in the transaction of the whole direction."""


INHERITED = Inherited()


class Machine:
    """One direction of one migration, while it is evaluated.

    `conditional`: this point is reached only under a condition that a run decides. `repeated`:
    it is in a loop of unknown length.
    """

    database: Database
    environment: Mapping[str, str]
    transaction: int | None

    @property
    def conditional(self) -> bool:
        raise NotImplementedError

    @property
    def repeated(self) -> bool:
        raise NotImplementedError

    def call(
        self, function: Value, arguments: Sequence[Value], at: Span, this: Value = UNDEFINED
    ) -> Evaluation:
        """Calls a function, as JavaScript would; an async one gives a `Promise`."""
        raise NotImplementedError

    def get(self, value: Value, key: str, at: Span) -> Outcome:
        """The member `key` of any value."""
        raise NotImplementedError

    def settled(self, value: Value, at: Span) -> Evaluation:
        """What `await value` gives. Only within `Thenable.settle` and what `start` is given."""
        raise NotImplementedError

    def start(self, evaluation: Evaluation, at: Span) -> Promise:
        """Runs an evaluation beside the program, as an async function: `knex.transaction`."""
        raise NotImplementedError

    def reply(self) -> Evaluation:
        """Waits until PostgreSQL has answered all that was sent so far."""
        raise NotImplementedError

    def send(self, sql: Text, at: Span, transaction: int | None | Inherited = INHERITED) -> None:
        """Sends one text to the database: a `Statement` with the flags of this point."""
        raise NotImplementedError

    def throw(self, message: str, at: Span) -> Evaluation:
        """Raises a JavaScript `Error` that the program may catch; never gives a value."""
        raise NotImplementedError

    def unresolved(self, at: Span, reason: str) -> Unknown:
        """Notes, once, that a part can't be known; the value to go on with."""
        raise NotImplementedError

    def observe(self, observation: Observation) -> None:
        """Notes a habit, once for each place."""
        raise NotImplementedError


def load(
    tree: SourceTree,
    path: str,
    *,
    environment: Mapping[str, str] | None = None,
    packages: Mapping[str, Value] | None = None,
) -> Module:
    """Parses `path` and evaluates its top level, with all it imports from the tree.

    `environment` is what `process.env` holds; `packages` are models of packages from outside
    the repository, by name (`knex`). Raises `UnreadableFile` and `syntax.TooLarge`.
    """
    raise NotImplementedError


def run(
    module: Module,
    direction: Direction,
    arguments: Sequence[Value],
    *,
    database: Database,
    transaction: int | None = 0,
) -> Execution:
    """Evaluates `up` or `down`. The module is left as it was: every run starts from `load`'s state.

    `transaction` is the number of the one that the direction runs in; None: in none.
    """
    raise NotImplementedError

"""Executions worked out beside the audit, ahead of when they are asked for.

What a migration does depends on the migrations before it only where it asks the database. So
another process can interpret the ones to come while this one replays what the last one sent.
"""

from collections import deque
from collections.abc import Iterator
from typing import TypeAlias

from analyzers.findings import Direction
from analyzers.knex.execution import Database, Execution, Statement, Undone
from analyzers.struct import Struct, field

Job: TypeAlias = tuple[str, Direction]

FEWEST = 24
"""Jobs for which a second process is quicker than none; it takes some milliseconds to start."""


class Foreseen(Struct, frozen=True):
    """What a job gives before its turn; None: it asked what only its turn can answer."""

    execution: Execution | None = None


class Foresight(Struct):
    """The executions of some jobs, whose `results` come in the order of the `jobs`."""

    jobs: deque[Job] = field(default_factory=deque)
    results: Iterator[Foreseen] = field(default_factory=lambda: iter(()))
    _known: dict[Job, Execution | None] = field(default_factory=dict)

    def execution(self, job: Job) -> Execution | None:
        """None: it has to be executed here."""
        while job not in self._known and job in self.jobs:
            foreseen = next(self.results, None)
            if foreseen is None:
                self.jobs.clear()
            else:
                self._known[self.jobs.popleft()] = foreseen.execution
        return self._known.get(job)


class Questioned:
    """A `Database` that can't answer yet, and notes whether it was asked."""

    asked = False

    def send(self, statement: Statement) -> None:
        """The execution holds it."""

    def undo(self, undone: Undone) -> None:
        """Nor does it hold this."""
        self.asked = True

    def make(self, schema: str | None, table: str, *, conditional: bool) -> None:
        """The execution doesn't hold it."""
        self.asked = True

    def has_table(self, schema: str | None, table: str) -> bool | None:
        self.asked = True
        return None

    def has_column(self, schema: str | None, table: str, column: str) -> bool | None:
        self.asked = True
        return None


def send_all(execution: Execution, database: Database) -> None:
    for statement in execution.statements:
        database.send(statement)

"""Promises: a value that comes later, and who waits for it."""

from collections.abc import Callable
from enum import Enum
from typing import TYPE_CHECKING

from analyzers.javascript.values import UNDEFINED, Host, Value
from analyzers.source import Span

if TYPE_CHECKING:
    from analyzers.javascript.machine import Machine


class State(Enum):
    """What has become of a promise."""

    PENDING = "pending"
    FULFILLED = "fulfilled"
    REJECTED = "rejected"


class Promise(Host):
    """A promise of JavaScript's own.

    `queries`: something was sent to the database on the way to it, so that it may be rejected
    for reasons that only a run knows. `at` is where it was rejected.
    """

    def __init__(self) -> None:
        self.state = State.PENDING
        self.value: Value = UNDEFINED
        self.at: Span | None = None
        self.queries = False
        self.handled = False
        self._waiting: list[Callable[[], None]] = []

    def get(self, machine: "Machine", key: str, at: Span) -> Value:
        return UNDEFINED

    def when_settled(
        self, enqueue: Callable[[Callable[[], None]], None], job: Callable[[], None]
    ) -> None:
        """Has `job` enqueued as soon as the promise is settled."""
        self.handled = True
        if self.state is State.PENDING:
            self._waiting.append(job)
        else:
            enqueue(job)

    def fulfil(self, enqueue: Callable[[Callable[[], None]], None], value: Value) -> None:
        self._settle(enqueue, State.FULFILLED, value, None)

    def reject(self, enqueue: Callable[[Callable[[], None]], None], value: Value, at: Span) -> None:
        self._settle(enqueue, State.REJECTED, value, at)

    def _settle(
        self,
        enqueue: Callable[[Callable[[], None]], None],
        state: State,
        value: Value,
        at: Span | None,
    ) -> None:
        if self.state is not State.PENDING:
            return
        self.state, self.value, self.at = state, value, at
        waiting, self._waiting = self._waiting, []
        for job in waiting:
            enqueue(job)

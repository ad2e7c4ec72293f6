"""Queries that nobody waits for."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from analyzers.javascript.promises import Promise
from analyzers.javascript.values import Array, Thenable, Unknown, UnknownItems, Value
from analyzers.knex.execution import Habit, Observation
from analyzers.source import Span
from analyzers.struct import Struct

if TYPE_CHECKING:
    from analyzers.javascript.machine import Machine
    from analyzers.javascript.syntax import Node

LONGEST_SUBJECT = 60
MOST_LOOKED_AT = 200


class Drop(Struct, frozen=True):
    """A promise or a builder whose value was not used, and where."""

    value: Promise | Thenable
    at: Span
    subject: str


class Dropped:
    """All values of one direction that were thrown away."""

    def __init__(self, machine: "Machine") -> None:
        self._machine = machine
        self._drops: list[Drop] = []
        self._given: dict[int, Thenable] = {}
        self._waiting: list[tuple[range, Callable[[], bool]]] = []

    def __len__(self) -> int:
        return len(self._drops)

    def wait(self, first: int, ended: Callable[[], bool]) -> None:
        """What has been dropped from the `first` on is waited for, if it has `ended` something."""
        self._waiting.append((range(first, len(self._drops)), ended))

    def drop(self, value: Value, node: "Node") -> None:
        """An expression's value is not used."""
        if isinstance(value, (Promise, Thenable, Array, Unknown)):
            self._note(value, node.span, short(node.text))

    def drop_at(self, value: Value, at: Span) -> None:
        """What a callback gave is not used by who called it."""
        if isinstance(value, (Promise, Thenable, Array, Unknown)):
            self._note(value, at, short(self._machine.source_text(at)))

    def keep(self, value: Promise | Thenable, target: "Node", initial: "Node") -> None:
        """A name that occurs nowhere else in its file is never waited for."""
        if target.tree.text.count(target.text) == 1:
            self._note(value, initial.span, short(initial.text))

    def give(self, value: Thenable) -> None:
        """Who calls the program with a builder of his own uses it himself."""
        self._given[id(value)] = value

    def report(self) -> None:
        """Observes what was dropped although it is, or sets off, a query."""
        settled = self._machine.loop.settled
        waited = {at for drops, ended in self._waiting if ended() for at in drops}
        for at, drop in enumerate(self._drops):
            value = drop.value
            if isinstance(value, Thenable):
                floats = id(value) not in settled and id(value) not in self._given
            else:
                floats = value.queries
            if floats and at not in waited:
                self._machine.observe(Observation(Habit.NOT_AWAITED, drop.at, drop.subject))

    def _note(self, value: Value, at: Span, subject: str) -> None:
        """Notes what can be awaited in the value, lists and alternatives included."""
        pending: list[Value] = [value]
        for _ in range(MOST_LOOKED_AT):
            if not pending:
                return
            current = pending.pop()
            if isinstance(current, (Promise, Thenable)):
                self._drops.append(Drop(current, at, subject))
            elif isinstance(current, Array):
                pending.extend(current.items[:MOST_LOOKED_AT])
            elif isinstance(current, UnknownItems):
                pending.append(current.sample)
            elif isinstance(current, Unknown):
                pending.extend(current.either)


def short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_SUBJECT else line[: LONGEST_SUBJECT - 1] + "…"

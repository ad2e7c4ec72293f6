"""What was written while one of several ways was evaluated, so that it can be undone and joined.

Where only a run decides a condition, both arms are evaluated, each from the same state. A
`Trail` notes what the first one changes; after the last, each place holds what all arms agree
on, or an `Unknown`.
"""

from collections.abc import Sequence
from typing import TypeAlias

from analyzers.javascript.values import UNDEFINED, Array, Object, Unknown, UnknownItems, Value
from analyzers.source import Span
from analyzers.struct import Struct
from analyzers.text import Text

MOST_ALTERNATIVES = 8


class Nothing:
    """Stands for a name or property that does not exist."""


NOTHING = Nothing()

Variables: TypeAlias = "dict[str, Value]"
Stored: TypeAlias = "Value | Nothing | list[Value]"
Place: TypeAlias = "tuple[int, str | None]"


class Written(Struct):
    """A place: a name among variables or properties, or all items of an array."""

    container: "dict[str, Value] | list[Value]"
    key: str | None
    stored: "Stored"

    def read(self) -> Stored:
        if isinstance(self.container, list):
            return list(self.container)
        return self.container.get(self.key or "", NOTHING)

    def write(self, stored: Stored) -> None:
        if isinstance(self.container, list):
            assert isinstance(stored, list)
            self.container[:] = stored
        elif isinstance(stored, Nothing):
            self.container.pop(self.key or "", None)
        else:
            assert not isinstance(stored, list)
            self.container[self.key or ""] = stored


State: TypeAlias = "dict[Place, Written]"


class Trail:
    """The first state of every place written since the trail began."""

    def __init__(self) -> None:
        self._first: State = {}

    def note(self, variables: Variables, name: str) -> None:
        place = (id(variables), name)
        if place not in self._first:
            self._first[place] = Written(variables, name, variables.get(name, NOTHING))

    def note_items(self, items: list[Value]) -> None:
        place = (id(items), None)
        if place not in self._first:
            self._first[place] = Written(items, None, list(items))

    def undo(self) -> State:
        """Puts everything back; what had been written, by place."""
        last: State = {}
        for place, written in self._first.items():
            last[place] = Written(written.container, written.key, written.read())
            written.write(written.stored)
        self._first = {}
        return last


def join_states(trail: Trail | None, states: Sequence[State], at: Span, reason: str) -> None:
    """Writes what is known of every place, whichever of the `states` came about.

    A place that one of them does not name is as it is now.
    """
    places = {place: written for state in states for place, written in state.items()}
    for place, written in places.items():
        now = written.read()
        stored = [state[place].stored if place in state else now for state in states]
        joined = stored[0]
        for other in stored[1:]:
            joined = join_stored(joined, other, at, reason)
        if joined is not now:
            note(trail, written)
            written.write(joined)


def note(trail: Trail | None, written: Written) -> None:
    if trail is None:
        return
    if isinstance(written.container, list):
        trail.note_items(written.container)
    else:
        trail.note(written.container, written.key or "")


def join_stored(one: Stored, other: Stored, at: Span, reason: str) -> Stored:
    if isinstance(one, list) or isinstance(other, list):
        assert isinstance(one, list)
        assert isinstance(other, list)
        return join_items(one, other, at, reason)
    if isinstance(one, Nothing) and isinstance(other, Nothing):
        return one
    return join(
        UNDEFINED if isinstance(one, Nothing) else one,
        UNDEFINED if isinstance(other, Nothing) else other,
        at,
        reason,
    )


def join_items(one: list[Value], other: list[Value], at: Span, reason: str) -> list[Value]:
    """Items that are known either way, then items of unknown number."""
    if len(one) == len(other):
        return [join(a, b, at, reason) for a, b in zip(one, other, strict=True)]
    known = 0
    while known < min(len(one), len(other)) and same(one[known], other[known]):
        known += 1
    return [*one[:known], UnknownItems(reason, at)]


def join(one: Value, other: Value, at: Span, reason: str) -> Value:
    """The value where it may be `one` or `other`."""
    if same(one, other):
        return one
    either: list[Value] = []
    for value in (one, other):
        for alternative in alternatives(value):
            if not any(same(alternative, known) for known in either):
                either.append(alternative)
    if len(either) > MOST_ALTERNATIVES:
        acting = [value for value in either if acts(value)]
        either = [*acting, Unknown(reason, at)] if acting else []
    varies = any(isinstance(value, Unknown) and value.varies for value in (one, other))
    return Unknown(reason, at, varies, tuple(either))


def alternatives(value: Value) -> tuple[Value, ...]:
    return value.either if isinstance(value, Unknown) and value.either else (value,)


def acts(value: Value) -> bool:
    """Whether something may yet be done with the value, beside reading it."""
    return not isinstance(value, (Unknown, Text, Array, Object, bool, int, float, type(None)))


def same(one: Value, other: Value) -> bool:
    """Whether two values can't be told apart."""
    if one is other:
        return True
    if isinstance(one, (Text, Unknown)):
        return type(one) is type(other) and one == other
    if isinstance(one, (bool, int, float)) and type(one) is type(other):
        return one == other
    return False

"""What all of Knex's builders share: a table of methods, a connection, and how they send."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, ClassVar, NoReturn, TypeAlias

from analyzers.javascript.builtins.errors import error
from analyzers.javascript.completion import Thrown
from analyzers.javascript.machine import INHERITED, Inherited, Machine
from analyzers.javascript.trail import Trail
from analyzers.javascript.values import (
    UNDEFINED,
    Function,
    Host,
    Native,
    Outcome,
    Unknown,
    Value,
)
from analyzers.knex.execution import Habit, Observation
from analyzers.knex.literals import prepared, sent
from analyzers.knex.release import Release, Version
from analyzers.knex.sql import Query, Refused, Unknowable
from analyzers.source import Span
from analyzers.struct import Struct, replace


class Connection(Struct, frozen=True):
    """Where a builder sends its statements: Knex's release, and which transaction it is in."""

    release: Release
    transaction: int | None | Inherited = INHERITED

    def send(self, machine: Machine, query: Query, at: Span, entry: Span | None = None) -> None:
        """Sends one statement that the call at `at` asks for, reached by `entry`."""
        written = sent(query).within(at, entry)
        machine.send(written, at, self.transaction, entry, prepared(query))


class Moment(Struct, frozen=True):
    """Under which conditions, and in which loops of unknown length, something happens.

    What happens on the same `trail` happens together, or not at all.
    """

    conditional: bool = False
    repeated: bool = False
    trail: Trail | None = None

    @classmethod
    def of(cls, machine: Machine) -> "Moment":
        fiber = machine.loop.fiber
        return cls(fiber.conditional, fiber.repeated, fiber.trail)

    def lasts(self, machine: Machine) -> bool:
        """Whether what happens now surely happens, and once, where this does."""
        return machine.loop.fiber.trail is self.trail

    def implies(self, other: "Moment") -> bool:
        """Whether what happens now surely happens, and once, where `other` does."""
        return self.trail is other.trail


ALWAYS = Moment()


class Call(Struct, frozen=True):
    """One call of a builder's method; `entry` as in `Piece`."""

    machine: Machine
    method: str
    arguments: tuple[Value, ...]
    at: Span
    moment: Moment = ALWAYS
    entry: Span | None = None

    def wrote(self, query: Query) -> Query:
        """What this call adds to a statement."""
        return query.within(self.at, self.entry)

    def with_arguments(self, *arguments: Value) -> "Call":
        return replace(self, arguments=arguments)

    def __getitem__(self, index: int) -> Value:
        """The argument at `index`; `undefined` where there is none."""
        return self.arguments[index] if index < len(self.arguments) else UNDEFINED

    def observe(self, habit: Habit, subject: str) -> None:
        self.machine.observe(Observation(habit, self.at, subject))


class Method(Struct, frozen=True):
    """One method of a builder, in releases `since` (None: in all)."""

    run: Callable[[Any, Call], Outcome]
    since: Version | None = None


Methods: TypeAlias = Mapping[str, Method]


class Builder(Host):
    """A host whose members are the entries of a table."""

    methods: ClassVar["Methods"] = {}

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    @property
    def release(self) -> Release:
        return self.connection.release

    def member(self, machine: Machine, key: str, at: Span) -> Value:
        """A member that is no method; `undefined` where there is none."""
        return UNDEFINED

    def get(self, machine: Machine, key: str, at: Span) -> Value:
        method = self.methods.get(key)
        if method is not None and self.release.has(method.since):
            return Native(key, partial(self._run, key, method))
        return self.member(machine, key, at)

    def _run(
        self,
        key: str,
        method: "Method",
        machine: Machine,
        arguments: Sequence[Value],
        at: Span,
    ) -> Outcome:
        entry = self.entry(machine, at)
        call = Call(machine, key, tuple(arguments), at, Moment.of(machine), entry)
        try:
            return method.run(self, call)
        except Refused as refused:
            return refuse(refused, at)
        except Unknowable as unknowable:
            self.spoil(machine, unknowable.value, at)
            return self

    def entry(self, machine: Machine, at: Span) -> Span | None:
        """Where a reader looks for a call that does not stand with its statement."""
        return machine.entry(at)

    def spoil(self, machine: Machine, unknown: Unknown, at: Span) -> None:
        """Takes note of a part that was asked for with an unknown argument."""
        unresolved(machine, unknown, at)


class Snapshot(Host):
    """What a builder has been told at one moment."""

    def __init__(self, state: Any) -> None:
        self.state = state


class Told:
    """What a builder has been told so far: a `Snapshot`.

    After a condition that only a run decides it is Unknown, and may be `either` of several:
    the machine takes back and joins what was written under the condition. A builder that began
    under the same condition has no other past to go back to.
    """

    def __init__(self, machine: Machine, state: Any) -> None:
        self._trail = machine.loop.fiber.trail
        self._now: dict[str, Value] = {_STATE: Snapshot(state)}

    @property
    def now(self) -> Value:
        return self._now[_STATE]

    @property
    def state(self) -> Any:
        """The one state; raises `Unknowable` where it may be either of several."""
        now = self.now
        if isinstance(now, Unknown):
            raise Unknowable(now)
        assert isinstance(now, Snapshot)
        return now.state

    def states(self) -> list[Any]:
        """All that the builder may have been told; empty where that is not known."""
        now = self.now
        options = now.either if isinstance(now, Unknown) else (now,)
        states = [one.state for one in options if isinstance(one, Snapshot)]
        return states if len(states) == len(options) else []

    def try_on(self, state: Any) -> None:
        """Puts a state in place that `write` confirms or takes back."""
        self._now[_STATE] = Snapshot(state)

    def write(self, machine: Machine, before: Value, states: list[Any]) -> None:
        """Replaces each of the states of `before`."""
        after: tuple[Value, ...] = tuple(map(Snapshot, states))
        self._now[_STATE] = before
        now: Value = after[0] if after else before
        if isinstance(before, Unknown):
            now = Unknown(before.reason, before.at, either=after)
        if machine.loop.fiber.trail is self._trail:
            self._now[_STATE] = now
        else:
            machine.write(self._now, _STATE, now)


_STATE = "state"


def alternatives(values: Sequence[Value]) -> list[tuple[Value, ...]]:
    """The arguments of a call; one after the other where one of them may be either of a few."""
    options = [tuple(values)]
    for unknown in values:
        if isinstance(unknown, Unknown) and _is_listed(unknown):
            options = [
                tuple(chosen if value == unknown else value for value in option)
                for option in options
                for chosen in unknown.either
            ]
        if len(options) > MOST_ALTERNATIVES:
            return [tuple(values)]
    return options


MOST_ALTERNATIVES = 8


def _is_listed(unknown: Unknown) -> bool:
    either = unknown.either
    return bool(either) and not any(isinstance(value, Unknown) for value in either)


def dispatch(
    machine: Machine, connection: Connection, write: Callable[[], Query], at: Span
) -> Outcome:
    """Sends the one statement of a builder, or says why it can't be known."""
    try:
        query = write()
    except Refused as refused:
        return refuse(refused, at)
    except Unknowable as unknowable:
        return unresolved(machine, unknowable.value, at)
    except RecursionError:
        return machine.unresolved(at, "nests queries too deeply to follow")
    if not query:
        return machine.throw("The query is empty", at)
    connection.send(machine, query, at)
    return unknown_rows(at)


def refuse(refused: Refused, at: Span) -> NoReturn:
    """Throws as Knex does. What its errors say differs between its releases."""
    words = Unknown(f"an error of Knex says that this {refused}, in words of its own", at)
    raise Thrown(error("Error", words, at), at)


def unresolved(machine: Machine, value: Unknown, at: Span) -> Unknown:
    """Notes that the statement of the call at `at` hangs on `value`."""
    return machine.unresolved(value.at if value.at.path == at.path else at, value.reason)


def no_effect(builder: Builder, call: Call) -> Outcome:
    """A method that changes nothing in what is sent."""
    return builder


def run_callback(machine: Machine, function: Value, argument: Value, at: Span) -> Outcome:
    """Calls a callback with a builder, both as `this` and as its argument."""
    return machine.call(function, [argument], at, this=argument)


def is_async(value: Value) -> bool:
    return isinstance(value, Function) and value.is_async


def unknown_rows(at: Span) -> Unknown:
    """The answer of a query."""
    return Unknown("depends on what the database holds", at)

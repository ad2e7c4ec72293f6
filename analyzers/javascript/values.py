"""The values that a program has while it is interpreted.

JavaScript's strings are `Text`, numbers and booleans are Python's, `null` is None. What the
interpreter cannot know is `Unknown`, which carries its reason through every expression it
takes part in.
"""

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from analyzers.source import Span
from analyzers.text import Text

if TYPE_CHECKING:
    from analyzers.javascript.machine import Machine

Evaluation: TypeAlias = Generator[Any, Any, "Value"]
"""A computation that the machine drives: it yields evaluations and is sent their values.

Nothing recurses: however deep a program nests, Python's stack stays flat.
"""

Outcome: TypeAlias = "Value | Evaluation"
"""What a native function returns: its value at once, or an evaluation that calls back."""


class Undefined:
    """JavaScript's `undefined`; there is one, `UNDEFINED`."""

    def __repr__(self) -> str:
        return "undefined"


UNDEFINED = Undefined()


@dataclass(frozen=True, slots=True)
class Unknown:
    """A value that only a run would know. `reason` is a clause for users, at `at`."""

    reason: str
    at: Span


@dataclass(eq=False, slots=True)
class Array:
    items: list["Value"] = field(default_factory=list)


@dataclass(eq=False, slots=True)
class Object:
    properties: dict[str, "Value"] = field(default_factory=dict)


@dataclass(eq=False, slots=True)
class Native:
    """A function that this program models: one of JavaScript's own, or a method of a host.

    `at` is the call: `.index('a')` of a longer chain, `table.index('a')` where the chain begins
    with a name.
    """

    name: str
    call: Callable[["Machine", Sequence["Value"], Span], Outcome]


class Host:
    """An object from outside the program: knex, a builder, `path`, `fs`.

    A host is what its methods make of it; nothing of the pull request runs in it.
    """

    def get(self, machine: "Machine", key: str, at: Span) -> "Value":
        """The member `key`. A member that doesn't exist is `UNDEFINED`, as in JavaScript."""
        raise NotImplementedError

    def call(self, machine: "Machine", arguments: Sequence["Value"], at: Span) -> Outcome:
        """What calling the host itself gives (`knex('table')`)."""
        return machine.unresolved(at, "calls something that is not a function")


class Thenable(Host):
    """A host that `await`, `return` and `.then` set off: a lazy query or schema builder."""

    def settle(self, machine: "Machine", at: Span) -> Outcome:
        """Does what was built, and gives what `await` gives."""
        raise NotImplementedError


Value: TypeAlias = (
    "Undefined | Unknown | None | bool | int | float | Text | Array | Object | Native | Host"
)

"""The values that a program has while it is interpreted.

JavaScript's strings are `Text`, numbers and booleans are Python's, `null` is None. What the
interpreter cannot know is `Unknown`, which carries its reason through every expression it
takes part in.
"""

from collections.abc import Callable, Generator, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from analyzers.source import Span
from analyzers.struct import Struct, field
from analyzers.text import Text

if TYPE_CHECKING:
    from analyzers.javascript.machine import Machine
    from analyzers.javascript.scope import Scope
    from analyzers.javascript.syntax import Node

Evaluation: TypeAlias = Generator[Any, "Value", "Value"]
"""A computation that the machine drives: it yields evaluations and is sent their values.

Nothing recurses: however deep a program nests, Python's stack stays flat. A value that is
yielded comes straight back, so that whatever gives an `Outcome` can be yielded.
"""


class Undefined:
    """JavaScript's `undefined`; there is one, `UNDEFINED`."""

    def __repr__(self) -> str:
        return "undefined"


UNDEFINED = Undefined()


class Unknown(Struct, frozen=True):
    """A value that only a run would know. `reason` is a clause for users, at `at`.

    `varies`: it differs with where and when the program runs (the environment, the clock,
    chance). `either` holds all the values it can have, where these are few; one of them may be
    Unknown itself. `truthy`: what a condition takes it for, where that is known.
    """

    reason: str
    at: Span
    varies: bool = False
    either: tuple["Value", ...] = ()
    truthy: bool | None = None


class UnknownItems(Unknown, frozen=True):
    """Among an array's items: any number of items, possibly none. `sample` is like each of them."""

    sample: "Value" = UNDEFINED


class Array(Struct, eq=False):
    """A list. An item that is `UnknownItems` stands for items of unknown number."""

    items: list["Value"] = field(default_factory=list)


class Object(Struct, eq=False):
    """An object. `constructor` is the class it is an instance of.

    `open` tells why it may have further properties, or other values, than `properties` says.
    """

    properties: dict[str, "Value"] = field(default_factory=dict)
    constructor: "Class | None" = None
    open: Unknown | None = None


class Accessor(Struct, eq=False):
    """A property that is a getter or a setter."""

    getter: "Function | None" = None
    setter: "Function | None" = None


class Function(Struct, eq=False):
    """A function of the program itself."""

    node: "Node"
    scope: "Scope"
    name: str = ""
    is_async: bool = False
    is_arrow: bool = False
    is_generator: bool = False
    home: "Class | None" = None
    is_static: bool = False
    properties: dict[str, "Value"] = field(default_factory=dict)

    @property
    def span(self) -> Span:
        return self.node.span


class Class(Struct, eq=False):
    """A class of the program itself; `properties` are its static members.

    `superclass` is Unknown for a class from outside the repository.
    """

    name: str
    span: Span
    superclass: "Class | Native | Unknown | None" = None
    constructor: Function | None = None
    methods: dict[str, "Value"] = field(default_factory=dict)
    properties: dict[str, "Value"] = field(default_factory=dict)
    fields: "list[Callable[[Machine, Object | Class], Evaluation]]" = field(default_factory=list)


class Native(Struct, eq=False):
    """A function that this program models: one of JavaScript's own, or a method of a host.

    `at` is the call: `index('a')` of a longer chain, `table.index('a')` where the chain begins
    with a name. `construct` is what `new` does, where that is something else.
    """

    name: str
    call: "Callable[[Machine, Sequence[Value], Span], Outcome]"
    construct: "Callable[[Machine, Sequence[Value], Span], Outcome] | None" = None
    members: dict[str, "Value"] = field(default_factory=dict)


class Host:
    """An object from outside the program: knex, a builder, `path`, `fs`.

    A host is what its methods make of it; nothing of the pull request runs in it.
    `missing_is_slip`: calling a member that it doesn't have is `Habit.UNKNOWN_METHOD`.
    """

    missing_is_slip = True

    def get(self, machine: "Machine", key: str, at: Span) -> "Value":
        """The member `key`. A member that doesn't exist is `UNDEFINED`, as in JavaScript."""
        raise NotImplementedError

    def set(self, machine: "Machine", key: str, value: "Value", at: Span) -> None:
        """Assigns the member `key`; a host that doesn't model this says so."""
        machine.unresolved(at, f"changes the member `{key}` of an object from outside the file")

    def call(self, machine: "Machine", arguments: Sequence["Value"], at: Span) -> "Outcome":
        """What calling the host itself gives (`knex('table')`)."""
        return machine.unresolved(at, "calls something that is not a function")

    def text(self, machine: "Machine", at: Span) -> "Text | Unknown":
        """What a template string writes for it."""
        return Unknown("the text of an object is not followed", at)

    def number(self, machine: "Machine") -> "int | float | Unknown | None":
        """What arithmetic and comparison see; None: the text."""
        return None

    @property
    def callable(self) -> bool:
        """Whether `typeof` says "function"."""
        return False


class Thenable(Host):
    """A host that `await`, `return` and `.then` set off: a lazy query or schema builder.

    The machine itself gives it `then`, `catch` and `finally`.
    """

    def settle(self, machine: "Machine", at: Span) -> "Outcome":
        """Does what was built, and gives what `await` gives.

        It runs apart, as the reply to a query does: it may await (`machine.settled`), and
        between two statements it yields `machine.reply()`.
        """
        raise NotImplementedError


Value: TypeAlias = (
    Undefined | Unknown | None | bool | int | float | Text | Array | Object | Accessor
    | Function | Class | Native | Host
)  # fmt: skip

Outcome: TypeAlias = Value | Evaluation
"""What a native function returns: its value at once, or an evaluation that calls back."""


def is_function(value: Value) -> bool:
    """Whether `typeof` says "function"; a host may be callable although it says otherwise."""
    return isinstance(value, (Function, Class, Native))

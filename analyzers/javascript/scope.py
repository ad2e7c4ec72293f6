"""Names and what they stand for."""

from typing import TYPE_CHECKING

from analyzers.javascript.values import UNDEFINED, Array, Class, Value
from analyzers.struct import Struct, field

if TYPE_CHECKING:
    from analyzers.javascript.completion import Exit
    from analyzers.javascript.modules import Source


class Frame(Struct, eq=False):
    """One call of a function, or the top level of a module.

    `exits` are the ends that a condition which only a run decides may have led to.
    """

    source: "Source"
    this: Value = UNDEFINED
    arguments: Array | None = None
    home: Class | None = None
    is_static: bool = False
    new_target: Value = UNDEFINED
    exits: "list[Exit]" = field(default_factory=list)


class Scope:
    """The names of a block, within the names around it."""

    __slots__ = ("constants", "frame", "is_function", "parent", "variables")

    def __init__(self, parent: "Scope | None", frame: Frame, *, is_function: bool = False) -> None:
        self.parent = parent
        self.frame = frame
        self.variables: dict[str, Value] = {}
        self.constants: set[str] | frozenset[str] = frozenset()
        self.is_function = is_function

    def block(self) -> "Scope":
        """A scope within this one, in the same function."""
        return Scope(self, self.frame)

    def holder(self, name: str) -> "Scope | None":
        """The scope that declares `name`."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.variables:
                return scope
            scope = scope.parent
        return None

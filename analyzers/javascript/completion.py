"""How statements end: normally, by leaving what is around them, or by an error."""

from collections.abc import Generator
from enum import Enum
from typing import Any, TypeAlias

from analyzers.javascript.trail import State
from analyzers.javascript.values import UNDEFINED, Value
from analyzers.source import Span
from analyzers.struct import Struct


class Way(Enum):
    """Which statement leaves."""

    BREAK = "break"
    CONTINUE = "continue"
    RETURN = "return"
    THROW = "throw"


class Completion(Struct, frozen=True):
    """A statement that does not go on with the next one. Normal completion is None."""

    way: Way
    at: Span
    label: str | None = None
    value: Value = UNDEFINED


class Exit(Struct, frozen=True):
    """A completion that may have happened, and what was written on the way to it."""

    completion: Completion
    state: State


Steps: TypeAlias = Generator[Any, Any, Any]
"""The evaluation of a statement; it gives a `Completion` or None.

It is sent values and completions, as it yields expressions and statements.
"""

Step: TypeAlias = "Completion | Steps | None"


class Thrown(Exception):
    """An error that the program itself throws."""

    def __init__(self, value: Value, at: Span) -> None:
        super().__init__()
        self.value = value
        self.at = at


class Exhausted(Exception):
    """A budget is used up: the evaluation ends here. `reason` is a clause for users."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

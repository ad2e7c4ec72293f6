"""The table of an array's methods, and what several of them need."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeAlias

from analyzers.javascript.convert import plainly
from analyzers.javascript.values import Array, Outcome, UnknownItems, Value
from analyzers.source import Span

if TYPE_CHECKING:
    from analyzers.javascript.machine import Machine

Method: TypeAlias = "Callable[[Machine, Array, Sequence[Value], Span], Outcome]"

DEEPEST_FLAT = 20


def method(table: dict[str, Method], *names: str) -> Callable[[Method], Method]:
    """Registers a method under its names."""

    def register(function: Method) -> Method:
        table.update(dict.fromkeys(names, function))
        return function

    return register


def array_length(array: Array) -> Value:
    unknown = unknown_among(array.items)
    return plainly(unknown) if unknown is not None else len(array.items)


def unknown_among(items: Sequence[Value]) -> UnknownItems | None:
    """What stands for items of unknown number, where there is such."""
    return next((item for item in items if isinstance(item, UnknownItems)), None)


def flattened(items: Sequence[Value], depth: int) -> list[Value]:
    found = list(items)
    for _ in range(min(depth, DEEPEST_FLAT)):
        if not any(isinstance(item, Array) for item in found):
            break
        found = [
            part for item in found for part in (item.items if isinstance(item, Array) else [item])
        ]
    return found

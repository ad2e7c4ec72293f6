"""Methods of functions: `call`, `apply`, `bind`."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from analyzers.javascript.builtins.arguments import argument
from analyzers.javascript.values import Evaluation, Native, Outcome, Undefined, Value
from analyzers.source import Span

if TYPE_CHECKING:
    from analyzers.javascript.machine import Machine


def call(machine: "Machine", function: Value, arguments: Sequence[Value], at: Span) -> Outcome:
    return machine.call(function, arguments[1:], at, argument(arguments, 0))


def apply(machine: "Machine", function: Value, arguments: Sequence[Value], at: Span) -> Outcome:
    listed = argument(arguments, 1)
    absent = listed is None or isinstance(listed, Undefined)
    given = [] if absent else machine.items_at(listed, at)
    return machine.call(function, given, at, argument(arguments, 0))


def bind(machine: "Machine", function: Value, arguments: Sequence[Value], at: Span) -> Outcome:
    this, first = argument(arguments, 0), list(arguments[1:])

    def bound(machine: "Machine", rest: Sequence[Value], at: Span) -> Evaluation:
        return machine.call(function, [*first, *rest], at, this)

    return Native("bound", bound)


def to_string(machine: "Machine", function: Value, arguments: Sequence[Value], at: Span) -> Outcome:
    return machine.unresolved(at, "the text of a function is not followed")


FUNCTION_METHODS: "dict[str, Callable[[Machine, Value, Sequence[Value], Span], Outcome]]" = {
    "call": call,
    "apply": apply,
    "bind": bind,
    "toString": to_string,
}

"""`Error` and its kin."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from analyzers.javascript.builtins.arguments import argument
from analyzers.javascript.convert import text_of
from analyzers.javascript.values import UNDEFINED, Evaluation, Native, Object, Undefined, Value
from analyzers.source import Span
from analyzers.text import Text

if TYPE_CHECKING:
    from analyzers.javascript.machine import Machine


def error(name: str, message: Value, at: Span) -> Object:
    """An error object; errors compare and print by their name and message."""
    made = Object({"name": Text.of(name, at), "message": message})
    made.properties["stack"] = message
    return made


def error_class(name: str) -> Native:
    def construct(machine: "Machine", arguments: Sequence[Value], at: Span) -> Evaluation:
        given = argument(arguments, 0)
        message: Value = Text()
        if not isinstance(given, Undefined):
            message = yield text_of(machine, given, at)
        made = error(name, message, at)
        options = argument(arguments, 1)
        if isinstance(options, Object) and "cause" in options.properties:
            made.properties["cause"] = options.properties["cause"]
        return made

    return Native(
        name, construct, members={"captureStackTrace": Native("captureStackTrace", ignore)}
    )


def ignore(machine: "Machine", arguments: Sequence[Value], at: Span) -> Value:
    return UNDEFINED


ERROR_CLASSES: dict[str, Value] = {
    name: error_class(name)
    for name in (
        "Error",
        "TypeError",
        "RangeError",
        "SyntaxError",
        "ReferenceError",
        "EvalError",
        "URIError",
    )
}

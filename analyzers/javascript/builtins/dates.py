"""`Date`: the present is unknown; a date that is written down is only carried along."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from analyzers.javascript.builtins.arguments import argument
from analyzers.javascript.values import UNDEFINED, Host, Native, Outcome, Undefined, Unknown, Value
from analyzers.source import Span
from analyzers.text import Text

if TYPE_CHECKING:
    from analyzers.javascript.machine import Machine

NOW = "it depends on the time at which it runs"
DATE = "what a date gives is not followed"


class Date(Host):
    """A date made of `arguments`."""

    missing_is_slip = False

    def __init__(self, arguments: Sequence[Value]) -> None:
        self.arguments = tuple(arguments)

    def get(self, machine: "Machine", key: str, at: Span) -> Value:
        if key.startswith("set"):
            return Native(key, self._unknown)
        if key.startswith(("get", "to", "valueOf")):
            return Native(key, self._unknown)
        return UNDEFINED

    def number(self, machine: "Machine") -> int | float | Unknown | None:
        return None

    def text(self, machine: "Machine", at: Span) -> Text | Unknown:
        return Unknown(DATE, at)

    def _unknown(self, machine: "Machine", arguments: Sequence[Value], at: Span) -> Outcome:
        first = argument(self.arguments, 0)
        if isinstance(first, Unknown):
            return first
        return Unknown(DATE, at)


def construct(machine: "Machine", arguments: Sequence[Value], at: Span) -> Outcome:
    """`new Date(…)`"""
    if not arguments or isinstance(arguments[0], Undefined):
        return Unknown(NOW, at, varies=True)
    if isinstance(arguments[0], Unknown):
        return arguments[0]
    return Date(arguments)


def now(machine: "Machine", arguments: Sequence[Value], at: Span) -> Outcome:
    return Unknown(NOW, at, varies=True)


def computed(machine: "Machine", arguments: Sequence[Value], at: Span) -> Outcome:
    return Unknown(DATE, at)


DATE_CLASS = Native(
    "Date",
    now,
    construct=construct,
    members={
        "now": Native("now", now),
        "UTC": Native("UTC", computed),
        "parse": Native("parse", computed),
    },
)

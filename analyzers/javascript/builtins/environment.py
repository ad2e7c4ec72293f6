"""`process` and `console`: where a program meets the machine it runs on."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from analyzers.javascript.builtins.members import Members
from analyzers.javascript.values import UNDEFINED, Host, Native, Outcome, Unknown, Value
from analyzers.source import Span
from analyzers.text import Text

if TYPE_CHECKING:
    from analyzers.javascript.machine import Machine

RUNNING = "it depends on the machine on which it runs"


class Environment(Host):
    """`process.env`: what the configuration says of it is known."""

    missing_is_slip = False

    def get(self, machine: "Machine", key: str, at: Span) -> Value:
        value = machine.environment.get(key)
        if value is not None:
            return Text.of(value, at)
        reason = f"the environment variable `{key}` is known only at run time"
        return Unknown(reason, at, varies=True)

    def set(self, machine: "Machine", key: str, value: Value, at: Span) -> None:
        machine.unresolved(at, f"changes the environment variable `{key}`")


class Process(Host):
    """`process`"""

    missing_is_slip = False

    def get(self, machine: "Machine", key: str, at: Span) -> Value:
        if key == "env":
            return ENVIRONMENT
        if key in QUIET:
            return Native(key, nothing)
        if key == "exit":
            return Native(key, leave)
        if key in ("cwd", "uptime", "hrtime", "memoryUsage"):
            return Native(key, running)
        return Unknown(RUNNING, at, varies=True)

    def set(self, machine: "Machine", key: str, value: Value, at: Span) -> None:
        """What a program changes of its process is not followed."""


QUIET = frozenset({"on", "once", "emitWarning", "off", "removeListener", "nextTick"})


def nothing(machine: "Machine", arguments: Sequence[Value], at: Span) -> Outcome:
    return UNDEFINED


def running(machine: "Machine", arguments: Sequence[Value], at: Span) -> Outcome:
    return Unknown(RUNNING, at, varies=True)


def leave(machine: "Machine", arguments: Sequence[Value], at: Span) -> Outcome:
    machine.handled += 1
    return machine.refuse("the process ends", at)


ENVIRONMENT = Environment()
PROCESS = Process()

CONSOLE = Members(
    {
        name: Native(name, nothing)
        for name in (
            "log", "error", "warn", "info", "debug", "trace", "table", "time", "timeEnd",
            "timeLog", "dir", "group", "groupEnd", "groupCollapsed", "assert", "count",
        )
    }
)  # fmt: skip

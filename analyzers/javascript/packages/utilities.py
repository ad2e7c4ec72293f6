"""Node's `util`, `url` and `assert`, as far as migrations use them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from analyzers.javascript.builtins.arguments import argument
from analyzers.javascript.builtins.members import Members
from analyzers.javascript.convert import plainly, text_of, truth
from analyzers.javascript.promises import Promise
from analyzers.javascript.values import (
    UNDEFINED,
    Evaluation,
    Native,
    Outcome,
    Unknown,
    Value,
)
from analyzers.source import Span
from analyzers.text import Text

if TYPE_CHECKING:
    from analyzers.javascript.machine import Machine


def promisify(machine: "Machine", arguments: Sequence[Value], at: Span) -> Outcome:
    """A function with a callback as one that gives a promise."""
    function = argument(arguments, 0)

    def call(machine: "Machine", given: Sequence[Value], at: Span) -> Evaluation:
        promise = Promise()

        def done(machine: "Machine", results: Sequence[Value], at: Span) -> Outcome:
            machine.loop.resolve(promise, argument(results, 1), at)
            return UNDEFINED

        yield machine.call(function, [*given, Native("done", done)], at)
        return promise

    return Native("promisified", call)


def template(machine: "Machine", arguments: Sequence[Value], at: Span) -> Evaluation:
    """`util.format`, with `%s` and `%d` only."""
    pattern = argument(arguments, 0)
    if not isinstance(pattern, Text) or "%" not in pattern.string:
        return pattern if isinstance(pattern, (Text, Unknown)) else Unknown("not followed", at)
    rest = list(arguments[1:])
    parts: list[Text] = []
    last = 0
    string = pattern.string
    for index in range(len(string) - 1):
        if string[index] == "%" and string[index + 1] in "sd" and rest and index >= last:
            value: Value = yield text_of(machine, rest.pop(0), at)
            if not isinstance(value, Text):
                return value
            parts.extend((pattern.slice(last, index), value))
            last = index + 2
    return Text.join(Text(), [*parts, pattern.slice(last, len(pattern))])


def check(machine: "Machine", arguments: Sequence[Value], at: Span) -> Outcome:
    decided = truth(argument(arguments, 0))
    if decided is False:
        message = argument(arguments, 1)
        return machine.refuse(message.string if isinstance(message, Text) else "assertion", at)
    if isinstance(decided, Unknown):
        machine.risks += 1
    return UNDEFINED


def unchecked(machine: "Machine", arguments: Sequence[Value], at: Span) -> Outcome:
    machine.risks += 1
    return UNDEFINED


def file_path(machine: "Machine", arguments: Sequence[Value], at: Span) -> Outcome:
    """`fileURLToPath`"""
    url = argument(arguments, 0)
    if isinstance(url, Text):
        prefix = len("file://") if url.string.startswith("file://") else 0
        return url.slice(prefix, len(url))
    return plainly(url) if isinstance(url, Unknown) else Unknown("the URL is not followed", at)


def nothing(machine: "Machine", arguments: Sequence[Value], at: Span) -> Outcome:
    return UNDEFINED


UTIL = Members({"promisify": Native("promisify", promisify), "format": Native("format", template)})

URL = Members({"fileURLToPath": Native("fileURLToPath", file_path)})

ASSERT = Native(
    "assert",
    check,
    members={
        "ok": Native("ok", check),
        **{
            name: Native(name, unchecked)
            for name in ("equal", "strictEqual", "deepEqual", "deepStrictEqual", "notEqual")
        },
    },
)

NOTHING = Members({"config": Native("config", nothing)})

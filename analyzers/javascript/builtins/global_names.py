"""The names that every program has."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from analyzers.javascript.builtins.arguments import argument
from analyzers.javascript.builtins.collections import MAP, SET
from analyzers.javascript.builtins.dates import DATE_CLASS
from analyzers.javascript.builtins.environment import CONSOLE, PROCESS
from analyzers.javascript.builtins.errors import ERROR_CLASSES
from analyzers.javascript.builtins.json_text import JSON
from analyzers.javascript.builtins.numbers import MATH, NUMBER, checked, parse_float, parse_int
from analyzers.javascript.builtins.objects import OBJECT
from analyzers.javascript.builtins.promise_class import PROMISE
from analyzers.javascript.builtins.regular_expressions import RegularExpression
from analyzers.javascript.convert import plainly, text_of, to_number, truth
from analyzers.javascript.values import (
    UNDEFINED,
    Array,
    Evaluation,
    Native,
    Object,
    Outcome,
    Unknown,
    Value,
    is_function,
)
from analyzers.source import Span
from analyzers.text import Text

if TYPE_CHECKING:
    from analyzers.javascript.machine import Machine


def to_text(machine: "Machine", arguments: Sequence[Value], at: Span) -> Outcome:
    return text_of(machine, arguments[0], at) if arguments else Text()


def from_codes(machine: "Machine", arguments: Sequence[Value], at: Span) -> Outcome:
    codes = [to_number(value) for value in arguments]
    if not all(isinstance(code, int) and 0 <= code < 0xD800 for code in codes):
        return Unknown("these characters are not followed", at)
    return Text.of("".join(chr(code) for code in codes if isinstance(code, int)), at)


def raw_text(machine: "Machine", arguments: Sequence[Value], at: Span) -> Outcome:
    return Unknown("the raw text of a template is not followed", at)


def to_boolean(machine: "Machine", arguments: Sequence[Value], at: Span) -> Outcome:
    decided = truth(argument(arguments, 0))
    return plainly(decided) if isinstance(decided, Unknown) else decided


def new_array(machine: "Machine", arguments: Sequence[Value], at: Span) -> Outcome:
    if len(arguments) != 1 or isinstance(arguments[0], (Text, Array)):
        return Array(list(arguments))
    size = arguments[0]
    if isinstance(size, Unknown):
        return Array([machine.unknown_items(size)])
    if not isinstance(size, int) or isinstance(size, bool) or size < 0:
        return Array(list(arguments))
    if size > machine.most_items:
        return machine.unresolved(at, "the array grows larger than is followed")
    return Array([UNDEFINED] * size)


def array_from(machine: "Machine", arguments: Sequence[Value], at: Span) -> Evaluation:
    listed, callback = argument(arguments, 0), argument(arguments, 1)
    length: Value = (
        yield machine.get(listed, "length", at) if not isinstance(listed, Unknown) else UNDEFINED
    )
    if isinstance(length, int) and not isinstance(listed, (Array, Text)):
        made: Value = new_array_of(machine, length, at)
    elif isinstance(listed, (bool, int, float, Object)):
        made = Array()
    else:
        made = Array(machine.items_at(listed, at))
    if is_function(callback) and isinstance(made, Array):
        mapped: Value = yield machine.get(made, "map", at)
        return (yield machine.call(mapped, [callback], at))
    return made


def new_array_of(machine: "Machine", length: int, at: Span) -> Value:
    if not 0 <= length <= machine.most_items:
        return machine.unresolved(at, "the array grows larger than is followed")
    return Array([UNDEFINED] * length)


def array_of(machine: "Machine", arguments: Sequence[Value], at: Span) -> Outcome:
    return Array(list(arguments))


def is_array(machine: "Machine", arguments: Sequence[Value], at: Span) -> Outcome:
    value = argument(arguments, 0)
    return plainly(value) if isinstance(value, Unknown) else isinstance(value, Array)


def new_expression(machine: "Machine", arguments: Sequence[Value], at: Span) -> Outcome:
    """`new RegExp(pattern, flags)`"""
    pattern, flags = argument(arguments, 0), argument(arguments, 1)
    if isinstance(pattern, RegularExpression):
        pattern = Text.of(pattern.pattern, at)
    if isinstance(pattern, Unknown) or isinstance(flags, Unknown):
        return plainly(pattern if isinstance(pattern, Unknown) else flags)  # type: ignore[arg-type]
    if not isinstance(pattern, Text):
        return Unknown("what this regular expression matches is not followed", at)
    return RegularExpression(pattern.string, flags.string if isinstance(flags, Text) else "")


def later(machine: "Machine", arguments: Sequence[Value], at: Span) -> Outcome:
    """`setTimeout(callback)`: what it does comes after everything that is awaited."""
    callback = argument(arguments, 0)
    if is_function(callback):
        machine.after_replies(machine.call(callback, list(arguments[2:]), at))
    return Unknown("a timer's number is not followed", at)


def ignored(machine: "Machine", arguments: Sequence[Value], at: Span) -> Outcome:
    return UNDEFINED


def clone(machine: "Machine", arguments: Sequence[Value], at: Span) -> Evaluation:
    """`structuredClone`, as far as JSON goes."""
    text: Value = yield machine.call(JSON.members["stringify"], arguments, at)
    if not isinstance(text, Text):
        return Unknown("the copy of this value is not followed", at)
    return (yield machine.call(JSON.members["parse"], [text], at))


OPAQUE = frozenset(
    {
        "AbortController", "Atomics", "Buffer", "Function", "Intl", "Proxy", "Reflect", "Symbol",
        "TextDecoder", "TextEncoder", "URL", "URLSearchParams", "Uint8Array", "WeakRef", "atob",
        "btoa", "crypto", "decodeURI", "decodeURIComponent", "encodeURI", "encodeURIComponent",
        "eval", "fetch", "global", "globalThis", "navigator", "performance", "setInterval",
    }
)  # fmt: skip
"""Names that every program has and whose values are not followed."""

GLOBALS: dict[str, Value] = {
    "undefined": UNDEFINED,
    "NaN": math.nan,
    "Infinity": math.inf,
    "Object": OBJECT,
    "Array": Native(
        "Array",
        new_array,
        members={
            "isArray": Native("isArray", is_array),
            "from": Native("from", array_from),
            "of": Native("of", array_of),
        },
    ),
    "String": Native(
        "String",
        to_text,
        members={
            "fromCharCode": Native("fromCharCode", from_codes),
            "fromCodePoint": Native("fromCodePoint", from_codes),
            "raw": Native("raw", raw_text),
        },
    ),
    "Number": NUMBER,
    "BigInt": Native("BigInt", NUMBER.call),
    "Boolean": Native("Boolean", to_boolean),
    "Math": MATH,
    "JSON": JSON,
    "Promise": PROMISE,
    "Date": DATE_CLASS,
    "RegExp": Native("RegExp", new_expression),
    "Map": MAP,
    "WeakMap": MAP,
    "Set": SET,
    "WeakSet": SET,
    "parseInt": Native("parseInt", parse_int),
    "parseFloat": Native("parseFloat", parse_float),
    "isNaN": Native("isNaN", checked(math.isnan, converts=True)),
    "isFinite": Native("isFinite", checked(math.isfinite, converts=True)),
    "console": CONSOLE,
    "process": PROCESS,
    "setTimeout": Native("setTimeout", later),
    "setImmediate": Native("setImmediate", later),
    "queueMicrotask": Native("queueMicrotask", later),
    "clearTimeout": Native("clearTimeout", ignored),
    "clearInterval": Native("clearInterval", ignored),
    "structuredClone": Native("structuredClone", clone),
    **ERROR_CLASSES,
}

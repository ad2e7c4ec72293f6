"""Methods of strings; what they give keeps the origin of each character."""

import math
from collections.abc import Callable, Sequence
from functools import wraps
from typing import TYPE_CHECKING, TypeAlias

from analyzers.javascript.builtins.arguments import argument, position, unknown_of
from analyzers.javascript.builtins.comparing import in_text_order
from analyzers.javascript.builtins.regular_expressions import RegularExpression
from analyzers.javascript.builtins.replacing import replace_matches
from analyzers.javascript.convert import either_of, plain_text, plainly, text_of, to_number
from analyzers.javascript.values import (
    UNDEFINED,
    Array,
    Evaluation,
    Object,
    Outcome,
    Undefined,
    Unknown,
    Value,
)
from analyzers.source import Span
from analyzers.text import Text

if TYPE_CHECKING:
    from analyzers.javascript.machine import Machine

Method: TypeAlias = "Callable[[Machine, Text, Sequence[Value], Span], Outcome]"

TEXT_METHODS: dict[str, Method] = {}
SPACES = (
    " \t\n\r\v\f\u00a0\ufeff\u2028\u2029\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006"
    "\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
)


def units(text: str) -> int:
    """A string's length as JavaScript counts it: in UTF-16 units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def method(*names: str) -> Callable[[Method], Method]:
    """Registers a method that needs all its arguments known."""

    def register(function: Method) -> Method:
        @wraps(function)
        def guarded(
            machine: "Machine", text: Text, arguments: Sequence[Value], at: Span
        ) -> Outcome:
            unknown = unknown_of(arguments)
            if unknown is not None:
                return with_unknown(machine, function, text, arguments, at)
            if not text.string.isascii() and units(text.string) != len(text):
                return Unknown("operations on characters beyond 16 bits are not followed", at)
            machine.loop.spend(len(text.string) // 256)
            if any(isinstance(value, (Array, Object)) for value in arguments):
                return with_objects(machine, function, text, arguments, at)
            return function(machine, text, arguments, at)

        TEXT_METHODS.update(dict.fromkeys(names, guarded))
        return function

    return register


def with_unknown(
    machine: "Machine", function: Method, text: Text, arguments: Sequence[Value], at: Span
) -> Outcome:
    """The method's results for what the arguments may be, where that is few."""

    def once(known: list[Value]) -> Value:
        outcome = function(machine, text, known, at)
        if isinstance(outcome, (Text, bool, int, Array)):
            return outcome
        return Unknown("what the method gives is not followed", at)

    return either_of(arguments, once)


def with_objects(
    machine: "Machine", function: Method, text: Text, arguments: Sequence[Value], at: Span
) -> Evaluation:
    """The method with the texts of lists and objects."""
    given: list[Value] = []
    for value in arguments:
        is_object = isinstance(value, (Array, Object))
        given.append((yield text_of(machine, value, at)) if is_object else value)
    unknown = unknown_of(given)
    return plainly(unknown) if unknown else (yield function(machine, text, given, at))


def plain(value: Value) -> str:
    return value.string if isinstance(value, Text) else plain_text(value) or "[object Object]"


def as_text(value: Value, at: Span) -> Text:
    return value if isinstance(value, Text) else Text.of(plain(value), at)


def character(text: Text, index: int, missing: Value) -> Value:
    return text.slice(index, index + 1) if 0 <= index < len(text) else missing


@method("toString", "valueOf", "normalize")
def itself(machine: "Machine", text: Text, arguments: Sequence[Value], at: Span) -> Outcome:
    return text


def remade(change: Callable[[str], str]) -> Method:
    """A method that changes characters: each piece that comes out as it was keeps its origin."""

    def remake(machine: "Machine", text: Text, arguments: Sequence[Value], at: Span) -> Outcome:
        if change(text.string) == text.string:
            return text
        return Text.join(Text(), [changed(text.slice(*part), change) for part in parts(text)])

    return remake


def parts(text: Text) -> list[tuple[int, int]]:
    found, start = [], 0
    for piece in text.pieces:
        found.append((start, start + len(piece.text)))
        start += len(piece.text)
    return found


def changed(text: Text, change: Callable[[str], str]) -> Text:
    made, span = change(text.string), text.span()
    if span is not None and len(made) == len(text) and text.pieces[0].exact:
        return Text.written(made, span)
    return Text.of(made, span)


method("toUpperCase", "toLocaleUpperCase")(remade(str.upper))
method("toLowerCase", "toLocaleLowerCase")(remade(str.lower))


@method("trim")
def trim(machine: "Machine", text: Text, arguments: Sequence[Value], at: Span) -> Outcome:
    return stripped(text, start=True, end=True)


@method("trimStart", "trimLeft")
def trim_start(machine: "Machine", text: Text, arguments: Sequence[Value], at: Span) -> Outcome:
    return stripped(text, start=True, end=False)


@method("trimEnd", "trimRight")
def trim_end(machine: "Machine", text: Text, arguments: Sequence[Value], at: Span) -> Outcome:
    return stripped(text, start=False, end=True)


def stripped(text: Text, *, start: bool, end: bool) -> Text:
    string = text.string
    first = len(string) - len(string.lstrip(SPACES)) if start else 0
    last = len(string.rstrip(SPACES)) if end else len(string)
    return text.slice(first, max(first, last))


@method("slice")
def slice_(machine: "Machine", text: Text, arguments: Sequence[Value], at: Span) -> Outcome:
    size = len(text)
    start, end = position(arguments, 0, size, 0), position(arguments, 1, size, size)
    assert isinstance(start, int)
    assert isinstance(end, int)
    return text.slice(start, end)


@method("substring")
def substring(machine: "Machine", text: Text, arguments: Sequence[Value], at: Span) -> Outcome:
    start = clamped(argument(arguments, 0), len(text), 0)
    end = clamped(argument(arguments, 1), len(text), len(text))
    return text.slice(min(start, end), max(start, end))


@method("substr")
def substr(machine: "Machine", text: Text, arguments: Sequence[Value], at: Span) -> Outcome:
    start = position(arguments, 0, len(text), 0)
    assert isinstance(start, int)
    count = clamped(argument(arguments, 1), len(text), len(text))
    return text.slice(start, start + count)


def clamped(value: Value, size: int, missing: int) -> int:
    if isinstance(value, Undefined):
        return missing
    number = to_number(value)
    if isinstance(number, Unknown) or number is None or math.isnan(number):
        return 0
    return int(max(0, min(number, size)))


@method("charAt")
def char_at(machine: "Machine", text: Text, arguments: Sequence[Value], at: Span) -> Outcome:
    return character(text, clamped(argument(arguments, 0), len(text), 0), Text())


@method("at")
def at_(machine: "Machine", text: Text, arguments: Sequence[Value], at: Span) -> Outcome:
    index = to_number(argument(arguments, 0))
    if not isinstance(index, int):
        return UNDEFINED
    return character(text, index + len(text) if index < 0 else index, UNDEFINED)


@method("codePointAt")
def code_point_at(machine: "Machine", text: Text, arguments: Sequence[Value], at: Span) -> Outcome:
    index = clamped(argument(arguments, 0), len(text), 0)
    return ord(text.string[index]) if index < len(text) else UNDEFINED


@method("charCodeAt")
def char_code_at(machine: "Machine", text: Text, arguments: Sequence[Value], at: Span) -> Outcome:
    index = clamped(argument(arguments, 0), len(text), 0)
    return ord(text.string[index]) if index < len(text) else math.nan


@method("concat")
def concat(machine: "Machine", text: Text, arguments: Sequence[Value], at: Span) -> Outcome:
    return machine.sized_at(
        Text.join(Text(), [text, *(as_text(value, at) for value in arguments)]), at
    )


@method("includes")
def includes(machine: "Machine", text: Text, arguments: Sequence[Value], at: Span) -> Outcome:
    return (
        plain(argument(arguments, 0))
        in text.string[clamped(argument(arguments, 1), len(text), 0) :]
    )


@method("startsWith")
def starts_with(machine: "Machine", text: Text, arguments: Sequence[Value], at: Span) -> Outcome:
    start = clamped(argument(arguments, 1), len(text), 0)
    return text.string.startswith(plain(argument(arguments, 0)), start)


@method("endsWith")
def ends_with(machine: "Machine", text: Text, arguments: Sequence[Value], at: Span) -> Outcome:
    end = clamped(argument(arguments, 1), len(text), len(text))
    return text.string[:end].endswith(plain(argument(arguments, 0)))


@method("indexOf")
def index_of(machine: "Machine", text: Text, arguments: Sequence[Value], at: Span) -> Outcome:
    start = clamped(argument(arguments, 1), len(text), 0)
    return text.string.find(plain(argument(arguments, 0)), start)


@method("lastIndexOf")
def last_index_of(machine: "Machine", text: Text, arguments: Sequence[Value], at: Span) -> Outcome:
    return text.string.rfind(plain(argument(arguments, 0)))


@method("localeCompare")
def locale_compare(machine: "Machine", text: Text, arguments: Sequence[Value], at: Span) -> Outcome:
    other = plain(argument(arguments, 0))
    if text.string == other:
        return 0
    if (text.string + other).isalnum() and (text.string + other).islower():
        return in_text_order(text.string, other)
    return Unknown("the order of texts depends on the locale", at, varies=True)


@method("repeat")
def repeat(machine: "Machine", text: Text, arguments: Sequence[Value], at: Span) -> Outcome:
    count = to_number(argument(arguments, 0))
    if not isinstance(count, int) or count < 0:
        return machine.refuse("Invalid count value", at)
    if count * max(len(text), len(text.pieces)) > machine.most_characters:
        return machine.unresolved(at, "the text grows longer than is followed")
    machine.loop.spend(count * len(text.pieces) // 16)
    return Text(text.pieces * count)


@method("padStart")
def pad_start(machine: "Machine", text: Text, arguments: Sequence[Value], at: Span) -> Outcome:
    return padding(machine, text, arguments, at) + text


@method("padEnd")
def pad_end(machine: "Machine", text: Text, arguments: Sequence[Value], at: Span) -> Outcome:
    return text + padding(machine, text, arguments, at)


def padding(machine: "Machine", text: Text, arguments: Sequence[Value], at: Span) -> Text:
    missing = clamped(argument(arguments, 0), machine.most_characters, 0) - len(text)
    filler = argument(arguments, 1)
    with_ = " " if isinstance(filler, Undefined) else plain(filler)
    if missing <= 0 or not with_:
        return Text()
    return Text.of((with_ * (missing // len(with_) + 1))[:missing], at)


@method("split")
def split(machine: "Machine", text: Text, arguments: Sequence[Value], at: Span) -> Outcome:
    separator, limit = argument(arguments, 0), argument(arguments, 1)
    most = limit if isinstance(limit, int) else len(text) + 1
    if isinstance(separator, Undefined):
        return Array([text])
    if isinstance(separator, RegularExpression):
        found = separator.spans(text.string)
        if found is None or any(start == end for start, end, _ in found):
            return Unknown("what this regular expression matches is not followed", at)
        if any(groups for _, _, groups in found):
            return Unknown("splitting by groups is not followed", at)
        cuts = [(start, end) for start, end, _ in found]
    else:
        cuts = occurrences(text.string, plain(separator))
    machine.loop.spend(len(cuts) // 4 * max(1, len(text.pieces) // 8))
    starts = [0, *(end for _, end in cuts)]
    ends = [*(start for start, _ in cuts), len(text)]
    items: list[Value] = [text.slice(start, end) for start, end in zip(starts, ends, strict=True)]
    if not isinstance(separator, RegularExpression) and not plain(separator):
        items = [text.slice(index, index + 1) for index in range(len(text))]
    return Array(items[:most])


def occurrences(text: str, wanted: str) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    start = text.find(wanted) if wanted else -1
    while start >= 0:
        found.append((start, start + len(wanted)))
        start = text.find(wanted, start + len(wanted))
    return found


@method("replace")
def replace(machine: "Machine", text: Text, arguments: Sequence[Value], at: Span) -> Outcome:
    return replaced(machine, text, arguments, at, everywhere=False)


@method("replaceAll")
def replace_all(machine: "Machine", text: Text, arguments: Sequence[Value], at: Span) -> Outcome:
    return replaced(machine, text, arguments, at, everywhere=True)


def replaced(
    machine: "Machine", text: Text, arguments: Sequence[Value], at: Span, *, everywhere: bool
) -> Outcome:
    wanted, replacement = argument(arguments, 0), argument(arguments, 1)
    if isinstance(wanted, RegularExpression):
        found = wanted.spans(text.string)
        if found is None:
            return Unknown("what this regular expression matches is not followed", at)
        matches = found if "g" in wanted.flags else found[:1]
    else:
        sought = plain(wanted)
        places = occurrences(text.string, sought) if sought else [(0, 0)]
        matches = [(start, end, ()) for start, end in places]
        matches = matches if everywhere else matches[:1]
    return replace_matches(machine, text, matches, replacement, at)


@method("match")
def match(machine: "Machine", text: Text, arguments: Sequence[Value], at: Span) -> Outcome:
    wanted = argument(arguments, 0)
    if not isinstance(wanted, RegularExpression):
        return Unknown("what this regular expression matches is not followed", at)
    found = wanted.spans(text.string)
    if found is None:
        return Unknown("what this regular expression matches is not followed", at)
    if not found:
        return None
    if "g" in wanted.flags:
        return Array([text.slice(start, end) for start, end, _ in found])
    return wanted.match_value(text, found[0])


@method("search")
def search(machine: "Machine", text: Text, arguments: Sequence[Value], at: Span) -> Outcome:
    wanted = argument(arguments, 0)
    found = wanted.spans(text.string) if isinstance(wanted, RegularExpression) else None
    if found is None:
        return Unknown("what this regular expression matches is not followed", at)
    return found[0][0] if found else -1

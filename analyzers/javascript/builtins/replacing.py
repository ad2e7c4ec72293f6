"""What `replace` puts in the place of matches."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from analyzers.javascript.convert import text_of
from analyzers.javascript.values import UNDEFINED, Evaluation, Outcome, Unknown, Value, is_function
from analyzers.source import Span
from analyzers.text import Text

if TYPE_CHECKING:
    from analyzers.javascript.builtins.regular_expressions import Match
    from analyzers.javascript.machine import Machine

REFERENCE = re.compile(r"\$(\$|&|`|'|[1-9][0-9]?)")


def replace_matches(
    machine: "Machine",
    text: Text,
    matches: "Sequence[Match]",
    replacement: Value,
    at: Span,
) -> Outcome:
    """The text with each match replaced by a text or by what a function gives."""
    machine.loop.spend(len(matches) * (1 + len(text.pieces) // 8))
    if is_function(replacement):
        return by_function(machine, text, matches, replacement, at)
    return by_text(machine, text, matches, replacement, at)


def by_function(
    machine: "Machine", text: Text, matches: "Sequence[Match]", function: Value, at: Span
) -> Evaluation:
    parts: list[Text] = []
    last = 0
    for start, end, groups in matches:
        given: list[Value] = [text.slice(start, end)]
        given.extend(UNDEFINED if group is None else text.slice(*group) for group in groups)
        result: Value = yield machine.call(function, [*given, start, text], at)
        made: Value = yield text_of(machine, result, at)
        if not isinstance(made, Text):
            return made
        parts.extend((text.slice(last, start), made))
        last = end
    return machine.sized_at(Text.join(Text(), [*parts, text.slice(last, len(text))]), at)


def by_text(
    machine: "Machine", text: Text, matches: "Sequence[Match]", replacement: Value, at: Span
) -> Evaluation:
    made: Value = yield text_of(machine, replacement, at)
    if isinstance(made, Unknown):
        return made
    assert isinstance(made, Text)
    parts: list[Text] = []
    last = 0
    for match in matches:
        parts.append(text.slice(last, match[0]))
        parts.extend(expanded(text, match, made))
        last = match[1]
    parts.append(text.slice(last, len(text)))
    if sum(map(len, parts)) > machine.most_characters:
        return machine.unresolved(at, "the text grows longer than is followed")
    return Text.join(Text(), parts)


def expanded(text: Text, match: "Match", replacement: Text) -> list[Text]:
    """The replacement with `$1`, `$&` and the like filled in."""
    if "$" not in replacement.string:
        return [replacement]
    parts: list[Text] = []
    last = 0
    for found in REFERENCE.finditer(replacement.string):
        filled = reference(text, match, found.group(1), replacement.slice(*found.span()))
        parts.extend((replacement.slice(last, found.start()), filled))
        last = found.end()
    return [*parts, replacement.slice(last, len(replacement))]


def reference(text: Text, match: "Match", name: str, itself: Text) -> Text:
    start, end, groups = match
    if name == "$":
        return itself.slice(0, 1)
    if name in "&`'":
        return {"&": text.slice(start, end), "`": text.slice(0, start)}.get(
            name, text.slice(end, len(text))
        )
    number = int(name)
    if number > len(groups) and len(name) == 2:
        return reference(text, match, name[0], itself.slice(0, 2)) + itself.slice(2, 3)
    if number > len(groups):
        return itself
    group = groups[number - 1]
    return Text() if group is None else text.slice(*group)

"""Regular expressions, as far as they mean the same in Python and surely end soon."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

from analyzers.javascript.builtins.arguments import argument
from analyzers.javascript.values import UNDEFINED, Array, Host, Native, Outcome, Unknown, Value
from analyzers.source import Span
from analyzers.text import Text

if TYPE_CHECKING:
    from analyzers.javascript.machine import Machine

Match: TypeAlias = tuple[int, int, tuple[tuple[int, int] | None, ...]]
"""Where a match and each of its groups begin and end."""

MOST_WORK = 20_000_000
LONGEST_PATTERN = 400
TOKEN = re.compile(
    r"\\[dDwWsSbBnrtfv0]|\\[^a-zA-Z0-9]|\\u[0-9a-fA-F]{4}|\\x[0-9a-fA-F]{2}"
    r"|\[\^?(?:[^\]\\]|\\.)*\]|\(\?[:=!]|\(|\)|\{\d+(?:,\d*)?\}\??|[*+?]\??|\||[\^$.]|[^\\]",
    re.DOTALL,
)
SPACE = r"[ \t\n\r\v\f\u00a0\ufeff\u2028\u2029\u1680\u2000-\u200a\u202f\u205f\u3000]"
TRANSLATED = {
    "\\d": "[0-9]",
    "\\D": "[^0-9]",
    "\\w": "[A-Za-z0-9_]",
    "\\W": "[^A-Za-z0-9_]",
    "\\s": SPACE,
    "\\S": "[^" + SPACE[1:],
    "\\0": "\\x00",
    "\\/": "/",
}
REFUSED_IN_CLASS = re.compile(r"\\[DWS]|\\[^dwsnrtfv0\W]|\\b")


class RegularExpression(Host):
    """A value made by a regular expression literal or `new RegExp`."""

    missing_is_slip = False

    def __init__(self, pattern: str, flags: str) -> None:
        self.pattern = pattern
        self.flags = flags

    def get(self, machine: "Machine", key: str, at: Span) -> Value:
        if key == "test":
            return Native("test", self._test)
        if key == "exec":
            return Native("exec", self._exec)
        if key == "source":
            return Text.of(self.pattern, at)
        return UNDEFINED

    def text(self, machine: "Machine", at: Span) -> Text | Unknown:
        return Text.of(f"/{self.pattern}/{self.flags}", at)

    def spans(self, text: str) -> list[Match] | None:
        """Where it matches, from left to right; None where that is not followed."""
        compiled = compiled_pattern(self.pattern, self.flags)
        if compiled is None or (not text.isascii() and "i" in self.flags):
            return None
        expression, repeats, choices = compiled
        if (len(text) + 1) ** (repeats + 1) * 2**choices > MOST_WORK:
            return None
        return [(found.start(), found.end(), groups(found)) for found in expression.finditer(text)]

    def match_value(self, text: Text, match: Match) -> Value:
        start, end, captured = match
        items: list[Value] = [text.slice(start, end)]
        items.extend(UNDEFINED if part is None else text.slice(*part) for part in captured)
        return Array(items)

    def _test(self, machine: "Machine", arguments: Sequence[Value], at: Span) -> Outcome:
        found = self._found(argument(arguments, 0), at)
        return found if isinstance(found, Unknown) else bool(found)

    def _exec(self, machine: "Machine", arguments: Sequence[Value], at: Span) -> Outcome:
        text = argument(arguments, 0)
        found = self._found(text, at)
        if isinstance(found, Unknown):
            return found
        if "g" in self.flags or "y" in self.flags:
            return Unknown("matching one after the other is not followed", at)
        return self.match_value(text, found[0]) if found and isinstance(text, Text) else None

    def _found(self, text: Value, at: Span) -> list[Match] | Unknown:
        if isinstance(text, Unknown):
            return text
        found = self.spans(text.string) if isinstance(text, Text) else None
        if found is None:
            return Unknown("what this regular expression matches is not followed", at)
        return found


def groups(found: re.Match[str]) -> tuple[tuple[int, int] | None, ...]:
    return tuple(
        None if found.start(index) < 0 else found.span(index)
        for index in range(1, (found.re.groups or 0) + 1)
    )


@lru_cache(maxsize=512)
def compiled_pattern(pattern: str, flags: str) -> tuple[re.Pattern[str], int, int] | None:
    """The pattern for Python, and how many repeats and choices one match can meet.

    None where it is not surely the same, or repeats what itself repeats.
    """
    if len(pattern) > LONGEST_PATTERN or any(flag not in "gimsu" for flag in flags):
        return None
    tokens = TOKEN.findall(pattern)
    if "".join(tokens) != pattern or not simple(tokens):
        return None
    options: int = re.ASCII
    for flag, option in (("i", re.IGNORECASE), ("m", re.MULTILINE), ("s", re.DOTALL)):
        options |= option if flag in flags else 0
    try:
        made = re.compile("".join(translated(token, flags) for token in tokens), options)
    except (re.error, OverflowError, RecursionError):
        return None
    repeats = sum(token[0] in "*+{" for token in tokens)
    return made, repeats, sum(token[0] in "?|" for token in tokens)


def simple(tokens: list[str]) -> bool:
    """Whether no group that repeats contains a repeat or a choice, and all is understood."""
    open_groups: list[bool] = [False]
    closed_with_choice = False
    for token in tokens:
        if token.startswith("[") and REFUSED_IN_CLASS.search(token):
            return False
        if token[0] in "*+{" and closed_with_choice:
            return False
        closed_with_choice = False
        if token.startswith("("):
            open_groups.append(False)
        elif token == ")":
            if len(open_groups) == 1:
                return False
            closed_with_choice = open_groups.pop()
            open_groups[-1] = open_groups[-1] or closed_with_choice
        elif token[0] in "*+?{|":
            open_groups[-1] = True
    return len(open_groups) == 1


def translated(token: str, flags: str) -> str:
    if token == "$":
        return r"(?=\n|\Z)" if "m" in flags else r"\Z"
    if token == ".":
        return "." if "s" in flags else r"[^\n\r\u2028\u2029]"
    if token.startswith("["):
        body = token.replace("\\d", "0-9").replace("\\w", "A-Za-z0-9_").replace("\\s", SPACE[1:-1])
        return body.replace("[", "\\[").replace("\\[", "[", 1).replace("\\\\[", "\\[")
    return TRANSLATED.get(token, token)

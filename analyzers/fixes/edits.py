"""Changes of a text, and the whole lines that they replace."""

from collections.abc import Iterable
from typing import NamedTuple

from analyzers.findings import Fix


class Edit(NamedTuple):
    """The characters `start` up to, not including, `end` become `text`."""

    start: int
    end: int
    text: str


def edited(text: str, edits: Iterable[Edit]) -> str | None:
    """The text after all edits; None where two of them are about the same characters."""
    parts: list[str] = []
    done = 0
    for edit in sorted(dict.fromkeys(edits)):
        if edit.start < done:
            return None
        parts += (text[done : edit.start], edit.text)
        done = edit.end
    return "".join((*parts, text[done:]))


def whole_lines(before: str, after: str) -> Fix | None:
    """The fewest lines of `before` whose replacement gives `after`, at least one.

    The replacement has no line end after its last line, which is not empty, and plain ones between
    its lines: it takes those of the file. None: there is no difference, or none that whole lines
    can say.
    """
    old, new = _lines(before), _lines(after)
    if old[-1] == new[-1] == "":
        old, new = old[:-1], new[:-1]
    first = _common(old, new)
    last = _common(old[first:][::-1], new[first:][::-1])
    if len(old) == len(new) == first:
        return None
    if first + last == len(old) or first + last == len(new):
        first, last = (first - 1, last) if first else (first, last - 1)
    while last > 0 and first + last < len(new) and new[len(new) - last - 1] == "":
        last -= 1
    if last < 0 or first + last >= len(new):
        return None
    return Fix(first + 1, len(old) - last, "\n".join(new[first : len(new) - last]))


def replaced(text: str, fix: Fix) -> str:
    """The text with the lines of a fix replaced, in the file's own line ends."""
    lines = text.split("\n")
    crlf = text.count("\r\n") * 2 > text.count("\n")
    new = fix.replacement.split("\n")
    ended = [f"{line}\r" for line in new] if crlf else new
    if crlf and fix.end_line == len(lines) and not lines[-1].endswith("\r"):
        ended[-1] = ended[-1].removesuffix("\r")
    return "\n".join((*lines[: fix.start_line - 1], *ended, *lines[fix.end_line :]))


def _lines(text: str) -> list[str]:
    return [line.removesuffix("\r") for line in text.split("\n")]


def _common(one: list[str], other: list[str]) -> int:
    """How many lines are the same at the beginning."""
    pairs = zip(one, other, strict=False)
    return next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))

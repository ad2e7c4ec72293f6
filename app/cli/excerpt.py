"""The lines that a finding stands on, with the place itself underlined."""

from collections.abc import Sequence
from functools import lru_cache

from analyzers.confidential import masked
from analyzers.source import Place, UnreadableFile
from app.checkout import Checkout
from app.cli.terminal import QUIET, line, width

MAX_LINES = 6
MAX_WIDTH = 160
BEFORE = 60
"""Characters that are shown before a place which lies far to the right."""

TAB = "    "
_BAR = (" │ ", QUIET)


def write_excerpt(checkout: Checkout, place: Place, style: str) -> None:
    """Nothing where the file is gone, or no text."""
    lines = source_lines(checkout, place)
    margin = gutter(place)
    for number, content in enumerate(lines[:MAX_LINES], place.line):
        shown, carets = underlined(content, *part(content, number, place))
        line((str(number).rjust(margin), QUIET), _BAR, shown)
        if carets:
            line(" " * margin, _BAR, (carets, style))
    if len(lines) > MAX_LINES:
        line(" " * margin, _BAR, (f"… {len(lines) - MAX_LINES} more lines", QUIET))


def gutter(place: Place) -> int:
    """Columns that the numbers of its lines take."""
    return max(len(str(place.end_line)), 3)


def source_lines(checkout: Checkout, place: Place) -> Sequence[str]:
    """The lines of a place, without secrets; none where they can't be shown."""
    for tree in (checkout.head, checkout.base):
        if place.path not in tree.entries():
            continue
        try:
            text = tree.read(place.path).decode("utf-8-sig")
        except (UnreadableFile, UnicodeDecodeError):
            return []
        lines = _masked_lines(text)[place.line - 1 : place.end_line]
        return [content.rstrip("\r") for content in lines]
    return []


@lru_cache(maxsize=256)
def _masked_lines(text: str) -> Sequence[str]:
    return masked(text).split("\n")


def part(content: str, number: int, place: Place) -> tuple[int, int]:
    """The characters of line `number` that belong to a place."""
    indent = len(content) - len(content.lstrip())
    first = place.column - 1 if number == place.line else indent
    last = place.end_column - 1 if number == place.end_line else len(content)
    return first, last


def underlined(content: str, first: int, last: int) -> tuple[str, str]:
    """A line as it is shown, and carets below its characters `first` up to `last`.

    Of a long line, what lies about the place.
    """
    start = max(first - BEFORE, 0) if len(content) > MAX_WIDTH else 0
    end = start + MAX_WIDTH
    before, after = "…" if start else "", "…" if end < len(content) else ""
    left = width(before + spaced(content[start:first]))
    carets = width(spaced(content[first : min(last, end)]))
    marks = " " * left + "^" * max(carets, 1) if content.strip() else ""
    return before + spaced(content[start:end]) + after, marks


def spaced(content: str) -> str:
    return content.replace("\t", TAB)

"""The terminal: colour where it has it, and no control character from what is printed."""

import re
import sys
import textwrap
from collections.abc import Sequence
from functools import cache, lru_cache, partial
from typing import TypeAlias

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.text import Text

Styled: TypeAlias = "str | tuple[str, str]"
"""Text, or text and its style in rich's words."""

plain_console = partial(Console, markup=False, emoji=False, highlight=False, soft_wrap=True)

MAX_WIDTH = 100
QUIET = "bright_black"

_UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
"""Letters and marks without a shape: Python calls them printable."""

_FENCE = re.compile(r"^```\w*\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def prepare_streams() -> None:
    """What a stream's encoding lacks is escaped: nobody loses a report over a letter."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    # A report is printed in one go: with PYTHONUNBUFFERED, each of its lines would be a call.
    sys.stdout.reconfigure(write_through=False)  # type: ignore[union-attr]


@cache
def console() -> Console:
    """The terminal as it is when something is first printed; making one takes a while."""
    return plain_console()


@cache
def _has_colours() -> bool:
    return console().color_system is not None


@cache
def prose_width() -> int:
    """Of paragraphs: whoever makes a window wider meanwhile gets the rest as it began."""
    return min(console().width, MAX_WIDTH)


def line(*parts: Styled, indent: int = 0) -> None:
    """Prints one line, however long it is."""
    if not _has_colours():
        text = "".join([part if isinstance(part, str) else part[0] for part in parts])
        sys.stdout.write(" " * indent + clean(text) + "\n")
        return
    styled = ((part, "") if isinstance(part, str) else part for part in parts)
    cleaned = [(clean(content), style) for content, style in styled]
    console().print(Text.assemble(" " * indent, *cleaned))


def passage(text: str, *, first: tuple[str, str] = ("", ""), indent: int = 0) -> None:
    """Prints a text of paragraphs and of code between fences; it begins with `first`."""
    for number, part in enumerate(_FENCE.split(text)):
        if number % 2 == 0 and part.strip():
            prose(part, first=first if number == 0 else ("", ""), indent=indent)
        elif number % 2:
            for content in part.strip("\n").split("\n"):
                line((content, "cyan"), indent=indent + 2)


def prose(text: str, *, first: tuple[str, str] = ("", ""), indent: int = 0) -> None:
    """Prints a paragraph that begins with `first`; what stands in `backticks` is shown as code."""
    lead, style = first
    words = clean(" ".join((lead + text).split()))
    in_code = False
    for content in _wrapped(words, max(prose_width() - indent, 40)):
        rest = content.removeprefix(lead)
        heading = content[: len(content) - len(rest)]
        line((heading, style), *code_parts(rest, in_code), indent=indent)
        in_code ^= rest.count("`") % 2 == 1
        lead = ""


@lru_cache(maxsize=1024)
def _wrapped(words: str, columns: int) -> Sequence[str]:
    """Findings of one rule mostly give the same advice."""
    return textwrap.wrap(words, columns, break_long_words=False, break_on_hyphens=False)


def code_parts(text: str, in_code: bool) -> Sequence[Styled]:
    runs = text.split("`")
    styled: list[Styled] = []
    for number, run in enumerate(runs):
        code = (number % 2 == 1) ^ in_code
        styled += [(run, "cyan" if code else "")]
        styled += ["`"] if number < len(runs) - 1 else []
    return styled


def markdown(text: str, indent: int = 0) -> None:
    """Prints Markdown: headings, lists, code, links with their addresses."""
    from rich.markdown import Markdown
    from rich.padding import Padding

    cleaned = "\n".join(clean(content) for content in text.split("\n"))
    page = Console(width=prose_width())
    with page.capture() as rendered:
        page.print(Padding(Markdown(cleaned, hyperlinks=False), (0, 0, 0, indent)))
    for content in rendered.get().splitlines():
        sys.stdout.write(content.rstrip() + "\n")


def complain(text: str) -> None:
    """Prints why something could not be done, to where errors go."""
    message = "\n".join(clean(part) for part in text.split("\n"))
    plain_console(stderr=True).print(Text.assemble(("error: ", "bold red"), message))


def clean(text: str) -> str:
    """`text` with every character written out that could control a terminal, hide others, or be
    overlooked."""
    if text.isprintable() and (text.isascii() or not _UNSEEN.search(text)):
        return text
    return _UNSEEN.sub(_written_out, "".join(c if c.isprintable() else _escaped(c) for c in text))


def _written_out(found: re.Match[str]) -> str:
    return _escaped(found[0])


def _escaped(character: str) -> str:
    return character.encode("unicode_escape").decode()


def cut(text: str, columns: int) -> str:
    """As much of `text` as fits into so many columns, the cut marked."""
    if cell_len(text) <= columns:
        return text
    return set_cell_size(text, max(columns - 1, 0)).rstrip() + "…"


def width(text: str) -> int:
    """How many columns `text` takes."""
    return cell_len(clean(text))

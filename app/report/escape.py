"""Turns what a pull request contains into Markdown in which nothing of it is live.

GitHub makes mentions, references, links, emoji and formulas out of plain text after it has read
the Markdown, so a backslash doesn't stop them; inside code it makes none of them. So words that
could become one are shown as code, and all other punctuation that Markdown knows is escaped.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

_LIVE_WORD = re.compile(
    r"""[@#&$]                              # mentions, references, character entities, formulas
      | :// | www\.                         # addresses
      | :[\w+-]+:                           # emoji
      | [a-z]{2}-\d                         # references such as GH-1, and a team's own
      | (?<![0-9a-z])[0-9a-f]{7,64}(?![0-9a-z])   # commits
    """,
    re.IGNORECASE | re.VERBOSE,
)
_MARKDOWN = re.compile(r"[\\`*_\[\]<>~|]")
_BLOCK_START = re.compile(r"([-+=:]|\d{1,9}(?=[.)]))")
_FENCE = re.compile(r"```([a-z]*)")
_BARE_BAR = re.compile(r"(?<!\\)((?:\\\\)*)\|")
_BACKTICKS = re.compile("`+")

_INVISIBLE_CATEGORIES = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp", "Zs"})
_INVISIBLE_LETTERS = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0"
)
_VARIATION_SELECTORS = (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))


def text(plain: str, limit: int = 1_000) -> str:
    """Plain words as one line of Markdown that reads just so."""
    words = [_word(word) for word in shorten(visible(plain), limit).split(" ") if word]
    return _start(" ".join(words))


def code(plain: str, limit: int = 200) -> str:
    """A name as a code span on one line."""
    shown = shorten(visible(plain), limit)
    if not shown.strip():
        return "(empty)"
    fence = "`" * (longest_run(shown) + 1)
    if shown[0] in "` " or shown[-1] in "` ":
        shown = f" {shown} "
    return f"{fence}{shown}{fence}"


def prose(plain: str, limit: int = 2_000) -> str:
    """A finding's message as one line: words in which `backticks` mark code."""
    parts = shorten(plain, limit).split("`")
    if len(parts) % 2 == 0:
        parts[-2:] = ["`".join(parts[-2:])]
    return _start(_join(_parts(parts)))


def link(shown: str, address: str) -> str:
    """A link whose text is the Markdown `shown`, at the start of a line, too.

    There `[a]: b` defines a link and shows nothing, even where the bracket closes within code:
    https://spec.commonmark.org/0.31.2/#link-reference-definitions.
    """
    return f"[{shown.replace(']:', '] :')}]({address})"


def cell(markdown: str) -> str:
    """One line of Markdown for a table, whose cells a bar ends even within code.

    https://github.github.com/gfm/#tables-extension-
    """
    return _BARE_BAR.sub(r"\1\\|", markdown)


def paragraphs(plain: str, limit: int = 20_000) -> str:
    """A finding's advice: sentences as `prose` reads them, and code between fences as blocks."""
    shown: list[str] = []
    language: str | None = None
    lines: list[str] = []
    for line in [*shorten(plain, limit).split("\n"), "```"]:
        fence = _FENCE.fullmatch(line)
        if fence is None:
            lines.append(line)
            continue
        written = "\n".join(lines)
        shown += _sentences(written) if language is None else [block(written, language)]
        language = fence[1] if language is None else None
        lines = []
    return "\n\n".join(shown)


def block(plain: str, language: str = "") -> str:
    """Lines of code as a fenced block, to be set at the start of a line."""
    shown = "\n".join(visible(line, keep="\t") for line in plain.replace("\r\n", "\n").split("\n"))
    return fenced(shown, language)


def fenced(content: str, language: str) -> str:
    """`content` letter by letter in a fence that nothing in it can close."""
    fence = "`" * max(3, longest_run(content) + 1)
    return f"{fence}{language}\n{content}\n{fence}"


def visible(plain: str, keep: str = "") -> str:
    """`plain` with everything that has no shape of its own, or turns lines around, spelled out."""
    spaced = plain if keep else re.sub(r"\s*[\n\r\t]\s*", " ", plain)
    if spaced.isascii() and spaced.isprintable():
        return spaced
    return "".join(_shown(character, keep) for character in spaced)


def shorten(plain: str, limit: int) -> str:
    """At most `limit` characters, the cut marked."""
    return plain if len(plain) <= limit else plain[: limit - 1] + "…"


def is_plain(plain: str) -> bool:
    """Holds nothing that would have to be spelled out, line ends and tabs aside."""
    return all(_shown(character, "\t\n") == character for character in plain)


def longest_run(content: str) -> int:
    """The length of the longest run of backticks."""
    return max(map(len, _BACKTICKS.findall(content)), default=0)


@lru_cache(maxsize=10_000)
def _shown(character: str, keep: str) -> str:
    if character == " " or character in keep:
        return character
    number = ord(character)
    hidden = (
        unicodedata.category(character) in _INVISIBLE_CATEGORIES
        or character in _INVISIBLE_LETTERS
        or any(number in selectors for selectors in _VARIATION_SELECTORS)
    )
    return f"⟨U+{number:04X}⟩" if hidden else character


def _sentences(plain: str) -> list[str]:
    written = (prose(paragraph) for paragraph in plain.split("\n\n"))
    return [paragraph for paragraph in written if paragraph]


def _word(word: str) -> str:
    if _LIVE_WORD.search(word):
        return code(word)
    return _MARKDOWN.sub(r"\\\g<0>", word)


def _start(line: str) -> str:
    """`line` so that its beginning makes no list, heading or rule."""
    found = _BLOCK_START.match(line)
    if found is None:
        return line
    marker = found[1]
    return marker + "\\" + line[len(marker) :] if marker.isdigit() else "\\" + line


def _parts(parts: list[str]) -> Iterable[str]:
    for index, part in enumerate(parts):
        if index % 2:
            yield code(part)
        elif part:
            before, after = part[: -len(part.lstrip())], part[len(part.rstrip()) :]
            words = " ".join(_word(word) for word in visible(part).split(" ") if word)
            yield (" " if before else "") + words + (" " if after and words else "")


def _join(parts: Iterable[str]) -> str:
    """The parts in a row; two code spans that touch would be read as one broken one."""
    line = ""
    for part in parts:
        line += " " + part if line.endswith("`") and part.startswith("`") else part
    return line.strip()

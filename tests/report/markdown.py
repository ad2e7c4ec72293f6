"""Reads Markdown as GitHub does: a real parser first, then what GitHub makes of plain text."""

import re
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.token import Token

_PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
_LIVE = {
    "mention": re.compile(r"(?<![\w`])@[a-z\d]", re.IGNORECASE),
    "reference": re.compile(r"#\d|\b[a-z]{2,}-\d", re.IGNORECASE),
    "commit": re.compile(r"\b[0-9a-f]{7,64}\b", re.IGNORECASE),
    "address": re.compile(r"://|\bwww\.", re.IGNORECASE),
    "emoji": re.compile(r":[\w+-]+:"),
    "formula": re.compile(r"\$"),
}
_PLAIN_INLINE = {"text", "code_inline", "softbreak", "hardbreak"}


@dataclass(frozen=True)
class Rendered:
    """What a reader sees: the text outside of code, all code, and everything that isn't either."""

    words: str
    code: list[str]
    kinds: set[str]
    links: list[str]
    blocks: list[str]

    @property
    def live(self):
        return {name for name, pattern in _LIVE.items() if pattern.search(self.words)}

    @property
    def shown(self):
        return self.words + "".join(self.code)


def render(markdown: str) -> Rendered:
    tokens = _PARSER.parse(markdown)
    inline = [child for token in tokens for child in token.children or ()]
    return Rendered(
        words="\0".join(token.content for token in inline if token.type == "text"),
        code=[t.content for t in (*inline, *tokens) if t.type in ("code_inline", "fence")],
        kinds={t.type for t in inline if t.type not in _PLAIN_INLINE},
        links=[str(t.attrGet("href")) for t in inline if t.type == "link_open"],
        blocks=[token.type for token in tokens if _opens(token)],
    )


def sentence(markdown: str) -> str:
    """What a line of Markdown reads as."""
    (paragraph,) = [token for token in _PARSER.parse(markdown) if token.type == "inline"]
    return "".join(child.content for child in paragraph.children or ())


def _opens(token: Token) -> bool:
    return token.nesting >= 0 and token.type != "inline"

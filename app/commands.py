"""Finds what a comment asks of us: `/migaudit …` on a line of its own."""

from collections.abc import Iterator

from markdown_it import MarkdownIt
from markdown_it.token import Token

MOST_AT_ONCE = 10
"""So many commands of one comment are carried out."""

_PREFIX = "/migaudit"


def commands(body: str) -> tuple[tuple[str, ...], ...]:
    """The words after `/migaudit` of every such line, in order, the first one in lower case.

    The line begins in the first column and stands in running text: not in a code block or span,
    a quotation, a comment or another piece of HTML.
    """
    if _PREFIX not in body.lower():
        return ()
    text = body.replace("\r\n", "\n").replace("\r", "\n")
    lines = text.split("\n")
    found = (lines[number] for number in _plain_lines(MarkdownIt("commonmark").parse(text)))
    split = (line.split() for line in found if line.lower().startswith(_PREFIX))
    asked = (words[1:] for words in split if words[0].lower() == _PREFIX)
    return tuple((*(word.lower() for word in words[:1]), *words[1:]) for words in asked)


def _plain_lines(tokens: list[Token]) -> Iterator[int]:
    """The numbers, from 0, of the lines that consist of text and nothing else."""
    quotes = 0
    for index, token in enumerate(tokens):
        quotes += {"blockquote_open": 1, "blockquote_close": -1}.get(token.type, 0)
        in_paragraph = index > 0 and tokens[index - 1].type == "paragraph_open"
        if token.type == "inline" and in_paragraph and not quotes and token.map:
            yield from (token.map[0] + offset for offset in _plain_offsets(token.children or []))


def _plain_offsets(children: list[Token]) -> list[int]:
    line = 0
    spoilt: set[int] = set()
    for child in children:
        if child.type in ("softbreak", "hardbreak"):
            line += 1
            continue
        last = line + child.content.count("\n")
        if child.type != "text":
            spoilt.update(range(line, last + 1))
        line = last
    return [offset for offset in range(line + 1) if offset not in spoilt]

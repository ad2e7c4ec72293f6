"""How a file is written: what a fix adds to it looks the same."""

import re
from collections import Counter

from analyzers.javascript.syntax import Tree
from analyzers.struct import Struct

_STATEMENTS = frozenset(
    {"expression_statement", "return_statement", "lexical_declaration", "variable_declaration",
     "throw_statement", "import_statement"}
)  # fmt: skip
_INDENTED = re.compile(r"^([ \t]+)\S", re.MULTILINE)


class Style(Struct, frozen=True):
    """`quote` is the usual one, `indent` one step, `end` what ends a statement."""

    quote: str
    indent: str
    end: str
    newline: str
    is_module: bool

    def string(self, text: str) -> str:
        """A literal of this text, without escapes where another quote saves them."""
        other = '"' if self.quote == "'" else "'"
        if "\n" not in text and "\\" not in text:
            for quote in (self.quote, other):
                if quote not in text:
                    return f"{quote}{text}{quote}"
        escaped = text.replace("\\", "\\\\").replace("`", "\\`").replace("${", "\\${")
        return f"`{escaped}`"


def style_of(tree: Tree) -> Style:
    quotes = Counter[str]()
    ended = Counter[bool]()
    is_module = False
    for node in tree.root.descendants():
        if node.type == "string":
            quotes[node.text[0]] += 1
        elif node.type in _STATEMENTS:
            ended[node.text.endswith(";")] += 1
        is_module = is_module or node.type in ("export_statement", "import_statement")
    return Style(
        quote='"' if quotes['"'] > quotes["'"] else "'",
        indent=_indent(tree.text),
        end="" if ended[False] > ended[True] else ";",
        newline="\r\n" if "\r\n" in tree.text else "\n",
        is_module=is_module,
    )


def _indent(text: str) -> str:
    found = _INDENTED.findall(text)
    if sum(white.startswith("\t") for white in found) * 2 > len(found):
        return "\t"
    widths = [len(white) for white in found if "\t" not in white and len(white) > 1]
    steps = Counter(b - a for a, b in zip((0, *widths), widths, strict=False) if b - a > 1)
    return " " * (steps.most_common(1)[0][0] if steps else 2)

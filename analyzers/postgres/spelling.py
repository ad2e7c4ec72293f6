"""One spelling for SQL that means the same: white space, letter case and needless words aside."""

import re
from collections.abc import Iterable
from functools import lru_cache

from analyzers.postgres.parser import ParsedStatement, parse
from analyzers.postgres.syntax import Token

_SIMPLE = re.compile(r'"([a-z_][a-z0-9_$]*)"')
_CAST = re.compile(
    r"('(?:[^']|'')*'|\b\d[\d.]*) :: (?:character varying|double precision|[a-z_0-9]+)"
    r"(?: \( \d+(?: , \d+)? \))?(?: \[ \])*"
)
_USUAL_SCHEMA = re.compile(r"(?<!\. )\bpublic \. ")


@lru_cache(maxsize=4096)
def spelled(sql: str) -> str:
    """The expression `sql` in the one spelling; as it is where it doesn't parse."""
    parsed = parse(f"SELECT {sql}")
    if len(parsed) != 1 or not isinstance(parsed[0], ParsedStatement):
        return sql
    text = _without_brackets(spelling(parsed[0].text, parsed[0].tokens[1:]))
    return _without_brackets(_CAST.sub(r"\1", text))


def spelling(text: str, tokens: Iterable[Token]) -> str:
    """These tokens of `text`, in lower case unless they are quoted, with single spaces."""
    words = " ".join(_word(text[token.start : token.end]) for token in tokens)
    return _USUAL_SCHEMA.sub("", words).replace("execute procedure", "execute function")


def words(text: str) -> frozenset[str]:
    """What two texts in the one spelling must have in common to mean the same."""
    return frozenset(_WORDS.findall(text)) - _NEEDLESS


_WORDS = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|[\w$]+")
_NEEDLESS = frozenset({"as", "asc", "inner", "outer", "in", "any", "array"})


def _word(written: str) -> str:
    simple = _SIMPLE.fullmatch(written)
    if simple is not None:
        return simple[1]
    return written if written[0] in "\"'$" or "'" in written else written.lower()


def _without_brackets(text: str) -> str:
    """Without brackets around all of it."""
    while text.startswith("( ") and text.endswith(" )") and _closes_last(text):
        text = text[2:-2]
    return text


def _closes_last(text: str) -> bool:
    depth = 0
    words = text.split(" ")
    for index, word in enumerate(words):
        depth += (word == "(") - (word == ")")
        if depth == 0:
            return index == len(words) - 1
    return False

"""Makes up for a slip of TypeScript's grammar: `await knex<Row>('rows').insert(…)`.

tree-sitter-typescript takes `await knex` for what is called there, so that nothing after it would
be awaited. Without the type arguments, which mean nothing at run time, it reads the call right.
"""

import re

_BEGINS = re.compile(rb"\bawait\s+[\w$.]+\s*<")
_TYPE = re.compile(rb"[\w\s,.\[\]|&{}:;?<>()=-]")
_OPERATOR = re.compile(rb"&&|\|\|")
_CALL = re.compile(rb"\s*\(")
_LONGEST = 500


def without_type_arguments(text: bytes) -> bytes:
    """The same text, of the same length, with blanks in the place of such type arguments.

    What looks like them within a string is blanked as well: only the tree is made from the
    result, and the tree of a string has the same shape whatever is in it.
    """
    blanked = bytearray(text)
    for begins in _BEGINS.finditer(text):
        start = begins.end() - 1
        end = _closing(text, start)
        if end is not None and _CALL.match(text, end):
            blanked[start:end] = re.sub(rb"[^\n]", b" ", text[start:end])
    return bytes(blanked)


def _closing(text: bytes, start: int) -> int | None:
    """Where the type arguments that begin at `start` end; None: they are no type arguments."""
    depth = 0
    for offset in range(start, min(start + _LONGEST, len(text))):
        character = text[offset : offset + 1]
        if character == b"<":
            depth += 1
        elif character == b">" and text[offset - 1 : offset] != b"=":
            depth -= 1
        if depth == 0:
            found = text[start : offset + 1]
            return None if _OPERATOR.search(found) else offset + 1
        if not _TYPE.match(character):
            return None
    return None

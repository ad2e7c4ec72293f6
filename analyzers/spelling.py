"""What somebody may have meant by a word that there is not."""

from collections.abc import Iterable
from difflib import get_close_matches

MAX_SHOWN = 80
"""Characters of a name that is shown, or that is looked at for what it may have meant."""


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The most similar of the words `known`, where one is similar at all."""
    near = get_close_matches(word[:MAX_SHOWN].lower(), known, n=1)
    return near[0] if near else None


def shown(word: str) -> str:
    """What somebody wrote, as code on one line."""
    line = " ".join(word.replace("`", "").split())
    return f"`{line if len(line) <= MAX_SHOWN else line[:MAX_SHOWN] + '…'}`"

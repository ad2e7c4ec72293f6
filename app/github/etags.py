"""Asks of what is known only whether it has changed: "no" costs nothing of GitHub's limit.

https://docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api#use-conditional-requests-if-appropriate
"""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock

MOST_CHARACTERS = 2_000_000
"""Our own, for all answers of one installation; one of more than a quarter of it is not kept."""

NEVER_CHANGES = ("/git/", "/compare/")
"""Named by commits: those are kept by git's ids, and not asked for again."""


@dataclass(frozen=True, slots=True)
class Known:
    """An answer and the name that GitHub gave it."""

    etag: str
    headers: Mapping[str, str]
    text: str = field(repr=False)


@dataclass(slots=True)
class Etags:
    """The last answers of one installation, by address."""

    _known: OrderedDict[str, Known] = field(default_factory=OrderedDict, repr=False)
    _size: int = 0
    _lock: Lock = field(default_factory=Lock, repr=False)

    def get(self, address: str) -> Known | None:
        with self._lock:
            known = self._known.get(address)
            if known is not None:
                self._known.move_to_end(address)
            return known

    def keep(self, address: str, headers: Mapping[str, str], text: str) -> None:
        """What is too long, or can't change, is not kept."""
        etag = headers.get("etag")
        long = len(text) > MOST_CHARACTERS // 4
        if etag is None or long or any(part in address for part in NEVER_CHANGES):
            return
        with self._lock:
            self._drop(address)
            self._known[address] = Known(etag, headers, text)
            self._size += len(text)
            while self._size > MOST_CHARACTERS:
                self._drop(next(iter(self._known)))

    def _drop(self, address: str) -> None:
        known = self._known.pop(address, None)
        self._size -= len(known.text) if known is not None else 0

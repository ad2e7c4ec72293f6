"""Which lines of a pull request may carry a comment.

GitHub takes comments on the lines that its diff shows, changed or around a change, and refuses
a whole review for one comment elsewhere. A comment on several lines has to lie in one hunk.
https://docs.github.com/rest/pulls/comments
"""

import re
from collections.abc import Iterable, Mapping

from analyzers.struct import Struct
from app.report.values import ChangedFile

_HUNK = re.compile(r"@@ -\d+(?:,\d+)? \+(\d+)(?:,\d+)? @@")


class Diff(Struct, frozen=True):
    """The lines of each new file that the diff shows, one range a hunk. No hunks: no lines."""

    hunks: Mapping[str, tuple[range, ...]]

    @classmethod
    def of(cls, files: Iterable[ChangedFile]) -> "Diff":
        return cls({file.path: tuple(_hunks(file.patch or "")) for file in files})

    def __contains__(self, path: object) -> bool:
        return path in self.hunks

    def shows(self, path: str, first: int, last: int) -> bool:
        """All these lines, in one hunk."""
        return any(first in hunk and last in hunk for hunk in self.hunks.get(path, ()))

    def first_shown(self, path: str, first: int, last: int) -> int | None:
        """The first of these lines that the diff shows."""
        shown = (max(first, h.start) for h in self.hunks.get(path, ()) if h.start <= last)
        return min((line for line in shown if self._in(path, line) and line <= last), default=None)

    def _in(self, path: str, line: int) -> bool:
        return any(line in hunk for hunk in self.hunks[path])


def _hunks(patch: str) -> Iterable[range]:
    start = end = 0
    for line in patch.split("\n"):
        header = _HUNK.match(line)
        if header is not None:
            yield from _shown(start, end)
            start = end = int(header[1])
        elif line.startswith((" ", "+")):
            end += 1
    yield from _shown(start, end)


def _shown(start: int, end: int) -> Iterable[range]:
    if end > start:
        yield range(start, end)

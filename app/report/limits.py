"""GitHub's limits on what may be written, each beside its source, and those we set ourselves."""

from collections.abc import Iterable

from analyzers.settings import MOST_COMMENTS

MAX_ANNOTATIONS_PER_REQUEST = 50
"""https://docs.github.com/rest/checks/runs: "limited to 50 annotations per API request"."""

MAX_OUTPUT = 65_535
"""Of a check run's `summary` and `text`, https://docs.github.com/rest/checks/runs.

Documented in characters. Counted here in UTF-8 bytes, which are never fewer.
"""

MAX_ANNOTATIONS = 2_000
"""Our own, of one check run: 40 requests of the 500 that an installation may write in an hour."""

MAX_TITLE = 255
"""Of an annotation, https://docs.github.com/rest/checks/runs."""

MAX_ANNOTATION_TEXT = 64 * 1024
"""Bytes of an annotation's `message` and `raw_details`, https://docs.github.com/rest/checks/runs."""

MAX_COMMENT = 65_536
"""Characters of a comment: "body is too long (maximum is 65536 characters)"."""

MAX_REVIEW_COMMENTS = MOST_COMMENTS
"""Our own; a repository may ask for fewer."""

MAX_FILE_COMMENTS = 10
"""Our own: comments on whole files can't go into a review, each is a call and a notification."""


MAX_SUGGESTION_LINES = 20
"""More lines than that nobody looks through beside a comment: the command line applies them."""


def fitting(parts: Iterable[str], limit: int) -> tuple[list[str], bool]:
    """The first parts, whole ones, that fit into so many bytes; whether that is all of them."""
    shown: list[str] = []
    for part in parts:
        limit -= len(part.encode()) + len("\n\n")
        if limit < 0:
            return shown, False
        shown.append(part)
    return shown, True

"""How migrations are numbered: timestamps, dates, sequences, and a repository's own style."""

import re
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache

DATED = "a date"
_NAMES = 10_000
"""As many are remembered: each fix that is tried has the names of its directory looked at again."""

_PREFIX = re.compile(
    r"(?P<lead>[A-Za-z]*[-_]*)(?P<digits>\d+)(?P<letters>[A-Za-z]{0,2})(?![A-Za-z])"
)
_VERSION = re.compile(r"v?\d+(\.\d+)+\b")
_TIMES = (len("YYYYMMDD"), len("YYYYMMDDhhmm"), len("YYYYMMDDhhmmss"))
_MOST = 0.9
"""The part of a directory that makes a style its own; old repositories hold an oddity or two."""


def has_timestamp(name: str) -> bool:
    """Whether a file name begins as `knex migrate:make` begins it, with a time that exists."""
    return re.match(r"\d{14}_", name) is not None and _is_time(name[:14])


def moment(name: str) -> datetime | None:
    """The date or the time that a file name begins with, as if it were that of UTC."""
    found = _PREFIX.match(name)
    return _time(found["digits"]) if found and not _VERSION.match(name) else None


def begins(name: str) -> bool:
    """Whether a name has the first number of a sequence: `001_`, `0-`."""
    found = number(name)
    return found is not None and found.isdigit() and int(found) <= 1


@lru_cache(maxsize=_NAMES)
def number(name: str) -> str | None:
    """What only one migration may begin with; None where the name has nothing of the kind.

    A mere date may be shared, and so may the first number of a version.
    """
    found = _PREFIX.match(name)
    if found is None or _VERSION.match(name) or not name[found.end() :].startswith(("_", "-")):
        return None
    mere_date = len(found["digits"]) == len("20240101") and _is_time(found["digits"])
    return None if mere_date and not found["letters"] else found[0]


@lru_cache(maxsize=_NAMES)
def style(name: str) -> str | None:
    """How a name is numbered; names of one style sort as they were meant to.

    Dates with and without a time sort among each other.
    """
    if _VERSION.match(name):
        return "a version"
    found = _PREFIX.match(name)
    if found is None:
        return None
    digits, lead = found["digits"], f"`{found['lead']}`, " if found["lead"] else ""
    if _is_time(digits):
        return lead + DATED
    if len(digits) == max(_TIMES):
        return None  # meant as a timestamp, and not a time that exists
    return f"{lead}{len(digits)} digits" + (", letters" if found["letters"] else "")


class Styles:
    """How the names of a directory are numbered, each of which may be asked about the others."""

    def __init__(self, names: Iterable[str]) -> None:
        self._counts = Counter(style(name) for name in names)

    def of_others(self, name: str) -> tuple[str | None, int]:
        """The style that nearly all names but this one share, None without one; how many names."""
        others = self._counts - Counter([style(name)])
        total = others.total()
        (common, count), *_ = others.most_common(1) or [(None, 0)]
        return (common if count > _MOST * total else None), total


def _is_time(digits: str) -> bool:
    return _time(digits) is not None


def _time(digits: str) -> datetime | None:
    if len(digits) not in _TIMES:
        return None
    filled = digits.ljust(max(_TIMES), "0")
    month, day, hour, minute, second = (int(filled[at : at + 2]) for at in range(4, 14, 2))
    try:
        return datetime(int(filled[:4]), month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None

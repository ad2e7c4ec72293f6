"""How migrations are numbered: timestamps, dates, sequences, and a repository's own style."""

import re
from collections import Counter
from collections.abc import Collection
from datetime import datetime

TIMESTAMPED = "a timestamp"
_TIMESTAMP = "%Y%m%d%H%M%S"
_PREFIX = re.compile(r"(?P<digits>\d+)(?P<letters>[A-Za-z]{0,2})(?P<separator>[-_])")
_VERSION = re.compile(r"v?\d+(\.\d+)+[-_.]")
_MOST = 0.9
"""The part of a directory that makes a style its own; old repositories hold an oddity or two."""


def has_timestamp(name: str) -> bool:
    """Whether a file name begins as `knex migrate:make` begins it, with a time that exists."""
    return re.match(r"\d{14}_", name) is not None and _is_time(name[:14], _TIMESTAMP)


def number(name: str) -> str | None:
    """What only one migration may begin with; None where the name has nothing of the kind.

    A mere date may be shared.
    """
    found = _PREFIX.match(name)
    if found is None or (_is_date(found["digits"]) and not found["letters"]):
        return None
    return found["digits"] + found["letters"]


def style(name: str) -> str | None:
    """How a name is numbered, so that equal styles sort as they were meant to."""
    if has_timestamp(name):
        return TIMESTAMPED
    found = _PREFIX.match(name)
    if found is not None:
        digits = len(found["digits"])
        kind = "a date" if _is_date(found["digits"]) else f"{digits} digits"
        if digits == len("20240101000000"):
            return None  # meant as a timestamp, and not a time that exists
        return kind + (", letters" if found["letters"] else "") + f", `{found['separator']}`"
    return "a version" if _VERSION.match(name) else None


def own_style(names: Collection[str]) -> str | None:
    """The style that nearly all of a directory's names share; None where there is none."""
    styles = Counter(style(name) for name in names)
    (common, count), *_ = styles.most_common(1) or [(None, 0)]
    return common if count > _MOST * len(names) else None


def _is_date(digits: str) -> bool:
    return len(digits) == len("20240101") and _is_time(digits, "%Y%m%d")


def _is_time(digits: str, form: str) -> bool:
    try:
        datetime.strptime(digits, form)  # noqa: DTZ007 - a name has no time zone
    except ValueError:
        return False
    return True

"""What an audit tells: findings, each on the source that causes it."""

from collections.abc import Iterable
from enum import Enum

from analyzers.source import Place
from analyzers.struct import Struct


class Severity(Enum):
    """How grave a finding is. Only findings at or above `fail_on` fail the check."""

    NOTICE = "notice"
    WARNING = "warning"
    ERROR = "error"

    @property
    def rank(self) -> int:
        return list(Severity).index(self)


class Direction(Enum):
    """The function of a migration that a finding speaks of."""

    UP = "up"
    DOWN = "down"


class Fix(Struct, frozen=True):
    """A safe rewrite: the lines `start_line` to `end_line`, inclusive, become `replacement`."""

    start_line: int
    end_line: int
    replacement: str


class Related(Struct, frozen=True):
    """Another place that belongs to the finding, and why."""

    place: Place
    note: str


class Finding(Struct, frozen=True):
    """One hazard with one cause.

    `message` says what happens in production, `advice` what to do instead; both are plain
    text in which `backticks` mark code, and both may repeat names from the pull request: whoever
    prints them escapes them. `offset`: the character of `statement` at which its cause begins;
    `tables`: the full names of those that it concerns.
    """

    rule: str
    severity: Severity
    place: Place
    message: str
    advice: str = ""
    direction: Direction | None = None
    statement: str | None = None
    fix: Fix | None = None
    related: tuple[Related, ...] = ()
    fingerprint: str = ""
    offset: int | None = None
    tables: tuple[str, ...] = ()


def fails(findings: Iterable[Finding], fail_on: Severity | None) -> bool:
    """Whether a finding stands at or above `fail_on`; None never fails."""
    return fail_on is not None and any(f.severity.rank >= fail_on.rank for f in findings)

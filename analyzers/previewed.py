"""What a pull request's own configuration would change, in sentences."""

from collections.abc import Iterable, Iterator
from itertools import islice

from analyzers.findings import Finding
from analyzers.result import Preview, SettingChange, UnresolvedReport
from analyzers.settings import PATH

MOST = 20
"""Settings or findings that are named one by one."""


def sentences(preview: Preview) -> Iterator[str]:
    """Plain text in which `backticks` mark code; the first one says whose settings these are."""
    yield (
        "This pull request changes settings. They count once it is merged; with them, this very "
        f"check would {'fail' if preview.fails_then else 'pass'}"
        + (", as it does now." if preview.fails_then is preview.fails_now else ", unlike now.")
    )
    yield from _named(map(_setting, preview.settings))
    yield from _named(f"No longer found: {_finding(finding)}." for finding in preview.gone)
    yield from _named(f"Found then: {_finding(finding)}." for finding in preview.new)
    yield from _named(
        f"{_finding(one.finding)}: {one.finding.severity.value} → {one.severity.value}."
        for one in preview.regraded
    )


def _setting(change: SettingChange) -> str:
    before = "not said" if change.before is None else change.before
    after = "no longer said" if change.after is None else change.after
    return f"`{change.name}`: {before} → {after}."


def _finding(finding: Finding) -> str:
    return f"`{finding.rule}` in `{finding.place.path}`, line {finding.place.line}"


def _named(told: Iterable[str]) -> Iterator[str]:
    told = iter(told)
    yield from islice(told, MOST)
    more = sum(1 for _ in told)
    if more:
        yield f"And {more} more."


def unknown_directories(one: UnresolvedReport) -> str:
    """A sentence about a knexfile that leaves open where its migrations are."""
    return (
        f"`{one.place.path}`, line {one.place.line}: where its migrations are is not known "
        f"({one.reason}). Migrations in a folder of another name than `migrations` are not seen: "
        f"name it under `directories`, or the variable under `env`, in `{PATH}`."
    )


def not_audited(one: UnresolvedReport) -> str:
    """A sentence about a file for which the check does not pass."""
    return f"`{one.place.path}` could not be audited, so the check does not pass: {one.reason}."


def not_judged(one: UnresolvedReport) -> str:
    """A sentence about a file of the repository that no rule could look at."""
    return f"`{one.place.path}`, line {one.place.line}: not judged, since {one.reason}."

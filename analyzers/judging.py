"""How grave a finding is to a team: what it says of rules, of paths, and of the size of tables."""

import re
from collections.abc import Iterable
from functools import lru_cache

from analyzers.findings import Direction, Finding, Severity
from analyzers.rules.rule import Rule
from analyzers.settings import Settings
from analyzers.struct import replace


def judged(rule: Rule, finding: Finding, settings: Settings) -> Finding | None:
    """The finding at the severity that it has for this team; None where its rule is off.

    What a rule itself finds less grave than usual never becomes graver by what the team says of
    the rule. What takes as long as a table is long is a notice where all tables that it reads or
    writes are small, and a step graver where one of them is large.
    """
    severity = finding.severity
    for said in _said(rule, finding, settings):
        if said is None:
            return None
        if severity is rule.severity or said.rank < severity.rank:
            severity = said
    if rule.by_size:
        severity = _by_size(severity, finding.tables, settings)
    if finding.direction is Direction.DOWN and not rule.about_down:
        severity = Severity.NOTICE
    return finding if severity is finding.severity else replace(finding, severity=severity)


def _said(rule: Rule, finding: Finding, settings: Settings) -> tuple[Severity | None, ...]:
    """What the team says of the rule: the last override that matches the file, else in general.

    Empty where it says nothing.
    """
    for override in reversed(settings.overrides):
        if rule.id in override.severities and matches(override.paths, finding.place.path):
            return (override.severities[rule.id],)
    return (settings.severities[rule.id],) if rule.id in settings.severities else ()


def _by_size(severity: Severity, tables: tuple[str, ...], settings: Settings) -> Severity:
    if _any(tables, settings.large_tables):
        return list(Severity)[min(severity.rank + 1, Severity.ERROR.rank)]
    if tables and all(_any((table,), settings.small_tables) for table in tables):
        return Severity.NOTICE
    return severity


def _any(tables: Iterable[str], named: tuple[str, ...]) -> bool:
    """Whether one of the full names `tables` is named, with its schema or without."""
    return bool(named) and any(
        table in named or table.rpartition(".")[2] in named for table in tables
    )


def matches(patterns: Iterable[str], path: str) -> bool:
    """Whether one of the patterns is the path, a folder above it, or matches either."""
    return any(_expression(pattern).match(path) for pattern in patterns)


@lru_cache(maxsize=256)
def _expression(pattern: str) -> re.Pattern[str]:
    parts = re.split(r"(\*\*/|\*\*|\*|\?)", pattern.rstrip("/").removeprefix("./"))
    wild = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    return re.compile("".join(wild.get(part, re.escape(part)) for part in parts) + r"(?:/|\Z)")

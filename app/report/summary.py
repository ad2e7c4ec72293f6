"""The check run's title and summary."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from analyzers.audit import Audit
from analyzers.describe import MigrationReport
from analyzers.findings import Finding, Severity
from app.report.escape import code, paragraphs, prose, text
from app.report.limits import MAX_OUTPUT
from app.report.values import Output, Subject
from app.report.words import (
    SEVERITY_NAMES,
    counts,
    failing,
    place_link,
    plural,
    rule_link,
)

_TAIL_RESERVE = 300
_MAX_NAMED = 50
_NOTHING = "This pull request changes no Knex migrations."


@dataclass(frozen=True, slots=True)
class Summary:
    """What the summary is made of.

    `commented` are the fingerprints that a comment says in full; `removed` the paths that the
    head no longer has.
    """

    subject: Subject
    audit: Audit
    findings: Mapping[str, Finding]
    fail_on: Severity | None
    commented: frozenset[str]
    removed: frozenset[str]
    notes: Sequence[str]

    def output(self) -> Output:
        return Output(self.title(), self._within_limit())

    def title(self) -> str:
        """The verdict and its counts."""
        if not self.findings and not self.audit.directories:
            return "No Knex migrations changed"
        found = counts(self.findings.values()) or "No problems found"
        added = len(self.audit.migrations)
        return f"{found} in {plural(added, 'new migration')}" if added else found

    def _within_limit(self) -> str:
        """All of it where it fits; else findings that have a comment in a line each, then a cut."""
        head = [self._opening(), *(prose(note) for note in self.notes)]
        whole = [*head, *self._items(), *self._locks()]
        if _size(whole) <= MAX_OUTPUT:
            return "\n\n".join(whole)
        return _cut([*head, *self._items(tight=True)], len(head))

    def _opening(self) -> str:
        if self.findings:
            return f"**{self.title()}.** {failing(self.fail_on)}"
        return f"{self.title()}." if self.audit.directories else _NOTHING

    def _items(self, *, tight: bool = False) -> list[str]:
        items = []
        severity = None
        for fingerprint, finding in self.findings.items():
            heading = ""
            if finding.severity is not severity:
                severity = finding.severity
                heading = f"### {SEVERITY_NAMES[severity]}s\n\n"
            commented = fingerprint in self.commented
            items.append(heading + self._item(finding, commented=commented, tight=tight))
        return items

    def _item(self, finding: Finding, *, commented: bool, tight: bool) -> str:
        """What a comment says in full is said here in short."""
        exists = finding.place.path not in self.removed
        where = place_link(self.subject, finding.place, exists=exists)
        head = f"{rule_link(self.subject, finding.rule)} · {where}"
        if commented and tight:
            return f"{head}: see the comment there."
        advice = "" if commented else paragraphs(finding.advice)
        return f"{head}\\\n{prose(finding.message)}" + (f"\n\n{advice}" if advice else "")

    def _locks(self) -> Iterator[str]:
        lines = [line for migration in self.audit.migrations for line in _locks_of(migration)]
        if lines:
            shown = "\n".join(lines[:_MAX_NAMED])
            yield f"### Locks of `up` on tables that exist already\n\n{shown}"


def _locks_of(migration: MigrationReport) -> Iterable[str]:
    """One line a lock: the strongest on each relation, and whom it blocks."""
    strongest = {
        (lock.relation, lock.mode, lock.whom): None
        for statement in migration.up
        for lock in statement.locks
    }
    for relation, mode, whom in strongest:
        yield f"- {code(migration.path)}: {code(mode)} on {code(relation)} {text(whom)}"


def _cut(items: list[str], head: int) -> str:
    """As many items as fit, whole ones, and how many more there are."""
    fitting: list[str] = []
    left = MAX_OUTPUT - _TAIL_RESERVE
    for item in items:
        left -= len(item.encode()) + 2
        if left < 0:
            break
        fitting.append(item)
    more = len(items) - max(len(fitting), head)
    if more:
        fitting.append(
            f"And {plural(more, 'more finding')}: the annotations of this check have all."
        )
    return "\n\n".join(fitting)


def _size(items: Iterable[str]) -> int:
    return sum(len(item.encode()) + 2 for item in items)

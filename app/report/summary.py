"""The check run's title and summary."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from analyzers.findings import Finding, Severity
from analyzers.postgres.locks import LockMode
from analyzers.previewed import not_judged, sentences, unknown_directories
from analyzers.result import Audit, MigrationReport
from app.report.escape import code, paragraphs, prose
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
        if self.audit.misconfigured:
            found = f"Invalid configuration: {found}"
        added = len(self.audit.migrations)
        return f"{found} in {plural(added, 'new migration')}" if added else found

    def _within_limit(self) -> str:
        """All of it where it fits; else findings that have a comment in a line each, then a cut."""
        notes = (*self.notes, *_unresolved(self.audit))
        head = [self._opening(), *map(prose, notes), *self._previewed()]
        whole, complete = _fitting(
            chain(head, self._items(), self._suppressed(), self._locks()), MAX_OUTPUT
        )
        if complete:
            return "\n\n".join(whole)
        shown, _ = _fitting(chain(head, self._items(tight=True)), MAX_OUTPUT - _TAIL_RESERVE)
        more = len(head) + len(self.findings) - max(len(shown), len(head))
        if more:
            rest = f"And {plural(more, 'more finding')}: the annotations of this check have all."
            shown.append(rest)
        return "\n\n".join(shown)

    def _opening(self) -> str:
        if self.findings:
            return f"**{self.title()}.** {failing(self.fail_on)}"
        return f"{self.title()}." if self.audit.directories else _NOTHING

    def _items(self, *, tight: bool = False) -> Iterator[str]:
        severity = None
        for fingerprint, finding in self.findings.items():
            heading = ""
            if finding.severity is not severity:
                severity = finding.severity
                heading = f"### {SEVERITY_NAMES[severity]}s\n\n"
            commented = fingerprint in self.commented
            yield heading + self._item(finding, commented=commented, tight=tight)

    def _item(self, finding: Finding, *, commented: bool, tight: bool) -> str:
        """What a comment says in full is said here in short."""
        exists = finding.place.path not in self.removed
        where = place_link(self.subject, finding.place, exists=exists)
        head = f"{rule_link(self.subject, finding.rule)} · {where}"
        if commented and tight:
            return f"{head}: see the comment there."
        advice = "" if commented else paragraphs(finding.advice)
        return f"{head}\\\n{prose(finding.message)}" + (f"\n\n{advice}" if advice else "")

    def _previewed(self) -> Iterator[str]:
        """What the configuration that this pull request brings would change."""
        if self.audit.preview is not None:
            first, *others = map(prose, sentences(self.audit.preview))
            listed = "\n".join(f"- {one}" for one in others)
            yield f"### A new configuration\n\n{first}" + (f"\n\n{listed}" if listed else "")

    def _suppressed(self) -> Iterator[str]:
        """What comments in the files hide, each with the reason that somebody gave."""
        lines = [
            f"- {rule_link(self.subject, one.rule)} · "
            f"{place_link(self.subject, one.place, exists=True)}: {prose(one.reason)}\\\n"
            f"  {prose(' '.join(finding.message for finding in one.findings))}"
            for one in self.audit.suppressions
            if one.findings
        ]
        if lines:
            shown = "\n".join(lines[:_MAX_NAMED])
            yield f"### Suppressed in the files\n\n{shown}"

    def _locks(self) -> Iterator[str]:
        lines = [line for migration in self.audit.migrations for line in _locks_of(migration)]
        if lines:
            shown = "\n".join(lines[:_MAX_NAMED])
            yield f"### What waits while `up` runs\n\n{shown}"

    def _partly_known(self) -> Iterator[str]:
        lines = [
            f"- {code(known.table)}: {prose(known.reason)}" for known in self.audit.partly_known
        ]
        if lines:
            shown = "\n".join(lines[:_MAX_NAMED])
            yield f"### Tables whose history is only partly known\n\n{shown}"


def _unresolved(audit: Audit) -> Iterator[str]:
    for one in audit.unresolved[:_MAX_NAMED]:
        yield unknown_directories(one)
    for one in audit.unjudged[:_MAX_NAMED]:
        yield not_judged(one)


def _locks_of(migration: MigrationReport) -> Iterator[str]:
    """One line for each table that others have to wait for: its strongest lock."""
    strongest: dict[str, LockMode] = {}
    locks = chain.from_iterable(statement.locks for statement in migration.up)
    for lock in (lock for lock in locks if lock.is_table):
        modes = (LockMode(lock.mode), strongest.get(lock.relation, LockMode.ACCESS_SHARE))
        strongest[lock.relation] = max(modes, key=lambda mode: mode.rank)
    for relation, mode in strongest.items():
        if mode.blocks_reads or mode.blocks_writes:
            held = f"{code(relation)} ({mode.sql})"
            yield f"- {code(migration.path)} {mode.whom} of {held}"


def _fitting(parts: Iterable[str], limit: int) -> tuple[list[str], bool]:
    """The first parts, whole ones, that fit into so many bytes; whether that is all of them."""
    fitting: list[str] = []
    for part in parts:
        limit -= len(part.encode()) + 2
        if limit < 0:
            return fitting, False
        fitting.append(part)
    return fitting, True

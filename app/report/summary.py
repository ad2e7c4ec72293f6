"""What the check run shows: its title, its summary and its text."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain

from analyzers.findings import Finding, Severity
from analyzers.result import Audit
from analyzers.struct import Struct
from app.report.escape import code, paragraphs, prose
from app.report.limits import MAX_OUTPUT, fitting
from app.report.sections import environments, not_audited, previewed, sections
from app.report.statements import statements
from app.report.values import Output, Subject
from app.report.words import (
    SEVERITY_NAMES,
    counts,
    failing,
    lines_link,
    place_link,
    plural,
    rule_link,
)

_TAIL_RESERVE = 300
_NAMES = re.compile(r"\"[^\"\n]*\"|`[^`\n]+`|\d+")
_NOTHING = "This pull request changes no Knex migrations."


class Summary(Struct, frozen=True):
    """What the summary is made of.

    `commented` are the fingerprints that a comment says in full; `removed` the paths that the
    head no longer has. `elsewhere` says where findings are that have no place here.
    """

    subject: Subject
    audit: Audit
    findings: Mapping[str, Finding]
    fail_on: Severity | None
    commented: frozenset[str]
    removed: frozenset[str]
    notes: Sequence[str]
    elsewhere: str = "the annotations of this check have all"

    def output(self) -> Output:
        told = statements(self.subject, self.audit.migrations)
        return Output(self.title(), self._within_limit(), told)

    def title(self) -> str:
        """The verdict and its counts."""
        if not (self.findings or self.audit.directories or self.audit.refused):
            return "No Knex migrations changed"
        found = counts(self.findings.values()) or "No problems found"
        if self.audit.misconfigured:
            found = f"Invalid configuration: {found}"
        elif self.audit.refused:
            found = f"Not all of it could be audited: {found}"
        added = len(self.audit.migrations)
        return f"{found} in {plural(added, 'new migration')}" if added else found

    def _within_limit(self) -> str:
        """All of it where it fits; else findings that have a comment in a line each, then a cut."""
        head = [self._opening(), *map(prose, self.notes), *environments(self.audit)]
        head += [*previewed(self.audit), *not_audited(self.audit)]
        more_to_say = sections(self.subject, self.audit)
        whole, complete = fitting(chain(head, self._items(), more_to_say), MAX_OUTPUT)
        if complete:
            return "\n\n".join(whole)
        shown, _ = fitting(chain(head, self._items(tight=True)), MAX_OUTPUT - _TAIL_RESERVE)
        more = len(head) + len(self.findings) - max(len(shown), len(head))
        if more:
            shown.append(f"And {plural(more, 'more finding')}: {self.elsewhere}.")
        return "\n\n".join(shown)

    def _opening(self) -> str:
        hidden = sum(len(one.findings) for one in self.audit.suppressions)
        more = (
            f" Comments in the files suppress {plural(hidden, 'more finding')}." if hidden else ""
        )
        if self.findings:
            return f"**{self.title()}.** {failing(self.fail_on)}{more}"
        concerned = self.audit.directories or self.audit.refused
        return f"{self.title()}.{more}" if concerned else f"{_NOTHING}{more}"

    def _items(self, *, tight: bool = False) -> Iterator[str]:
        """One text for each finding: by severity, then those of one rule in one file together."""
        severity = None
        for group in self._groups():
            first = self.findings[group[0]]
            heading = ""
            if first.severity is not severity:
                severity = first.severity
                heading = f"### {SEVERITY_NAMES[severity]}s\n\n"
            items = self._alone if len(group) == 1 else self._together
            for item in items(group, tight=tight):
                yield heading + item
                heading = ""

    def _groups(self) -> Iterable[list[str]]:
        groups: dict[tuple[Severity, str, str], list[str]] = {}
        for fingerprint, found in self.findings.items():
            key = (found.severity, found.rule, found.place.path)
            groups.setdefault(key, []).append(fingerprint)
        return groups.values()

    def _alone(self, group: Sequence[str], *, tight: bool) -> Iterator[str]:
        """What a comment says in full is said here in short."""
        finding, commented = self.findings[group[0]], group[0] in self.commented
        where = place_link(self.subject, finding.place, exists=self._exists(finding))
        head = f"{rule_link(self.subject, finding.rule)} · {where}"
        if commented and tight:
            yield f"{head}: see the comment there."
            return
        advice = "" if commented else paragraphs(finding.advice)
        yield f"{head}\\\n{prose(finding.message)}" + (f"\n\n{advice}" if advice else "")

    def _together(self, group: Sequence[str], *, tight: bool) -> Iterator[str]:
        """Several of one rule in one file: advice that differs in nothing but names comes once."""
        first = self.findings[group[0]]
        path = code(first.place.path, limit=500)
        head = f"{rule_link(self.subject, first.rule)} · {path}, {len(group)} times\n\n"
        advised: set[str] = set()
        for fingerprint in group:
            finding, commented = self.findings[fingerprint], fingerprint in self.commented
            where = lines_link(self.subject, finding.place, exists=self._exists(finding))
            short = commented and tight
            said = "see the comment there." if short else prose(finding.message)
            item = f"- {where}: {said}"
            advice = _NAMES.sub("", finding.advice)
            if not commented and advice not in advised:
                item += _indented(paragraphs(finding.advice))
            advised.add(advice)
            yield head + item
            head = ""

    def _exists(self, finding: Finding) -> bool:
        return finding.place.path not in self.removed


def _indented(text: str) -> str:
    """A further paragraph of an item of a list."""
    return "".join(f"\n  {line}" if line else "\n" for line in ("", *text.split("\n")) if text)

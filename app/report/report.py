"""The report: everything that one audit puts on GitHub."""

from collections.abc import Mapping, Sequence
from itertools import islice

from analyzers.findings import Finding, Severity, fails
from analyzers.result import Audit
from analyzers.struct import Struct, replace
from app.report.annotations import annotation
from app.report.conversation import Speaker
from app.report.diff import Diff
from app.report.fingerprint import fingerprints
from app.report.limits import MAX_ANNOTATIONS
from app.report.marker import MarkerKey
from app.report.summary import Summary
from app.report.values import (
    ChangedFile,
    Check,
    Conclusion,
    Conversation,
    Override,
    Status,
    Subject,
    Thread,
)

_CUT = (
    f"the annotations of this check have the {MAX_ANNOTATIONS:,} most severe, "
    "and `migaudit check` has all"
)
"""Where findings are of which there are too many."""


class Report(Struct, frozen=True):
    """One audit as GitHub shall show it.

    The check run's summary depends on what GitHub let us say elsewhere, so it comes last.
    `standing` counts the findings that an earlier comment says.
    """

    conversation: Conversation
    standing: int
    _findings: Mapping[str, Finding]
    _conclusion: Conclusion
    _summary: Summary

    def check(self, unplaced: frozenset[str] = frozenset(), notes: Sequence[str] = ()) -> Check:
        """The completed check run.

        `unplaced` holds fingerprints of comments that GitHub refused: the summary says them in
        full. `notes` are further plain sentences for the summary (what GitHub refused and why).
        """
        summary = replace(
            self._summary,
            commented=self._summary.commented - unplaced,
            notes=(*self._summary.notes, *notes),
        )
        annotated = islice(self._findings.values(), MAX_ANNOTATIONS)
        annotations = tuple(annotation(f, summary.subject) for f in annotated)
        return Check(self._conclusion, summary.output(), annotations)


def report(
    subject: Subject,
    audit: Audit,
    *,
    fail_on: Severity | None,
    key: MarkerKey,
    files: Sequence[ChangedFile] = (),
    threads: Sequence[Thread] = (),
    notes: Sequence[str] = (),
    overrides: Sequence[Override] = (),
    quiet: bool = False,
) -> Report:
    """What an audit that was carried out says.

    `files` and `threads` are what the pull request changes and what stands there already; without
    both (a merge queue) nothing is said outside of the check run. `notes` are plain sentences that
    the summary shall show. Findings of rules in `overrides` stand, and fail nothing.
    """
    findings = fingerprints(audit.findings)
    policy = audit.settings.comments
    speaker = Speaker(
        subject, key, Diff.of(files), replace(policy, severity=None) if quiet else policy
    )
    conversation = speaker.conversation(findings, threads)
    kept = speaker.kept(findings, threads)
    summary = Summary(
        subject,
        audit,
        findings,
        fail_on,
        commented=kept | conversation.fingerprints(),
        removed=_removed(files),
        notes=(*notes, *map(_overridden, overrides)),
    )
    if len(findings) > MAX_ANNOTATIONS:
        summary = replace(summary, elsewhere=_CUT)
    return Report(
        conversation, len(kept), findings, _conclusion(audit, fail_on, overrides), summary
    )


def _conclusion(
    audit: Audit, fail_on: Severity | None, overrides: Sequence[Override]
) -> Conclusion:
    if audit.misconfigured or audit.refused:
        return Conclusion.ACTION_REQUIRED
    counting = [
        finding
        for finding in audit.findings
        if not any(override.covers(finding.rule, finding.place.path) for override in overrides)
    ]
    return Conclusion.FAILURE if fails(counting, fail_on) else Conclusion.SUCCESS


def _overridden(override: Override) -> str:
    where, pull = "", "this pull request"
    if override.pull is not None:
        where, pull = " in the files that it changes", f"pull request {override.pull}"
    return (
        f"Findings of `{override.rule}`{where} do not fail this check: {override.person} overrode "
        f"the rule on {pull}. The reason given: {override.reason}"
    )


def _removed(files: Sequence[ChangedFile]) -> frozenset[str]:
    return frozenset(file.path for file in files if file.status is Status.REMOVED)

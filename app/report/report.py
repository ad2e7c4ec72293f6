"""The report: everything that one audit puts on GitHub."""

from collections.abc import Sequence
from dataclasses import dataclass

from analyzers.findings import Finding, Severity
from app.report.marker import MarkerKey
from app.report.values import ChangedFile, Check, Conversation, Subject, Thread


@dataclass(frozen=True, slots=True)
class Report:
    """One audit as GitHub shall show it.

    The check run's summary depends on what GitHub let us say elsewhere, so it comes last.
    """

    conversation: Conversation

    def check(self, unplaced: frozenset[str] = frozenset(), notes: Sequence[str] = ()) -> Check:
        """The completed check run.

        `unplaced` holds fingerprints of comments that GitHub refused: the summary says them in
        full. `notes` are further plain sentences for the summary (what GitHub refused and why).
        """
        raise NotImplementedError


def report(
    subject: Subject,
    findings: Sequence[Finding],
    migrations: Sequence[str],
    *,
    fail_on: Severity | None,
    files: Sequence[ChangedFile] = (),
    threads: Sequence[Thread] = (),
    key: MarkerKey,
    notes: Sequence[str] = (),
) -> Report:
    """What an audit that was carried out says.

    `migrations` are the paths of migrations that the pull request touches: none of them, and no
    finding, is `success` with a sentence that says so. `files` and `threads` are what the pull
    request changes and what stands there already; without both (a merge queue) nothing is said
    outside of the check run. `notes` are plain sentences that the summary shall show.
    """
    raise NotImplementedError

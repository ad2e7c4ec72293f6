"""Check runs that say something other than findings."""

from collections.abc import Sequence

from analyzers.struct import replace
from app.report.escape import block, prose, shorten
from app.report.limits import MAX_OUTPUT
from app.report.values import Check, Conclusion, Output, Subject
from app.report.words import plural

_DETAILS_RESERVE = 2_000
_GRAVITY = list(Conclusion)
"""Of those that an audit can come to, the later one is the graver."""


def in_progress() -> Output:
    """What the check run shows while the audit goes on."""
    return Output("Audit in progress", "The migrations of this pull request are being audited.")


def could_not_audit(reason: str, details: str = "") -> Check:
    """`action_required`: the audit could not be carried out, and `reason` says why in a sentence
    in which `backticks` mark code.

    `details` is plain text of several lines, shown as it stands. Both may hold anything.
    """
    summary = f"The migrations of this pull request could not be audited: {prose(reason)}"
    if details:
        summary += f"\n\n{block(_within_limit(details))}"
    return Check(Conclusion.ACTION_REQUIRED, Output("The audit could not be carried out", summary))


def superseded(subject: Subject, by: str) -> Check:
    """`cancelled`: the pull request's head is `by` now."""
    summary = f"A newer head is known: {by}. Its own check has the result."
    title = f"Superseded by {by[:7]}"
    return Check(Conclusion.CANCELLED, Output(title, summary))


def closed() -> Check:
    """`cancelled`: nobody waits for the audit any more."""
    summary = "The pull request was closed during the audit. Once it is open again it is audited."
    return Check(Conclusion.CANCELLED, Output("The pull request was closed", summary))


def dissolved() -> Check:
    """`cancelled`: the merge queue gave this group up."""
    summary = "The merge queue has merged or given up this group: nothing waits for its check."
    return Check(Conclusion.CANCELLED, Output("The merge group is gone", summary))


def timed_out(minutes: int) -> Check:
    """`timed_out`: the audit did not end within `minutes`."""
    took = plural(minutes, "minute")
    summary = f"The audit did not end within {took}. Re-run this check to try again."
    return Check(Conclusion.TIMED_OUT, Output(f"No result within {took}", summary))


def with_others(check: Check, others: Sequence[tuple[int, Check]]) -> Check:
    """The check of a head that several pull requests have: it passes where it does for all.

    `others` are the checks of the further ones, by number.
    """
    for number, other in others:
        worst = max(check.conclusion, other.conclusion, key=_GRAVITY.index)
        note = (
            f"Pull request {number} has the same head. For it: {other.output.title}. "
            "The check of a commit counts for every pull request that ends in it."
        )
        summary = f"{check.output.summary}\n\n{note}"
        title = check.output.title
        if worst is not check.conclusion:
            title = f"{title}; for pull request {number}: {other.output.title}"
        if len(summary.encode()) > MAX_OUTPUT:
            summary = check.output.summary
        check = replace(check, conclusion=worst, output=Output(title, summary))
    return check


def without_annotations(check: Check, reason: str) -> Check:
    """The same verdict for a GitHub that doesn't take one of the annotations."""
    note = f"GitHub refused the annotations: {prose(reason)}"
    summary = f"{note}\n\n{check.output.summary}"
    if len(summary.encode()) > MAX_OUTPUT:
        summary = check.output.summary
    return replace(check, output=replace(check.output, summary=summary), annotations=())


def _within_limit(details: str) -> str:
    """Up to 13 bytes are shown for a character, and every backtick may lengthen both fences."""
    return shorten(details, (MAX_OUTPUT - _DETAILS_RESERVE) // 13)

"""Check runs that say something other than findings."""

from app.report.values import Check, Output, Subject


def in_progress() -> Output:
    """What the check run shows while the audit goes on."""
    raise NotImplementedError


def could_not_audit(reason: str, details: str = "") -> Check:
    """`action_required`: the audit could not be carried out, and `reason` says why in a sentence.

    `details` is plain text of several lines, shown as it stands. Both may hold anything.
    """
    raise NotImplementedError


def superseded(subject: Subject, by: str) -> Check:
    """`cancelled`: the pull request's head is `by` now."""
    raise NotImplementedError


def timed_out(minutes: int) -> Check:
    """`timed_out`: the audit did not end within `minutes`."""
    raise NotImplementedError

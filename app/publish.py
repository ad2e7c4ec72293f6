"""Does on GitHub what a report says, and nothing else.

Every step may run twice: each looks for what an earlier attempt left before it writes. Before
each write the caller is asked whether this head is still the newest; `Superseded` ends the work
where it isn't. `RetryLater` of `app.github` passes through: the job comes back.
"""

from collections.abc import Callable

from app.github import CheckRun, Repository
from app.report import Check, Report, Subject

CHECK_NAME = "migaudit"


class Superseded(Exception):
    """A newer head is known: nothing more may be written about this one."""


def begin(
    repository: Repository,
    head_sha: str,
    run_id: str,
    details_url: str,
    still_newest: Callable[[], bool],
) -> CheckRun:
    """The check run of this audit, `in_progress`: the one an earlier attempt made, else a new one.

    `run_id` names the audit (not the attempt) and becomes the check run's `external_id`.
    """
    raise NotImplementedError


def publish(
    repository: Repository,
    subject: Subject,
    run: CheckRun,
    report: Report,
    still_newest: Callable[[], bool],
) -> Check:
    """Says what is to be said, closes what is to be closed, then completes the check run.

    Returns the check as it was completed. A comment that GitHub refuses becomes a comment on its
    file, and else part of the summary.
    """
    raise NotImplementedError


def complete(
    repository: Repository, run: CheckRun, check: Check, still_newest: Callable[[], bool]
) -> None:
    """Completes the check run, annotations in fifties first, those there already left out.

    Give `lambda: True` for a check that speaks of an older head (`cancelled`, `timed_out`).
    """
    raise NotImplementedError

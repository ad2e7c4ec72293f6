"""Does on GitHub what a report says, and nothing else.

Every step may run twice: each looks for what an earlier attempt left before it writes. Before
each write the caller is asked whether this head is still the newest; `Superseded` ends the work
where it isn't. `RetryLater` of `app.github` passes through: the job comes back.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import TypeVar

from app.github import CheckRun, Forbidden, InDoubt, Invalid, MaybeDone, Refused, Repository
from app.metrics import COMMENTS
from app.report import (
    Check,
    Closing,
    Conclusion,
    Conversation,
    Report,
    Subject,
    in_progress,
    with_others,
    without_annotations,
)
from app.report.limits import MAX_ANNOTATIONS_PER_REQUEST
from app.speak import Speech

CHECK_NAME = "migaudit"
MAX_CLOSED_AT_ONCE = 25
"""Our own: two changes for each thread in one request."""

_TIMED_OUT = Conclusion.TIMED_OUT.value

_Made = TypeVar("_Made")


class Superseded(Exception):
    """A newer head is known: nothing more may be written about this one."""


def begin(
    repository: Repository,
    head_sha: str,
    run_id: str,
    details_url: str,
    still_newest: Callable[[], bool],
    there: Sequence[CheckRun] | None = None,
) -> CheckRun:
    """The check run of this audit, `in_progress`: the one an earlier attempt made, else a new one.

    `run_id` names the audit (not the attempt) and becomes the check run's `external_id`. `there`
    are the runs on that head, where they were just looked at.
    """
    find = partial(_find, repository, head_sha, run_id)
    known = _named(there, run_id) if there is not None else find()
    return known or _once(
        lambda: repository.checks.create(head_sha, CHECK_NAME, run_id, details_url, in_progress()),
        find,
        _guard(repository, still_newest),
    )


def publish(
    repository: Repository,
    subject: Subject,
    run: CheckRun,
    report: Report,
    still_newest: Callable[[], bool],
    others: Sequence[tuple[int, Check]] = (),
) -> Check:
    """Says what is to be said, closes what is to be closed, then completes the check run.

    Returns the check as it was completed. A comment that GitHub refuses becomes a comment on its
    file, and else part of the summary. `others` are the checks of further pull requests with the
    same head, by number.
    """
    said = Speech(repository.reviews, subject, _guard(repository, still_newest))
    _say(repository, subject, said, report.conversation)
    closings = report.conversation.closings if subject.pull is not None else ()
    COMMENTS.labels(end="standing").inc(report.standing)
    COMMENTS.labels(end="closed").inc(len(closings))
    check = _checked(report, said, others)
    if not closings:
        complete(repository, run, check, still_newest)
    elif not _ended(repository, run, check, closings, said):
        said.close(closings)
        check = _checked(report, said, others)
        _complete_again(repository, run, check, still_newest)
    return check


def _say(
    repository: Repository, subject: Subject, said: Speech, conversation: Conversation
) -> None:
    """GitHub takes no comment on a file that is too large for a diff: it is asked once."""
    files = (comment.fingerprint for comment in conversation.files)
    names = {f"untakable {subject.pull} {one}": one for one in files}
    known = {names[name] for name in repository.kept.get(names)}
    said.untakable |= known
    said.say(conversation)
    new = (name for name, one in names.items() if one in said.untakable - known)
    repository.kept.put(dict.fromkeys(new, b"422"))
    wanted = len(conversation.fingerprints())
    COMMENTS.labels(end="said").inc(wanted - len(said.unplaced))
    COMMENTS.labels(end="refused").inc(len(said.unplaced))


def _checked(report: Report, said: Speech, others: Sequence[tuple[int, Check]]) -> Check:
    return with_others(report.check(frozenset(said.unplaced), said.notes), others)


def _ended(
    repository: Repository,
    run: CheckRun,
    check: Check,
    closings: Sequence[Closing],
    said: Speech,
) -> bool:
    """Closes and completes in one call; False where GitHub may not have done all of it."""
    annotations = check.annotations[run.annotations :]
    few = len(closings) <= MAX_CLOSED_AT_ONCE
    if run.completed or not few or len(annotations) > MAX_ANNOTATIONS_PER_REQUEST:
        return False
    said.guard()
    try:
        repository.end(run, check, annotations, closings)
    except (MaybeDone, Refused) as error:
        said.may_resolve = not isinstance(error, Forbidden)
        return False
    return True


def _complete_again(
    repository: Repository, run: CheckRun, check: Check, still_newest: Callable[[], bool]
) -> None:
    """Completes what may be completed already: then only its text is brought up to date."""
    known = repository.checks.get(run.id)
    if known.completed:
        repository.checks.append(known, check.output)
    else:
        complete(repository, known, check, still_newest)


def complete(
    repository: Repository, run: CheckRun, check: Check, still_newest: Callable[[], bool]
) -> None:
    """Completes the check run, annotations in fifties first, those there already left out.

    Give `lambda: True` for a check that speaks of an older head (`cancelled`, `timed_out`).
    """
    guard = _guard(repository, still_newest)
    try:
        _complete(repository, run, check, guard)
    except Invalid as refused:
        if not check.annotations:
            raise
        _complete(repository, run, without_annotations(check, refused.reason), guard)


def _complete(
    repository: Repository, run: CheckRun, check: Check, guard: Callable[[], None]
) -> None:
    sent = run.annotations
    doubts = 0
    completed = run.completed
    while not completed:
        batch = check.annotations[sent : sent + MAX_ANNOTATIONS_PER_REQUEST]
        last = sent + len(batch) >= len(check.annotations)
        guard()
        try:
            if last:
                repository.checks.complete(run, check.conclusion, check.output, batch)
            else:
                repository.checks.append(run, in_progress(), batch)
            sent, completed = sent + len(batch), last
        except MaybeDone as doubt:
            doubts += 1
            if doubts > 1:
                raise InDoubt(doubt) from doubt
            known = repository.checks.get(run.id)
            sent, completed = known.annotations, known.completed


def _find(repository: Repository, head_sha: str, run_id: str) -> CheckRun | None:
    return _named(repository.checks.list(head_sha, CHECK_NAME), run_id)


def _named(runs: Iterable[CheckRun], run_id: str) -> CheckRun | None:
    """One that the watchdog ended isn't taken up again."""
    found = (run for run in runs if run.external_id == run_id and run.conclusion != _TIMED_OUT)
    return next(found, None)


def _once(
    make: Callable[[], _Made], find: Callable[[], _Made | None], guard: Callable[[], None]
) -> _Made:
    """Makes it; where GitHub leaves open whether it did, looks first and makes it once more."""
    guard()
    try:
        return make()
    except MaybeDone:
        found = find()
    if found is not None:
        return found
    guard()
    try:
        return make()
    except MaybeDone as doubt:
        raise InDoubt(doubt) from doubt


def _guard(repository: Repository, still_newest: Callable[[], bool]) -> Callable[[], None]:
    """Asked when the write can follow at once: a newer head may come while one waits for it."""

    def guard() -> None:
        repository.ready()
        if not still_newest():
            raise Superseded

    return guard

"""Does the work that deliveries asked for, and answers for every way in which it can end."""

from dataclasses import dataclass

from analyzers.source import UnreadableFile
from app.audit_job import Bench
from app.command_job import Commands, react
from app.database import Database, DatabaseUnavailable, PullKey
from app.github import (
    Emoji,
    GitHubApp,
    GitHubError,
    ListTruncated,
    MaybeDone,
    NotYetVisible,
    Refused,
    Repository,
    RetryLater,
    UnexpectedAnswer,
)
from app.group_job import GROUP, end_group, see_to_group
from app.heads import Heads
from app.logs import context, logger
from app.metrics import JOB_SECONDS, JOBS, RUNNING
from app.moved_job import find_concerned, find_sharing, find_unseen
from app.pull_job import see_to
from app.runs import Runs
from app.sandbox import AnalysisFailed
from app.upkeep_job import Upkeep
from app.work import (
    NOWHERE,
    AuditGroup,
    AuditPull,
    Closed,
    Command,
    EndGroup,
    EndRun,
    Forget,
    Moved,
    Outcome,
    Redeliver,
    Rerun,
    Sweep,
    Work,
)

MAX_WAITS = 60
"""So often a job comes back because GitHub asked it to: at an hour each, for two days."""

MAX_REPEATS = 6
"""So often a job is repeated after an answer that was lost or makes no sense."""

_log = logger(__name__)


@dataclass(frozen=True, slots=True)
class Worker:
    """Carries out one attempt at a piece of work; any number of threads may do so at once."""

    github: GitHubApp
    database: Database
    bench: Bench
    upkeep: Upkeep

    def __call__(self, job: str, attempt: int, work: Work) -> Outcome:
        origin = work.origin
        with (
            context(delivery=job.partition(".")[0], job=job, attempt=attempt, work=work.kind),
            context(installation=origin.installation, repository=origin.name, **_subject(work)),
            RUNNING.track_inprogress(),
            JOB_SECONDS.labels(work=work.kind).time(),
        ):
            repository = self.github.repository(origin.installation, origin.repository, origin.name)
            outcome = self._guarded(job, attempt, work, repository)
            JOBS.labels(work=work.kind, end=outcome.end).inc()
            _log.info("attempt ended", end=outcome.end, later=outcome.later)
            return outcome

    def _guarded(self, job: str, attempt: int, work: Work, repository: Repository) -> Outcome:
        """The job boundary: whatever goes wrong inside is said where people see it."""
        try:
            return self._do(job, attempt, work, repository)
        except (RetryLater, MaybeDone, UnexpectedAnswer, DatabaseUnavailable) as error:
            wait = _patience(error, attempt)
            _log.info("not done yet" if wait is not None else "given up", reason=str(error))
            if wait is not None:
                return Outcome("waiting", later=wait)
            reason = _ours(job) if isinstance(error, DatabaseUnavailable) else str(error)
        except (ListTruncated, Refused, AnalysisFailed, UnreadableFile) as error:
            reason = str(error)
        except Exception:  # noqa: BLE001 - whatever it is, the pull request must not stay open-ended
            _log.exception("internal error")
            reason = _ours(job)
        return self._give_up(job, attempt, work, repository, reason)

    def _do(self, job: str, attempt: int, work: Work, repository: Repository) -> Outcome:
        match work:
            case AuditPull():
                outcome = see_to(self.bench, self._heads(work, repository), job, attempt, work)
                self._answer(work, repository, outcome)
                return outcome
            case AuditGroup():
                return see_to_group(self.bench, self.database, repository, job, work)
            case EndGroup():
                return end_group(self.bench, repository, work)
            case Rerun():
                return Outcome("found", more=self._pulls(work, repository))
            case Command():
                return Commands(self.bench, self.database, repository, work).carry_out(attempt)
            case _:
                return self._follow(work, repository)

    def _follow(
        self,
        work: Moved | Closed | EndRun | Sweep | Redeliver | Forget,
        repository: Repository,
    ) -> Outcome:
        """What follows from other work, or is due from time to time."""
        match work:
            case Moved():
                return find_concerned(self.database, repository, work)
            case Closed():
                return find_sharing(self.database, work)
            case EndRun():
                return self.upkeep.end_run(repository, work)
            case Sweep():
                return self._swept(work, repository)
            case Redeliver():
                return self.upkeep.redeliver(work)
            case Forget():
                return self.upkeep.forget(work)

    def _swept(self, work: Sweep, repository: Repository) -> Outcome:
        everywhere = work.origin == NOWHERE
        return self.upkeep.sweep() if everywhere else find_unseen(repository, work)

    def _pulls(self, work: Rerun, repository: Repository) -> tuple[AuditPull, ...]:
        """GitHub names no pull requests for the head of a fork: those that we know, else ask."""
        numbers = (
            work.numbers
            or self.database.pulls_with_head(work.origin.repository, work.sha)
            or tuple(pull.number for pull in repository.pulls_with_head(work.sha))
        )
        return tuple(AuditPull(work.origin, n, head=work.sha, again=True) for n in numbers)

    def _answer(self, work: AuditPull, repository: Repository, outcome: Outcome) -> None:
        if work.comment is not None and outcome.later is None:
            react(repository, work.comment, Emoji.ROCKET)

    def _give_up(
        self, job: str, attempt: int, work: Work, repository: Repository, reason: str
    ) -> Outcome:
        """Completes the check run with the reason; if even that fails, a redelivery tries again."""
        _log.warning("not audited", reason=reason)
        number = self._number(work)
        if number is None:
            return Outcome("failed", failed=True)
        try:
            Runs(self.bench, repository, number).fail(self._heads_of(work), job, reason)
        except RetryLater as error:
            if attempt < MAX_WAITS:
                return Outcome("waiting", later=error.seconds)
            _log.error("check run not completed", reason=str(error))
        except (GitHubError, DatabaseUnavailable) as error:
            _log.error("check run not completed", reason=str(error))
        else:
            return Outcome("action_required")
        return Outcome("failed", failed=True)

    def _number(self, work: Work) -> int | None:
        """In whose name the check run is; None for work that has none."""
        match work:
            case AuditPull():
                return work.number
            case AuditGroup():
                return GROUP
            case _:
                return None

    def _heads_of(self, work: Work) -> list[str]:
        """The heads that this work may have begun with."""
        if not isinstance(work, AuditPull):
            return [work.head] if isinstance(work, AuditGroup) else []
        known = self.database.newest_head(_key(work))
        found = (work.head, known.sha if known else None)
        return list(dict.fromkeys(sha for sha in found if sha is not None))

    def _heads(self, work: AuditPull, repository: Repository) -> Heads:
        return Heads(self.database, repository, _key(work))


def _key(work: AuditPull) -> PullKey:
    return PullKey(work.origin.repository, work.number)


def _subject(work: Work) -> dict[str, object]:
    """What the log calls the pull request and its head."""
    match work:
        case AuditPull() | Closed():
            return {"pull_request": work.number, "head": work.head}
        case Command():
            return {"pull_request": work.number}
        case Rerun():
            return {"head": work.sha}
        case AuditGroup() | EndGroup() | EndRun():
            return {"head": work.head}
        case _:
            return {}


def _ours(job: str) -> str:
    return f"migaudit itself failed; its log has the details under {job}"


def _patience(error: GitHubError | DatabaseUnavailable, attempt: int) -> float | None:
    """How long to wait before the next attempt; None: there should be none."""
    if isinstance(error, NotYetVisible):
        return error.WAITS[attempt] if attempt < len(error.WAITS) else None
    if isinstance(error, RetryLater):
        return error.seconds if attempt < MAX_WAITS else None
    return 2.0**attempt if attempt < MAX_REPEATS else None

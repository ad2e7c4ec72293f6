"""The check runs that we made for one pull request, whichever head they are on."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.audit_job import Bench
from app.github import CheckRun, Repository
from app.publish import CHECK_NAME, begin, complete
from app.report import closed, could_not_audit, superseded

_FINAL = ("success", "failure")
_TIMED_OUT = "timed_out"


@dataclass(frozen=True, slots=True)
class Runs:
    """Two pull requests may share a head: the number in its external id says whose a run is."""

    bench: Bench
    repository: Repository
    number: int

    def name(self, job: str) -> str:
        """The external id of the run that `job` makes."""
        return f"{self.number}:{job}"

    def on(self, sha: str) -> list[CheckRun]:
        """Ours on this head, the newest first."""
        return self.ours(self.repository.checks.list(sha, CHECK_NAME))

    def ours(self, runs: Iterable[CheckRun]) -> list[CheckRun]:
        return [run for run in runs if run.external_id.startswith(f"{self.number}:")]

    def is_done(self, runs: Iterable[CheckRun], job: str, again: bool) -> bool:
        """Whether nothing is left to do: this job did it, or another did and once is enough."""
        completed = [run for run in runs if run.completed]
        mine = (run for run in completed if run.external_id == self.name(job))
        by_us = any(run.conclusion != _TIMED_OUT for run in mine)
        return by_us or (not again and any(run.conclusion in _FINAL for run in completed))

    def cancel(self, runs: Iterable[CheckRun], by: str) -> None:
        """Ends what is still open of these runs; `by` is the head that counts now."""
        for run in runs:
            if not run.completed:
                subject = self.bench.subject(self.repository, self.number, run.head_sha)
                complete(self.repository, run, superseded(subject, by), lambda: True)

    def close(self, runs: Iterable[CheckRun]) -> None:
        """Ends what is still open of these runs: nobody waits for it."""
        for run in runs:
            if not run.completed:
                complete(self.repository, run, closed(), lambda: True)

    def supersede(self, sha: str, job: str, by: str) -> None:
        """An older head: its run is cancelled, and where it has none it gets a cancelled one."""
        self.cancel(self.on(sha) or [self._begun(sha, job)], by)

    def fail(self, shas: Sequence[str], job: str, reason: str) -> None:
        """Says that the audit could not be carried out, and why, where `job` began its run.

        `shas` are the heads on which that may be; it is made on the first where it isn't there.
        """
        ours = [run for sha in shas for run in self.on(sha) if run.external_id == self.name(job)]
        for run in ours or [self._begun(sha, job) for sha in shas[:1]]:
            complete(self.repository, run, could_not_audit(reason), lambda: True)

    def _begun(self, sha: str, job: str) -> CheckRun:
        name = self.name(job)
        return begin(self.repository, sha, name, self.bench.page_of(name), lambda: True)

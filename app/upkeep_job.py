"""Work that nobody asked for: what never arrived, what never ended, what must not be kept."""

import time
from dataclasses import dataclass

from app.audit_job import Bench
from app.database import Database
from app.events import EVENTS
from app.github import GitHubApp, Repository, Sent
from app.kept import Cellar
from app.moved_job import SPREAD_SECONDS
from app.publish import CHECK_NAME, complete
from app.report import timed_out
from app.work import EndRun, Forget, Origin, Outcome, Redeliver, Sweep

MAX_ATTEMPTS = 10
"""A delivery that failed so often would fail again."""

SETTLED_SECONDS = 60
"""A delivery that is younger may be arriving just now."""

WATCHDOG_MINUTES = 30


@dataclass(frozen=True, slots=True)
class Upkeep:
    """The chores that need GitHub, or the disk."""

    github: GitHubApp
    database: Database
    bench: Bench
    cellar: Cellar

    def redeliver(self, work: Redeliver) -> Outcome:
        """Asks for what never arrived. A delivery has one GUID in all attempts at it."""
        attempts: dict[str, list[Sent]] = {}
        for sent in self.github.hook.sent(work.since):
            attempts.setdefault(sent.guid, []).append(sent)
        lost = [tries[0] for tries in attempts.values() if _is_lost(tries)]
        for sent in lost:
            self.github.hook.redeliver(sent)
        return Outcome("redelivered" if lost else "all arrived")

    def sweep(self) -> Outcome:
        """A look at every repository in turn."""
        more = tuple(
            Sweep(Origin(installation, number, name))
            for installation in self.github.hook.installations()
            for number, name in self.github.repositories(installation)
        )
        return Outcome("found", more=more, spread=SPREAD_SECONDS)

    def end_run(self, repository: Repository, work: EndRun) -> Outcome:
        """Ends a run that would stay open: whoever made it is dead, or is not to be heard of."""
        number = work.origin.repository
        self.database.give_up_run(number, work.head, work.run)
        ended = False
        for run in repository.checks.list(work.head, CHECK_NAME):
            if run.external_id == work.run and not run.completed:
                complete(repository, run, timed_out(WATCHDOG_MINUTES), lambda: True)
                ended = True
        self.database.end_run(number, work.head, work.run)
        return Outcome("timed_out" if ended else "had ended")

    def forget(self, work: Forget) -> Outcome:
        """Leaves nothing of what may not be seen any more."""
        for repository in work.repositories:
            self.database.forget_repository(repository)
            self.cellar.forget(repository)
            self.bench.shelves.forget(str(repository))
        return Outcome("forgotten")


def _is_lost(tries: list[Sent]) -> bool:
    """`tries` are all attempts at one delivery, the newest first."""
    recent = tries[0].at > time.time() - SETTLED_SECONDS
    arrived = any(sent.arrived for sent in tries)
    return tries[0].event in EVENTS and not arrived and not recent and len(tries) < MAX_ATTEMPTS

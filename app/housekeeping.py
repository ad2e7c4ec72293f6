"""What has to be done now and then: lost jobs, hanging runs, lost deliveries, what is too old."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from app.audits import Audits
from app.database import Database, DatabaseUnavailable
from app.jobs import Jobs
from app.logs import logger
from app.presence import Presence
from app.upkeep_job import WATCHDOG_MINUTES
from app.work import NOWHERE, EndRun, Origin, Redeliver, Sweep, Work

KEEP = timedelta(days=35)
"""GitHub redelivers for up to 30 days: for so long a GUID must be known again."""

KEEP_HEADS = timedelta(days=400)
"""Pull requests that nobody touched for longer are learnt anew."""

KEEP_AUDITS = timedelta(days=90)
"""So long an audit has a page."""

FORGET_EVERY = timedelta(hours=1)

LOOK_BACK = timedelta(days=3)
"""So far back GitHub keeps deliveries, and lets them be sent again.

https://docs.github.com/webhooks/testing-and-troubleshooting-webhooks/redelivering-webhooks
"""

_log = logger(__name__)


@dataclass(frozen=True, slots=True)
class Rounds:
    """How often what is done, in seconds; tests go faster. None: not at all.

    `patience` is how long a check run may be open.
    """

    seconds: float = 5.0
    patience: float = WATCHDOG_MINUTES * 60.0
    redeliver: float | None = 300.0
    sweep: float | None = 6 * 3_600.0


class Housekeeping:
    """A thread that does the rounds.

    What needs GitHub is done by jobs; their names hold the time, so that of several servers one
    begins them.
    """

    def __init__(
        self, database: Database, jobs: Jobs, presence: Presence, rounds: Rounds | None = None
    ) -> None:
        self._database = database
        self._jobs = jobs
        self._presence = presence
        self._plan = rounds or Rounds()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._rounds, name="housekeeping", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join()

    def _rounds(self) -> None:
        next_forgetting = 0.0
        while not self._stop.wait(self._plan.seconds):
            for chore in (self._take_over, self._watch, self._redeliver, self._sweep):
                self._round(chore)
            self._round(self._measure)
            if time.monotonic() >= next_forgetting:
                self._round(self._forget)
                next_forgetting = time.monotonic() + FORGET_EVERY.total_seconds()

    def _round(self, chore: Callable[[], None]) -> None:
        try:
            chore()
        except DatabaseUnavailable as error:
            _log.warning("chore put off", chore=chore.__name__, reason=str(error))

    def _take_over(self) -> None:
        self._presence.hold()
        for worker in self._jobs.take_over(self._presence.is_gone):
            _log.warning("jobs taken over", worker=worker)

    def _watch(self) -> None:
        """Ends check runs that nobody else will end."""
        for run in self._database.runs_since(int(time.time() - self._plan.patience)):
            origin = Origin(run.installation, run.repository, run.name)
            name = f"{run.run} {run.sha[:12]}"
            self._begin(name, 600, EndRun(origin, run.sha, run.run))

    def _redeliver(self) -> None:
        if self._plan.redeliver is not None:
            since = time.time() - LOOK_BACK.total_seconds()
            self._begin("redeliver", self._plan.redeliver, Redeliver(NOWHERE, int(since)))

    def _sweep(self) -> None:
        if self._plan.sweep is not None:
            self._begin("sweep", self._plan.sweep, Sweep(NOWHERE))

    def _begin(self, name: str, seconds: float, work: Work) -> None:
        """Once in each span of so many seconds."""
        self._jobs.submit(f"{name} {int(time.time() / seconds)}", work, ours=True)

    def _measure(self) -> None:
        self._jobs.measure()

    def _forget(self) -> None:
        jobs = self._jobs.forget(KEEP)
        heads = self._database.forget_heads(int(time.time() - KEEP_HEADS.total_seconds()))
        Audits(self._database).forget(time.time() - KEEP_AUDITS.total_seconds())
        if jobs or heads:
            _log.info("forgotten", jobs=jobs, heads=heads)

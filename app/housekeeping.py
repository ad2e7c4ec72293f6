"""What has to be done now and then: take over lost jobs, forget old ones."""

import threading
import time
from collections.abc import Callable
from datetime import timedelta

from app.database import Database, DatabaseUnavailable
from app.jobs import Jobs
from app.logs import logger
from app.presence import Presence

KEEP = timedelta(days=35)
"""GitHub redelivers for up to 30 days: for so long a GUID must be known again."""

KEEP_HEADS = timedelta(days=400)
"""Pull requests that nobody touched for longer are learnt anew."""

FORGET_EVERY = timedelta(hours=1)

_log = logger(__name__)


class Housekeeping:
    """A thread that does the rounds every `seconds`."""

    def __init__(
        self, database: Database, jobs: Jobs, presence: Presence, seconds: float = 5.0
    ) -> None:
        self._database = database
        self._jobs = jobs
        self._presence = presence
        self._seconds = seconds
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._rounds, name="housekeeping", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join()

    def _rounds(self) -> None:
        next_forgetting = 0.0
        while not self._stop.wait(self._seconds):
            self._round(self._take_over)
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

    def _forget(self) -> None:
        jobs = self._jobs.forget(KEEP)
        heads = self._database.forget_heads(int(time.time() - KEEP_HEADS.total_seconds()))
        if jobs or heads:
            _log.info("forgotten", jobs=jobs, heads=heads)

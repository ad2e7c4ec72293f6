"""Durable jobs: what was accepted is done, once at a time per lane, whoever dies meanwhile.

DBOS keeps them in the database. A delivery's GUID is its job's id, so that a second delivery of
it finds the first. Workflow arguments and results are JSON: nothing stored is ever unpickled.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypedDict

from dbos import (
    DBOS,
    DBOSConfig,
    DBOSPortableJSONSerializer,
    SetEnqueueOptions,
    SetWorkflowID,
    error,
)

from app.database import translated
from app.metrics import WAITING, WAITING_SECONDS
from app.places import Places
from app.work import Attempt, Work, decode, encode, is_urgent, lane

_QUEUE = "audits"
_VERSION = "1"
"""Pinned: DBOS resumes a job only where the version is the one that began it."""

_MOMENT_SECONDS = 0.5
"""A job that is just ending gets so long before DBOS waits for it, which it does by the second."""

_MAX_RECOVERIES = 20
"""A job that kills its process that often is left alone."""

_SOON, _LATER = 1, 10
"""DBOS takes the lower number first."""

MAX_WAITING = 5_000
"""So many jobs that could begin may wait; deliveries beyond are refused, and asked for later."""

_ENDED_BADLY = ("ERROR", "MAX_RECOVERY_ATTEMPTS_EXCEEDED")
_ENDED = ("SUCCESS", "CANCELLED", *_ENDED_BADLY)


@dataclass(frozen=True, slots=True)
class Pace:
    """How much at once, and how soon; tests go faster.

    `concurrency` jobs are worked on; `begun` counts those, too, that wait for their next write.
    """

    concurrency: int = 4
    begun: int = 16
    polling_seconds: float = 0.5
    drain_seconds: float = 25
    most_waiting: int = MAX_WAITING


class _Result(TypedDict):
    end: str
    later: float | None
    more: list[str]
    spread: float
    failed: bool


class TooBusy(Exception):
    """Too many jobs wait. What isn't stored isn't lost: it can be delivered again."""


class JobFailed(Exception):
    """A job that ended without having told anybody; a redelivery tries it again."""


class Jobs:
    """The one engine of this process: DBOS allows no second."""

    def __init__(
        self,
        address: str,
        worker: str,
        attempt: Attempt,
        pace: Pace | None = None,
        places: Places | None = None,
    ) -> None:
        self._attempt = attempt
        self._pace = pace or Pace()
        self._places = places or Places(self._pace.concurrency)
        self._config = DBOSConfig(
            name="migaudit",
            system_database_url=address,
            application_version=_VERSION,
            executor_id=worker,
            serializer=DBOSPortableJSONSerializer(),
            log_level="WARNING",
            run_migrations=True,
        )
        self._lock = threading.Lock()
        self._running = 0
        self._waiting = 0
        self._workflow = self._registered()

    def start(self) -> None:
        """Takes up what earlier processes of this name left, and begins to work."""
        DBOS(config=self._config)
        DBOS.launch()
        DBOS.register_queue(
            _QUEUE,
            worker_concurrency=self._pace.begun,
            partition_concurrency=1,
            polling_interval_sec=self._pace.polling_seconds,
            on_conflict="always_update",
        )

    def stop(self) -> int:
        """Begins nothing more and waits for what runs; returns how many jobs still do.

        Those are not lost: they are resumed at the next start.
        """
        deadline = time.monotonic() + _MOMENT_SECONDS
        while (unfinished := self._unfinished()) and time.monotonic() < deadline:
            time.sleep(0.02)
        patience = self._pace.drain_seconds if unfinished else 0
        DBOS.destroy(destroy_registry=True, workflow_completion_timeout_sec=int(patience))
        return self.running

    @property
    def running(self) -> int:
        """How many jobs this process has begun."""
        with self._lock:
            return self._running

    def submit(self, delivery: str, work: Work, *, ours: bool = False) -> bool:
        """Stores work durably; False where this delivery was stored before.

        One that ended without having told anybody begins again. Raises `TooBusy`, unless the work
        is `ours`, which keeps others from waiting for ever.
        """
        if not ours and self._waiting >= self._pace.most_waiting:
            raise TooBusy(f"{self._waiting} jobs wait already")
        with translated():
            try:
                with SetWorkflowID(delivery, workflow_id_reuse_policy="reject"), _options(work):
                    DBOS.enqueue_workflow(_QUEUE, self._workflow, delivery, 0, encode(work))
            except error.DBOSWorkflowIDInUseError as known:
                if known.workflow_status not in _ENDED_BADLY:
                    return False
                DBOS.rewind_workflow(delivery, queue_name=_QUEUE, queue_partition_key=lane(work))
        return True

    def measure(self) -> int:
        """How many jobs could begin and wait, and how long the first of them has.

        More than may is as good as any number. Those that come back later keep nobody waiting.
        """
        with translated():
            queued = DBOS.list_workflows(
                status="ENQUEUED",
                limit=self._pace.most_waiting,
                load_input=False,
                load_output=False,
            )
        self._waiting = len(queued)
        WAITING.set(self._waiting)
        since = [job.created_at for job in queued if job.created_at]
        WAITING_SECONDS.set(max(0.0, time.time() - min(since) / 1_000) if since else 0.0)
        return self._waiting

    def take_over(self, is_gone: Callable[[str], bool]) -> list[str]:
        """Makes the jobs of workers that are gone our own; returns those workers."""
        with translated():
            pending = DBOS.list_workflows(status="PENDING", load_input=False, load_output=False)
            others = {job.executor_id for job in pending if job.executor_id} - {DBOS.executor_id}
            gone = [worker for worker in sorted(others) if is_gone(worker)]
            if gone:
                DBOS._recover_pending_workflows(gone)
        return gone

    def forget(self, older_than: timedelta) -> int:
        """Deletes ended jobs; GitHub may redeliver for days, so keep them longer than that."""
        before = (datetime.now(UTC) - older_than).isoformat()
        deleted = 0
        with translated():
            while ended := _ended_jobs(before):
                DBOS.delete_workflows(ended)
                deleted += len(ended)
        return deleted

    def _unfinished(self) -> bool:
        with translated():
            ours = DBOS.list_workflows(
                status="PENDING", executor_id=DBOS.executor_id, load_input=False, load_output=False
            )
        return bool(ours)

    def _registered(self) -> Callable[[str, int, str], str]:
        """The workflow as DBOS knows it. Its steps may run twice, their results are kept once."""

        @DBOS.step(name="attempt")
        def step(job: str, attempt: int, stored: str) -> _Result:
            return self._carry_out(job, attempt, stored)

        @DBOS.workflow(name="work", max_recovery_attempts=_MAX_RECOVERIES)
        def work(job: str, attempt: int, stored: str) -> str:
            result = step(job, attempt, stored)
            later = result["later"]
            if later is not None:
                again = decode(stored)
                with SetWorkflowID(f"{job}~{attempt + 1}"), _options(again, later):
                    DBOS.enqueue_workflow(_QUEUE, work, job, attempt + 1, stored)
            for index, part in enumerate(result["more"]):
                name = f"{job}.{index}"
                delay = index * result["spread"] or None
                with SetWorkflowID(name), _options(decode(part), delay):
                    DBOS.enqueue_workflow(_QUEUE, work, name, 0, part)
            if result["failed"]:
                raise JobFailed(result["end"])
            return result["end"]

        return work

    def _carry_out(self, job: str, attempt: int, stored: str) -> _Result:
        with self._lock:
            self._running += 1
        try:
            with self._places.taken():
                outcome = self._attempt(job, attempt, decode(stored))
        finally:
            with self._lock:
                self._running -= 1
        return _Result(
            end=outcome.end,
            later=outcome.later,
            more=[encode(part) for part in outcome.more],
            spread=outcome.spread,
            failed=outcome.failed,
        )


def _options(work: Work, delay: float | None = None) -> SetEnqueueOptions:
    return SetEnqueueOptions(
        queue_partition_key=lane(work),
        delay_seconds=delay,
        priority=_SOON if is_urgent(work) else _LATER,
    )


def _ended_jobs(before: str) -> list[str]:
    ended = DBOS.list_workflows(
        status=list(_ENDED), completed_before=before, limit=500, load_input=False, load_output=False
    )
    return [job.workflow_id for job in ended]

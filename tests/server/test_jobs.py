"""Jobs are done once, in lanes, whoever dies."""

import subprocess
import sys
import threading
import time
from collections import defaultdict
from datetime import timedelta
from pathlib import Path

import pytest

from app.database import Database
from app.environment import Misconfigured
from app.housekeeping import Housekeeping
from app.jobs import Jobs, Pace
from app.places import Places
from app.presence import presence
from app.work import AuditPull, Origin, Outcome
from tests.server.running import PACE, ROUNDS, until

ORIGIN = Origin(1, 1, "acme/tickets")
DONE = Outcome("done")


def pull(number):
    return AuditPull(ORIGIN, number)


class Diary:
    """An attempt that writes down what it was asked, and answers as it was told to."""

    def __init__(self, *answers, seconds=0.0):
        self._answers = list(answers)
        self._seconds = seconds
        self._changed = threading.Condition()
        self.attempts = []
        self.overlaps = []
        self._open = defaultdict(int)

    def __call__(self, job, attempt, work):
        with self._changed:
            self._open[work.number] += 1
            self.overlaps.append(self._open[work.number])
            answer = self._answers.pop(0) if self._answers else DONE
        time.sleep(self._seconds)
        with self._changed:
            self._open[work.number] -= 1
            self.attempts.append((job, attempt, work))
            self._changed.notify_all()
        return answer

    def wait(self, count, timeout=20):
        with self._changed:
            there = self._changed.wait_for(lambda: len(self.attempts) >= count, timeout)
        assert there, self.attempts
        return [(job, attempt) for job, attempt, _ in self.attempts]


def test_a_job_is_done_once_however_often_it_is_delivered(started):
    diary = Diary()
    jobs = started(diary)
    assert [jobs.submit("guid", pull(1)) for _ in range(3)] == [True, False, False]
    diary.wait(1)
    assert not jobs.submit("guid", pull(1))
    jobs.submit("next", pull(1))
    assert diary.wait(2) == [("guid", 0), ("next", 0)]


def test_one_pull_request_at_a_time_and_several_at_once(started):
    diary = Diary(seconds=0.1)
    jobs = started(diary)
    began = time.monotonic()
    for turn in range(4):
        for number in range(3):
            jobs.submit(f"d{number}-{turn}", pull(number))
    diary.wait(12)
    assert set(diary.overlaps) == {1}
    assert time.monotonic() - began < 12 * 0.1 + 3
    for number in range(3):
        turns = [job for job, _, work in diary.attempts if work.number == number]
        assert turns == sorted(turns)


def test_a_job_comes_back_when_it_wants_to_and_lets_others_go_first(started):
    diary = Diary(Outcome("waiting", later=0.5))
    jobs = started(diary)
    jobs.submit("first", pull(1))
    diary.wait(1)
    jobs.submit("second", pull(1))
    assert diary.wait(3) == [("first", 0), ("second", 0), ("first", 1)]


def test_a_job_may_turn_out_to_be_several(started):
    diary = Diary(Outcome("found", more=(pull(2), pull(3))))
    jobs = started(diary)
    jobs.submit("rerun", pull(1))
    diary.wait(3)
    assert {(job, work.number) for job, _, work in diary.attempts} == {
        ("rerun", 1),
        ("rerun.0", 2),
        ("rerun.1", 3),
    }


def test_a_job_that_failed_untold_begins_again_with_its_redelivery(started):
    diary = Diary(Outcome("failed", failed=True))
    jobs = started(diary)
    jobs.submit("guid", pull(1))
    diary.wait(1)
    deadline = time.monotonic() + 10
    while not jobs.submit("guid", pull(1)):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert diary.wait(2) == [("guid", 0), ("guid", 0)]


def test_an_exception_of_the_engine_s_customer_is_a_failure_too(started):
    def broken(job, attempt, work):
        raise ValueError("a bug")

    jobs = started(broken)
    jobs.submit("guid", pull(1))
    time.sleep(1.5)
    diary = Diary()
    jobs = started(diary)
    assert jobs.submit("guid", pull(1))
    diary.wait(1)


def test_what_was_accepted_before_a_restart_is_done_after_it(started):
    release = threading.Event()

    def hang(job, attempt, work):
        release.wait(30)
        return DONE

    jobs = started(hang, Pace(polling_seconds=0.05, drain_seconds=0, concurrency=1))
    jobs.submit("running", pull(1))
    jobs.submit("queued", pull(2))
    while not jobs.running:
        time.sleep(0.02)
    diary = Diary()
    jobs = started(diary)
    _, us, _ = started.parts()
    deadline = time.monotonic() + 10
    while len(diary.attempts) < 2:
        jobs.take_over(us.is_gone)
        assert time.monotonic() < deadline
        time.sleep(0.1)
    release.set()
    assert sorted(diary.wait(2)) == [("queued", 0), ("running", 0)]


def test_the_jobs_of_a_killed_worker_are_taken_over(address, started):
    """A killed process neither ends its jobs nor, on PostgreSQL, ever comes back."""
    deliveries = [f"guid-{number}" for number in range(3)]
    process = subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("dying_worker.py")), address, *deliveries],
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
        env={"PYTHONPATH": str(Path(__file__).parents[2])},
    )
    with process:
        for _ in deliveries:
            assert process.stdout.readline().startswith(b"began")
        process.kill()
    diary = Diary()
    jobs = started(diary)
    _, us, database = started.parts()
    housekeeping = Housekeeping(database, jobs, us, ROUNDS)
    housekeeping.start()
    assert sorted(diary.wait(3)) == [(delivery, 0) for delivery in deliveries]
    housekeeping.stop()


def test_the_jobs_of_a_living_worker_are_left_to_it(postgres):
    process = subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("dying_worker.py")), postgres, "guid"],
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
        env={"PYTHONPATH": str(Path(__file__).parents[2])},
    )
    with process:
        assert process.stdout.readline().startswith(b"began")
        database = Database(postgres)
        us = presence(database)
        jobs = Jobs(database.url, us.worker, Diary(), PACE)
        jobs.start()
        assert jobs.take_over(us.is_gone) == []
        jobs.stop()
        database.close()
        process.kill()


def test_an_embedded_database_has_one_server(sqlite):
    first, second = (presence(Database(sqlite)) for _ in range(2))
    first.hold()
    first.hold()
    with pytest.raises(Misconfigured, match="Another migaudit"):
        second.hold()
    first.release()
    second.hold()
    second.release()


def test_old_jobs_are_forgotten_and_running_ones_are_not(started):
    release = threading.Event()

    def attempt(job, attempt, work):
        if work.number:
            release.wait(20)
        return DONE

    jobs = started(attempt)
    jobs.submit("ended", pull(0))
    jobs.submit("running", pull(1))
    deadline = time.monotonic() + 10
    while not jobs.forget(timedelta(seconds=-60)):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert jobs.submit("ended", pull(0))
    assert not jobs.submit("running", pull(1))
    release.set()


def test_a_hundred_deliveries_are_stored_quickly(started):
    """GitHub gives up on a delivery after ten seconds; a hundred come at once now and then."""
    jobs = started(Diary(seconds=0.01))
    took = []
    for number in range(100):
        began = time.monotonic()
        jobs.submit(f"guid-{number}", pull(number % 10))
        took.append(time.monotonic() - began)
    assert sorted(took)[-2] < 1


def test_a_job_that_waits_for_its_next_write_leaves_its_place_to_another(started):
    """One place: the second job is done while the first one waits, and the first goes on after."""
    order, other = [], threading.Event()
    places = Places(1, sleep=lambda seconds: other.wait(10))

    def attempt(job, attempt, work):
        order.append(job)
        if job == "first":
            places.wait(0.1)
        else:
            other.set()
        order.append(f"{job} ended")
        return DONE

    jobs = started(attempt, places=places)
    jobs.submit("first", pull(1))
    until(lambda: order)
    jobs.submit("second", AuditPull(Origin(2, 2, "globex/films"), 1))
    until(lambda: len(order) == 4)
    assert order == ["first", "second", "second ended", "first ended"]


def test_no_more_jobs_go_on_at_once_than_there_are_places(started):
    diary = Diary(seconds=0.3)
    jobs = started(diary, Pace(polling_seconds=0.05, concurrency=1))
    began = time.monotonic()
    for number in range(4):
        jobs.submit(f"job-{number}", AuditPull(Origin(number, number, "a/b"), number))
    diary.wait(4)
    assert time.monotonic() - began >= 4 * 0.3

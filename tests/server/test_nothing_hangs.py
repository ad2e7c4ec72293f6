"""No pull request waits for ever: for a lost delivery, a dead worker, or somebody else's burst."""

import time
from dataclasses import replace

import pytest

from app import upkeep_job
from app.database import Database
from app.housekeeping import Rounds
from app.jobs import Pace
from app.work import AuditPull, Origin, Outcome
from tests.server.running import CREATE_TABLE, SAFE, TUNING, World, until
from tests.server.test_jobs import Diary
from tests.standin import Fault


@pytest.fixture
def made(tmp_path, sqlite):
    """Worlds with other rounds than usual."""

    def make(**rounds):
        plan = Rounds(**{"seconds": 0.2, "redeliver": None, "sweep": None, **rounds})
        return World(tmp_path, sqlite, tuning=replace(TUNING, rounds=plan))

    return make


def test_a_run_that_would_hang_is_ended_and_never_written_again(made):
    """GitHub answers so late that nobody waits for it any more."""
    with made(patience=1.0) as world:
        world.github.faults.add(Fault("GET", "*/compare/*", status=None, delay=4.0))
        pull = world.open("safe", SAFE, CREATE_TABLE)
        assert world.run(pull).conclusion == "timed_out"
        time.sleep(4.5)
        assert world.conclusions(pull.head_sha) == ["timed_out"]
        world.github.faults.clear()
        world.run(pull).rerequest()
        until(lambda: world.conclusions(pull.head_sha) == ["timed_out", "success"])


def test_a_run_that_waits_for_a_limit_is_ended_and_begun_anew_when_it_is_over(made):
    with made(patience=1.0) as world:
        fault = Fault.secondary_limit("GET", "*/compare/*", retry_after=3)
        world.github.faults.add(fault)
        pull = world.open("safe", SAFE, CREATE_TABLE)
        until(lambda: world.conclusions(pull.head_sha) == ["timed_out"])
        # Where both come at the same moment, the audit completes the run that was ended.
        until(lambda: world.conclusions(pull.head_sha)[-1:] == ["success"])


def test_runs_that_end_are_not_watched(world):
    world.run(world.open("safe", SAFE, CREATE_TABLE))
    database = Database(world.address)
    until(lambda: not database.runs_since(int(time.time()) + 60))
    database.close()


def test_a_delivery_that_never_arrived_is_asked_for_again(made, monkeypatch):
    monkeypatch.setattr(upkeep_job, "SETTLED_SECONDS", 0)
    with made(redeliver=1.0) as world:
        world.github.webhooks.lose("pull_request")
        pull = world.open("safe", SAFE, CREATE_TABLE)
        assert world.run(pull).conclusion == "success"
        (delivery,) = world.github.webhooks.find("pull_request")
        assert [attempt.ok for attempt in delivery.attempts] == [False, True]


def test_what_arrived_is_not_asked_for_again(made, monkeypatch):
    monkeypatch.setattr(upkeep_job, "SETTLED_SECONDS", 0)
    with made(redeliver=0.5) as world:
        pull = world.open("safe", SAFE, CREATE_TABLE)
        world.run(pull)
        time.sleep(1.5)
        (delivery,) = world.github.webhooks.find("pull_request")
        assert len(delivery.attempts) == 1


def test_a_delivery_of_which_github_knows_nothing_is_made_up_for(made):
    with made(sweep=2.0) as world:
        world.github.webhooks.lose("pull_request", recorded=False)
        pull = world.open("safe", SAFE, CREATE_TABLE)
        assert world.run(pull).conclusion == "success"


def test_a_sweep_leaves_alone_what_is_completed(made):
    with made(sweep=1.0) as world:
        pull = world.open("safe", SAFE, CREATE_TABLE)
        world.run(pull)
        time.sleep(2.5)
        assert world.conclusions(pull.head_sha) == ["success"]


def test_a_repository_that_is_taken_away_leaves_nothing_behind(world):
    pull = world.open()
    world.run(pull)
    assert list((world.data / "contents").glob("*.sqlite"))
    world.installation.remove(world.repository)
    until(lambda: not list((world.data / "contents").glob("*.sqlite")))


class TestFairness:
    """A burst of one installation takes a part of the workers only."""

    @staticmethod
    def work(installation, number):
        return AuditPull(Origin(installation, installation, "acme/tickets"), number)

    def test_a_burst_delays_nobody_else_by_more_than_one_job(self, started):
        diary = Diary(seconds=0.05)
        jobs = started(diary)
        for number in range(100):
            jobs.submit(f"burst-{number}", self.work(1, number))
        diary.wait(5)
        before = len(diary.attempts)
        jobs.submit("other", self.work(2, 0))
        until(lambda: any(job == "other" for job, _, _ in diary.attempts))
        names = [job for job, _, _ in diary.attempts]
        assert names.index("other") < 60
        between = names[before : names.index("other")]
        assert len(between) <= 12, between

    def test_two_of_four_workers_are_left_for_others(self, started):
        diary = Diary(seconds=1.0)
        jobs = started(diary, Pace(polling_seconds=0.05, concurrency=4))
        for number in range(20):
            jobs.submit(f"burst-{number}", self.work(1, number))
        until(lambda: jobs.running == 2)
        jobs.submit("other", self.work(2, 0))
        until(lambda: jobs.running == 3, timeout=0.9)

    def test_what_nobody_waits_for_is_done_last(self, started):
        diary = Diary(seconds=0.2)
        jobs = started(diary, Pace(polling_seconds=0.05, concurrency=1))
        jobs.submit("first", self.work(1, 1))
        jobs.submit("moved", replace(self.work(1, 1), moved=True))
        jobs.submit("pushed", self.work(1, 1))
        diary.wait(3)
        assert [job for job, _, _ in diary.attempts] == ["first", "pushed", "moved"]


def test_more_than_may_wait_is_refused_and_may_be_delivered_again(tmp_path, sqlite):
    pace = replace(TUNING.pace, most_waiting=3)
    with World(tmp_path, sqlite, tuning=replace(TUNING, pace=pace)) as world:
        world.github.faults.add(Fault("POST", "/graphql", status=None, delay=3, times=99))
        pulls = [world.open(f"b{n}", f"migrations/2024030{n}_x.js", CREATE_TABLE) for n in range(8)]
        world.github.webhooks.wait()
        sent = world.github.webhooks.find("pull_request", "opened")
        refused = [delivery for delivery in sent if delivery.attempts[-1].status_code == 503]
        assert refused
        world.github.faults.clear()
        late = {delivery.payload["number"]: delivery for delivery in refused}
        for pull in [p for p in pulls if p.number not in late]:
            assert world.run(pull).conclusion == "success"
        for pull in [p for p in pulls if p.number in late]:
            time.sleep(0.5)
            world.github.webhooks.redeliver(late[pull.number])
            assert world.run(pull).conclusion == "success"


def test_jobs_keep_what_they_return(started):
    diary = Diary(Outcome("found", more=(AuditPull(Origin(1, 1, "a/b"), 5),), spread=0.5))
    jobs = started(diary)
    jobs.submit("one", AuditPull(Origin(1, 1, "a/b"), 1))
    assert diary.wait(2) == [("one", 0), ("one.0", 0)]

"""One installation's requests stay within GitHub's limits."""

import pytest

from app.github import RateLimited
from app.github.limiter import Limiter


class Time:
    """A clock that only sleeping moves."""

    def __init__(self):
        self.now = 1_000.0
        self.slept = []

    def sleep(self, seconds):
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def time():
    return Time()


def limiter(time, pause=1.0):
    return Limiter(pause, clock=lambda: time.now, sleep=time.sleep)


def test_writes_are_a_second_apart(time):
    limits = limiter(time)
    for _ in range(3):
        limits.before(write=True)
    assert time.now == 1_002.0


def test_a_write_that_waits_holds_up_nobody_else(time):
    def others_meanwhile(seconds):
        limits.before(write=False)
        time.sleep(seconds)

    limits = Limiter(1.0, clock=lambda: time.now, sleep=others_meanwhile)
    limits.before(write=True)
    limits.before(write=True)
    assert time.now == 1_001.0


def test_a_no_that_comes_while_a_write_waits_counts_for_it(time):
    limits = Limiter(1.0, clock=lambda: time.now, sleep=lambda seconds: limits.close(60))
    limits.before(write=True)
    with pytest.raises(RateLimited):
        limits.before(write=True)


def test_no_worker_sleeps_for_long_in_a_row_of_writes(time):
    limits = Limiter(1.0, clock=lambda: time.now, sleep=time.slept.append)
    for _ in range(4):
        limits.before(write=True)
    with pytest.raises(RateLimited) as caught:
        limits.before(write=True)
    assert time.slept == [1.0, 2.0, 3.0]
    assert caught.value.seconds == 4.0


def test_reads_do_not_wait(time):
    limits = limiter(time)
    for _ in range(100):
        limits.before(write=False)
    assert time.slept == []


def test_time_that_passed_by_itself_is_not_waited_for_again(time):
    limits = limiter(time)
    limits.before(write=True)
    time.now += 5
    limits.before(write=True)
    assert sum(time.slept) == 0


def test_the_81st_write_of_a_minute_is_for_later(time):
    limits = limiter(time, pause=0.0)
    for _ in range(80):
        limits.before(write=True)
    with pytest.raises(RateLimited) as caught:
        limits.before(write=True)
    assert caught.value.seconds == 60
    time.now += 60
    limits.before(write=True)


def test_the_501st_write_of_an_hour_is_for_later(time):
    limits = limiter(time, pause=5.0)
    for _ in range(500):
        limits.before(write=True)
    with pytest.raises(RateLimited) as caught:
        limits.before(write=True)
    assert 1_000 < caught.value.seconds < 1_200


def test_900_points_a_minute_and_no_more(time):
    limits = limiter(time)
    for _ in range(900):
        limits.before(write=False)
    with pytest.raises(RateLimited):
        limits.before(write=False)


def test_what_was_refused_does_not_count(time):
    limits = limiter(time, pause=0.0)
    for _ in range(80):
        limits.before(write=True)
    for _ in range(50):
        with pytest.raises(RateLimited):
            limits.before(write=True)
    time.now += 60
    for _ in range(80):
        limits.before(write=True)


def test_graphql_has_points_of_its_own(time):
    limits = limiter(time)
    for _ in range(900):
        limits.before(write=False)
    for _ in range(2_000):
        limits.before(write=False, graphql=True)
    with pytest.raises(RateLimited):
        limits.before(write=False, graphql=True)


def test_after_a_no_nobody_asks_before_its_time_is_over(time):
    limits = limiter(time)
    limits.close(60)
    for graphql in (False, True):
        with pytest.raises(RateLimited) as caught:
            limits.before(write=False, graphql=graphql)
        assert caught.value.seconds == 60
    time.now += 60
    limits.before(write=False)


def test_what_remains_is_learnt_from_each_answer(time):
    limits = limiter(time)
    headers = {
        "x-ratelimit-remaining": "0",
        "x-ratelimit-reset": "5000",
        "x-ratelimit-resource": "core",
    }
    limits.learn(headers, now=4_100.0)
    with pytest.raises(RateLimited) as caught:
        limits.before(write=False)
    assert caught.value.seconds == 901
    limits.before(write=False, graphql=True)
    assert time.slept == []

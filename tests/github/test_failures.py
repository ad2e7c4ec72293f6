"""What becomes of each way in which GitHub can fail."""

import time

import pytest

from app.github import (
    Forbidden,
    MaybeDone,
    NotFound,
    NotYetVisible,
    RateLimited,
    Refused,
    RetryLater,
)
from app.report import Output
from tests.standin import Fault

PULL = "/repos/acme/tickets/pulls/*"
CHECKS = "/repos/acme/tickets/check-runs"
NOBODY = "f" * 40


def create(world, sha=None):
    output = Output("Audit in progress", "…")
    head = sha or world.pull.head_sha
    return world.client.checks.create(head, "migaudit", "run-1", "http://x/", output)


@pytest.mark.parametrize(
    "fault", [Fault("GET", PULL, 502, times=2), Fault("GET", PULL, reset=True)]
)
def test_a_read_is_tried_again(world, fault):
    world.github.faults.add(fault)
    assert world.client.pull(world.pull.number).number == world.pull.number


def test_a_read_that_fails_three_times_is_for_later(world):
    world.github.faults.add(Fault("GET", PULL, 502, times=9))
    with pytest.raises(RetryLater) as caught:
        world.client.pull(world.pull.number)
    assert caught.value.seconds == 30
    assert len(world.asked("GET")) == 3


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("how", [{"status": 502}, {"reset": True}])
def test_a_write_in_doubt_is_never_repeated_by_the_client(world, how, after):
    world.github.faults.add(Fault("POST", CHECKS, after=after, times=9, **how))
    with pytest.raises(MaybeDone):
        create(world)
    assert len(world.asked("POST", "check-runs")) == 1
    assert len(world.pull.check_runs) == int(after)


def test_the_primary_limit_says_when_it_is_over(world):
    fault = Fault.rate_limited("GET", PULL, time.time() + 1_800)
    world.github.faults.add(fault)
    with pytest.raises(RateLimited) as caught:
        world.client.pull(world.pull.number)
    assert 1_795 < caught.value.seconds <= 1_802
    assert fault.seen == 1


@pytest.mark.parametrize(("retry_after", "seconds"), [(17, 17), (None, 60)])
@pytest.mark.parametrize("status", [403, 429])
@pytest.mark.parametrize(("method", "path"), [("GET", PULL), ("POST", CHECKS)])
def test_a_secondary_limit_is_never_slept_out(world, method, path, status, retry_after, seconds):
    world.github.faults.add(Fault.secondary_limit(method, path, retry_after, status, times=9))
    with pytest.raises(RateLimited) as caught:
        world.client.pull(world.pull.number) if method == "GET" else create(world)
    assert caught.value.seconds == seconds


def test_graphql_says_its_limit_with_status_200(world):
    body = {"errors": [{"type": "RATE_LIMITED", "message": "API rate limit exceeded"}]}
    headers = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(int(time.time()) + 90)}
    world.github.faults.add(Fault("POST", "/graphql", 200, body=body, headers=headers))
    with pytest.raises(RateLimited) as caught:
        world.client.reviews.threads(world.pull.number)
    assert 85 < caught.value.seconds < 93


def test_a_403_without_a_limit_is_a_no(world):
    body = {"message": "Resource not accessible by integration"}
    fault = world.github.faults.add(Fault("GET", PULL, 403, body=body))
    with pytest.raises(Forbidden, match="not accessible"):
        world.client.pull(world.pull.number)
    assert fault.seen == 1


def test_what_is_not_there_is_not_found(world):
    with pytest.raises(NotFound):
        world.client.pull(999)


def test_a_head_that_github_does_not_show_yet_is_for_later(world):
    for ask in (lambda: create(world, NOBODY), lambda: world.client.tree(NOBODY)):
        with pytest.raises(NotYetVisible) as caught:
            ask()
        assert caught.value.seconds == 1


def test_a_renamed_repository_is_followed_with_all_parameters(world):
    for number in range(3):
        world.client.checks.create(
            world.pull.head_sha, f"other-{number}", "x", "http://x/", Output("t", "s")
        )
    world.repository.rename("ticketing")
    assert world.client.pull(world.pull.number).repository == "acme/ticketing"
    run = create(world)
    assert world.client.checks.list(world.pull.head_sha, "migaudit") == (run,)


def test_a_redirect_to_another_host_is_not_followed(world):
    elsewhere = {"location": "http://169.254.169.254/latest/meta-data"}
    for status in (301, 302, 307):
        world.github.faults.add(Fault("GET", PULL, status, headers=elsewhere))
        with pytest.raises(Refused):
            world.client.pull(world.pull.number)
        world.github.faults.clear()

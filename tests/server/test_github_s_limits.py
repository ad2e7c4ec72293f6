"""What GitHub limits, moves or takes away costs time, and no audit."""

import time
from dataclasses import replace

import httpx

from tests.server.running import (
    BASE_FILES,
    CREATE_TABLE,
    DANGEROUS,
    DROP_TABLE,
    SAFE,
    TUNING,
    World,
    until,
)
from tests.standin import Fault

LIMITED = {"errors": [{"type": "RATE_LIMITED", "message": "API rate limit exceeded"}]}
FIXED = {DANGEROUS: None, SAFE: CREATE_TABLE}


def once(world, pull):
    """It ended as it should, and nothing was said twice."""
    assert world.run(pull).conclusion == "failure"
    assert world.conclusions(pull.head_sha) == ["failure"]
    assert len(pull.review_comments) == len(pull.reviews) == 1


def test_when_the_hourly_limit_is_over_the_audit_goes_on(world):
    over = time.time() + 2
    world.github.faults.add(Fault.rate_limited("GET", "*/compare/*", over, times=1))
    pull = world.open()
    once(world, pull)
    assert time.time() >= over


def test_a_limit_that_graphql_tells_with_status_200_is_one(world):
    headers = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(int(time.time()) + 1)}
    fault = Fault("POST", "/graphql", 200, body=LIMITED, headers=headers)
    world.github.faults.add(fault)
    once(world, world.open())
    assert fault.fired


def test_a_limit_in_the_middle_of_what_is_said_doubles_nothing(world):
    fault = Fault.secondary_limit("PATCH", "*/check-runs/*", retry_after=1)
    world.github.faults.add(fault)
    once(world, world.open())
    assert fault.fired


def test_while_one_installation_waits_for_a_limit_others_go_on(world):
    """No worker sleeps it out."""
    path = "/repos/acme/tickets/pulls/*/reviews"
    limit = world.github.faults.add(Fault.secondary_limit("POST", path, retry_after=600, times=99))
    held = world.open()
    until(lambda: limit.fired)
    other = world.github.create_repository("globex/films", files=BASE_FILES)
    world.app.install(other)
    pulls = [other.open_pull(f"safe-{n}", files={SAFE: CREATE_TABLE}) for n in range(4)]
    for pull in pulls:
        until(lambda pull=pull: [run.conclusion for run in pull.check_runs] == ["success"])
    assert world.conclusions(held.head_sha) == [None]


def test_nobody_waits_for_the_pause_between_two_writes_of_another(tmp_path, sqlite):
    """One place for work: another installation's audit begins while the first one waits."""
    pace = replace(TUNING.pace, concurrency=1)
    tuning = replace(TUNING, pace=pace, seconds_between_writes=4.0)
    with World(tmp_path, sqlite, tuning=tuning) as world:
        other = world.github.create_repository("globex/films", files=BASE_FILES)
        world.app.install(other)
        first = world.open()
        until(lambda: world.conclusions(first.head_sha) == [None])
        second = other.open_pull("safe", files={SAFE: CREATE_TABLE})
        until(lambda: other.check_runs(second.head_sha))
        assert world.conclusions(first.head_sha) == [None]
        once(world, first)


def test_a_newer_head_while_one_waits_to_write_is_seen(tmp_path, sqlite):
    """Between two writes there is a pause: nothing is said after it about what is over."""
    tuning = replace(TUNING, seconds_between_writes=4.0)
    with World(tmp_path, sqlite, tuning=tuning) as world:
        pull = world.open()
        older = pull.head_sha
        until(lambda: world.conclusions(older) == [None])
        time.sleep(2)
        pull.push(FIXED)
        assert world.run(pull, timeout=60).conclusion == "success"
        assert world.conclusions(older) == ["cancelled"]
        assert not pull.reviews


def test_a_token_that_ran_out_is_replaced(world):
    pull = world.open()
    world.run(pull)
    world.github.clock.advance(3_700)
    pull.push(FIXED)
    assert world.run(pull).conclusion == "success"


def test_a_renamed_repository_is_the_same_one(world):
    pull = world.open()
    world.run(pull)
    world.repository.rename("ticketing")
    world.run(pull).rerequest()
    until(lambda: world.conclusions(pull.head_sha) == ["failure", "failure"])
    assert len(pull.threads) == 1
    pull.push(FIXED)
    assert world.run(pull).conclusion == "success"
    assert pull.threads[0].is_resolved


def test_a_repository_renamed_under_way_is_followed(world):
    """The delivery still says the old name."""
    world.github.webhooks.hold()
    pull = world.open()
    world.repository.rename("ticketing")
    world.github.webhooks.release()
    once(world, pull)


def test_each_repository_has_a_token_of_its_own(world):
    other = world.github.create_repository("acme/venues", files={"README.md": "# Venues\n"})
    world.installation.add(other)
    first = world.open()
    second = other.open_pull("docs", files={"README.md": "# Places\n"})
    world.run(first)
    until(lambda: [run.conclusion for run in other.check_runs(second.head_sha)] == ["success"])
    asked = [seen.body for seen in world.github.requests if seen.path.endswith("access_tokens")]
    scopes = [body.get("repository_ids") or body["repositories"] for body in asked]
    assert [world.repository.id] in scopes
    assert [other.id] in scopes
    assert all(len(scope) == 1 for scope in scopes)


def test_a_suspended_installation_is_left_alone_until_it_is_back(world):
    pull = world.open()
    world.run(pull)
    world.installation.suspend()
    pull.push({DANGEROUS: DROP_TABLE + "\n"})
    world.github.webhooks.wait()
    world.installation.unsuspend()
    pull.push(FIXED)
    assert world.run(pull).conclusion == "success"


def test_operators_see_what_is_left_of_the_limit(world):
    world.run(world.open())
    shown = httpx.get(f"{world.url}/metrics", trust_env=False).text
    left = f'migaudit_github_left{{installation="{world.installation.id}",resource="core"}} '
    assert left in shown
    assert 'migaudit_github_calls_total{method="POST",status="201"} ' in shown

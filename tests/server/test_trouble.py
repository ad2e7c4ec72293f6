"""Whatever goes wrong, the check run is completed, and nothing passes that wasn't looked at."""

from dataclasses import replace

import psycopg
import pytest

from tests.server.running import CREATE_TABLE, SAFE, World, until
from tests.standin import Fault, Limits

PULL = "/repos/acme/tickets/pulls/*"
COMPARE = "*/compare/*"
ONCE = [
    Fault("POST", "/graphql", status=502, contains="query Look"),
    Fault("POST", "/graphql", status=500, contains="query Look", times=2),
    Fault("GET", COMPARE, reset=True),
    Fault("GET", "*/git/trees/*", status=503),
    Fault("POST", "*/access_tokens", status=502),
    Fault("POST", "*/check-runs", status=502),
    Fault("POST", "*/check-runs", status=502, after=True),
    Fault("POST", "*/check-runs", reset=True, after=True),
    Fault("PATCH", "*/check-runs/*", status=502),
    Fault("PATCH", "*/check-runs/*", status=502, after=True),
    Fault("POST", f"{PULL}/reviews", status=502),
    Fault("POST", f"{PULL}/reviews", status=502, after=True),
    Fault("POST", f"{PULL}/reviews", reset=True, after=True),
    Fault.secondary_limit("GET", COMPARE, retry_after=1),
    Fault.secondary_limit("POST", f"{PULL}/reviews", retry_after=1, status=429),
]


def name(fault):
    how = "reset" if fault.reset else fault.status
    return f"{fault.method} {fault.path.rsplit('/', 1)[-1]} {how}{' after' * fault.after}"


@pytest.mark.parametrize("fault", ONCE, ids=name)
def test_what_fails_once_is_done_once(world, fault):
    fault = world.github.faults.add(replace(fault))
    pull = world.open()
    assert world.run(pull, timeout=60).conclusion == "failure"
    assert fault.fired
    assert world.conclusions(pull.head_sha) == ["failure"]
    assert len(pull.review_comments) == 1
    assert len(pull.reviews) == 1


def test_a_pull_request_that_is_closed_in_the_middle_of_its_audit_leaves_no_run_behind(world):
    """And once it is open again, it is audited as any other."""
    refusal = Fault.secondary_limit("POST", f"{PULL}/reviews", retry_after=2, status=429)
    fault = world.github.faults.add(refusal)
    pull = world.open()
    until(lambda: fault.fired)
    pull.close()
    until(lambda: world.conclusions(pull.head_sha) == ["cancelled"])
    assert pull.check_run().title == "The pull request was closed"
    pull.reopen()
    until(lambda: world.conclusions(pull.head_sha) == ["cancelled", "failure"])
    assert len(pull.reviews) == 1


@pytest.mark.parametrize("status", [403, 404, 422])
def test_what_github_refuses_is_said_and_does_not_pass(world, status):
    world.github.faults.add(Fault("GET", COMPARE, status=status, times=99))
    pull = world.open("safe", SAFE, CREATE_TABLE)
    run = world.run(pull)
    assert run.conclusion == "action_required"
    assert str(status) in run.summary


def test_a_list_that_github_cut_short_does_not_pass(tmp_path, sqlite):
    """A folder of more files than GitHub lists, even alone, can't be judged."""
    limits = Limits(tree_entries=5)
    with World(tmp_path, sqlite, limits=limits) as world:
        files = {f"docs/{number}.md": "text" for number in range(6)}
        pull = world.repository.open_pull("docs", files=files)
        world.repository.commit("main", {f"other/{number}.md": "text" for number in range(6)})
        run = world.run(pull)
    assert run.conclusion == "action_required"
    assert "GitHub listed only" in run.summary


def test_more_files_than_github_lists_are_audited_all_the_same(world):
    files = {f"docs/{number:03}.md": "text" for number in range(330)}
    pull = world.repository.open_pull("docs", files={**files, SAFE: CREATE_TABLE})
    assert world.run(pull).conclusion == "success"


def test_github_may_hang_while_deliveries_are_taken(world):
    """GitHub gives up on us after ten seconds, so nothing waits for it before the answer."""
    world.github.faults.add(Fault("GET", "*", status=None, delay=3, times=99))
    world.open()
    world.github.webhooks.wait(2)
    delivery = world.github.webhooks.find("pull_request")[0]
    assert delivery.attempts[-1].ok
    world.github.faults.clear()


def test_an_uninstalled_app_ends_quietly(world):
    pull = world.open()
    world.run(pull)
    world.installation.delete()
    world.repository.open_pull("other", files={SAFE: CREATE_TABLE})
    world.github.webhooks.wait()
    world.stop()
    assert world.conclusions(pull.head_sha) == ["failure"]


def test_our_own_failure_is_said_too(world, monkeypatch):
    """A bug of ours must not leave a required check hanging, and its text stays with us."""
    from app import audit_job

    def broken(*_):
        raise ZeroDivisionError("internal detail")

    monkeypatch.setattr(audit_job, "_request", broken)
    pull = world.open("safe", SAFE, CREATE_TABLE)
    run = world.run(pull)
    assert run.conclusion == "action_required"
    assert "internal detail" not in run.summary + run.title
    monkeypatch.undo()
    run.rerequest()
    until(lambda: world.conclusions(pull.head_sha) == ["action_required", "success"])


def looks(world):
    """Each attempt begins with one."""
    return [seen for seen in world.github.requests if "query Look" in str(seen.body)]


def test_while_the_database_refuses_the_audit_waits(tmp_path, postgres):
    """That is no verdict: nobody is told of a crash that a minute mends."""
    with World(tmp_path, postgres) as world:
        slow = world.github.faults.add(Fault("GET", COMPARE, status=None, delay=1))
        pull = world.open("safe", SAFE, CREATE_TABLE)
        until(lambda: slow.fired)
        with psycopg.connect(postgres, autocommit=True) as admin:
            admin.execute("alter table migaudit_open_runs rename to mislaid")
            until(lambda: len(looks(world)) > 1)
            admin.execute("alter table mislaid rename to migaudit_open_runs")
        assert world.run(pull).conclusion == "success"
        assert world.conclusions(pull.head_sha) == ["success"]


def test_what_could_not_be_audited_is_tried_again_with_the_next_delivery(world):
    fault = world.github.faults.add(Fault("GET", COMPARE, status=404, times=1))
    pull = world.open("safe", SAFE, CREATE_TABLE, draft=True)
    assert world.run(pull).conclusion == "action_required"
    assert fault.fired
    pull.ready_for_review()
    until(lambda: world.conclusions(pull.head_sha) == ["action_required", "success"])

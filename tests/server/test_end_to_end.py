"""From a signed delivery to what people see on GitHub."""

import shutil

import pytest

from tests.server.running import CREATE_TABLE, DANGEROUS, SAFE, until
from tests.standin import Fault


def test_a_dangerous_migration_fails_and_is_commented_on_its_line(world):
    pull = world.open()
    run = world.run(pull)
    assert run.conclusion == "failure"
    assert run.name == "migaudit"
    assert (DANGEROUS, 3) in {(c.path, c.line) for c in pull.review_comments}
    assert len(pull.reviews) == 1


def test_a_safe_migration_passes_without_a_word(world):
    pull = world.open("safe", SAFE, CREATE_TABLE)
    assert world.run(pull).conclusion == "success"
    assert not pull.review_comments


def test_a_pull_request_without_migrations_passes(world):
    pull = world.open("docs", "README.md", "# Tickets, sold\n")
    assert world.run(pull).conclusion == "success"
    assert not pull.reviews


def test_the_check_run_is_there_before_the_audit_is_done(world):
    pull = world.open()
    run = until(lambda: world.repository.check_run("migaudit", pull.head_sha))
    assert run.status in ("in_progress", "completed")
    assert world.run(pull).id == run.id


def test_a_delivery_that_is_sent_again_does_nothing_twice(world):
    pull = world.open()
    world.run(pull)
    said = len(pull.review_comments)
    for delivery in world.github.webhooks.find("pull_request", "opened"):
        world.github.webhooks.redeliver(delivery)
    other = world.open("safe", SAFE, CREATE_TABLE)
    assert world.run(other).conclusion == "success"
    assert world.conclusions(pull.head_sha) == ["failure"]
    assert len(pull.review_comments) == said


def test_a_delivery_that_comes_twice_does_nothing_twice(world):
    world.github.webhooks.double("pull_request")
    pull = world.open()
    world.run(pull)
    other = world.open("safe", SAFE, CREATE_TABLE)
    assert world.run(other).conclusion == "success"
    assert world.conclusions(pull.head_sha) == ["failure"]


def test_several_deliveries_about_one_head_lead_to_one_run(world):
    pull = world.open(draft=True)
    assert world.run(pull).conclusion == "failure"
    pull.ready_for_review()
    pull.close()
    pull.reopen()
    world.github.webhooks.wait()
    pull.push({SAFE: CREATE_TABLE, DANGEROUS: None})
    first = world.github.webhooks.find("pull_request", "opened")[0]
    assert world.run(pull).conclusion == "success"
    head = first.payload["pull_request"]["head"]["sha"]
    assert world.conclusions(head) == ["failure"]


def test_another_base_branch_is_audited_again(world):
    """Against it, other migrations count as applied."""
    world.repository.commit("release", {"README.md": "release"}, start="main")
    pull = world.open()
    world.run(pull)
    pull.change_base("release")
    until(lambda: len(world.conclusions(pull.head_sha)) == 2)
    assert world.run(pull).conclusion == "failure"


@pytest.mark.parametrize("reverse", [False, True])
def test_of_several_heads_the_newest_wins_in_whatever_order_they_are_told(world, reverse):
    world.github.webhooks.hold()
    pull = world.open()
    first = pull.head_sha
    pull.push({DANGEROUS: None, SAFE: CREATE_TABLE})
    world.github.webhooks.release(reverse=reverse)
    assert world.run(pull).conclusion == "success"
    assert world.run(pull, first).conclusion == "cancelled"
    assert not pull.review_comments
    assert world.conclusions(first) == ["cancelled"]
    assert world.conclusions(pull.head_sha) == ["success"]


def test_a_newer_head_during_an_audit_cancels_it(world):
    """The older job waits for GitHub when the newer head arrives; it writes no more."""
    world.github.faults.add(Fault("GET", "*/compare/*", status=None, delay=1.5))
    pull = world.open()
    first = pull.head_sha
    until(lambda: world.repository.check_run("migaudit", first))
    pull.push({DANGEROUS: None, SAFE: CREATE_TABLE})
    assert world.run(pull, first).conclusion == "cancelled"
    assert world.run(pull).conclusion == "success"
    assert not pull.review_comments


def test_a_lost_delivery_is_made_up_for_by_the_next(world):
    pull = world.open("one", SAFE, CREATE_TABLE)
    first = pull.head_sha
    world.run(pull)
    world.github.webhooks.lose("pull_request")
    pull.push({SAFE: CREATE_TABLE + "\n"})
    pull.push({SAFE: CREATE_TABLE + "\n\n"})
    assert world.run(pull).conclusion == "success"
    assert world.conclusions(first) == ["success"]


def test_two_pull_requests_with_one_head_each_have_a_run(world):
    """They may have different bases: what one of them was told says nothing of the other."""
    world.repository.commit("release", {"README.md": "release"}, start="main")
    first = world.open()
    world.run(first)
    second = world.repository.open_pull("change", base="release")
    assert second.head_sha == first.head_sha
    until(lambda: world.conclusions(first.head_sha) == ["failure", "failure"])


def test_the_button_beside_a_check_run_makes_a_new_one(world):
    pull = world.open()
    world.run(pull).rerequest()
    until(lambda: world.conclusions(pull.head_sha) == ["failure", "failure"])
    assert len(pull.review_comments) == 1


def test_the_button_for_all_checks_does_too(world):
    pull = world.open()
    world.run(pull).suite.rerequest()
    until(lambda: world.conclusions(pull.head_sha) == ["failure", "failure"])


def test_a_fork_is_audited_and_its_button_works(world):
    """GitHub names no pull request beside the check runs of a fork's head."""
    world.repository.fork("bob")
    pull = world.open("bob:change", by="bob")
    run = world.run(pull)
    assert run.conclusion == "failure"
    assert pull.review_comments
    run.rerequest()
    until(lambda: world.conclusions(pull.head_sha) == ["failure", "failure"])


def test_a_fork_s_button_works_for_a_server_that_lost_its_memory(world, primed_sqlite):
    world.repository.fork("bob")
    pull = world.open("bob:change", by="bob")
    run = world.run(pull)
    world.stop()
    shutil.copy(primed_sqlite, world.address.removeprefix("sqlite:///"))
    world.start()
    run.rerequest()
    until(lambda: world.conclusions(pull.head_sha) == ["failure", "failure"])
    assert len(pull.review_comments) == 1


def test_an_old_head_s_button_cannot_bring_it_back(world):
    pull = world.open()
    first = world.run(pull)
    pull.push({DANGEROUS: None, SAFE: CREATE_TABLE})
    assert world.run(pull).conclusion == "success"
    first.rerequest()
    other = world.open("other", SAFE, CREATE_TABLE)
    world.run(other)
    assert world.conclusions(pull.head_sha) == ["success"]


@pytest.mark.parametrize("branch", ["main", "release/1"])
def test_what_was_merged_meanwhile_counts_as_applied(world, branch):
    """The pull request's own idea of its base is as old as its last push."""
    if branch != "main":
        world.repository.commit(branch, {"README.md": "release"}, start="main")
    early = "migrations/20240131000000_early.js"
    pull = world.open("late", early, CREATE_TABLE, base=branch)
    assert world.run(pull).conclusion == "success"
    world.repository.commit(branch, {DANGEROUS: CREATE_TABLE.replace("tags", "labels")})
    world.run(pull).rerequest()
    until(lambda: len(world.conclusions(pull.head_sha)) == 2)
    assert "migration-out-of-order" in world.run(pull).summary

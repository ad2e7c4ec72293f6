"""`/migaudit recheck` in a comment: who may, and what they see."""

import pytest

from tests.server.running import CREATE_TABLE, SAFE, until
from tests.standin import Fault


def emoji(comment):
    return [reaction.content for reaction in comment.reactions]


@pytest.fixture
def pull(world):
    """Opened by ann, and audited."""
    opened = world.open()
    world.run(opened)
    return opened


def nothing_happened(world, pull):
    """Whatever was written before this has been dealt with when a later audit is done."""
    other = world.open("other", SAFE, CREATE_TABLE)
    world.run(other)
    return world.conclusions(pull.head_sha) == ["failure"]


@pytest.mark.parametrize("permission", ["write", "maintain", "admin"])
def test_somebody_with_write_access_may(world, pull, permission):
    world.repository.grant("bob", permission)
    comment = pull.comment("/migaudit recheck", by="bob")
    until(lambda: emoji(comment) == ["eyes", "rocket"])
    assert world.conclusions(pull.head_sha) == ["failure", "failure"]
    assert len(pull.review_comments) == 1


def test_the_author_may_without_any_access(world):
    world.github.user("carol")
    world.repository.fork("carol")
    pull = world.open("carol:change", by="carol")
    world.run(pull)
    comment = pull.comment("Fixed the server, so\n\n/migaudit recheck", by="carol")
    until(lambda: emoji(comment) == ["eyes", "rocket"])
    assert world.conclusions(pull.head_sha) == ["failure", "failure"]


@pytest.mark.parametrize("permission", [None, "read", "triage"])
def test_others_are_refused_with_a_face(world, pull, permission):
    if permission:
        world.repository.grant("bob", permission)
    comment = pull.comment("/migaudit recheck", by="bob")
    until(lambda: emoji(comment) == ["confused"])
    assert nothing_happened(world, pull)
    assert len(pull.issue_comments) == 1


def test_what_is_no_known_command_is_answered_with_a_face(world, pull):
    comment = pull.comment("/migaudit make coffee")
    until(lambda: emoji(comment) == ["confused"])
    assert nothing_happened(world, pull)


@pytest.mark.parametrize(
    "body",
    ["LGTM", "> /migaudit recheck", "```\n/migaudit recheck\n```", "see /migaudit recheck"],
)
def test_ordinary_talk_is_left_alone(world, pull, body):
    comment = pull.comment(body)
    assert nothing_happened(world, pull)
    assert not emoji(comment)


def test_a_reaction_that_is_refused_stops_nothing(world, pull):
    world.github.faults.add(Fault("POST", "*/reactions", status=403, times=9))
    comment = pull.comment("/migaudit recheck")
    until(lambda: world.conclusions(pull.head_sha) == ["failure", "failure"])
    assert not emoji(comment)


def test_a_recheck_of_what_never_was_audited_audits_it(world):
    world.github.webhooks.lose("pull_request")
    pull = world.open()
    comment = pull.comment("/migaudit recheck")
    until(lambda: emoji(comment) == ["eyes", "rocket"])
    assert world.conclusions(pull.head_sha) == ["failure"]

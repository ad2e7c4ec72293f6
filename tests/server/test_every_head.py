"""Every head of every pull request gets one completed run, whatever it is."""

import pytest

from tests.server.running import CREATE_TABLE, SAFE, until
from tests.standin import Fault
from tests.standin.git import Special

ENDED = ("success", "failure", "action_required")
STRANGE = {
    "crlf.js": CREATE_TABLE.replace("\n", "\r\n").encode(),
    "bom.js": b"\xef\xbb\xbf" + CREATE_TABLE.encode(),
    "utf16.js": CREATE_TABLE.encode("utf-16"),
    "binary.js": b"\x00\x01\x02" * 100,
    "invalid.js": b"\xff\xfe\xe9" + CREATE_TABLE.encode(),
    "empty.js": b"",
    "a b#c?d%41.js": CREATE_TABLE.encode(),
    "\u00fc\u4e2d\u6587.js": CREATE_TABLE.encode(),
    "link.js": Special("120000", "20240101000000_users.js"),
    "module.js": Special("160000", "1" * 40),
    "executable.js": Special("100755", CREATE_TABLE),
}
FINE = {"crlf.js", "bom.js", "a b#c?d%41.js", "\u00fc\u4e2d\u6587.js", "executable.js"}


def test_every_kind_of_pull_request_gets_one_completed_run(world):
    world.github.user("robot[bot]", kind="Bot")
    world.repository.fork("carol")
    pulls = [
        world.open("safe", SAFE, CREATE_TABLE),
        world.open("docs", "README.md", "# Sold\n"),
        world.open("draft", SAFE, CREATE_TABLE, draft=True),
        world.open("bot", SAFE, CREATE_TABLE, by="robot[bot]"),
        world.open("carol:fork", SAFE, CREATE_TABLE, by="carol"),
        world.open("gone", "migrations/20240101000000_users.js", None),
        world.open("config", ".github/migaudit.yml", "nonsense: [\n"),
    ]
    for pull in pulls:
        assert world.run(pull).conclusion in ENDED
    world.github.webhooks.wait()
    assert [len(world.conclusions(pull.head_sha)) for pull in pulls] == [1] * len(pulls)


@pytest.mark.parametrize("name", STRANGE, ids=lambda name: name.partition(".")[0])
def test_strange_migrations_are_said_and_pass_unseen_never(world, name):
    path = f"migrations/20240202000000_{name}"
    pull = world.repository.open_pull("strange", files={path: STRANGE[name]})
    run = world.run(pull)
    if name in FINE:
        assert run.conclusion == "success"
        assert "1 new migration" in run.title + run.summary
    else:
        assert run.conclusion != "success", run.summary
        assert path in run.summary


def test_a_migration_of_two_megabytes_does_not_pass_unseen(world):
    text = CREATE_TABLE + "// " + "x" * 2_000_000 + "\n"
    pull = world.open("large", SAFE, text)
    run = world.run(pull, timeout=60)
    assert run.conclusion in ENDED
    assert SAFE in run.summary or "1 new migration" in run.title


def test_a_fork_s_head_that_is_not_visible_yet_is_waited_for(world):
    """GitHub tells of a fork's commit before it can be found in the base repository."""
    world.repository.fork("carol")
    world.github.faults.add(
        Fault("POST", "*/check-runs", 422, body={"message": "No commit found for SHA: x"}, times=2)
    )
    pull = world.open("carol:fork", SAFE, CREATE_TABLE, by="carol")
    assert world.run(pull).conclusion == "success"
    assert world.conclusions(pull.head_sha) == ["success"]


def test_a_head_that_never_becomes_visible_is_said(world):
    world.github.faults.add(Fault("GET", "*/compare/*", 404, times=99))
    world.github.faults.add(Fault("GET", "*/git/trees/*", 404, times=99))
    pull = world.open("safe", SAFE, CREATE_TABLE)
    assert world.run(pull).conclusion == "action_required"


def test_the_button_of_our_own_begins_an_audit(world):
    pull = world.open("safe", SAFE, CREATE_TABLE)
    world.run(pull).request_action("recheck")
    until(lambda: world.conclusions(pull.head_sha) == ["success", "success"])

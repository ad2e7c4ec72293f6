"""What each of GitHub's events asks for."""

import pytest

from app.events import Malformed, translate
from app.work import AuditPull, Command, Origin, Rerun, decode, encode, lane
from tests.server import payloads
from tests.server.payloads import HEAD

ORIGIN = Origin(3, 7, "acme/tickets")
AUDIT = AuditPull(ORIGIN, 12, HEAD, 1795420800)


@pytest.mark.parametrize("action", ["opened", "synchronize", "reopened", "ready_for_review"])
def test_a_new_head_is_audited(action):
    assert translate("pull_request", payloads.pull_request(action)) == AUDIT


def test_another_base_branch_asks_for_a_new_audit_of_the_same_head():
    payload = payloads.pull_request("edited", changes={"base": {"ref": {"from": "main"}}})
    assert translate("pull_request", payload) == AuditPull(ORIGIN, 12, HEAD, 1795420800, again=True)


@pytest.mark.parametrize(
    ("event", "payload"),
    [
        ("pull_request", payloads.pull_request("edited", changes={"title": {"from": "x"}})),
        ("pull_request", payloads.pull_request("edited")),
        ("pull_request", payloads.pull_request("closed")),
        ("pull_request", payloads.pull_request("labeled")),
        ("pull_request", payloads.pull_request("locked")),
        ("check_run", payloads.check("check_run", "created")),
        ("check_run", payloads.check("check_run", "completed")),
        ("check_suite", payloads.check("check_suite", "requested")),
        ("issue_comment", payloads.comment(action="edited")),
        ("issue_comment", payloads.comment(action="deleted")),
        ("ping", {"zen": "Design for failure.", "hook_id": 1}),
        ("installation", {"action": "created"}),
        ("star", {"action": "created"}),
    ],
)
def test_nothing_else_is_work(event, payload):
    assert translate(event, payload) is None


@pytest.mark.parametrize("kind", ["check_run", "check_suite"])
def test_a_rerun_names_the_pull_requests_of_this_repository(kind):
    """GitHub also names pull requests into forks that have the same head."""
    payload = payloads.check(kind, pulls=[payloads.named_pull(12), payloads.named_pull(5, 8)])
    assert translate(kind, payload) == Rerun(ORIGIN, HEAD, (12,))


def test_a_rerun_on_the_head_of_a_fork_names_none():
    assert translate("check_run", payloads.check("check_run")) == Rerun(ORIGIN, HEAD)


def test_a_command_is_told_with_who_wrote_it():
    payload = payloads.comment("/migaudit recheck")
    expected = Command(ORIGIN, 12, 99, ("recheck",), "bob", is_author=False)
    assert translate("issue_comment", payload) == expected


def test_the_author_is_known_by_number_not_by_name():
    author = payloads.person("ann", 1)
    same_name = payloads.person("ann", 2)
    by_author = translate("issue_comment", payloads.comment(by=author, author=author))
    by_other = translate("issue_comment", payloads.comment(by=same_name, author=author))
    assert by_author.is_author
    assert not by_other.is_author


@pytest.mark.parametrize(
    "payload",
    [
        payloads.comment("looks good to me"),
        payloads.comment(by=payloads.person("migaudit[bot]", 5, "Bot")),
        payloads.comment(pull_request=None),
        payloads.comment(state="closed"),
        {**payloads.comment(), "sender": payloads.person("some[bot]", 6, "Bot")},
        payloads.comment(None),
    ],
)
def test_other_comments_are_no_commands(payload):
    """Issues, closed pull requests, bots and ordinary talk."""
    assert translate("issue_comment", payload) is None


def test_a_webhook_that_is_not_our_apps_is_nothing():
    payload = payloads.pull_request()
    del payload["installation"]
    assert translate("pull_request", payload) is None


@pytest.mark.parametrize("payload", [[], "x", None, {"action": "opened"}, {"action": 1}])
def test_a_payload_without_what_github_documents_is_refused(payload):
    with pytest.raises(Malformed):
        translate("pull_request", payload)


@pytest.mark.parametrize(
    "work",
    [AUDIT, Rerun(ORIGIN, HEAD, (1, 2)), Command(ORIGIN, 12, 9, ("recheck",), "ann", True)],
)
def test_work_survives_being_stored(work):
    assert decode(encode(work)) == work


def test_all_work_of_one_pull_request_has_one_lane():
    command = Command(ORIGIN, 12, 9, ("recheck",), "ann", True)
    elsewhere = AuditPull(Origin(3, 8, "acme/other"), 12)
    assert lane(AUDIT) == lane(command) != lane(elsewhere)

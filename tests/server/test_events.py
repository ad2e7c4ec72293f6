"""What each of GitHub's events asks for."""

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.events import EVENTS, Malformed, translate
from app.work import (
    LANES,
    NOWHERE,
    AuditGroup,
    AuditPull,
    Closed,
    Command,
    EndGroup,
    EndRun,
    Forget,
    Moved,
    Origin,
    Redeliver,
    Rerun,
    Sweep,
    decode,
    encode,
    lane,
)
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


def test_a_merge_group_is_audited_and_a_destroyed_one_ended():
    asked = payloads.merge_group("checks_requested")
    ref = asked["merge_group"]["head_ref"]
    assert translate("merge_group", asked) == AuditGroup(ORIGIN, HEAD, "b" * 40, ref)
    gone = payloads.merge_group("destroyed", reason="dequeued")
    assert translate("merge_group", gone) == EndGroup(ORIGIN, HEAD)


def test_a_push_to_a_branch_may_concern_pull_requests_into_it():
    moved = Moved(ORIGIN, "release/1", "b" * 40, HEAD)
    assert translate("push", payloads.push("refs/heads/release/1")) == moved
    assert translate("push", payloads.push("refs/tags/v1")) == Moved(ORIGIN)


@pytest.mark.parametrize(
    "payload",
    [
        payloads.push("refs/heads/main", deleted=True),
        payloads.push("refs/heads/new", created=True),
        payloads.push("refs/heads/gh-readonly-queue/main/pr-1-abc"),
        payloads.push("refs/notes/x"),
    ],
)
def test_other_pushes_concern_none(payload):
    assert translate("push", payload) is None


def test_a_closed_pull_request_may_free_others_with_its_head():
    assert translate("pull_request", payloads.pull_request("closed")) == Closed(ORIGIN, 12, HEAD)


def test_our_button_is_a_rerun_and_another_is_nothing():
    pressed = payloads.check("check_run", "requested_action")
    ours = {**pressed, "requested_action": {"identifier": "recheck"}}
    other = {**pressed, "requested_action": {"identifier": "explode"}}
    assert translate("check_run", ours) == Rerun(ORIGIN, HEAD)
    assert translate("check_run", other) is None


def test_repositories_that_are_taken_away_are_forgotten():
    gone = {"action": "removed", "installation": {"id": 3}, "repositories_removed": [{"id": 7}]}
    assert translate("installation_repositories", gone) == Forget(Origin(3, 0, ""), (7,))
    deleted = {"action": "deleted", "installation": {"id": 3}, "repositories": [{"id": 7}]}
    assert translate("installation", deleted) == Forget(Origin(3, 0, ""), (7,))


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
    [
        AUDIT,
        Rerun(ORIGIN, HEAD, (1, 2)),
        Command(ORIGIN, 12, 9, ("recheck",), "ann", True),
        AuditGroup(ORIGIN, HEAD, "b" * 40, "refs/heads/gh-readonly-queue/main/pr-1-abc"),
        EndGroup(ORIGIN, HEAD),
        Moved(ORIGIN, "main", "b" * 40, HEAD),
        Closed(ORIGIN, 12, HEAD),
        EndRun(ORIGIN, HEAD, "12:job"),
        Sweep(NOWHERE),
        Redeliver(NOWHERE, 5),
        Forget(ORIGIN, (1, 2)),
    ],
)
def test_work_survives_being_stored(work):
    assert decode(encode(work)) == work


def test_all_work_of_one_pull_request_has_one_lane():
    command = Command(ORIGIN, 12, 9, ("recheck",), "ann", True)
    assert {lane(work) for work in (AUDIT, command, Closed(ORIGIN, 12, HEAD))} == {lane(AUDIT)}


def test_the_watchdog_is_not_behind_what_hangs():
    assert lane(EndRun(ORIGIN, HEAD, "12:job")) != lane(AUDIT)


def test_an_installation_has_few_lanes_and_none_with_others():
    lanes = {lane(AuditPull(Origin(3, 7, "acme/tickets"), number)) for number in range(100)}
    others = {lane(AuditPull(Origin(4, 7, "acme/tickets"), number)) for number in range(100)}
    assert len(lanes) == LANES
    assert not lanes & others


SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
ANYTHING = st.recursive(
    SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8
)
DELIVERIES = [
    ("pull_request", payloads.pull_request()),
    ("pull_request", payloads.pull_request("edited", changes={"base": {}})),
    ("check_run", payloads.check("check_run", pulls=[payloads.named_pull(12)])),
    ("check_suite", payloads.check("check_suite")),
    ("issue_comment", payloads.comment()),
    ("merge_group", payloads.merge_group("checks_requested")),
    ("push", payloads.push("refs/heads/main")),
]


def places(payload, at=()):
    """Every way into a payload."""
    for key, value in payload.items() if isinstance(payload, dict) else enumerate(payload):
        yield (*at, key)
        if isinstance(value, dict | list):
            yield from places(value, (*at, key))


def is_work_or_malformed(event, payload):
    try:
        work = translate(event, payload)
    except Malformed:
        return True
    return work is None or decode(encode(work)) == work


@given(st.sampled_from(sorted(EVENTS)), ANYTHING)
def test_any_json_is_work_or_nothing_or_refused(event, payload):
    assert is_work_or_malformed(event, payload)


@given(st.sampled_from(DELIVERIES), st.data())
def test_so_is_a_delivery_with_something_else_in_one_place(delivery, data):
    event, payload = delivery[0], copy.deepcopy(delivery[1])
    *way, last = data.draw(st.sampled_from(list(places(payload))))
    inner = payload
    for key in way:
        inner = inner[key]
    dates = st.datetimes(timezones=st.timezones()).map(lambda moment: moment.isoformat())
    inner[last] = data.draw(ANYTHING | dates)
    assert is_work_or_malformed(event, payload)

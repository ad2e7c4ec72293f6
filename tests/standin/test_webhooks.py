"""Deliveries: signed, in the documented form, and as unreliable as a test wants them."""

import hashlib
import hmac
import json

import pytest

from tests.standin import GitHub


@pytest.fixture
def subscribed(app, client, receiver):
    """The App's webhook leads to the receiver."""
    app.webhook_url = receiver.url
    return app


@pytest.fixture
def pull(repository, subscribed, receiver, github):
    pull = repository.open_pull("add", {"new.txt": "1\n"})
    github.webhooks.wait()
    receiver.seen.clear()
    return pull


def events(receiver):
    found = []
    for request in receiver.seen:
        action = json.loads(request.content).get("action")
        found.append((request.headers["x-github-event"], action))
    return found


def test_github_s_own_example_of_a_signature():
    secret, body = b"It's a Secret to Everybody", b"Hello, World!"
    expected = "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
    assert hmac.new(secret, body, hashlib.sha256).hexdigest() == expected


def test_a_delivery_is_signed_and_has_all_headers(github, repository, subscribed, receiver):
    repository.open_pull("add", {"new.txt": "1\n"})
    github.webhooks.wait()
    request = receiver.seen[-1]
    digest = hmac.new(subscribed.webhook_secret.encode(), request.content, hashlib.sha256)
    assert request.headers["x-hub-signature-256"] == f"sha256={digest.hexdigest()}"
    assert request.headers["x-github-event"] == "pull_request"
    assert request.headers["user-agent"].startswith("GitHub-Hookshot/")
    assert request.headers["x-github-hook-installation-target-id"] == str(subscribed.id)
    assert len(request.headers["x-github-delivery"]) == 36
    payload = json.loads(request.content)
    assert payload["installation"]["id"] == subscribed.installations[0].id
    assert payload["pull_request"]["changed_files"] == 1


def test_what_people_do_becomes_events_of_github_s_form(github, receiver, pull, repository):
    pull.push({"new.txt": "2\n"})
    pull.convert_to_draft()
    pull.ready_for_review()
    pull.edit("Another title")
    repository.commit("stable", {"b": "1"})
    pull.change_base("stable")
    comment = pull.comment("/migaudit recheck")
    comment.edit("/migaudit help")
    comment.delete()
    pull.review_comment("hm", "new.txt", 1).thread.resolve()
    pull.close()
    pull.reopen()
    pull.lock()
    github.webhooks.wait()
    assert events(receiver) == [
        ("push", None),
        ("check_suite", "requested"),
        ("pull_request", "synchronize"),
        ("pull_request", "converted_to_draft"),
        ("pull_request", "ready_for_review"),
        ("pull_request", "edited"),
        ("pull_request", "edited"),
        ("issue_comment", "created"),
        ("issue_comment", "edited"),
        ("issue_comment", "deleted"),
        ("pull_request", "closed"),
        ("pull_request", "reopened"),
        ("pull_request", "locked"),
    ]
    assert github.violations == []


def test_every_event_an_app_can_subscribe_to_here_has_github_s_form(github, repository, receiver):
    events = ["pull_request_review", "pull_request_review_comment", "pull_request_review_thread"]
    app = github.create_app("all", events=events, webhook_url=receiver.url)
    app.install(repository)
    github.announce.ping(app)
    pull = repository.open_pull("add", {"new.txt": "1\n"})
    thread = pull.review_comment("hm", "new.txt", 1).thread
    thread.resolve()
    thread.comments[0].edit("hm?")
    thread.comments[0].delete()
    installation = app.installations[0]
    installation.suspend()
    installation.unsuspend()
    other = github.create_repository("acme/other", files={"a": "1"})
    installation.add(other)
    installation.remove(other)
    installation.delete()
    github.webhooks.wait()
    assert len(receiver.seen) == 12
    assert github.violations == []


def test_a_comment_s_event_says_that_it_is_about_a_pull_request(github, receiver, pull):
    pull.comment("hello", by="eve")
    github.webhooks.wait()
    payload = json.loads(receiver.seen[-1].content)
    assert payload["issue"]["pull_request"]["url"].endswith("/pulls/1")
    assert payload["sender"]["type"] == "User"
    assert payload["comment"]["author_association"] == "NONE"


def test_a_rerun_is_asked_of_the_app_that_owns_the_run(github, client, receiver, pull, repository):
    other = github.create_app("other", webhook_url=receiver.url)
    other.install(repository)
    button = {"label": "Recheck", "description": "Audits again", "identifier": "recheck"}
    body = {"name": "migaudit", "head_sha": pull.head_sha, "actions": [button]}
    client.post("~/check-runs", json=body)
    github.webhooks.wait()
    receiver.seen.clear()
    pull.check_run().rerequest()
    pull.check_run().request_action("recheck")
    pull.check_run().suite.rerequest()
    github.webhooks.wait()
    assert events(receiver) == [
        ("check_run", "rerequested"),
        ("check_run", "requested_action"),
        ("check_suite", "rerequested"),
    ]
    payload = json.loads(receiver.seen[1].content)
    assert payload["requested_action"] == {"identifier": "recheck"}


def test_a_push_to_a_fork_says_nothing_of_the_fork(github, receiver, pull, repository):
    repository.fork("bob")
    fork = repository.open_pull("bob:fix", {"b": "1"}, by="bob")
    fork.push({"b": "2"})
    github.webhooks.wait()
    assert events(receiver) == [("pull_request", "opened"), ("pull_request", "synchronize")]
    payload = json.loads(receiver.seen[1].content)
    assert payload["after"] == fork.head_sha
    assert payload["repository"]["full_name"] == "acme/tickets"


def test_a_force_push_says_so_and_lists_no_commits(github, receiver, pull):
    pull.force_push({"new.txt": "3\n"})
    github.webhooks.wait()
    payload = json.loads(receiver.seen[0].content)
    assert (payload["forced"], payload["commits"]) == (True, [])


def test_an_event_without_its_permission_is_never_sent(github, receiver, pull, client):
    del client.installation.permissions["issues"]
    pull.comment("hello")
    github.webhooks.wait()
    assert receiver.seen == []


def test_a_lost_delivery_is_listed_as_failed_and_can_be_sent_again(github, client, receiver, pull):
    github.webhooks.lose("issue_comment")
    pull.comment("hello")
    github.webhooks.wait()
    assert receiver.seen == []
    delivery = github.webhooks.deliveries[-1]
    assert [(a.ok, a.redelivery) for a in delivery.attempts] == [(False, False)]
    github.webhooks.redeliver(delivery)
    github.webhooks.wait()
    assert receiver.seen[0].headers["x-github-delivery"] == delivery.guid
    assert [(a.ok, a.redelivery) for a in delivery.attempts] == [(False, False), (True, True)]


def test_a_delivery_can_arrive_twice(github, receiver, pull):
    github.webhooks.double("issue_comment")
    pull.comment("hello")
    github.webhooks.wait()
    one, two = receiver.seen
    assert one.headers["x-github-delivery"] == two.headers["x-github-delivery"]


def test_deliveries_can_be_held_back_and_arrive_in_reverse(github, receiver, pull):
    github.webhooks.hold()
    pull.comment("one")
    pull.comment("two")
    github.webhooks.wait()
    assert receiver.seen == []
    github.webhooks.release(reverse=True)
    github.webhooks.wait()
    assert [json.loads(r.content)["comment"]["body"] for r in receiver.seen] == ["two", "one"]


def test_a_delivery_can_be_late(github, receiver, pull):
    github.webhooks.delay(0.3, "issue_comment")
    pull.comment("one")
    pull.comment("two")
    github.webhooks.wait()
    assert [json.loads(r.content)["comment"]["body"] for r in receiver.seen] == ["two", "one"]


def test_an_answer_other_than_2xx_and_nobody_at_all_are_failures(github, receiver, pull):
    receiver.status = 503
    pull.comment("one")
    github.webhooks.wait()
    assert github.webhooks.deliveries[-1].attempts[-1].status_code == 503
    github.apps[0].webhook_url = "http://127.0.0.1:9/"
    pull.comment("two")
    github.webhooks.wait()
    attempt = github.webhooks.deliveries[-1].attempts[-1]
    assert (attempt.status_code, attempt.status) == (0, "failed to connect to host")


def test_the_app_reads_its_deliveries_and_sends_failed_ones_again(github, client, receiver, pull):
    receiver.status = 500
    pull.comment("one")
    github.webhooks.wait()
    receiver.status = 202
    from tests.standin.client import web_token

    client.use(web_token(github.apps[0]))
    [failed] = client.get("/app/hook/deliveries?status=failure").json()
    assert (failed["event"], failed["status_code"]) == ("issue_comment", 500)
    assert client.get(f"/app/hook/deliveries/{failed['id']}").json()["guid"] == failed["guid"]
    assert client.post(f"/app/hook/deliveries/{failed['id']}/attempts").status_code == 202
    github.webhooks.wait()
    newest = client.get("/app/hook/deliveries?per_page=1")
    assert newest.json()[0]["redelivery"] is True
    assert newest.json()[0]["guid"] == failed["guid"]
    assert client.get(newest.links["next"]["url"]).json() != newest.json()
    assert github.violations == []


def test_nothing_is_sent_over_25_megabytes(tmp_path, receiver):
    with GitHub(tmp_path) as github:
        app = github.create_app(webhook_url=receiver.url)
        repository = github.create_repository(files={"a": "1"})
        app.install(repository)
        repository.open_pull("add", {"b": "1"}, body="x" * 26_000_000)
        github.webhooks.wait()
        assert github.webhooks.find("pull_request") == []

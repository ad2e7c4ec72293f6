"""Failures that tests order, and GitHub's rate limits."""

import time
from contextlib import contextmanager

import httpx
import pytest

from tests.standin import Fault, GitHub, Limits
from tests.standin.client import Client


@pytest.fixture
def pull(repository):
    return repository.open_pull("add", {"new.txt": "1\n"})


def say(client, body="x"):
    return client.post("~/issues/1/comments", json={"body": body})


COMMENTS = "/repos/*/issues/*/comments"


def test_a_fault_before_the_work_leaves_nothing_behind(github, client, pull):
    github.faults.add(Fault("POST", COMMENTS, 502))
    assert say(client).status_code == 502
    assert pull.issue_comments == []
    assert say(client).status_code == 201


def test_a_fault_after_the_work_hides_that_it_was_done(github, client, pull):
    github.faults.add(Fault("POST", COMMENTS, 502, after=True))
    assert say(client).status_code == 502
    assert len(pull.issue_comments) == 1
    assert [exchange.fault for exchange in github.requests[-1:]] == [True]


def test_a_fault_strikes_the_nth_request_and_as_many_as_wanted(github, client, pull):
    fault = github.faults.add(Fault("POST", COMMENTS, 500, nth=2, times=2))
    assert [say(client).status_code for _ in range(4)] == [201, 500, 500, 201]
    assert fault.fired == 2


def test_a_fault_may_wait_for_a_word_in_the_body(github, client, pull):
    github.faults.add(Fault("POST", COMMENTS, 500, contains="boom"))
    assert say(client, "quiet").status_code == 201
    assert say(client, "boom").status_code == 500


def test_a_connection_can_be_reset(github, client, pull):
    github.faults.add(Fault("POST", COMMENTS, reset=True))
    with pytest.raises(httpx.TransportError):
        say(client)
    assert pull.issue_comments == []


def test_an_answer_can_be_late(github, client, pull):
    github.faults.add(Fault("POST", COMMENTS, None, delay=0.2))
    began = time.monotonic()
    assert say(client).status_code == 201
    assert time.monotonic() - began >= 0.2


def test_the_two_rate_limits_look_as_documented(github, client, pull):
    github.faults.add(Fault.rate_limited("GET", "/repos/*", reset_at=1_800_000_000))
    primary = client.get("~")
    assert primary.status_code == 403
    assert primary.headers["x-ratelimit-remaining"] == "0"
    assert primary.headers["x-ratelimit-reset"] == "1800000000"
    github.faults.add(Fault.secondary_limit("GET", "/repos/*", retry_after=None, status=429))
    secondary = client.get("~")
    assert secondary.status_code == 429
    assert "retry-after" not in secondary.headers
    assert "secondary rate limit" in secondary.json()["message"]


@contextmanager
def limited(tmp_path, **limits):
    github = GitHub(tmp_path, limits=Limits(**limits))
    repository = github.create_repository("acme/tickets", files={"a": "1"})
    repository.open_pull("add", {"b": "1"})
    with github, Client(github, github.create_app().install(repository)) as client:
        yield github, client


def test_the_hourly_limit_ends_and_begins_again(tmp_path):
    with limited(tmp_path, requests_per_hour=3) as (github, client):
        answers = [client.get("~") for _ in range(4)]
        assert [answer.status_code for answer in answers] == [200, 200, 200, 403]
        assert [a.headers.get("X-RateLimit-Remaining") for a in answers] == ["2", "1", "0", "0"]
        github.clock.advance(3_599)
        assert client.get("~").status_code == 403
        github.clock.advance(2)
        assert client.mint().status_code == 201


def test_an_answer_that_has_not_changed_costs_nothing(tmp_path):
    with limited(tmp_path, requests_per_hour=2) as (_, client):
        first = client.get("~")
        again = client.get("~", headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.headers["X-RateLimit-Remaining"]) == (304, "1")
        assert again.content == b""


def test_content_is_limited_by_the_minute(tmp_path):
    with limited(tmp_path, content_per_minute=2) as (github, client):
        answers = [say(client) for _ in range(3)]
        assert [answer.status_code for answer in answers] == [201, 201, 403]
        assert answers[-1].headers["Retry-After"] == "60"
        github.clock.advance(61)
        assert say(client).status_code == 201


def test_points_are_limited_by_the_minute(tmp_path):
    with limited(tmp_path, points_per_minute=7) as (_, client):
        assert say(client).status_code == 201
        assert [client.get("~").status_code for _ in range(3)] == [200, 200, 403]


def test_a_commit_can_be_invisible_at_first(github, client, pull):
    github.faults.add(Fault.not_yet_visible(pull.head_sha, times=2))
    body = {"name": "migaudit", "head_sha": pull.head_sha}
    assert client.post("~/check-runs", json=body).json()["message"].startswith("No commit found")
    assert client.get(f"~/commits/{pull.head_sha}").status_code == 422
    assert client.post("~/check-runs", json=body).status_code == 201

"""What the route answers, to whom, and what it keeps."""

import asyncio
import json

import httpx
import pytest
from fastapi import FastAPI

from app.applied import MAX_BODY_BYTES, MAX_MIGRATIONS, REPORTS_A_MINUTE, router, setup_router
from app.database import Database, DatabaseUnavailable
from app.jobs import TooBusy
from app.reports import MOST_ENVIRONMENTS, Reports
from app.work import Origin

TICKETS = Origin(5, 77, "acme/tickets")
GOOD = {"environment": "production", "migrations": ["1_a.js", "2_b.js"]}


class Clock:
    def __init__(self):
        self.now = 1_700_000_000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def reports(tmp_path, clock):
    database = Database(f"sqlite:///{tmp_path / 'reports.sqlite'}")
    yield Reports(database, clock)
    database.close()


@pytest.fixture
def token(reports):
    return reports.issue(TICKETS)


@pytest.fixture
def changed():
    return []


@pytest.fixture
def served(reports, changed):
    application = FastAPI()
    application.include_router(router(reports, lambda owner, name: changed.append((owner, name))))
    return application


def post(served, body, token="", **headers):
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    sent = {"Content-Type": "application/json", **headers}
    if token:
        sent.setdefault("Authorization", f"Bearer {token}")

    async def send():
        transport = httpx.ASGITransport(served)
        async with httpx.AsyncClient(transport=transport, base_url="http://migaudit") as client:
            return await client.post("/api/v1/applied", content=content, headers=sent)

    return asyncio.run(send())


def test_a_report_is_kept_in_the_order_of_the_runs(served, token, reports, clock):
    answer = post(served, {**GOOD, "migrations": ["2_b.js", "1_a.js"]}, token)
    assert answer.status_code == 200
    assert answer.json() == {
        "repository": "acme/tickets",
        "environment": "production",
        "migrations": 2,
        "changed": True,
    }
    kept = reports.latest(77, "production")
    assert kept.names == ("2_b.js", "1_a.js")
    assert kept.received_at == clock.now


def test_the_same_report_again_changes_nothing_but_its_age(served, token, reports, changed, clock):
    post(served, GOOD, token)
    clock.now += 3_600
    answer = post(served, GOOD, token)
    assert answer.json()["changed"] is False
    assert reports.latest(77, "production").received_at == clock.now
    assert changed == [(TICKETS, "production")]


def test_a_rollback_is_a_report_like_any_other(served, token, reports):
    post(served, GOOD, token)
    assert post(served, {**GOOD, "migrations": []}, token).json()["changed"] is True
    assert reports.latest(77, "production").names == ()


def test_environments_and_repositories_are_kept_apart(served, token, reports):
    post(served, GOOD, token)
    post(served, {**GOOD, "environment": "staging", "migrations": []}, token)
    other = reports.issue(Origin(5, 78, "acme/other"))
    post(served, {**GOOD, "migrations": ["3_c.js"]}, other)
    assert reports.latest(77, "production").names == ("1_a.js", "2_b.js")
    assert reports.latest(77, "staging").names == ()
    assert reports.latest(78, "production").names == ("3_c.js",)


@pytest.mark.parametrize(
    "authorization",
    [
        "",
        "Bearer ",
        "Bearer short",
        "Basic bWlnYXVkaXQ6eA==",
        "Bearer migaudit_" + "A" * 43,
        "Bearer " + "A" * 10_000,
        "{token}",
        "Bearer {token}x",
        "Bearer {token} {token}",
    ],
)
def test_nobody_reports_without_a_token(served, token, reports, authorization):
    answer = post(served, GOOD, Authorization=authorization.format(token=token))
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert reports.latest(77, "production") is None


def test_the_body_of_a_stranger_is_not_even_read(served):
    """What is wrong with it is nobody's business who has no token."""
    assert post(served, b"{", "migaudit_" + "A" * 43).status_code == 401


def test_a_token_ends_when_it_is_replaced(served, token, reports):
    both = reports.issue(TICKETS)
    assert post(served, GOOD, token).status_code == post(served, GOOD, both).status_code == 200
    alone = reports.issue(TICKETS, alone=True)
    assert post(served, GOOD, token).status_code == post(served, GOOD, both).status_code == 401
    assert post(served, GOOD, alone).status_code == 200


def test_tokens_are_kept_as_digests_only(token, reports, tmp_path):
    reports.database.close()
    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"acme/tickets" in kept
    assert token.encode() not in kept
    assert token.removeprefix("migaudit_").encode() not in kept


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        (b"", 400, "not JSON"),
        (b"{", 400, "line 1, column 2"),
        (b"\xff", 400, "not UTF-8"),
        (b"[" * 100_000, 400, "nested too deep"),
        (b'{"environment": ' + b"9" * 5_000 + b"}", 400, "too long"),
        ([], 422, "the report"),
        (None, 422, "the report"),
        ("production", 422, "the report"),
        ({}, 422, "`environment`"),
        ({"environment": "production"}, 422, "`migrations`"),
        ({**GOOD, "extra": 1}, 422, "`extra`"),
        ({**GOOD, "environment": 7}, 422, "`environment`"),
        ({**GOOD, "environment": ""}, 422, "`environment`"),
        ({**GOOD, "environment": " production"}, 422, "`environment`"),
        ({**GOOD, "environment": "production\n"}, 422, "`environment`"),
        ({**GOOD, "environment": "a" * 101}, 422, "`environment`"),
        ({**GOOD, "environment": "../production"}, 422, "`environment`"),
        ({**GOOD, "migrations": "1_a.js"}, 422, "`migrations`"),
        ({**GOOD, "migrations": {"0": "1_a.js"}}, 422, "`migrations`"),
        ({**GOOD, "migrations": [1]}, 422, "`migrations[0]`"),
        ({**GOOD, "migrations": ["1_a.js", None]}, 422, "`migrations[1]`"),
        ({**GOOD, "migrations": [""]}, 422, "`migrations[0]`"),
        ({**GOOD, "migrations": ["a" * 256]}, 422, "255"),
        ({**GOOD, "migrations": ["a\0.js"]}, 422, "printable"),
        ({**GOOD, "migrations": ["\u202ea.js"]}, 422, "printable"),
        (b'{"environment": "x", "migrations": ["\\ud800"]}', 422, "printable"),
        ({**GOOD, "migrations": ["a.js", "b.js", "a.js"]}, 422, "`migrations[2]` is there twice"),
        ({**GOOD, "migrations": ["a"] * (MAX_MIGRATIONS + 1)}, 422, str(MAX_MIGRATIONS)),
        (b'{"environment": "a", "environment": "b", "migrations": []}', 422, "twice"),
    ],
)
def test_what_is_wrong_with_a_report_is_said(served, token, reports, body, status, words):
    answer = post(served, body, token)
    assert answer.status_code == status
    assert words in answer.json()["error"]
    assert token not in answer.text
    assert len(answer.text) < 1_000
    assert reports.latest(77, "production") is None


def test_only_json_is_taken(served, token):
    assert post(served, GOOD, token, **{"Content-Type": "text/plain"}).status_code == 415
    typed = "application/json; charset=utf-8"
    assert post(served, GOOD, token, **{"Content-Type": typed}).status_code == 200


def test_a_large_body_is_refused_while_it_arrives(served, token):
    assert post(served, b" " * (MAX_BODY_BYTES + 1), token).status_code == 413


def test_a_repository_has_so_many_environments_and_no_more(served, token, reports, clock):
    for number in range(MOST_ENVIRONMENTS):
        reports.keep(77, f"preview-{number}", ())
    assert "already" in post(served, GOOD, token).json()["error"]
    assert post(served, {**GOOD, "environment": "preview-3"}, token).status_code == 200


def test_a_deploy_job_gone_wild_is_slowed_down(served, token, clock):
    clock.now -= clock.now % 60
    answers = [post(served, GOOD, token).status_code for _ in range(REPORTS_A_MINUTE + 1)]
    assert answers == [200] * REPORTS_A_MINUTE + [429]
    clock.now += 60
    assert post(served, GOOD, token).status_code == 200


def test_a_report_that_cannot_be_stored_is_not_accepted(served, token, reports):
    reports.database.close()
    reports.database.path.unlink()
    reports.database.path.mkdir()
    assert post(served, GOOD, token).status_code == 503


@pytest.mark.parametrize("trouble", [DatabaseUnavailable("gone"), TooBusy("5000 jobs wait")])
def test_what_nobody_could_be_told_of_is_told_with_the_next_report(reports, token, trouble):
    """Stored, and then the queue refuses: whoever sends it again has it told after all."""
    told = []

    def change(owner, environment):
        told.append(environment)
        if len(told) == 1:
            raise trouble

    application = FastAPI()
    application.include_router(router(reports, change))
    answers = [post(application, GOOD, token) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [503, 200, 200]
    assert [answer.json()["changed"] for answer in answers[1:]] == [True, False]
    assert told == ["production", "production"]


def test_before_it_is_set_up_there_is_nothing_to_report_to():
    application = FastAPI()
    application.include_router(setup_router())
    assert post(application, GOOD).status_code == 503


def test_nothing_is_left_of_a_repository_that_is_forgotten(served, token, reports):
    post(served, GOOD, token)
    reports.database.forget_repository(77)
    assert reports.latest(77, "production") is None
    assert post(served, GOOD, token).status_code == 401

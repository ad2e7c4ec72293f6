"""What a running server shows to browsers, load balancers and Prometheus."""

import re

import httpx
import psycopg

from tests.server.running import (
    CREATE_TABLE,
    DANGEROUS,
    DROP_TABLE,
    SAFE,
    World,
    until,
)
from tests.standin import Fault


def get(world, path):
    return httpx.get(f"{world.url}{path}", trust_env=False)


def test_it_is_alive_and_ready(world):
    assert get(world, "/healthz").json() == {"status": "ok"}
    ready = get(world, "/readyz")
    wanted = {"status": "ok", "database": "ok", "key": "ok", "clock": "ok"}
    assert (ready.status_code, ready.json()) == (200, wanted)


def test_without_its_database_it_is_alive_and_not_ready(tmp_path, postgres):
    with World(tmp_path, postgres) as world, psycopg.connect(postgres, autocommit=True) as admin:
        admin.execute("alter table migaudit_heads rename to mislaid")
        assert get(world, "/healthz").status_code == 200
        assert get(world, "/readyz").status_code == 503
        admin.execute("alter table mislaid rename to migaudit_heads")
        assert get(world, "/readyz").status_code == 200


def test_a_clock_that_github_s_is_far_from_is_said_before_anything_is_refused(world):
    world.run(world.open())
    world.github.clock.advance(-90)
    world.github.tokens.clear()
    world.run(world.open("safe", SAFE, CREATE_TABLE))
    ready = get(world, "/readyz")
    assert ready.status_code == 503
    assert re.fullmatch(
        r"this machine's clock is (89|9\d) s ahead of GitHub's", ready.json()["clock"]
    )


def test_a_key_that_github_no_longer_takes_is_said_until_it_does(world):
    world.github.faults.add(Fault("POST", "*/access_tokens", status=401, times=99))
    world.open()
    until(lambda: get(world, "/readyz").status_code == 503)
    assert "key signs" in get(world, "/readyz").json()["key"]
    world.github.faults.clear()
    world.run(world.open("safe", SAFE, CREATE_TABLE))
    assert get(world, "/readyz").status_code == 200


def test_who_has_no_token_learns_nothing_of_what_it_does(tmp_path, sqlite, monkeypatch):
    monkeypatch.setenv("MIGAUDIT_METRICS_TOKEN", "m-s3cret")
    with World(tmp_path, sqlite) as world:
        for sent in ({}, {"Authorization": "Bearer guessed"}):
            answer = httpx.get(f"{world.url}/metrics", headers=sent, trust_env=False)
            assert answer.status_code == 401
            assert "migaudit_" not in answer.text
        sent = {"Authorization": "Bearer m-s3cret"}
        answer = httpx.get(f"{world.url}/metrics", headers=sent, trust_env=False)
        assert "migaudit_jobs_running" in answer.text


def test_it_counts_what_it_says_and_what_it_need_not_say_again(world):
    def counted(end):
        found = re.search(
            rf'migaudit_comments_total{{end="{end}"}} (\d+)', get(world, "/metrics").text
        )
        return int(found[1]) if found else 0

    before = {end: counted(end) for end in ("said", "standing", "closed")}
    pull = world.open()
    world.run(pull)
    pull.push({DANGEROUS: DROP_TABLE + "\n"})
    world.run(pull)
    pull.push({DANGEROUS: CREATE_TABLE})
    world.run(pull)
    assert {end: counted(end) - before[end] for end in before} == {
        "said": 1,
        "standing": 1,
        "closed": 1,
    }


def test_it_tells_how_long_work_has_been_waiting(world):
    world.github.faults.add(Fault("POST", "/graphql", status=None, delay=3, times=9))
    for number in range(6):
        world.open(f"b{number}", f"migrations/2024030{number}_x.js", CREATE_TABLE)

    def waiting():
        page = get(world, "/metrics").text
        return float(re.search(r"^migaudit_jobs_waiting_seconds (\S+)", page, re.MULTILINE)[1])

    until(lambda: waiting() > 1)
    world.github.faults.clear()
    until(lambda: waiting() == 0)


def test_it_counts_what_it_does(world):
    world.run(world.open())

    def counted():
        page = get(world, "/metrics").text
        return re.search(r'migaudit_jobs_total{end="failure",work="audit"} [1-9]', page) and page

    page = until(counted)
    assert re.search(r'migaudit_deliveries_total{event="pull_request",status="202"} [1-9]', page)
    assert "migaudit_jobs_running 0" in page
    assert re.search(r'migaudit_findings_total{rule="drop-table"} [1-9]', page)
    assert re.search(r'migaudit_github_calls_total{method="POST",status="201"} [1-9]', page)


def test_event_names_that_anybody_makes_up_are_not_labels(world):
    headers = {"X-GitHub-Event": "made-up", "X-GitHub-Delivery": "x"}
    httpx.post(f"{world.url}/webhooks/github", headers=headers, trust_env=False)
    assert "made-up" not in get(world, "/metrics").text


def test_the_rules_have_pages(world):
    assert get(world, "/").status_code == 200
    assert get(world, "/rules/drop-table").status_code == 200
    assert get(world, "/rules/no-such-rule").status_code == 404


def test_no_other_door_is_open(world):
    for path in ("/docs", "/openapi.json", "/redoc", "/runs", "/.env"):
        assert get(world, path).status_code == 404
    assert get(world, "/webhooks/github").status_code == 405

"""What a running server shows to browsers, load balancers and Prometheus."""

import re

import httpx
import psycopg

from tests.server.running import World, until


def get(world, path):
    return httpx.get(f"{world.url}{path}", trust_env=False)


def test_it_is_alive_and_ready(world):
    assert get(world, "/healthz").json() == {"status": "ok"}
    ready = get(world, "/readyz")
    assert (ready.status_code, ready.json()) == (200, {"status": "ok", "database": "ok"})


def test_without_its_database_it_is_alive_and_not_ready(tmp_path, postgres):
    with World(tmp_path, postgres) as world, psycopg.connect(postgres, autocommit=True) as admin:
        admin.execute("alter table migaudit_heads rename to mislaid")
        assert get(world, "/healthz").status_code == 200
        assert get(world, "/readyz").status_code == 503
        admin.execute("alter table mislaid rename to migaudit_heads")
        assert get(world, "/readyz").status_code == 200


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

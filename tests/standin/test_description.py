"""Everything is held against GitHub's own description."""

import json
from pathlib import Path

import pytest

from tests.standin.routes import ROUTES

SLICE = json.loads((Path(__file__).parent / "openapi.json").read_text())


def test_the_slice_holds_just_the_operations_that_are_answered():
    assert set(SLICE["operations"]) == {f"{route.method} {route.path}" for route in ROUTES}


def test_the_slice_says_where_it_comes_from():
    assert "@octokit/openapi" in SLICE["note"]
    assert "MIT" in SLICE["note"]


def test_an_unknown_address_is_not_found_and_recorded(github, client):
    assert client.get("~/nonsense").status_code == 404
    assert github.violations == ["there is no GET /repos/acme/tickets/nonsense"]
    with pytest.raises(AssertionError):
        github.assert_clean()


@pytest.mark.parametrize("query", ["since=x", "state=old", "per_page=many"])
def test_a_query_that_github_does_not_know_is_recorded(github, client, query):
    assert client.get(f"~/pulls?{query}").status_code == 422
    assert len(github.violations) == 1


@pytest.mark.parametrize("body", [{}, {"body": 1}, {"body": "x", "extra": True}])
def test_a_body_that_github_does_not_know_is_recorded(github, client, repository, body):
    repository.open_pull("add", {"b": "1"})
    assert client.post("~/issues/1/comments", json=body).status_code == 422
    assert len(github.violations) == 1


def test_a_body_that_is_no_json_is_refused(client):
    assert client.post("~/check-runs", content=b"{").status_code == 400


def test_an_answer_of_the_stand_in_that_breaks_the_description_is_its_own_failure(github):
    with pytest.raises(AssertionError):
        github.description.check_response("GET /app", 200, {"id": 1})
    with pytest.raises(AssertionError):
        github.description.check_event("pull_request", {"action": "opened"})

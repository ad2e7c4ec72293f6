"""Check runs: their limits, and who may touch them."""

import pytest

from tests.standin.client import Client

NOTE = {
    "path": "a.txt",
    "start_line": 1,
    "end_line": 1,
    "annotation_level": "notice",
    "message": "m",
}


@pytest.fixture
def pull(repository):
    return repository.open_pull("add", {"new.txt": "1\n"})


@pytest.fixture
def run(client, pull):
    body = {"name": "migaudit", "head_sha": pull.head_sha, "status": "in_progress"}
    return client.post("~/check-runs", json=body).json()


def update(client, run, **body):
    return client.patch(f"~/check-runs/{run['id']}", json=body)


def output(**more):
    return {"title": "t", "summary": "s"} | more


def test_a_run_goes_from_in_progress_to_completed(github, client, run, pull):
    assert (run["status"], run["conclusion"]) == ("in_progress", None)
    done = update(client, run, status="completed", conclusion="success", output=output()).json()
    assert (done["status"], done["conclusion"], done["output"]["title"]) == (
        "completed",
        "success",
        "t",
    )
    assert pull.check_run().summary == "s"
    assert github.violations == []


def test_a_conclusion_alone_completes(client, run, pull):
    update(client, run, conclusion="failure")
    assert (pull.check_run().status, pull.check_run().conclusion) == ("completed", "failure")


def test_completed_without_a_conclusion_is_refused(github, client, run, pull):
    assert update(client, run, status="completed").status_code == 422
    body = {"name": "x", "head_sha": pull.head_sha, "status": "completed"}
    assert client.post("~/check-runs", json=body).status_code == 422
    assert pull.check_run().status == "in_progress"
    assert len(github.violations) == 1


@pytest.mark.parametrize("conclusion", ["stale", "passed"])
def test_a_conclusion_that_apps_cannot_give_is_refused(client, run, conclusion):
    assert update(client, run, conclusion=conclusion).status_code == 422


def test_annotations_append_up_to_fifty_at_a_time(client, run, pull):
    for _ in range(2):
        assert update(client, run, output=output(annotations=[NOTE] * 50)).status_code == 200
    assert len(pull.check_run().annotations) == 100
    refused = update(client, run, output=output(annotations=[NOTE] * 51))
    assert refused.status_code == 422
    assert "No more than 50 items are allowed; 51 were supplied." in refused.json()["message"]
    assert len(pull.check_run().annotations) == 100
    page = client.get(f"~/check-runs/{run['id']}/annotations?per_page=100").json()
    assert len(page) == 100


@pytest.mark.parametrize("field", ["summary", "text"])
def test_a_text_has_at_most_65535_characters(client, run, field):
    assert update(client, run, output=output(**{field: "ä" * 65_535})).status_code == 200
    refused = update(client, run, output=output(**{field: "ä" * 65_536}))
    assert refused.status_code == 422
    assert "Only 65535 characters are allowed; 65536 were supplied." in refused.json()["message"]


def test_an_annotation_has_at_most_64_kilobytes(client, run):
    note = NOTE | {"message": "ä" * 33_000}
    assert update(client, run, output=output(annotations=[note])).status_code == 422


def test_columns_are_for_annotations_of_one_line(client, run):
    note = NOTE | {"end_line": 2, "start_column": 1, "end_column": 2}
    assert update(client, run, output=output(annotations=[note])).status_code == 422


def test_a_commit_that_is_not_there_has_no_run(client, repository):
    answer = client.post("~/check-runs", json={"name": "x", "head_sha": "1" * 40})
    assert answer.status_code == 422
    assert answer.json()["message"] == f"No commit found for SHA: {'1' * 40}"


def test_only_the_app_that_made_a_run_may_change_it(github, client, run, repository):
    other = github.create_app("other")
    with Client(github, other.install(repository)) as stranger:
        refused = update(stranger, run, conclusion="success")
        assert refused.status_code == 403
        assert "can only be modified by the GitHub App that created it" in refused.text


def test_the_list_shows_the_newest_of_each_name_unless_all_are_wanted(client, run, pull):
    again = {"name": "migaudit", "head_sha": pull.head_sha}
    newest = client.post("~/check-runs", json=again).json()
    client.post("~/check-runs", json=again | {"name": "else"})
    address = f"~/commits/{pull.head_sha}/check-runs"
    latest = client.get(address, params={"check_name": "migaudit"}).json()
    assert [found["id"] for found in latest["check_runs"]] == [newest["id"]]
    every = client.get(address, params={"check_name": "migaudit", "filter": "all"}).json()
    assert every["total_count"] == 2
    assert client.get(address, params={"app_id": 1}).json()["total_count"] == 0


def test_runs_name_pull_requests_of_branches_but_not_of_forks(client, run, repository):
    assert [pull["number"] for pull in run["pull_requests"]] == [1]
    repository.fork("bob")
    fork = repository.open_pull("bob:fix", {"b": "1"}, by="bob")
    body = {"name": "migaudit", "head_sha": fork.head_sha}
    assert client.post("~/check-runs", json=body).json()["pull_requests"] == []

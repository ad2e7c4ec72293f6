"""The merge queue, deployments and tags."""

import pytest

from tests.standin.git import GitError


@pytest.fixture
def subscribed(app, client, receiver):
    app.webhook_url = receiver.url
    return app


def test_a_group_holds_its_pull_requests_in_order(github, client, repository, subscribed):
    one = repository.open_pull("one", {"1.js": "1\n"})
    two = repository.open_pull("two", {"2.js": "2\n"})
    group = repository.queue(one, two)
    github.webhooks.wait()
    [delivery] = github.webhooks.find("merge_group", "checks_requested")
    shown = delivery.payload["merge_group"]
    assert shown["head_sha"] == group.head_sha
    assert shown["base_sha"] == repository.branch_sha("main")
    assert shown["head_ref"].startswith("refs/heads/gh-readonly-queue/main/pr-2-")
    compared = client.get(f"~/compare/{group.base_sha}...{group.head_sha}").json()
    assert [entry["filename"] for entry in compared["files"]] == ["1.js", "2.js"]
    body = {"name": "migaudit", "head_sha": group.head_sha, "conclusion": "success"}
    assert client.post("~/check-runs", json=body).json()["pull_requests"] == []
    assert group.check_run().conclusion == "success"
    assert github.violations == []


def test_a_merged_group_moves_the_base_and_closes_its_pull_requests(github, repository, subscribed):
    pull = repository.open_pull("one", {"1.js": "1\n"})
    group = repository.queue(pull)
    group.merge()
    github.webhooks.wait()
    assert repository.branch_sha("main") == group.head_sha
    assert (pull.state, pull.merge_commit_sha) == ("closed", group.head_sha)
    [destroyed] = github.webhooks.find("merge_group", "destroyed")
    assert destroyed.payload["reason"] == "merged"
    assert github.violations == []


def test_pull_requests_that_conflict_form_no_group(repository, client):
    one = repository.open_pull("one", {"a.txt": "1\n"})
    two = repository.open_pull("two", {"a.txt": "2\n"})
    with pytest.raises(GitError):
        repository.queue(one, two)


def test_merge_groups_are_delivered_only_with_their_permission(
    github, repository, subscribed, client
):
    del client.installation.permissions["merge_queues"]
    repository.queue(repository.open_pull("one", {"1.js": "1\n"}))
    assert github.webhooks.find("merge_group") == []


def test_deployments_are_listed_newest_first(github, client, repository, subscribed):
    client.installation.permissions["deployments"] = "read"
    subscribed.events.append("deployment_status")
    client.use(client.mint().json()["token"])
    first = repository.deploy("production", state="failure")
    second = repository.deploy("production")
    repository.deploy("staging")
    listed = client.get("~/deployments?environment=production").json()
    assert [deployment["id"] for deployment in listed] == [second.id, first.id]
    first.report("inactive")
    statuses = client.get(f"~/deployments/{first.id}/statuses").json()
    assert [status["state"] for status in statuses] == ["inactive", "failure"]
    assert len(github.webhooks.find("deployment_status")) == 4
    assert github.violations == []


def test_tags_are_listed(client, repository):
    repository.tag("v1")
    [tag] = client.get("~/tags").json()
    assert (tag["name"], tag["commit"]["sha"]) == ("v1", repository.branch_sha("main"))


TAGS = """
query($after: String) { repository(owner: "acme", name: "tickets") {
  refs(
    refPrefix: "refs/tags/", first: 2, after: $after
    orderBy: { field: TAG_COMMIT_DATE, direction: DESC }
  ) {
    nodes { name prefix target { __typename ... on Tag { target { ... on Commit { oid } } } } }
    pageInfo { hasNextPage endCursor }
    totalCount
  }
} }
"""


def test_tags_are_listed_by_the_dates_of_their_commits(client, repository):
    """Those of annotated tags, too, which lead to their commit."""
    first = repository.branch_sha("main")
    second = repository.commit("main", {"later.txt": "x\n"})
    repository.tag("z-first", first)
    repository.tag("a-second", second)
    identity = ("-c", "user.name=ann", "-c", "user.email=ann@example.com")
    repository.git.run(*identity, "tag", "--annotate", "--message=x", "noted", second)
    page = client.graphql(TAGS)["data"]["repository"]["refs"]
    assert page["totalCount"] == 3
    shown = {node["name"]: node["target"] for node in page["nodes"]}
    assert shown["a-second"] == {"__typename": "Commit"}
    assert shown["noted"] == {"__typename": "Tag", "target": {"oid": second}}
    after = page["pageInfo"]["endCursor"]
    [last] = client.graphql(TAGS, after=after)["data"]["repository"]["refs"]["nodes"]
    assert (last["name"], last["prefix"]) == ("z-first", "refs/tags/")

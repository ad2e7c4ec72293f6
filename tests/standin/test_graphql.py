"""GraphQL: batched reading, threads, and what is refused."""

import pytest

from tests.standin.client import BASE

RESOLVE = """
mutation($input: ResolveReviewThreadInput!) {
  resolveReviewThread(input: $input) { thread { isResolved resolvedBy { login } } }
}
"""
MINIMIZE = """
mutation($input: MinimizeCommentInput!) {
  minimizeComment(input: $input) { minimizedComment { isMinimized minimizedReason } }
}
"""
THREADS = """
query($first: Int, $after: String) {
  repository(owner: "acme", name: "tickets") { pullRequest(number: 1) {
    reviewThreads(first: $first, after: $after) {
      nodes { id isResolved isOutdated path line comments(first: 10) { nodes { body databaseId } } }
      pageInfo { hasNextPage endCursor }
      totalCount
    }
  } }
}
"""


@pytest.fixture
def pull(repository):
    pull = repository.open_pull("edit", {"a.txt": BASE.replace("line 20\n", "changed\n")})
    pull.review_comment("look", "a.txt", 20)
    return pull


def blobs(*expressions):
    part = "{ ... on Blob { text byteSize isBinary isTruncated } ... on Tree { oid } }"
    fields = [f'f{n}: object(expression: "{e}") {part}' for n, e in enumerate(expressions)]
    return f'{{ repository(owner: "acme", name: "tickets") {{ {" ".join(fields)} }} }}'


def test_many_files_are_read_in_one_request(github, client, repository):
    files = {"big": "x" * 512_001, "bin": b"\0\1", "d/e": "deep\n"}
    repository.commit("main", files)
    query = blobs("main:d/e", "main:big", "main:bin", "main:absent", "main:d")
    deep, big, binary, absent, folder = client.graphql(query)["data"]["repository"].values()
    assert deep == {"text": "deep\n", "byteSize": 5, "isBinary": False, "isTruncated": False}
    assert (big["isTruncated"], len(big["text"])) == (True, 512_000)
    assert (binary["isBinary"], binary["text"]) == (True, None)
    assert absent is None
    assert set(folder) == {"oid"}
    assert github.violations == []


def test_threads_are_paged_and_tell_their_state(client, pull):
    pull.review_comment("there", "a.txt", 21)
    page = client.graphql(THREADS, first=1)["data"]["repository"]["pullRequest"]["reviewThreads"]
    assert (page["totalCount"], page["nodes"][0]["line"]) == (2, 20)
    assert page["nodes"][0]["comments"]["nodes"][0]["databaseId"] == pull.review_comments[0].id
    after = page["pageInfo"]["endCursor"]
    rest = client.graphql(THREADS, first=1, after=after)["data"]["repository"]["pullRequest"]
    assert rest["reviewThreads"]["nodes"][0]["line"] == 21
    assert rest["reviewThreads"]["pageInfo"]["hasNextPage"] is False


@pytest.mark.parametrize(
    ("first", "kind"), [(None, "MISSING_PAGINATION_BOUNDARIES"), (101, "EXCESSIVE_PAGINATION")]
)
def test_a_list_wants_a_length_of_at_most_a_hundred(client, pull, first, kind):
    assert client.graphql(THREADS, first=first)["errors"][0]["type"] == kind


def test_a_thread_is_resolved(client, pull):
    answer = client.graphql(RESOLVE, input={"threadId": pull.threads[0].node_id})
    assert answer["data"]["resolveReviewThread"]["thread"]["isResolved"] is True
    assert pull.threads[0].is_resolved


def test_resolving_may_take_more_than_the_app_has(github, client, pull):
    github.resolving_needs = "contents:write"
    answer = client.graphql(RESOLVE, input={"threadId": pull.threads[0].node_id})
    assert answer["data"] == {"resolveReviewThread": None}
    assert answer["errors"][0]["type"] == "FORBIDDEN"
    assert not pull.threads[0].is_resolved


def test_a_comment_is_minimized(client, pull):
    node = client.get("~/pulls/1/comments").json()[0]["node_id"]
    answer = client.graphql(MINIMIZE, input={"subjectId": node, "classifier": "OUTDATED"})
    shown = answer["data"]["minimizeComment"]["minimizedComment"]
    assert shown == {"isMinimized": True, "minimizedReason": "outdated"}
    assert pull.review_comments[0].minimized == "outdated"


def test_what_is_not_there_or_not_seen_cannot_be_resolved(github, client, pull):
    answer = client.graphql(RESOLVE, input={"threadId": "PRRT_nowhere"})
    assert answer["errors"][0]["type"] == "NOT_FOUND"
    github.create_repository("acme/secret", files={"a": "1"})
    answer = client.graphql('{ repository(owner: "acme", name: "secret") { id } }')
    assert answer["errors"][0]["type"] == "NOT_FOUND"


def test_reading_takes_the_permission_for_contents(client, pull):
    client.use(client.mint(permissions={"pull_requests": "read"}).json()["token"])
    assert client.graphql(blobs("main:a.txt"))["errors"][0]["type"] == "FORBIDDEN"
    assert "errors" not in client.graphql(THREADS, first=1)


def test_a_field_that_github_has_not_is_a_violation(github, client):
    assert "errors" in client.graphql("{ repository { id } }")
    assert len(github.violations) > 0

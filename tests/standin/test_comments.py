"""Comments in the conversation, and reactions."""

import pytest


@pytest.fixture
def pull(repository):
    return repository.open_pull("add", {"new.txt": "1\n"})


def test_comments_are_made_edited_listed_and_deleted(github, client, pull):
    made = client.post("~/issues/1/comments", json={"body": "hello"}).json()
    assert made["user"]["login"] == "migaudit[bot]"
    assert made["performed_via_github_app"]["slug"] == "migaudit"
    client.patch(f"~/issues/comments/{made['id']}", json={"body": "hi"})
    assert [comment["body"] for comment in client.get("~/issues/1/comments").json()] == ["hi"]
    assert client.delete(f"~/issues/comments/{made['id']}").status_code == 204
    assert pull.issue_comments == []
    assert github.violations == []


def test_a_body_has_at_most_65536_characters(client, pull):
    assert client.post("~/issues/1/comments", json={"body": "ä" * 65_536}).status_code == 201
    refused = client.post("~/issues/1/comments", json={"body": "ä" * 65_537})
    assert refused.status_code == 422
    assert "65536 characters" in refused.text


def test_somebody_else_s_comment_cannot_be_edited(client, pull):
    comment = pull.comment("mine", by="eve")
    assert client.patch(f"~/issues/comments/{comment.id}", json={"body": "x"}).status_code == 403


def test_the_same_reaction_twice_is_one(client, pull):
    comment = pull.comment("/migaudit recheck")
    address = f"~/issues/comments/{comment.id}/reactions"
    assert client.post(address, json={"content": "eyes"}).status_code == 201
    assert client.post(address, json={"content": "eyes"}).status_code == 200
    [reaction] = client.get(address).json()
    assert client.delete(f"{address}/{reaction['id']}").status_code == 204
    assert comment.reactions == []


def test_a_reaction_needs_the_permission_for_pull_requests(client, pull):
    comment = pull.comment("/migaudit recheck")
    client.installation.permissions["issues"] = "write"
    client.installation.permissions["pull_requests"] = "read"
    address = f"~/issues/comments/{comment.id}/reactions"
    assert client.post(address, json={"content": "eyes"}).status_code == 403


def test_a_locked_conversation_takes_no_comment(client, pull):
    pull.lock()
    answer = client.post("~/issues/1/comments", json={"body": "x"})
    assert (answer.status_code, answer.json()["message"]) == (
        403,
        "Unable to create comment because issue is locked.",
    )

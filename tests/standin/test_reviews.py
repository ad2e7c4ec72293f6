"""Reviews: where comments may stand, and what becomes of them."""

import pytest

from tests.standin.client import BASE

CHANGED = BASE.replace("line 20\n", "changed\n")


@pytest.fixture
def pull(repository):
    """A pull request whose diff of a.txt shows lines 17 to 23."""
    return repository.open_pull("edit", {"a.txt": CHANGED, "new.txt": "1\n2\n3\n"})


@pytest.fixture
def review(client, pull):
    def submit(*comments, commit=None, **more):
        body = {"commit_id": commit or pull.head_sha, "event": "COMMENT", "body": "see below"}
        return client.post("~/pulls/1/reviews", json=body | more | {"comments": list(comments)})

    return submit


def at(line, path="a.txt", body="look", **more):
    return {"path": path, "line": line, "side": "RIGHT", "body": body} | more


def comments(client):
    return client.get("~/pulls/1/comments").json()


def test_a_review_puts_all_its_comments_at_their_lines(github, client, review, pull):
    answer = review(at(20), at(3, "new.txt", start_line=1, start_side="RIGHT"))
    assert answer.status_code == 200
    assert answer.json()["state"] == "COMMENTED"
    assert [(c["path"], c["start_line"], c["line"]) for c in comments(client)] == [
        ("a.txt", None, 20),
        ("new.txt", 1, 3),
    ]
    assert comments(client)[0]["diff_hunk"].endswith("-line 20\n+changed")
    address = f"~/pulls/1/reviews/{answer.json()['id']}/comments"
    assert len(client.get(address).json()) == 2
    assert github.violations == []


@pytest.mark.parametrize("line", [17, 23])
def test_lines_of_context_take_comments(review, line):
    assert review(at(line)).status_code == 200


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        (at(16), "Pull request review thread line must be part of the diff"),
        (at(24), "Pull request review thread line must be part of the diff"),
        (at(1, "absent.txt"), "Pull request review thread path is invalid"),
        (
            at(3, "new.txt", start_line=3, start_side="RIGHT"),
            "Pull request review thread start line must precede the end line.",
        ),
        (
            at(20, start_line=3, start_side="RIGHT"),
            "Pull request review thread start line must be part of the same hunk as the line.",
        ),
    ],
)
def test_one_bad_comment_loses_the_whole_review(review, pull, entry, words):
    answer = review(at(20, body="good"), entry)
    assert answer.status_code == 422
    assert answer.json()["message"] == "Unprocessable Entity"
    assert answer.json()["errors"][0].startswith(words)
    assert "good" not in answer.text
    assert (pull.reviews, pull.review_comments) == ([], [])


def test_the_old_side_takes_comments_on_removed_lines(client, review):
    assert review(at(20, side="LEFT")).status_code == 200
    assert review(at(3, side="LEFT")).status_code == 422


def test_a_file_without_a_patch_takes_no_comment(client, repository):
    pull = repository.open_pull("move", {"a.txt": None, "b.txt": BASE})
    body = {"commit_id": pull.head_sha, "path": "b.txt", "subject_type": "file", "body": "x"}
    assert client.post("~/pulls/1/comments", json=body).status_code == 422


def test_a_commit_outside_the_pull_request_is_refused(review, repository):
    assert review(at(20), commit=repository.branch_sha("main")).status_code == 422


def test_a_review_without_any_text_is_refused(review):
    assert review(body="").status_code == 422


def test_subject_type_is_no_field_of_a_review_s_comments(github, review):
    assert review(at(20, subject_type="line")).status_code == 422
    assert len(github.violations) == 1


def test_a_single_comment_names_its_field_when_refused(client, pull):
    body = {"commit_id": pull.head_sha, "path": "a.txt", "line": 1, "body": "x"}
    answer = client.post("~/pulls/1/comments", json=body)
    assert answer.status_code == 422
    assert answer.json()["errors"][0] == {
        "resource": "PullRequestReviewComment",
        "code": "custom",
        "field": "pull_request_review_thread.line",
        "message": "pull_request_review_thread.line must be part of the diff",
    }


def test_a_comment_may_be_for_a_whole_file(client, pull):
    body = {"commit_id": pull.head_sha, "path": "a.txt", "subject_type": "file", "body": "x"}
    assert client.post("~/pulls/1/comments", json=body).json()["subject_type"] == "file"


def test_a_comment_follows_its_line_when_others_move_it(client, review, pull):
    review(at(20), at(3, "new.txt", start_line=2, start_side="RIGHT"))
    pull.push({"a.txt": "first\n" + CHANGED, "new.txt": "0\n1\n2\n3\n"})
    moved = comments(client)
    assert [(c["line"], c["original_line"]) for c in moved] == [(21, 20), (4, 3)]
    assert moved[1]["start_line"] == 3
    assert moved[0]["commit_id"] == pull.head_sha != moved[0]["original_commit_id"]


def test_a_comment_is_outdated_when_its_line_changes(client, review, pull):
    review(at(20))
    pull.push({"a.txt": BASE.replace("line 20\n", "changed again\n")})
    [outdated] = comments(client)
    assert (outdated["line"], outdated["position"], outdated["original_line"]) == (None, None, 20)
    assert pull.threads[0].is_outdated


def test_a_comment_is_outdated_when_its_line_leaves_the_diff(client, review, pull):
    review(at(17))
    pull.push({"a.txt": BASE.replace("line 21\n", "changed\n")})
    assert comments(client)[0]["line"] is None


def test_a_comment_survives_a_force_push_that_keeps_its_line(client, review, pull, repository):
    review(at(20))
    repository.push("main", {"elsewhere.txt": "1\n"})
    pull.force_push({"a.txt": CHANGED}, start=repository.branch_sha("main"))
    assert comments(client)[0]["line"] == 20


def test_a_comment_comes_back_when_its_line_does(client, review, pull):
    review(at(20))
    pull.push({"a.txt": BASE})
    assert comments(client)[0]["line"] is None
    pull.push({"a.txt": CHANGED})
    assert comments(client)[0]["line"] == 20


def test_replies_go_to_the_first_comment_of_a_thread(client, review, pull):
    review(at(20))
    first = pull.review_comments[0].id
    address = f"~/pulls/1/comments/{first}/replies"
    reply = client.post(address, json={"body": "yes"}).json()
    assert reply["in_reply_to_id"] == first
    assert [comment.body for comment in pull.threads[0].comments] == ["look", "yes"]
    to_reply = f"~/pulls/1/comments/{reply['id']}/replies"
    assert client.post(to_reply, json={"body": "no"}).status_code == 404


def test_an_app_edits_only_its_own_comments_and_deletes_any(client, review, pull):
    review(at(20))
    own, other = pull.review_comments[0], pull.review_comment("mine", "a.txt", 21)
    assert client.patch(f"~/pulls/comments/{own.id}", json={"body": "new"}).status_code == 200
    assert client.patch(f"~/pulls/comments/{other.id}", json={"body": "new"}).status_code == 403
    assert client.delete(f"~/pulls/comments/{own.id}").status_code == 204
    assert [comment.body for comment in pull.review_comments] == ["mine"]
    assert client.get(f"~/pulls/comments/{own.id}").status_code == 404


def test_a_submitted_review_stays_for_ever(client, review):
    number = review(at(20)).json()["id"]
    assert client.delete(f"~/pulls/1/reviews/{number}").status_code == 422


def test_a_locked_conversation_takes_no_review(review, pull):
    pull.lock()
    assert review(at(20)).status_code == 403

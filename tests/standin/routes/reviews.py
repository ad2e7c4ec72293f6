"""Reviews and the comments at lines of the diff."""

from tests.standin.comments import ReviewComment
from tests.standin.listener import Answer
from tests.standin.present.comments import review_comment_json, review_json
from tests.standin.reviews import Review, anchored, begin_review, begin_thread, submit_review
from tests.standin.routing import Call, answer, created, nothing, paged, routes
from tests.standin.values import Json, Refused, invalid, not_found


def _create(call: Call) -> Answer:
    pull = call.pull()
    refuse_locked(call)
    return answer(review_json(submit_review(pull, call.actor, call.body, call.app)))


def _list(call: Call) -> Answer:
    return paged(call, call.pull().reviews, review_json)


def _get(call: Call) -> Json:
    return review_json(_review(call))


def _update(call: Call) -> Json:
    review = _review(call)
    review.body = call.body["body"]
    return review_json(review)


def _delete(call: Call) -> Answer:
    """Only what was never submitted can be taken back."""
    review = _review(call)
    if review.state != "PENDING":
        raise Refused(
            422, "Unprocessable Entity", ["Can not delete a non-pending pull request review"]
        )
    call.pull().reviews.remove(review)
    return nothing(200)


def _comments_of_review(call: Call) -> Answer:
    alive = [comment for comment in _review(call).comments if not comment.deleted]
    return paged(call, alive, review_comment_json)


def _comments(call: Call) -> Answer:
    return _sorted_page(call, call.pull().review_comments)


def _comments_of_repository(call: Call) -> Answer:
    every = [c for pull in call.repository.pulls for c in pull.review_comments]
    return _sorted_page(call, every)


def _sorted_page(call: Call, comments: list[ReviewComment]) -> Answer:
    by_update = call.query.get("sort") == "updated"
    found = sorted(comments, key=lambda c: (c.updated_at if by_update else 0.0, c.id))
    newest_first = call.query.get("direction") == "desc" and "sort" in call.query
    return paged(call, found[::-1] if newest_first else found, review_comment_json)


def _comment(call: Call) -> Answer:
    """A single comment at a line or at a file; GitHub wraps it into a review of its own."""
    pull, body = call.pull(), call.body
    refuse_locked(call)
    if body.get("in_reply_to") is not None:
        return _answer_to(call, body["in_reply_to"])
    if body.get("subject_type") != "file" and "line" not in body and "position" not in body:
        field = "pull_request_review_thread.line"
        raise invalid("PullRequestReviewComment", field, f"{field} is missing", "missing_field")
    anchor = anchored(pull, pull.commit_of(body["commit_id"]), body, review=False)
    review = begin_review(pull, call.actor, "COMMENTED", "", anchor.commit_id, call.app)
    return created(review_comment_json(begin_thread(review, anchor, body["body"])))


def _reply(call: Call) -> Answer:
    refuse_locked(call)
    return _answer_to(call, call.number("comment_id"))


def _answer_to(call: Call, number: int) -> Answer:
    """Only to the first comment of a thread: replies to replies are not supported."""
    for thread in call.pull().threads:
        if thread.comments[0].id == number:
            reply = thread.reply(call.body["body"], call.actor, call.app)
            return created(review_comment_json(reply))
    raise not_found()


def _get_comment(call: Call) -> Json:
    return review_comment_json(found_comment(call))


def _update_comment(call: Call) -> Json:
    comment = found_comment(call)
    refuse_foreign(call, comment)
    comment.edit(call.body["body"], call.actor)
    return review_comment_json(comment)


def _delete_comment(call: Call) -> Answer:
    found_comment(call).delete(call.actor)
    return nothing()


def found_comment(call: Call) -> ReviewComment:
    number = call.number("comment_id")
    for pull in call.repository.pulls:
        for comment in pull.review_comments:
            if comment.id == number:
                return comment
    raise not_found()


def refuse_foreign(call: Call, comment: ReviewComment) -> None:
    """An App without administration rights may edit only what it wrote itself."""
    if comment.app is not call.app:
        raise Refused(403, "Resource not accessible by integration")


def refuse_locked(call: Call) -> None:
    """A locked conversation takes comments only from people with write access."""
    if call.pull().locked:
        raise Refused(403, "Unable to create comment because issue is locked.")


def _review(call: Call) -> Review:
    number = call.number("review_id")
    for review in call.pull().reviews:
        if review.id == number:
            return review
    raise not_found()


_REPO = "/repos/{owner}/{repo}"
_PULL = f"{_REPO}/pulls/{{pull_number}}"
_COMMENT = f"{_REPO}/pulls/comments/{{comment_id}}"
_READ, _WRITE = "pull_requests:read", "pull_requests:write"
ROUTES = routes(
    (f"GET {_PULL}/reviews", _list, _READ),
    (f"POST {_PULL}/reviews", _create, _WRITE),
    (f"GET {_PULL}/reviews/{{review_id}}", _get, _READ),
    (f"PUT {_PULL}/reviews/{{review_id}}", _update, _WRITE),
    (f"DELETE {_PULL}/reviews/{{review_id}}", _delete, _WRITE),
    (f"GET {_PULL}/reviews/{{review_id}}/comments", _comments_of_review, _READ),
    (f"GET {_PULL}/comments", _comments, _READ),
    (f"POST {_PULL}/comments", _comment, _WRITE),
    (f"POST {_PULL}/comments/{{comment_id}}/replies", _reply, _WRITE),
    (f"GET {_REPO}/pulls/comments", _comments_of_repository, _READ),
    (f"GET {_COMMENT}", _get_comment, _READ),
    (f"PATCH {_COMMENT}", _update_comment, _WRITE),
    (f"DELETE {_COMMENT}", _delete_comment, _WRITE),
)

"""Comments in the conversation, and reactions to comments of both kinds."""

from tests.standin.comments import Comment, IssueComment
from tests.standin.listener import Answer
from tests.standin.present.comments import issue_comment_json, reaction_json
from tests.standin.routes.reviews import found_comment
from tests.standin.routing import Call, answer, created, nothing, paged, routes
from tests.standin.values import Json, Refused, not_found


def _list(call: Call) -> Answer:
    return paged(call, call.pull("issue_number").issue_comments, issue_comment_json)


def _create(call: Call) -> Answer:
    pull = call.pull("issue_number")
    if pull.locked:
        raise Refused(403, "Unable to create comment because issue is locked.")
    return created(issue_comment_json(pull.comment(call.body["body"], call.actor, call.app)))


def _get(call: Call) -> Json:
    return issue_comment_json(_found(call))


def _update(call: Call) -> Json:
    comment = _found(call)
    if comment.app is not call.app:
        raise Refused(403, "Resource not accessible by integration")
    comment.edit(call.body["body"], call.actor)
    return issue_comment_json(comment)


def _delete(call: Call) -> Answer:
    _found(call).delete(call.actor)
    return nothing()


def _reactions(call: Call) -> Answer:
    return _reaction_page(call, _found(call))


def _react(call: Call) -> Answer:
    return _reacted(call, _found(call))


def _unreact(call: Call) -> Answer:
    return _taken_back(call, _found(call))


def _review_reactions(call: Call) -> Answer:
    return _reaction_page(call, found_comment(call))


def _review_react(call: Call) -> Answer:
    return _reacted(call, found_comment(call))


def _review_unreact(call: Call) -> Answer:
    return _taken_back(call, found_comment(call))


def _reaction_page(call: Call, comment: Comment) -> Answer:
    wanted = call.query.get("content")
    found = [r for r in comment.reactions if wanted in (None, r.content)]
    return paged(call, found, lambda reaction: reaction_json(comment, reaction))


def _reacted(call: Call, comment: Comment) -> Answer:
    """201 for a new reaction, 200 for one that was there."""
    reaction, is_new = comment.react(call.body["content"], call.actor)
    return answer(reaction_json(comment, reaction), 201 if is_new else 200)


def _taken_back(call: Call, comment: Comment) -> Answer:
    number = call.number("reaction_id")
    for reaction in comment.reactions:
        if reaction.id == number:
            comment.reactions.remove(reaction)
            return nothing()
    raise not_found()


def _found(call: Call) -> IssueComment:
    number = call.number("comment_id")
    for pull in call.repository.pulls:
        for comment in pull.issue_comments:
            if comment.id == number:
                return comment
    raise not_found()


_REPO = "/repos/{owner}/{repo}"
_ISSUE = f"{_REPO}/issues/comments/{{comment_id}}"
_REVIEW = f"{_REPO}/pulls/comments/{{comment_id}}"
_READ = "issues:read pull_requests:read"
_WRITE = "issues:write pull_requests:write"
ROUTES = routes(
    (f"GET {_REPO}/issues/{{issue_number}}/comments", _list, _READ),
    (f"POST {_REPO}/issues/{{issue_number}}/comments", _create, _WRITE),
    (f"GET {_ISSUE}", _get, _READ),
    (f"PATCH {_ISSUE}", _update, _WRITE),
    (f"DELETE {_ISSUE}", _delete, _WRITE),
    (f"GET {_ISSUE}/reactions", _reactions, _READ),
    (f"POST {_ISSUE}/reactions", _react, "pull_requests:write"),
    (f"DELETE {_ISSUE}/reactions/{{reaction_id}}", _unreact, "pull_requests:write"),
    (f"GET {_REVIEW}/reactions", _review_reactions, "pull_requests:read"),
    (f"POST {_REVIEW}/reactions", _review_react, "pull_requests:write"),
    (f"DELETE {_REVIEW}/reactions/{{reaction_id}}", _review_unreact, "pull_requests:write"),
)

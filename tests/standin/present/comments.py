"""Reviews, comments and reactions as JSON."""

from collections import Counter

from tests.standin.comments import REACTIONS, Comment, IssueComment, Reaction, ReviewComment
from tests.standin.present.accounts import app_json
from tests.standin.present.pulls import address, issue_address
from tests.standin.present.users import association, user_of
from tests.standin.reviews import Review
from tests.standin.values import Json, node_id, timestamp


def review_json(review: Review) -> Json:
    pull = review.pull
    return {
        "id": review.id,
        "node_id": node_id("PRR", review.id),
        "user": user_of(pull.repository.github, review.user),
        "body": review.body,
        "state": review.state,
        "html_url": review.page,
        "pull_request_url": address(pull),
        "author_association": _association(pull.user.login, review),
        "_links": {"html": {"href": review.page}, "pull_request": {"href": address(pull)}},
        "submitted_at": timestamp(review.submitted_at),
        "commit_id": review.commit_id,
    }


def review_comment_json(comment: ReviewComment) -> Json:
    anchor, thread = comment.thread.anchor, comment.thread
    repository = comment.pull.repository
    url = f"{repository.github.api_url}/repos/{repository.full_name}/pulls/comments/{comment.id}"
    outdated = thread.is_outdated
    answer: Json = {
        "url": url,
        "pull_request_review_id": comment.review.id,
        "id": comment.id,
        "node_id": comment_node_id(comment),
        "diff_hunk": anchor.hunk,
        "path": anchor.path,
        "commit_id": anchor.commit_id if outdated else comment.pull.head_sha,
        "original_commit_id": anchor.commit_id,
        "user": user_of(repository.github, comment.user),
        "body": comment.body,
        "created_at": timestamp(comment.created_at),
        "updated_at": timestamp(comment.updated_at),
        "html_url": comment.page,
        "pull_request_url": address(comment.pull),
        "author_association": _association(comment.pull.user.login, comment),
        "_links": {
            "self": {"href": url},
            "html": {"href": comment.page},
            "pull_request": {"href": address(comment.pull)},
        },
        "reactions": reactions_json(comment, url),
        "subject_type": anchor.subject,
        **_place(comment),
    }
    if comment.in_reply_to is not None:
        answer["in_reply_to_id"] = comment.in_reply_to
    return answer


def issue_comment_json(comment: IssueComment) -> Json:
    repository = comment.pull.repository
    url = f"{repository.github.api_url}/repos/{repository.full_name}/issues/comments/{comment.id}"
    return {
        "url": url,
        "html_url": comment.page,
        "issue_url": issue_address(comment.pull),
        "id": comment.id,
        "node_id": comment_node_id(comment),
        "user": user_of(repository.github, comment.user),
        "created_at": timestamp(comment.created_at),
        "updated_at": timestamp(comment.updated_at),
        "author_association": _association(comment.pull.user.login, comment),
        "body": comment.body,
        "reactions": reactions_json(comment, url),
        "performed_via_github_app": app_json(comment.app) if comment.app else None,
    }


def comment_node_id(comment: Comment) -> str:
    return node_id("PRRC" if isinstance(comment, ReviewComment) else "IC", comment.id)


def reaction_json(comment: Comment, reaction: Reaction) -> Json:
    return {
        "id": reaction.id,
        "node_id": node_id("REA", reaction.id),
        "user": user_of(comment.pull.repository.github, reaction.user),
        "content": reaction.content,
        "created_at": timestamp(reaction.created_at),
    }


def reactions_json(comment: Comment, url: str) -> Json:
    counts = Counter(reaction.content for reaction in comment.reactions)
    return {
        "url": f"{url}/reactions",
        "total_count": counts.total(),
        **{name: counts[name] for name in REACTIONS},
    }


def _place(comment: ReviewComment) -> Json:
    anchor, thread = comment.thread.anchor, comment.thread
    if anchor.line is None:
        return {
            "position": 1,
            "original_position": 1,
            "line": 1,
            "original_line": 1,
            "side": "RIGHT",
        } | {
            "start_line": None,
            "original_start_line": None,
            "start_side": None,
        }
    return {
        "position": thread.position,
        "original_position": anchor.position,
        "line": thread.line,
        "original_line": anchor.line,
        "side": anchor.side,
        "start_line": thread.start_line,
        "original_start_line": anchor.start_line,
        "start_side": anchor.start_side,
    }


def _association(author: str, said: Comment | Review) -> str:
    pull = said.pull
    if said.app is not None:
        return "NONE"
    permission = pull.repository.permission_of(said.user.login)
    return association(pull.repository.github.user(author), said.user, permission)

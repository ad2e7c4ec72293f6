"""State as GraphQL's nodes: dictionaries whose callables are fields with arguments."""

import base64
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from graphql import GraphQLError

from tests.standin.comments import Comment, ReviewComment
from tests.standin.git import Object, TreeEntry
from tests.standin.limits import MAX_GRAPHQL_BLOB_BYTES, MAX_PER_PAGE
from tests.standin.present.comments import comment_node_id
from tests.standin.present.users import user_of
from tests.standin.pulls import PullRequest
from tests.standin.repository import Repository
from tests.standin.reviews import Thread
from tests.standin.values import Json, node_id, timestamp

T = TypeVar("T")


def repository_node(repository: Repository) -> Json:
    return {
        "__typename": "Repository",
        "id": repository.node_id,
        "databaseId": repository.id,
        "name": repository.name,
        "nameWithOwner": repository.full_name,
        "isPrivate": repository.private,
        "object": lambda _, **wanted: _object(repository, **wanted),
        "pullRequest": lambda _, number: _pull(repository, number),
    }


def pull_node(pull: PullRequest) -> Json:
    return {
        "__typename": "PullRequest",
        "id": pull.node_id,
        "number": pull.number,
        "title": pull.title,
        "state": "MERGED" if pull.merged_at else pull.state.upper(),
        "isDraft": pull.draft,
        "locked": pull.locked,
        "headRefName": pull.head_branch,
        "headRefOid": pull.head_sha,
        "baseRefName": pull.base_branch,
        "baseRefOid": pull.base_sha,
        "reviewThreads": _connection("reviewThreads", pull.threads, thread_node),
        "comments": _connection("comments", pull.issue_comments, comment_node),
    }


def thread_node(thread: Thread) -> Json:
    anchor = thread.anchor
    return {
        "__typename": "PullRequestReviewThread",
        "id": thread.node_id,
        "isResolved": thread.is_resolved,
        "isOutdated": thread.is_outdated,
        "isCollapsed": thread.is_resolved,
        "path": thread.path,
        "line": thread.line,
        "startLine": thread.start_line,
        "originalLine": anchor.line,
        "originalStartLine": anchor.start_line,
        "diffSide": anchor.side,
        "startDiffSide": anchor.start_side,
        "subjectType": anchor.subject.upper(),
        "resolvedBy": _resolver(thread),
        "viewerCanReply": True,
        "viewerCanResolve": not thread.is_resolved,
        "viewerCanUnresolve": thread.is_resolved,
        "pullRequest": lambda _: pull_node(thread.pull),
        "comments": _connection("comments", thread.comments, comment_node),
    }


def comment_node(comment: Comment) -> Json:
    github = comment.pull.repository.github
    user = user_of(github, comment.user)
    node: Json = {
        "__typename": "IssueComment",
        "id": comment_node_id(comment),
        "databaseId": comment.id,
        "fullDatabaseId": str(comment.id),
        "author": {
            "__typename": comment.user.type,
            "id": comment.user.node_id,
            "databaseId": comment.user.id,
            "login": comment.user.login.removesuffix("[bot]"),
            "url": user["html_url"],
        },
        "body": comment.body,
        "createdAt": timestamp(comment.created_at),
        "isMinimized": comment.minimized is not None,
        "minimizedReason": comment.minimized,
        "viewerCanMinimize": True,
        "viewerDidAuthor": comment.app is not None,
        "url": comment.pull.page,
    }
    return node | (_in_diff(comment) if isinstance(comment, ReviewComment) else {})


def _in_diff(comment: ReviewComment) -> Json:
    first = comment.thread.comments[:1]
    return {
        "__typename": "PullRequestReviewComment",
        "path": comment.path,
        "line": comment.line,
        "startLine": comment.start_line,
        "originalLine": comment.thread.anchor.line,
        "outdated": comment.thread.is_outdated,
        "url": comment.page,
        "replyTo": comment_node(first[0]) if comment.in_reply_to and first else None,
    }


def _resolver(thread: Thread) -> Json | None:
    """Only a person is shown: the field's type is User, and an App's bot is none."""
    user = thread.resolved_by
    if user is None or user.type != "User":
        return None
    url = user_of(thread.pull.repository.github, user)["html_url"]
    return {
        "__typename": "User",
        "id": user.node_id,
        "databaseId": user.id,
        "login": user.login,
        "url": url,
    }


def _pull(repository: Repository, number: int) -> Json:
    for pull in repository.pulls:
        if pull.number == number:
            return pull_node(pull)
    message = f"Could not resolve to a PullRequest with the number of {number}."
    raise GraphQLError(message, extensions={"type": "NOT_FOUND"})


def _object(
    repository: Repository, expression: str | None = None, oid: str | None = None
) -> Json | None:
    found = repository.git.read(expression or oid or "HEAD")
    return None if found is None else _OBJECTS[found.kind](repository, found)


def _base(found: Object, kind: str) -> Json:
    return {
        "__typename": kind,
        "id": node_id(kind[0], int(found.sha[:8], 16)),
        "oid": found.sha,
        "abbreviatedOid": found.sha[:7],
    }


def _blob(_: Repository, found: Object) -> Json:
    """`text` is null for what looks binary, and cut off where the blob is too large."""
    binary = b"\0" in found.content[:8_000]
    text = found.content[:MAX_GRAPHQL_BLOB_BYTES].decode(errors="replace")
    return _base(found, "Blob") | {
        "byteSize": len(found.content),
        "isBinary": binary,
        "isTruncated": len(found.content) > MAX_GRAPHQL_BLOB_BYTES,
        "text": None if binary else text,
    }


def _tree(repository: Repository, found: Object) -> Json:
    entries = repository.git.tree(found.sha, recursive=False)
    return _base(found, "Tree") | {"entries": [_entry(repository, entry) for entry in entries]}


def _entry(repository: Repository, entry: TreeEntry) -> Json:
    return {
        "name": entry.path,
        "path": entry.path,
        "mode": int(entry.mode, 8),
        "type": entry.kind,
        "oid": entry.sha,
        "size": entry.size or 0,
        "object": lambda _: _object(repository, oid=entry.sha),
    }


def _commit(repository: Repository, found: Object) -> Json:
    commit = repository.git.commit_info(found.sha)
    return _base(found, "Commit") | {
        "committedDate": timestamp(commit.date),
        "message": commit.message,
        "tree": lambda _: _object(repository, oid=commit.tree),
    }


def _tag(_: Repository, found: Object) -> Json:
    return _base(found, "Tag")


_OBJECTS: dict[str, Callable[[Repository, Object], Json]] = {
    "blob": _blob,
    "tree": _tree,
    "commit": _commit,
    "tag": _tag,
}


def _connection(name: str, items: Sequence[T], show: Callable[[T], Json]) -> Callable[..., Json]:
    def resolve(_: Any, **page: Any) -> Json:
        start, end = _bounds(name, len(items), page)
        return {
            "totalCount": len(items),
            "nodes": [show(item) for item in items[start:end]],
            "pageInfo": {
                "startCursor": _cursor(start) if end > start else None,
                "endCursor": _cursor(end - 1) if end > start else None,
                "hasPreviousPage": start > 0,
                "hasNextPage": end < len(items),
            },
        }

    return resolve


def _bounds(name: str, count: int, page: Json) -> tuple[int, int]:
    first: int | None = page.get("first")
    size: int | None = first if first is not None else page.get("last")
    if size is None:
        message = f"You must provide a `first` or `last` value to properly paginate the `{name}`"
        kind = {"type": "MISSING_PAGINATION_BOUNDARIES"}
        raise GraphQLError(f"{message} connection.", extensions=kind)
    if size > MAX_PER_PAGE:
        message = f"Requesting {size} records on the `{name}` connection exceeds the `first` limit"
        kind = {"type": "EXCESSIVE_PAGINATION"}
        raise GraphQLError(f"{message} of {MAX_PER_PAGE} records.", extensions=kind)
    start = _position(page["after"]) + 1 if page.get("after") else 0
    end = _position(page["before"]) if page.get("before") else count
    if first is not None:
        return start, min(end, start + size)
    return max(start, end - size), end


def _cursor(position: int) -> str:
    return base64.b64encode(f"cursor:v2:{position}".encode()).decode()


def _position(cursor: str) -> int:
    return int(base64.b64decode(cursor).decode().rpartition(":")[2])

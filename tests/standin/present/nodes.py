"""State as GraphQL's nodes: dictionaries whose callables are fields with arguments."""

from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Any

from graphql import GraphQLError

from tests.standin.accounts import User
from tests.standin.comments import Comment, ReviewComment
from tests.standin.diff import Change
from tests.standin.git import CommitInfo, Object, TreeEntry
from tests.standin.limits import MAX_GRAPHQL_BLOB_BYTES
from tests.standin.present.check_nodes import suites
from tests.standin.present.comments import comment_node_id
from tests.standin.present.connections import connection as _connection
from tests.standin.present.queue_nodes import merge_queue
from tests.standin.present.ref_nodes import refs
from tests.standin.present.users import user_of
from tests.standin.pulls import PullRequest
from tests.standin.repository import Repository
from tests.standin.reviews import Thread
from tests.standin.values import Json, node_id, timestamp


def repository_node(repository: Repository) -> Json:
    return {
        "__typename": "Repository",
        "id": repository.node_id,
        "databaseId": repository.id,
        "name": repository.name,
        "nameWithOwner": repository.full_name,
        "isPrivate": repository.private,
        "object": lambda _, **wanted: _object(repository, **wanted),
        "mergeQueue": lambda _, branch: merge_queue(repository, branch, pull_node),
        "pullRequest": lambda _, number: _pull(repository, number),
        "pullRequests": lambda info, **wanted: _pulls(repository, info, **wanted),
        "refs": lambda info, **wanted: refs(
            repository, lambda sha: _object(repository, oid=sha), info, **wanted
        ),
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
        "author": actor_node(pull.repository, pull.user),
        "baseRef": lambda _: _ref(pull.repository, pull.base_branch),
        "baseRepository": lambda _: repository_node(pull.repository),
        "headRepository": lambda _: repository_node(pull.head_repository),
        "changedFiles": lambda _: len(pull.changes),
        "commits": lambda info, **page: _commits(pull, info, **page),
        "files": lambda info, **page: _files(pull, info, **page),
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


def actor_node(repository: Repository, user: User) -> Json:
    """Whoever did something; a bot goes without the ending that REST gives it."""
    return {
        "__typename": user.type,
        "id": user.node_id,
        "databaseId": user.id,
        "login": user.login.removesuffix("[bot]"),
        "url": user_of(repository.github, user)["html_url"],
    }


def comment_node(comment: Comment) -> Json:
    node: Json = {
        "__typename": "IssueComment",
        "id": comment_node_id(comment),
        "databaseId": comment.id,
        "fullDatabaseId": str(comment.id),
        "author": actor_node(comment.pull.repository, comment.user),
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


def _pulls(repository: Repository, info: Any, states: Sequence[str] = (), **wanted: Any) -> Json:
    """In the order of their numbers, unless another one is asked for."""
    found = [pull for pull in repository.pulls if not states or pull_node(pull)["state"] in states]
    branch = wanted.pop("baseRefName", None)
    found = [pull for pull in found if branch in (None, pull.base_branch)]
    wanted.pop("headRefName", None)
    order = wanted.pop("orderBy", None)
    if order is not None:
        times = {"CREATED_AT": "created_at", "UPDATED_AT": "updated_at"}
        by = attrgetter(times[order["field"]], "number")
        found.sort(key=by, reverse=order["direction"] == "DESC")
    return _connection("pullRequests", found, pull_node)(info, **wanted)


def _ref(repository: Repository, branch: str) -> Json | None:
    sha = repository.git.resolve(f"refs/heads/{branch}")
    if sha is None:
        return None
    return {
        "__typename": "Ref",
        "id": node_id("REF", int(sha[:8], 16)),
        "name": branch,
        "prefix": "refs/heads/",
        "target": lambda _: _object(repository, oid=sha),
    }


def _files(pull: PullRequest, info: Any, **page: Any) -> Json:
    def show(change: Change) -> Json:
        return {"__typename": "PullRequestChangedFile", "path": change.path}

    return _connection("files", pull.changes, show)(info, **page)


def _commits(pull: PullRequest, info: Any, **page: Any) -> Json:
    def show(commit: CommitInfo) -> Json:
        return {
            "__typename": "PullRequestCommit",
            "id": node_id("PRC", int(commit.sha[:8], 16)),
            "commit": lambda _: _object(pull.repository, oid=commit.sha),
            "pullRequest": lambda _: pull_node(pull),
        }

    return _connection("commits", pull.commits, show)(info, **page)


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
        "associatedPullRequests": _connection(
            "associatedPullRequests", _pulls_with(repository, found.sha), pull_node
        ),
        "checkSuites": lambda info, **wanted: suites(repository, found.sha, info, **wanted),
    }


def _pulls_with(repository: Repository, sha: str) -> list[PullRequest]:
    """Those whose head it is: GitHub names those that merely contain it, too."""
    return [pull for pull in repository.pulls if pull.head_sha == sha]


def _tag(repository: Repository, found: Object) -> Json:
    """What it leads to; another tag in between is passed over."""
    commit = repository.git.commit_sha(found.sha)
    return _base(found, "Tag") | {"target": lambda _: _object(repository, oid=commit)}


_OBJECTS: dict[str, Callable[[Repository, Object], Json]] = {
    "blob": _blob,
    "tree": _tree,
    "commit": _commit,
    "tag": _tag,
}

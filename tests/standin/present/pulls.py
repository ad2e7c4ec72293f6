"""Pull requests and their files as JSON."""

from urllib.parse import quote

from tests.standin.diff import Change
from tests.standin.present.repositories import repository_json
from tests.standin.present.users import association, user_of
from tests.standin.pulls import PullRequest
from tests.standin.repository import Repository
from tests.standin.values import Json, timestamp


def address(pull: PullRequest) -> str:
    return f"{pull.repository.github.api_url}/repos/{pull.repository.full_name}/pulls/{pull.number}"


def issue_address(pull: PullRequest) -> str:
    repository = pull.repository
    return f"{repository.github.api_url}/repos/{repository.full_name}/issues/{pull.number}"


def pull_simple_json(pull: PullRequest) -> Json:
    """What lists show."""
    github = pull.repository.github
    url = address(pull)
    repository = repository_json(pull.repository)
    links = {
        "self": url,
        "html": pull.page,
        "issue": issue_address(pull),
        "comments": f"{issue_address(pull)}/comments",
        "review_comments": f"{url}/comments",
        "review_comment": f"{repository['url']}/pulls/comments{{/number}}",
        "commits": f"{url}/commits",
        "statuses": f"{repository['url']}/statuses/{pull.head_sha}",
    }
    permission = pull.repository.permission_of(pull.user.login)
    return {
        "url": url,
        "id": pull.id,
        "node_id": pull.node_id,
        "html_url": pull.page,
        "diff_url": f"{pull.page}.diff",
        "patch_url": f"{pull.page}.patch",
        "issue_url": links["issue"],
        "commits_url": links["commits"],
        "review_comments_url": links["review_comments"],
        "review_comment_url": links["review_comment"],
        "comments_url": links["comments"],
        "statuses_url": links["statuses"],
        "number": pull.number,
        "state": pull.state,
        "locked": pull.locked,
        "title": pull.title,
        "user": user_of(github, pull.user),
        "body": pull.body or None,
        "labels": [],
        "milestone": None,
        "active_lock_reason": None,
        "created_at": timestamp(pull.created_at),
        "updated_at": timestamp(pull.updated_at),
        "closed_at": _maybe(pull.closed_at),
        "merged_at": _maybe(pull.merged_at),
        "merge_commit_sha": pull.merge_commit_sha,
        "assignee": None,
        "assignees": [],
        "requested_reviewers": [],
        "requested_teams": [],
        "head": _end(pull.head_repository, pull.head_branch, pull.head_sha),
        "base": _end(pull.repository, pull.base_branch, pull.base_sha),
        "author_association": association(pull.user, pull.user, permission),
        "auto_merge": None,
        "draft": pull.draft,
        "_links": {name: {"href": href} for name, href in links.items()},
    }


def pull_json(pull: PullRequest) -> Json:
    """What a single pull request and webhooks show: the simple form and its counts."""
    changes = pull.changes
    return pull_simple_json(pull) | {
        "merged": pull.merged_at is not None,
        "mergeable": None,
        "rebaseable": None,
        "mergeable_state": "unknown",
        "merged_by": user_of(pull.repository.github, pull.merged_by) if pull.merged_by else None,
        "comments": len(pull.issue_comments),
        "review_comments": len(pull.review_comments),
        "maintainer_can_modify": False,
        "commits": len(pull.commits),
        "additions": sum(change.additions for change in changes),
        "deletions": sum(change.deletions for change in changes),
        "changed_files": len(changes),
    }


def pull_minimal_json(pull: PullRequest) -> Json:
    """What check runs and suites show."""
    return {
        "id": pull.id,
        "number": pull.number,
        "url": address(pull),
        "head": _minimal_end(pull.head_repository, pull.head_branch, pull.head_sha),
        "base": _minimal_end(pull.repository, pull.base_branch, pull.base_sha),
    }


def pulls_of(repository: Repository, sha: str) -> list[Json]:
    """The open pull requests from a branch of this very repository: never those from forks."""
    return [
        pull_minimal_json(pull)
        for pull in repository.pulls
        if pull.state == "open" and pull.head_sha == sha and pull.head_repository is repository
    ]


def file_json(repository: Repository, head: str, change: Change) -> Json:
    path = quote(change.path)
    answer: Json = {
        "sha": change.sha,
        "filename": change.path,
        "status": change.status,
        "additions": change.additions,
        "deletions": change.deletions,
        "changes": change.additions + change.deletions,
        "blob_url": f"{repository.page}/blob/{head}/{path}",
        "raw_url": f"{repository.page}/raw/{head}/{path}",
        "contents_url": (
            f"{repository.github.api_url}/repos/{repository.full_name}/contents/{path}?ref={head}"
        ),
    }
    if change.previous_path is not None:
        answer["previous_filename"] = change.previous_path
    if change.patch is not None:
        answer["patch"] = change.patch
    return answer


def issue_json(pull: PullRequest) -> Json:
    """The pull request as an issue, as ``issue_comment`` events carry it."""
    github = pull.repository.github
    url = issue_address(pull)
    permission = pull.repository.permission_of(pull.user.login)
    return {
        "url": url,
        "repository_url": f"{github.api_url}/repos/{pull.repository.full_name}",
        "labels_url": f"{url}/labels{{/name}}",
        "comments_url": f"{url}/comments",
        "events_url": f"{url}/events",
        "html_url": pull.page,
        "id": pull.id,
        "node_id": pull.node_id,
        "number": pull.number,
        "title": pull.title,
        "user": user_of(github, pull.user),
        "labels": [],
        "state": pull.state,
        "locked": pull.locked,
        "assignee": None,
        "assignees": [],
        "milestone": None,
        "comments": len(pull.issue_comments),
        "created_at": timestamp(pull.created_at),
        "updated_at": timestamp(pull.updated_at),
        "closed_at": _maybe(pull.closed_at),
        "author_association": association(pull.user, pull.user, permission),
        "active_lock_reason": None,
        "draft": pull.draft,
        "pull_request": {
            "url": address(pull),
            "html_url": pull.page,
            "diff_url": f"{pull.page}.diff",
            "patch_url": f"{pull.page}.patch",
            "merged_at": _maybe(pull.merged_at),
        },
        "body": pull.body or None,
        "reactions": no_reactions(url),
        "timeline_url": f"{url}/timeline",
        "performed_via_github_app": None,
        "state_reason": None,
    }


def no_reactions(url: str) -> Json:
    names = ("+1", "-1", "laugh", "hooray", "confused", "heart", "rocket", "eyes")
    return {"url": f"{url}/reactions", "total_count": 0, **dict.fromkeys(names, 0)}


def _end(repository: Repository, branch: str, sha: str) -> Json:
    return {
        "label": f"{repository.owner.login}:{branch}",
        "ref": branch,
        "sha": sha,
        "user": user_of(repository.github, repository.owner),
        "repo": repository_json(repository),
    }


def _minimal_end(repository: Repository, branch: str, sha: str) -> Json:
    url = f"{repository.github.api_url}/repos/{repository.full_name}"
    repo = {"id": repository.id, "url": url, "name": repository.name}
    return {"ref": branch, "sha": sha, "repo": repo}


def _maybe(seconds: float | None) -> str | None:
    return None if seconds is None else timestamp(seconds)

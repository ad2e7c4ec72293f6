"""Repositories as JSON: mostly addresses."""

from tests.standin.present.users import user_of
from tests.standin.repository import Repository
from tests.standin.values import Json, timestamp

_LINKS = {
    "archive_url": "/{archive_format}{/ref}",
    "assignees_url": "/assignees{/user}",
    "blobs_url": "/git/blobs{/sha}",
    "branches_url": "/branches{/branch}",
    "collaborators_url": "/collaborators{/collaborator}",
    "comments_url": "/comments{/number}",
    "commits_url": "/commits{/sha}",
    "compare_url": "/compare/{base}...{head}",
    "contents_url": "/contents/{+path}",
    "contributors_url": "/contributors",
    "deployments_url": "/deployments",
    "downloads_url": "/downloads",
    "events_url": "/events",
    "forks_url": "/forks",
    "git_commits_url": "/git/commits{/sha}",
    "git_refs_url": "/git/refs{/sha}",
    "git_tags_url": "/git/tags{/sha}",
    "hooks_url": "/hooks",
    "issue_comment_url": "/issues/comments{/number}",
    "issue_events_url": "/issues/events{/number}",
    "issues_url": "/issues{/number}",
    "keys_url": "/keys{/key_id}",
    "labels_url": "/labels{/name}",
    "languages_url": "/languages",
    "merges_url": "/merges",
    "milestones_url": "/milestones{/number}",
    "notifications_url": "/notifications{?since,all,participating}",
    "pulls_url": "/pulls{/number}",
    "releases_url": "/releases{/id}",
    "stargazers_url": "/stargazers",
    "statuses_url": "/statuses/{sha}",
    "subscribers_url": "/subscribers",
    "subscription_url": "/subscription",
    "tags_url": "/tags",
    "teams_url": "/teams",
    "trees_url": "/git/trees{/sha}",
}

_CONSTANT: Json = {
    "description": None,
    "homepage": None,
    "language": "JavaScript",
    "license": None,
    "mirror_url": None,
    "size": 128,
    "stargazers_count": 0,
    "watchers_count": 0,
    "watchers": 0,
    "forks_count": 0,
    "forks": 0,
    "has_issues": True,
    "has_projects": True,
    "has_downloads": True,
    "has_wiki": True,
    "has_pages": False,
    "has_discussions": False,
    "archived": False,
    "disabled": False,
    "allow_forking": True,
    "is_template": False,
    "web_commit_signoff_required": False,
    "topics": [],
}


def repository_json(repository: Repository) -> Json:
    github = repository.github
    address = f"{github.api_url}/repos/{repository.full_name}"
    open_pulls = sum(pull.state == "open" for pull in repository.pulls)
    return {
        "id": repository.id,
        "node_id": repository.node_id,
        "name": repository.name,
        "full_name": repository.full_name,
        "owner": user_of(github, repository.owner),
        "private": repository.private,
        "visibility": "private" if repository.private else "public",
        "html_url": repository.page,
        "url": address,
        "fork": repository.parent is not None,
        "default_branch": repository.default_branch,
        "created_at": timestamp(repository.created_at),
        "updated_at": timestamp(repository.created_at),
        "pushed_at": timestamp(repository.pushed_at or repository.created_at),
        "open_issues": open_pulls,
        "open_issues_count": open_pulls,
        "clone_url": f"{repository.page}.git",
        "git_url": f"git://127.0.0.1/{repository.full_name}.git",
        "ssh_url": f"git@127.0.0.1:{repository.full_name}.git",
        "svn_url": repository.page,
        **_CONSTANT,
        **{name: address + path for name, path in _LINKS.items()},
    }


def full_repository_json(repository: Repository) -> Json:
    answer = repository_json(repository) | {"network_count": 0, "subscribers_count": 0}
    if repository.parent is not None:
        parent = repository_json(repository.parent)
        answer |= {"parent": parent, "source": parent}
    return answer

"""Repositories: themselves, their branches and commits, their people."""

from tests.standin.accounts import ORDER
from tests.standin.diff import changes
from tests.standin.limits import MAX_COMPARE_COMMITS, MAX_COMPARE_FILES
from tests.standin.listener import Answer
from tests.standin.present.git import commit_json
from tests.standin.present.pulls import file_json, pull_simple_json
from tests.standin.present.repositories import full_repository_json
from tests.standin.present.users import user_of
from tests.standin.repository import Repository
from tests.standin.routing import Call, answer, paged, routes
from tests.standin.values import Json, Refused, not_found

_ROLES = {"maintain": "write", "triage": "read"}
"""What the old ``permission`` field says for the newer roles."""


def _repository(call: Call) -> Json:
    return full_repository_json(call.repository)


def _commit(call: Call) -> Json:
    repository = call.repository
    sha = resolved(repository, call.params["ref"])
    commit = repository.git.commit_info(sha)
    parent = commit.parents[0] if commit.parents else repository.git.empty_tree()
    changed = changes(repository.git, parent, sha, call.github.limits)
    added, gone = sum(c.additions for c in changed), sum(c.deletions for c in changed)
    return commit_json(repository, commit) | {
        "stats": {"additions": added, "deletions": gone, "total": added + gone},
        "files": [file_json(repository, sha, c) for c in changed[:MAX_COMPARE_FILES]],
    }


def _commits(call: Call) -> Answer:
    repository = call.repository
    sha = resolved(repository, call.query.get("sha", repository.default_branch))
    found = repository.git.commits(None, sha)[::-1]
    return paged(call, found, lambda commit: commit_json(repository, commit))


def _pulls_of_commit(call: Call) -> Answer:
    """Merged ones that brought the commit, else the open ones that hold it."""
    repository = call.repository
    sha = resolved(repository, call.params["commit_sha"])
    found = [p for p in repository.pulls if sha in {commit.sha for commit in p.commits}]
    return paged(call, found, pull_simple_json)


def _compare(call: Call) -> Answer:
    """Three dots: what the head has since the merge base; files on the first page only, 300."""
    repository = call.repository
    base, _, head = call.params["basehead"].partition("...")
    one, other = resolved(repository, base), resolved(repository, head)
    git = repository.git
    middle = git.merge_base(one, other)
    if middle is None:
        raise Refused(404, f"No common ancestor between {base} and {head}.")
    ahead, behind = git.commits(one, other), git.commits(other, one)
    page = int(call.query.get("page", 1))
    size = int(call.query.get("per_page", MAX_COMPARE_COMMITS))
    changed = changes(git, middle, other, call.github.limits) if page == 1 else []
    url = f"{call.github.api_url}/repos/{repository.full_name}/compare/{base}...{head}"
    web = f"{repository.page}/compare/{base}...{head}"
    return answer(
        {
            "url": url,
            "html_url": web,
            "permalink_url": web,
            "diff_url": f"{web}.diff",
            "patch_url": f"{web}.patch",
            "base_commit": commit_json(repository, git.commit_info(one)),
            "merge_base_commit": commit_json(repository, git.commit_info(middle)),
            "status": _status(len(ahead), len(behind)),
            "ahead_by": len(ahead),
            "behind_by": len(behind),
            "total_commits": len(ahead),
            "commits": [commit_json(repository, c) for c in ahead[(page - 1) * size : page * size]],
            "files": [file_json(repository, other, c) for c in changed[:MAX_COMPARE_FILES]],
        }
    )


def _status(ahead: int, behind: int) -> str:
    if ahead and behind:
        return "diverged"
    return "ahead" if ahead else "behind" if behind else "identical"


def _branch(call: Call) -> Json:
    repository, name = call.repository, call.params["branch"]
    sha = repository.git.resolve(f"refs/heads/{name}")
    if sha is None:
        raise Refused(404, "Branch not found")
    url = f"{call.github.api_url}/repos/{repository.full_name}/branches/{name}"
    return {
        "name": name,
        "commit": commit_json(repository, repository.git.commit_info(sha)),
        "_links": {"html": f"{repository.page}/tree/{name}", "self": url},
        "protected": False,
        "protection": {
            "enabled": False,
            "required_status_checks": {"enforcement_level": "off", "contexts": [], "checks": []},
        },
        "protection_url": f"{url}/protection",
    }


def _rules(call: Call) -> Answer:
    """Those of rulesets; what classic protection requires is not among them."""
    return paged(call, call.repository.rules, lambda rule: rule)


def _permission(call: Call) -> Json:
    login = call.params["username"]
    user = call.github.users.get(login)
    if user is None:
        raise Refused(404, f"{login} is not a user")
    role = call.repository.permission_of(login)
    shown = user_of(call.github, user) | {"role_name": role}
    held = ORDER.index(role)
    names = {"pull": "read", "triage": "triage", "push": "write"}
    names |= {"maintain": "maintain", "admin": "admin"}
    shown["permissions"] = {name: held >= ORDER.index(level) for name, level in names.items()}
    return {"permission": _ROLES.get(role, role), "role_name": role, "user": shown}


def resolved(repository: Repository, ref: str) -> str:
    """A commit by hash, branch, tag or pull request, as GitHub resolves names."""
    for prefix in ("", "refs/heads/", "refs/tags/", "refs/"):
        name = f"{prefix}{ref}"
        if prefix or _is_hash(ref):
            sha = repository.git.commit_sha(name)
            if sha is not None:
                return sha
    if _is_hash(ref):
        raise Refused(422, f"No commit found for SHA: {ref}")
    raise not_found()


def _is_hash(text: str) -> bool:
    return 4 <= len(text) <= 40 and not set(text) - set("0123456789abcdef")


ROUTES = routes(
    ("GET /repos/{owner}/{repo}", _repository, "metadata:read"),
    ("GET /repos/{owner}/{repo}/commits", _commits, "contents:read"),
    ("GET /repos/{owner}/{repo}/commits/{ref}", _commit, "contents:read"),
    (
        "GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls",
        _pulls_of_commit,
        "pull_requests:read",
    ),
    ("GET /repos/{owner}/{repo}/compare/{basehead}", _compare, "contents:read"),
    ("GET /repos/{owner}/{repo}/branches/{branch}", _branch, "contents:read"),
    ("GET /repos/{owner}/{repo}/rules/branches/{branch}", _rules, "metadata:read"),
    (
        "GET /repos/{owner}/{repo}/collaborators/{username}/permission",
        _permission,
        "metadata:read",
    ),
)

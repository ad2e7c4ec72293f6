"""Pull requests: one, all, their files and commits."""

from tests.standin.listener import Answer
from tests.standin.present.git import commit_json
from tests.standin.present.pulls import file_json, pull_json, pull_simple_json
from tests.standin.pulls import PullRequest
from tests.standin.routing import Call, paged, routes
from tests.standin.values import Json


def _pull(call: Call) -> Json:
    return pull_json(call.pull())


def _pulls(call: Call) -> Answer:
    """Newest first; ``head`` is ``OWNER:BRANCH``."""
    query = call.query
    found = [pull for pull in call.repository.pulls if _matches(pull, query)]
    by_update = query.get("sort") == "updated"
    found.sort(key=lambda pull: (pull.updated_at if by_update else 0.0, pull.number))
    ascending = query.get(
        "direction", "desc" if query.get("sort", "created") == "created" else "asc"
    )
    return paged(call, found if ascending == "asc" else found[::-1], pull_simple_json)


def _matches(pull: PullRequest, query: dict[str, str]) -> bool:
    state = query.get("state", "open")
    return (
        state in ("all", pull.state)
        and query.get("base", pull.base_branch) == pull.base_branch
        and query.get("head", pull.head_label) == pull.head_label
    )


def _files(call: Call) -> Answer:
    """At most 3,000 files, whatever ``changed_files`` says."""
    pull = call.pull()
    files = pull.changes[: call.github.limits.pull_files]
    return paged(call, files, lambda change: file_json(pull.repository, pull.head_sha, change))


def _commits(call: Call) -> Answer:
    pull = call.pull()
    return paged(call, pull.commits[:250], lambda commit: commit_json(pull.repository, commit))


ROUTES = routes(
    ("GET /repos/{owner}/{repo}/pulls", _pulls, "pull_requests:read"),
    ("GET /repos/{owner}/{repo}/pulls/{pull_number}", _pull, "pull_requests:read"),
    ("GET /repos/{owner}/{repo}/pulls/{pull_number}/files", _files, "pull_requests:read"),
    ("GET /repos/{owner}/{repo}/pulls/{pull_number}/commits", _commits, "pull_requests:read"),
)

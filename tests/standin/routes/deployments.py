"""Deployments, newest first, and tags."""

from tests.standin.deployments import Deployment
from tests.standin.listener import Answer
from tests.standin.present.deployments import deployment_json, deployment_status_json
from tests.standin.routing import Call, paged, routes
from tests.standin.values import Json, node_id, not_found


def _deployments(call: Call) -> Answer:
    found = [d for d in reversed(call.repository.deployments) if _wanted(d, call.query)]
    return paged(call, found, deployment_json)


def _wanted(deployment: Deployment, query: dict[str, str]) -> bool:
    return (
        query.get("environment", deployment.environment) == deployment.environment
        and query.get("sha", deployment.sha) == deployment.sha
        and query.get("ref", deployment.ref) == deployment.ref
    )


def _statuses(call: Call) -> Answer:
    number = call.number("deployment_id")
    found = next((d for d in call.repository.deployments if d.id == number), None)
    if found is None:
        raise not_found()
    deployment = found
    newest_first = deployment.statuses[::-1]
    return paged(call, newest_first, lambda status: deployment_status_json(deployment, status))


def _tags(call: Call) -> Answer:
    found = sorted(call.repository.git.refs("refs/tags").items(), reverse=True)
    return paged(call, found, lambda item: _tag(call, item[0], item[1]))


def _tag(call: Call, ref: str, sha: str) -> Json:
    name = ref.removeprefix("refs/tags/")
    repository = call.repository
    api = f"{call.github.api_url}/repos/{repository.full_name}"
    commit = repository.git.commit_sha(sha) or sha
    return {
        "name": name,
        "commit": {"sha": commit, "url": f"{api}/commits/{commit}"},
        "zipball_url": f"{api}/zipball/{ref}",
        "tarball_url": f"{api}/tarball/{ref}",
        "node_id": node_id("REF", int(sha[:8], 16)),
    }


_REPO = "/repos/{owner}/{repo}"
ROUTES = routes(
    (f"GET {_REPO}/deployments", _deployments, "deployments:read"),
    (f"GET {_REPO}/deployments/{{deployment_id}}/statuses", _statuses, "deployments:read"),
    (f"GET {_REPO}/tags", _tags, "contents:read"),
)

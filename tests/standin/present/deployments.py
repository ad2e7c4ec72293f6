"""Deployments and their statuses as JSON."""

from tests.standin.deployments import Deployment, DeploymentStatus
from tests.standin.present.users import user_of
from tests.standin.values import Json, node_id, timestamp


def deployment_json(deployment: Deployment) -> Json:
    repository = deployment.repository
    api = f"{repository.github.api_url}/repos/{repository.full_name}"
    url = f"{api}/deployments/{deployment.id}"
    return {
        "url": url,
        "id": deployment.id,
        "node_id": node_id("DE", deployment.id),
        "sha": deployment.sha,
        "ref": deployment.ref,
        "task": "deploy",
        "payload": {},
        "original_environment": deployment.environment,
        "environment": deployment.environment,
        "description": None,
        "creator": user_of(repository.github, deployment.user),
        "created_at": timestamp(deployment.created_at),
        "updated_at": timestamp(deployment.created_at),
        "statuses_url": f"{url}/statuses",
        "repository_url": api,
        "transient_environment": False,
        "production_environment": deployment.environment == "production",
        "performed_via_github_app": None,
    }


def deployment_status_json(deployment: Deployment, status: DeploymentStatus) -> Json:
    whole = deployment_json(deployment)
    return {
        "url": f"{whole['statuses_url']}/{status.id}",
        "id": status.id,
        "node_id": node_id("DES", status.id),
        "state": status.state,
        "creator": whole["creator"],
        "description": "",
        "environment": deployment.environment,
        "target_url": "",
        "created_at": timestamp(status.created_at),
        "updated_at": timestamp(status.created_at),
        "deployment_url": whole["url"],
        "repository_url": whole["repository_url"],
        "environment_url": "",
        "log_url": "",
        "performed_via_github_app": None,
    }

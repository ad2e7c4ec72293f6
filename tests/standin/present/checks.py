"""Check suites, check runs and annotations as JSON."""

from tests.standin.checks import CheckRun, CheckSuite
from tests.standin.present.accounts import app_json
from tests.standin.present.git import simple_commit_json
from tests.standin.present.pulls import pulls_of
from tests.standin.present.repositories import repository_json
from tests.standin.values import Json, node_id, timestamp


def run_json(run: CheckRun) -> Json:
    repository = run.suite.repository
    url = f"{repository.github.api_url}/repos/{repository.full_name}/check-runs/{run.id}"
    return {
        "id": run.id,
        "name": run.name,
        "node_id": node_id("CR", run.id),
        "head_sha": run.head_sha,
        "external_id": run.external_id,
        "url": url,
        "html_url": run.page,
        "details_url": run.details_url or app_json(run.suite.app)["external_url"],
        "status": run.status,
        "conclusion": run.conclusion,
        "started_at": timestamp(run.started_at),
        "completed_at": timestamp(run.completed_at) if run.completed_at else None,
        "output": {
            "title": run.title,
            "summary": run.summary,
            "text": run.text,
            "annotations_count": len(run.annotations),
            "annotations_url": f"{url}/annotations",
        },
        "check_suite": {"id": run.suite.id},
        "app": app_json(run.suite.app),
        "pull_requests": pulls_of(repository, run.head_sha),
    }


def suite_json(suite: CheckSuite) -> Json:
    repository = suite.repository
    url = f"{repository.github.api_url}/repos/{repository.full_name}/check-suites/{suite.id}"
    return {
        "id": suite.id,
        "node_id": node_id("CS", suite.id),
        "head_branch": suite.head_branch,
        "head_sha": suite.head_sha,
        "status": suite.status,
        "conclusion": suite.conclusion,
        "url": url,
        "before": None,
        "after": suite.head_sha,
        "pull_requests": pulls_of(repository, suite.head_sha),
        "app": app_json(suite.app),
        "repository": repository_json(repository),
        "created_at": timestamp(suite.created_at),
        "updated_at": timestamp(suite.created_at),
        "rerequestable": True,
        "runs_rerequestable": True,
        "latest_check_runs_count": len(suite.latest),
        "check_runs_url": f"{url}/check-runs",
        "head_commit": simple_commit_json(repository.git.commit_info(suite.head_sha)),
    }


def annotation_json(run: CheckRun, annotation: Json) -> Json:
    repository = run.suite.repository
    return {
        "path": annotation["path"],
        "blob_href": f"{repository.page}/blob/{run.head_sha}/{annotation['path']}",
        "start_line": annotation["start_line"],
        "start_column": annotation.get("start_column"),
        "end_line": annotation["end_line"],
        "end_column": annotation.get("end_column"),
        "annotation_level": annotation["annotation_level"],
        "title": annotation.get("title"),
        "message": annotation["message"],
        "raw_details": annotation.get("raw_details"),
    }

"""Check suites and check runs as GraphQL's nodes."""

from collections.abc import Iterable
from typing import Any

from tests.standin.checks import CheckRun, CheckSuite
from tests.standin.present.connections import connection
from tests.standin.repository import Repository
from tests.standin.values import Json, node_id


def suites(
    repository: Repository,
    sha: str,
    info: Any,
    filterBy: Json | None = None,  # noqa: N803
    **page: Any,
) -> Json:
    wanted = filterBy or {}
    found = [
        suite
        for suite in repository.check_suites
        if suite.head_sha == sha
        and wanted.get("appId") in (None, suite.app.id)
        and (not wanted.get("checkName") or _named(suite.runs, wanted["checkName"]))
    ]
    return connection("checkSuites", found, _suite)(info, **page)


def _suite(suite: CheckSuite) -> Json:
    return {
        "__typename": "CheckSuite",
        "id": node_id("CS", suite.id),
        "databaseId": suite.id,
        "app": {"databaseId": suite.app.id, "slug": suite.app.slug, "name": suite.app.slug},
        "status": suite.status.upper(),
        "conclusion": suite.conclusion.upper() if suite.conclusion else None,
        "checkRuns": lambda info, **wanted: _runs(suite, info, **wanted),
    }


def _runs(suite: CheckSuite, info: Any, filterBy: Json | None = None, **page: Any) -> Json:  # noqa: N803
    """The newest of each name, unless all are wanted."""
    wanted = filterBy or {}
    runs = suite.runs if wanted.get("checkType") == "ALL" else suite.latest
    if wanted.get("checkName"):
        runs = _named(runs, wanted["checkName"])
    return connection("checkRuns", runs, run_node)(info, **page)


def _named(runs: Iterable[CheckRun], name: str) -> list[CheckRun]:
    return [run for run in runs if run.name == name]


def run_node(run: CheckRun) -> Json:
    return {
        "__typename": "CheckRun",
        "id": node_id("CR", run.id),
        "databaseId": run.id,
        "name": run.name,
        "status": run.status.upper(),
        "conclusion": run.conclusion.upper() if run.conclusion else None,
        "externalId": run.external_id,
        "detailsUrl": run.details_url,
        "permalink": run.page,
        "url": run.page,
        "title": run.title,
        "summary": run.summary,
        "annotations": connection("annotations", run.annotations, lambda shown: shown),
    }

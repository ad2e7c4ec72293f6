"""Check runs and check suites."""

from tests.standin.checks import CheckRun, CheckSuite, create_run, update_run
from tests.standin.listener import Answer
from tests.standin.present.checks import annotation_json, run_json, suite_json
from tests.standin.routes.repositories import resolved
from tests.standin.routing import Call, created, paged, routes
from tests.standin.values import Json, not_found


def _create(call: Call) -> Answer:
    return created(run_json(create_run(call.repository, call.app, call.body)))


def _update(call: Call) -> Json:
    run = _run(call)
    update_run(run, call.app, call.body)
    return run_json(run)


def _get(call: Call) -> Json:
    return run_json(_run(call))


def _annotations(call: Call) -> Answer:
    run = _run(call)
    return paged(call, run.annotations, lambda annotation: annotation_json(run, annotation))


def _runs_of_ref(call: Call) -> Answer:
    """``filter=latest`` (the default): the newest run of each name in each suite."""
    sha = resolved(call.repository, call.params["ref"])
    suites = [s for s in call.repository.check_suites if s.head_sha == sha]
    return _run_page(call, suites)


def _runs_of_suite(call: Call) -> Answer:
    return _run_page(call, [_suite_of(call)])


def _run_page(call: Call, suites: list[CheckSuite]) -> Answer:
    every = call.query.get("filter", "latest") == "all"
    found = [run for suite in suites for run in (suite.runs if every else suite.latest)]
    found = [run for run in found if _wanted(run, call.query)]
    return paged(call, sorted(found, key=lambda run: -run.id), run_json, "check_runs")


def _wanted(run: CheckRun, query: dict[str, str]) -> bool:
    return (
        query.get("check_name", run.name) == run.name
        and query.get("status", run.status) == run.status
        and query.get("app_id", str(run.suite.app.id)) == str(run.suite.app.id)
    )


def _suites_of_ref(call: Call) -> Answer:
    sha = resolved(call.repository, call.params["ref"])
    app_id = call.query.get("app_id")
    found = [
        suite
        for suite in call.repository.check_suites
        if suite.head_sha == sha and app_id in (None, str(suite.app.id))
    ]
    return paged(call, found, suite_json, "check_suites")


def _suite(call: Call) -> Json:
    return suite_json(_suite_of(call))


def _suite_of(call: Call) -> CheckSuite:
    number = call.number("check_suite_id")
    for suite in call.repository.check_suites:
        if suite.id == number:
            return suite
    raise not_found()


def _run(call: Call) -> CheckRun:
    number = call.number("check_run_id")
    for suite in call.repository.check_suites:
        for run in suite.runs:
            if run.id == number:
                return run
    raise not_found()


_REPO = "/repos/{owner}/{repo}"
ROUTES = routes(
    (f"POST {_REPO}/check-runs", _create, "checks:write"),
    (f"GET {_REPO}/check-runs/{{check_run_id}}", _get, "checks:read"),
    (f"PATCH {_REPO}/check-runs/{{check_run_id}}", _update, "checks:write"),
    (f"GET {_REPO}/check-runs/{{check_run_id}}/annotations", _annotations, "checks:read"),
    (f"GET {_REPO}/commits/{{ref}}/check-runs", _runs_of_ref, "checks:read"),
    (f"GET {_REPO}/commits/{{ref}}/check-suites", _suites_of_ref, "checks:read"),
    (f"GET {_REPO}/check-suites/{{check_suite_id}}", _suite, "checks:read"),
    (f"GET {_REPO}/check-suites/{{check_suite_id}}/check-runs", _runs_of_suite, "checks:read"),
)

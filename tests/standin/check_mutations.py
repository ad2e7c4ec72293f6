"""GraphQL's way to write about a check run."""

from graphql import GraphQLError

from tests.standin.accounts import App
from tests.standin.checks import CheckRun, update_run
from tests.standin.present.check_nodes import run_node
from tests.standin.repository import Repository
from tests.standin.values import Json, Refused, node_id

_MOST_ANNOTATIONS = 50
_PLAIN = {"name": "name", "detailsUrl": "details_url", "externalId": "external_id"}


def find_run(repository: Repository, wanted: str) -> CheckRun | None:
    runs = (run for suite in repository.check_suites for run in suite.runs)
    return next((run for run in runs if node_id("CR", run.id) == wanted), None)


def update(run: CheckRun, app: App, wanted: Json) -> Json | None:
    """None, and no error, for more annotations than GitHub takes at once: it does so, too."""
    if len((wanted.get("output") or {}).get("annotations") or []) > _MOST_ANNOTATIONS:
        return None
    try:
        update_run(run, app, _as_rest(wanted))
    except Refused as refused:
        raise GraphQLError(refused.message, extensions={"type": "UNPROCESSABLE"}) from None
    return run_node(run)


def _as_rest(wanted: Json) -> Json:
    body: Json = {theirs: wanted[ours] for ours, theirs in _PLAIN.items() if ours in wanted}
    for name in ("status", "conclusion"):
        if wanted.get(name):
            body[name] = wanted[name].lower()
    if "actions" in wanted:
        body["actions"] = wanted["actions"]
    if wanted.get("output"):
        output = wanted["output"]
        body["output"] = {
            name: output[name] for name in ("title", "summary", "text") if name in output
        }
        body["output"]["annotations"] = [_annotation(one) for one in output.get("annotations", [])]
    return body


def _annotation(wanted: Json) -> Json:
    at = wanted["location"]
    named = {
        "path": wanted["path"],
        "start_line": at["startLine"],
        "end_line": at["endLine"],
        "start_column": at.get("startColumn"),
        "end_column": at.get("endColumn"),
        "annotation_level": wanted["annotationLevel"].lower(),
        "message": wanted["message"],
        "title": wanted.get("title"),
        "raw_details": wanted.get("rawDetails"),
    }
    return {name: value for name, value in named.items() if value is not None}

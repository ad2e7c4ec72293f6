"""Check suites and check runs: what an App says about a commit."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.standin.accounts import App
from tests.standin.limits import MAX_ANNOTATION_BYTES
from tests.standin.values import Json, Refused, invalid

if TYPE_CHECKING:
    from tests.standin.repository import Repository

CONCLUSIONS = frozenset(
    {"success", "failure", "neutral", "cancelled", "skipped", "timed_out", "action_required"}
)
"""What an App may conclude; ``stale`` is GitHub's alone."""


@dataclass(slots=True)
class CheckSuite:
    """All runs of one App on one commit."""

    repository: "Repository" = field(repr=False)
    id: int
    app: App = field(repr=False)
    head_sha: str
    head_branch: str | None
    created_at: float
    runs: list["CheckRun"] = field(default_factory=list)

    @property
    def status(self) -> str:
        if not self.runs:
            return "queued"
        return "completed" if all(r.status == "completed" for r in self.latest) else "in_progress"

    @property
    def conclusion(self) -> str | None:
        if self.status != "completed":
            return None
        found = {run.conclusion for run in self.latest}
        worst = ("action_required", "timed_out", "cancelled", "failure", "neutral", "success")
        return next((c for c in worst if c in found), "skipped")

    @property
    def latest(self) -> list["CheckRun"]:
        """The newest run of each name."""
        return list({run.name: run for run in self.runs}.values())

    def rerequest(self, by: str = "ann") -> None:
        """Somebody presses "Re-run all checks"."""
        self.repository.github.announce.check_suite(self, "rerequested", by)


@dataclass(slots=True)
class CheckRun:
    """One check on one commit."""

    suite: CheckSuite = field(repr=False)
    id: int
    name: str
    started_at: float
    status: str = "queued"
    conclusion: str | None = None
    completed_at: float | None = None
    title: str | None = None
    summary: str | None = None
    text: str | None = None
    external_id: str = ""
    details_url: str | None = None
    annotations: list[Json] = field(default_factory=list)
    actions: list[Json] = field(default_factory=list)
    updates: int = 0

    @property
    def head_sha(self) -> str:
        return self.suite.head_sha

    @property
    def page(self) -> str:
        repository = self.suite.repository
        return f"{repository.page}/runs/{self.id}"

    def rerequest(self, by: str = "ann") -> None:
        """Somebody presses "Re-run"; the run itself stays as it is."""
        self.suite.repository.github.announce.check_run(self, "rerequested", by)

    def request_action(self, identifier: str, by: str = "ann") -> None:
        """Somebody presses one of the run's buttons."""
        if identifier not in {action["identifier"] for action in self.actions}:
            raise ValueError(f"the run has no button {identifier!r}")
        action = {"requested_action": {"identifier": identifier}}
        self.suite.repository.github.announce.check_run(self, "requested_action", by, action)

    def update(self, body: Json, now: float) -> None:
        """Takes over what a request says; refuses all of it or nothing."""
        self._refuse(body)
        for name in ("name", "details_url", "external_id", "actions"):
            if name in body:
                setattr(self, name, body[name])
        self._set_status(body, now)
        output = body.get("output") or {}
        for name in ("title", "summary", "text"):
            if name in output:
                setattr(self, name, output[name])
        self.annotations.extend(output.get("annotations", []))
        self.updates += 1

    def _set_status(self, body: Json, now: float) -> None:
        if body.get("conclusion"):
            self.status, self.conclusion = "completed", body["conclusion"]
            self.completed_at = now
        elif "status" in body:
            self.status = body["status"]
            if self.status != "completed":
                self.conclusion = self.completed_at = None

    def _refuse(self, body: Json) -> None:
        conclusion = body.get("conclusion")
        if body.get("status") == "completed" and not conclusion:
            raise invalid("CheckRun", "conclusion", "conclusion is required", "missing_field")
        if conclusion is not None and conclusion not in CONCLUSIONS:
            raise invalid("CheckRun", "conclusion", f"{conclusion} is not a conclusion", "invalid")
        for annotation in (body.get("output") or {}).get("annotations", []):
            _refuse_annotation(annotation)


def suite_for(repository: "Repository", app: App, sha: str) -> CheckSuite:
    """The App's suite on that commit, made when it is first needed."""
    for suite in repository.check_suites:
        if suite.app is app and suite.head_sha == sha:
            return suite
    branches = repository.git.refs("refs/heads")
    branch = next((n.removeprefix("refs/heads/") for n, s in branches.items() if s == sha), None)
    github = repository.github
    suite = CheckSuite(repository, github.ids.next(), app, sha, branch, github.clock.now())
    repository.check_suites.append(suite)
    return suite


def create_run(repository: "Repository", app: App, body: Json) -> CheckRun:
    sha = body["head_sha"]
    if repository.git.commit_sha(sha) is None:
        raise Refused(422, f"No commit found for SHA: {sha}")
    suite = suite_for(repository, app, sha)
    now = repository.github.clock.now()
    run = CheckRun(suite, repository.github.ids.next(), body["name"], started_at=now)
    run.update(body, now)
    suite.runs.append(run)
    return run


def update_run(run: CheckRun, app: App, body: Json) -> None:
    if run.suite.app is not app:
        raise Refused(
            403,
            f"Invalid app_id `{app.id}` - "
            "check run can only be modified by the GitHub App that created it.",
        )
    run.update(body, run.suite.repository.github.clock.now())


def _refuse_annotation(annotation: Json) -> None:
    for name in ("message", "raw_details"):
        if len((annotation.get(name) or "").encode()) > MAX_ANNOTATION_BYTES:
            raise invalid("CheckRun", name, f"{name} is too long (maximum is 64 KB)")
    if len(annotation.get("title") or "") > 255:
        raise invalid("CheckRun", "title", "title is too long (maximum is 255 characters)")
    columns = ("start_column", "end_column")
    if annotation["start_line"] != annotation["end_line"] and any(c in annotation for c in columns):
        raise invalid("CheckRun", "start_column", "columns need start_line to equal end_line")

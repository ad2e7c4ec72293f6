"""Check runs: list, create, update. https://docs.github.com/rest/checks/runs"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from app.github.connection import Connection, Parameters
from app.github.errors import Invalid, NotYetVisible
from app.github.shape import Json
from app.github.values import CheckRun
from app.report.values import Annotation, Conclusion, Output

_Body: TypeAlias = dict[str, object]


AGAIN = {
    "label": "Audit again",
    "description": "Audits this head once more.",
    "identifier": "recheck",
}


@dataclass(frozen=True, slots=True)
class Checks:
    """The check runs of one repository."""

    connection: Connection
    path: str
    app_id: int

    def list(self, head_sha: str, name: str) -> tuple[CheckRun, ...]:
        """Our App's check runs of that name on a commit, newest first, all that there are."""
        parameters: Parameters = {"check_name": name, "app_id": self.app_id, "filter": "all"}
        path = f"{self.path}/commits/{head_sha}/check-runs"
        found = map(_run, self.connection.pages(path, parameters, "check_runs"))
        ours = (run for run in found if run.app_id == self.app_id and run.name == name)
        return tuple(sorted(ours, key=lambda run: run.id, reverse=True))

    def create(
        self, head_sha: str, name: str, external_id: str, details_url: str, output: Output
    ) -> CheckRun:
        """A new check run, `in_progress`. `NotYetVisible` where the head isn't there yet."""
        body: _Body = {
            "name": name,
            "head_sha": head_sha,
            "status": "in_progress",
            "external_id": external_id,
            "details_url": details_url,
            "output": _output(output, ()),
        }
        try:
            return _run(self.connection.create(f"{self.path}/check-runs", body))
        except Invalid as refused:
            if "no commit found" in refused.reason.lower():
                raise NotYetVisible(head_sha) from refused
            raise

    def append(
        self, run: CheckRun, output: Output, annotations: Sequence[Annotation] = ()
    ) -> CheckRun:
        """Adds at most fifty annotations to a run that goes on."""
        return self._update(run, {"output": _output(output, annotations)})

    def complete(
        self,
        run: CheckRun,
        conclusion: Conclusion,
        output: Output,
        annotations: Sequence[Annotation] = (),
    ) -> CheckRun:
        """Ends the run, with a button to begin another; adds at most fifty annotations."""
        ended: _Body = {"status": "completed", "conclusion": conclusion.value, "actions": [AGAIN]}
        return self._update(run, {**ended, "output": _output(output, annotations)})

    def get(self, run_id: int) -> CheckRun:
        return _run(self.connection.get(f"{self.path}/check-runs/{run_id}"))

    def _update(self, run: CheckRun, body: _Body) -> CheckRun:
        return _run(self.connection.update(f"{self.path}/check-runs/{run.id}", body))


def _run(found: Json) -> CheckRun:
    return CheckRun(
        id=found.number("id"),
        name=found.text("name"),
        head_sha=found.text("head_sha"),
        status=found.text("status"),
        conclusion=found.maybe_text("conclusion"),
        external_id=found.maybe_text("external_id") or "",
        annotations=found.maybe_number("output", "annotations_count") or 0,
        app_id=found.maybe_number("app", "id") or 0,
        html_url=found.maybe_text("html_url") or "",
        node_id=found.maybe_text("node_id") or "",
    )


def _output(output: Output, annotations: Sequence[Annotation]) -> _Body:
    body: _Body = {"title": output.title, "summary": output.summary}
    if output.text:
        body["text"] = output.text
    if annotations:
        body["annotations"] = [_annotation(annotation) for annotation in annotations]
    return body


def _annotation(annotation: Annotation) -> _Body:
    body: _Body = {
        "path": annotation.path,
        "start_line": annotation.start_line,
        "end_line": annotation.end_line,
        "annotation_level": annotation.level.value,
        "title": annotation.title,
        "message": annotation.message,
    }
    if annotation.raw_details:
        body["raw_details"] = annotation.raw_details
    if annotation.start_column is not None and annotation.end_column is not None:
        body |= {"start_column": annotation.start_column, "end_column": annotation.end_column}
    return body

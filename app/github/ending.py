"""Ends an audit in one call: threads resolved, their comments edited, the check run completed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from app.github.checks import AGAIN
from app.github.connection import Connection
from app.github.errors import Invalid
from app.github.values import CheckRun
from app.report.values import Annotation, Check, Closing, Level

_RESOLVE = ("resolveReviewThread", "ResolveReviewThreadInput!", "thread")
_EDIT = (
    "updatePullRequestReviewComment",
    "UpdatePullRequestReviewCommentInput!",
    "pullRequestReviewComment",
)
_COMPLETE = ("updateCheckRun", "UpdateCheckRunInput!", "checkRun")
_LEVELS: Mapping[Level, str] = {
    Level.NOTICE: "NOTICE",
    Level.WARNING: "WARNING",
    Level.FAILURE: "FAILURE",
}

_Input = dict[str, object]


def end(
    connection: Connection,
    repository: str,
    run: CheckRun,
    check: Check,
    annotations: Sequence[Annotation],
    closings: Sequence[Closing],
) -> None:
    """GitHub carries mutations out one after the other, whichever of them it refuses.

    `Refused` says that it refused some: which, only a look tells. `repository` is a node id.
    https://docs.github.com/graphql/reference/mutations
    """
    steps = [step for n, closing in enumerate(closings) for step in _closed(n, closing)]
    completed = _completed(repository, run, check, annotations)
    steps.append(_Step("run", *_COMPLETE, completed))
    declared = ", ".join(f"${step.name}: {step.kind}" for step in steps)
    asked = "\n".join(f"{step.name}: {step.call}" for step in steps)
    mutation = f"mutation End({declared}) {{\n{asked}\n}}"
    done = connection.mutate(mutation, {step.name: step.input for step in steps})
    if done.maybe_text("run", "checkRun", "id") is None:
        raise Invalid("updateCheckRun", 200, "GitHub names no check run")


@dataclass(frozen=True, slots=True)
class _Step:
    """One field of the mutation; its variable has the same name."""

    name: str
    field: str
    kind: str
    result: str
    input: _Input

    @property
    def call(self) -> str:
        return f"{self.field}(input: ${self.name}) {{ {self.result} {{ id }} }}"


def _closed(number: int, closing: Closing) -> Iterator[_Step]:
    thread, comment = closing.thread, closing.thread.comments[0]
    if not thread.resolved:
        yield _Step(f"resolve{number}", *_RESOLVE, {"threadId": thread.node_id})
    edit: _Input = {"pullRequestReviewCommentId": comment.node_id, "body": closing.body}
    yield _Step(f"edit{number}", *_EDIT, edit)


def _completed(
    repository: str, run: CheckRun, check: Check, annotations: Sequence[Annotation]
) -> _Input:
    output = check.output
    shown: _Input = {"title": output.title, "summary": output.summary}
    if output.text:
        shown["text"] = output.text
    if annotations:
        shown["annotations"] = [_annotation(one) for one in annotations]
    return {
        "repositoryId": repository,
        "checkRunId": run.node_id,
        "status": "COMPLETED",
        "conclusion": check.conclusion.value.upper(),
        "actions": [AGAIN],
        "output": shown,
    }


def _annotation(annotation: Annotation) -> _Input:
    location: _Input = {"startLine": annotation.start_line, "endLine": annotation.end_line}
    if annotation.start_column is not None and annotation.end_column is not None:
        location |= {"startColumn": annotation.start_column, "endColumn": annotation.end_column}
    body: _Input = {
        "path": annotation.path,
        "location": location,
        "annotationLevel": _LEVELS[annotation.level],
        "title": annotation.title,
        "message": annotation.message,
    }
    if annotation.raw_details:
        body["rawDetails"] = annotation.raw_details
    return body

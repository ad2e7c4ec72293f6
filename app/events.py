"""One handler for each of GitHub's events: translates a payload into work, or into nothing."""

from collections.abc import Callable, Mapping
from datetime import datetime

from pydantic import BaseModel, ValidationError

from app.commands import MOST_AT_ONCE, commands
from app.work import (
    AuditGroup,
    AuditPull,
    Closed,
    Command,
    EndGroup,
    Forget,
    Moved,
    Origin,
    Rerun,
    Work,
)


class Malformed(Exception):
    """A payload without something that GitHub documents for its event."""


def translate(event: str, payload: object) -> Work | None:
    """The work that a delivery asks for; None for events and actions that ask for none."""
    handler = _HANDLERS.get(event)
    try:
        return handler(payload) if handler else None
    except ValidationError as error:
        where = ", ".join(".".join(map(str, e["loc"])) for e in error.errors()[:5])
        raise Malformed(f"the payload of {event} lacks, or says in another way: {where}") from None


class _Installation(BaseModel):
    id: int


class _Repository(BaseModel):
    id: int
    full_name: str


class _User(BaseModel):
    id: int
    login: str
    type: str


class _Event(BaseModel):
    """What all payloads have. Without an installation it isn't our App's."""

    action: str
    repository: _Repository
    installation: _Installation | None = None

    def origin(self) -> Origin | None:
        if self.installation is None:
            return None
        return Origin(self.installation.id, self.repository.id, self.repository.full_name)


class _Ref(BaseModel):
    sha: str


class _Pull(BaseModel):
    number: int
    head: _Ref
    updated_at: datetime


class _PullRequestEvent(_Event):
    pull_request: _Pull
    changes: Mapping[str, object] = {}


class _PullBase(BaseModel):
    repo: _Installation


class _NamedPull(BaseModel):
    number: int
    base: _PullBase


class _Checked(BaseModel):
    head_sha: str
    pull_requests: tuple[_NamedPull, ...] = ()


class _Requested(BaseModel):
    identifier: str


class _CheckRunEvent(_Event):
    check_run: _Checked
    requested_action: _Requested | None = None


class _CheckSuiteEvent(_Event):
    check_suite: _Checked


class _Comment(BaseModel):
    id: int
    body: str | None = None
    user: _User | None = None


class _Issue(BaseModel):
    number: int
    state: str
    user: _User | None = None
    pull_request: Mapping[str, object] | None = None


class _IssueCommentEvent(_Event):
    comment: _Comment
    issue: _Issue
    sender: _User


class _Group(BaseModel):
    head_sha: str
    head_ref: str
    base_sha: str


class _MergeGroupEvent(_Event):
    merge_group: _Group


class _PushEvent(_Event):
    action: str = "pushed"
    ref: str
    before: str
    after: str
    created: bool = False
    deleted: bool = False


class _Deployed(BaseModel):
    state: str


class _DeploymentStatusEvent(_Event):
    deployment_status: _Deployed


class _Gone(BaseModel):
    id: int


class _InstallationEvent(BaseModel):
    action: str
    installation: _Installation
    repositories: tuple[_Gone, ...] = ()
    repositories_removed: tuple[_Gone, ...] = ()


class _Action(BaseModel):
    action: str | None = None


_NEW_HEAD = frozenset({"opened", "synchronize", "reopened", "ready_for_review"})
_RECHECK = "recheck"
_BRANCH, _TAG = "refs/heads/", "refs/tags/"


def _pull_request(payload: object) -> Work | None:
    action = _Action.model_validate(payload).action
    if action not in (*_NEW_HEAD, "edited", "closed"):
        return None
    event = _PullRequestEvent.model_validate(payload)
    origin = event.origin()
    if origin is None or (action == "edited" and "base" not in event.changes):
        return None
    pull = event.pull_request
    if action == "closed":
        return Closed(origin, pull.number, pull.head.sha)
    return AuditPull(
        origin,
        pull.number,
        head=pull.head.sha,
        updated_at=int(pull.updated_at.timestamp()),
        again=action == "edited",
    )


def _check_run(payload: object) -> Work | None:
    action = _Action.model_validate(payload).action
    if action not in ("rerequested", "requested_action"):
        return None
    event = _CheckRunEvent.model_validate(payload)
    button = event.requested_action
    if action == "requested_action" and (button is None or button.identifier != _RECHECK):
        return None
    return _rerun(event.origin(), event.check_run)


def _check_suite(payload: object) -> Work | None:
    if _Action.model_validate(payload).action != "rerequested":
        return None
    event = _CheckSuiteEvent.model_validate(payload)
    return _rerun(event.origin(), event.check_suite)


def _rerun(origin: Origin | None, checked: _Checked) -> Work | None:
    """GitHub may name pull requests into other repositories, too: those are not ours."""
    if origin is None:
        return None
    numbers = (p.number for p in checked.pull_requests if p.base.repo.id == origin.repository)
    return Rerun(origin, checked.head_sha, tuple(numbers))


def _merge_group(payload: object) -> Work | None:
    action = _Action.model_validate(payload).action
    if action not in ("checks_requested", "destroyed"):
        return None
    event = _MergeGroupEvent.model_validate(payload)
    origin, group = event.origin(), event.merge_group
    if origin is None:
        return None
    if action == "destroyed":
        return EndGroup(origin, group.head_sha)
    return AuditGroup(origin, group.head_sha, group.base_sha, group.head_ref)


def _push(payload: object) -> Work | None:
    """A branch that moved may be the base of pull requests; a tag may say what is applied."""
    event = _PushEvent.model_validate(payload)
    origin = event.origin()
    if origin is None or event.deleted:
        return None
    if event.ref.startswith(_TAG):
        return Moved(origin)
    branch = event.ref.removeprefix(_BRANCH)
    if event.created or branch == event.ref or branch.startswith("gh-readonly-queue/"):
        return None
    return Moved(origin, branch, event.before, event.after)


def _deployment_status(payload: object) -> Work | None:
    event = _DeploymentStatusEvent.model_validate(payload)
    origin = event.origin()
    return Moved(origin) if origin and event.deployment_status.state == "success" else None


def _installation(payload: object) -> Work | None:
    action = _Action.model_validate(payload).action
    if action not in ("deleted", "removed"):
        return None
    event = _InstallationEvent.model_validate(payload)
    gone = tuple(one.id for one in (*event.repositories, *event.repositories_removed))
    return Forget(Origin(event.installation.id, 0, ""), gone) if gone else None


def _issue_comment(payload: object) -> Work | None:
    if _Action.model_validate(payload).action != "created":
        return None
    event = _IssueCommentEvent.model_validate(payload)
    origin, issue, comment = event.origin(), event.issue, event.comment
    on_open_pull = issue.pull_request is not None and issue.state == "open"
    person = comment.user
    if origin is None or not on_open_pull or person is None or not _is_person(event.sender, person):
        return None
    asked = tuple(dict.fromkeys(commands(comment.body or "")))
    if not asked:
        return None
    is_author = issue.user is not None and issue.user.id == person.id
    others = asked[1 : MOST_AT_ONCE + 1]
    return Command(origin, issue.number, comment.id, asked[0], person.login, is_author, others)


def _is_person(*users: _User) -> bool:
    return all(user.type == "User" for user in users)


_HANDLERS: Mapping[str, Callable[[object], Work | None]] = {
    "pull_request": _pull_request,
    "check_run": _check_run,
    "check_suite": _check_suite,
    "issue_comment": _issue_comment,
    "merge_group": _merge_group,
    "push": _push,
    "deployment_status": _deployment_status,
    "installation": _installation,
    "installation_repositories": _installation,
}
EVENTS = frozenset({"ping", *_HANDLERS})
"""Those that anything is done about."""

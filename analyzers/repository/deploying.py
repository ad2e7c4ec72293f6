"""What workflows do to production's database, in which order, and behind which gates."""

import re
from collections.abc import Iterator

from analyzers.repository.commands import (
    Kind,
    Target,
    action_kind,
    environment_in,
    kind,
    target,
)
from analyzers.repository.surroundings import Surroundings
from analyzers.repository.workflow import Job, Step, Workflow
from analyzers.source import Place
from analyzers.struct import Struct

_BACKUP_STEP = re.compile(r"\bback(?:s|ing)?[ -]?up\b|\bsnapshot\b", re.IGNORECASE)
_DEPLOYS = re.compile(r"(?<![a-z])(?:deploy|deployment|release)(?![a-z])", re.IGNORECASE)
_APPROVAL = re.compile(r"approv", re.IGNORECASE)
_POSTGRES = re.compile(r"\b(?:postgres|postgresql|postgis|pgvector|timescale\w*)\b", re.IGNORECASE)


class Event(Struct, frozen=True):
    """Something that a job does to a database or to running code, and where it says so."""

    kind: Kind
    job: Job
    step: Step
    place: Place
    target: Target | None


class Deployment(Struct, frozen=True):
    """A production database being migrated: `earlier` are the events that surely came before."""

    workflow: Workflow
    migrates: Event
    earlier: tuple[Event, ...]

    @property
    def jobs(self) -> tuple[Job, ...]:
        """The job itself and those that it waits for."""
        return (self.migrates.job, *self.workflow.before(self.migrates.job))


def deployments(surroundings: Surroundings) -> Iterator[Deployment]:
    """The first migration of production's database in each job."""
    for workflow in surroundings.workflows:
        events = {
            name: events_of(surroundings, workflow, job) for name, job in workflow.jobs.items()
        }
        for job in workflow.jobs.values():
            own = events[job.id]
            first = next((e for e in own if _to_production(workflow, e, own)), None)
            if first is not None:
                waited = (event for one in workflow.before(job) for event in events[one.id])
                yield Deployment(workflow, first, (*waited, *own[: own.index(first)]))


def events_of(surroundings: Surroundings, workflow: Workflow, job: Job) -> tuple[Event, ...]:
    """All events of a job, in their order."""
    found: list[Event] = []
    runs = list(surroundings.runs(workflow, job))
    for step in job.steps:
        start = workflow.place_of(step, step.uses or step.name)
        using = action_kind(step.uses)
        if using is None and _BACKUP_STEP.search(step.name):
            using = Kind.BACKUP
        if using is not None:
            found.append(Event(using, job, step, start, _goes_to(workflow, job, step, "")))
        for run in (run for run in runs if run.step is step):
            does = kind(run.command)
            if does is not None:
                to = _goes_to(workflow, job, step, run.command)
                found.append(Event(does, job, step, run.at, to))
    return tuple(found)


def has_postgres(workflow: Workflow, job: Job, surroundings: Surroundings) -> bool:
    """Whether a job starts a PostgreSQL of its own."""
    started = (
        run.command
        for run in surroundings.runs(workflow, job)
        if re.search(r"\bdocker\b|\bsystemctl\b|\bservice\b|\bpg_ctl", run.command)
    )
    return (
        any(_POSTGRES.search(image) for image in job.services)
        or any(_POSTGRES.search(step.uses) for step in job.steps)
        or any(_POSTGRES.search(command) or "compose" in command for command in started)
    )


def is_gated(deployment: Deployment) -> bool:
    """Whether a person or an earlier environment stands between a push and production."""
    by_hand = {"workflow_dispatch", "workflow_call", "release"}
    if deployment.workflow.events and set(deployment.workflow.events) <= by_hand:
        return True
    for job in deployment.jobs:
        if job.environment or any(_APPROVAL.search(step.uses + step.name) for step in job.steps):
            return True
    rehearsed = (e.target for e in deployment.earlier if e.kind is Kind.UP)
    return any(one is not None and not one.production for one in rehearsed)


def _to_production(workflow: Workflow, event: Event, own: tuple[Event, ...]) -> bool:
    """Whether it migrates production; what names no environment does, where its job deploys."""
    job = event.job
    if event.kind is not Kind.UP or any(_POSTGRES.search(image) for image in job.services):
        return False
    if event.target is not None:
        return event.target.production
    if set(workflow.events) <= {"pull_request", "pull_request_target"} and workflow.events:
        return False
    deploys = any(other.kind is Kind.DEPLOY and other.target is None for other in own)
    return deploys or bool(_DEPLOYS.search(f"{job.id} {job.name}"))


def _goes_to(workflow: Workflow, job: Job, step: Step, command: str) -> Target | None:
    """The environment that the most specific word speaks of."""
    return (
        target(command, step.variables)
        or environment_in(step.name)
        or (Target(job.environment) if job.environment else None)
        or environment_in(f"{job.id} {job.name}")
        or environment_in(workflow.name)
    )

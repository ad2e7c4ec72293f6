"""Sees to it that every head of a pull request gets a completed check run, the newest an audit."""

from collections.abc import Sequence

from app.audit_job import Bench, audit_head
from app.database import Head
from app.github import CheckRun, Look
from app.heads import Heads
from app.publish import CHECK_NAME, Superseded
from app.runs import Runs
from app.watchdog import is_given_up, is_open
from app.work import AuditPull, Outcome

DOUBT_SECONDS = 1.0
"""How long to wait for GitHub's answers and its deliveries to agree."""

MAX_PATIENCE = 20
"""So often an attempt waits for the watchdog: in all for some minutes."""


def see_to(bench: Bench, heads: Heads, job: str, attempt: int, work: AuditPull) -> Outcome:
    """One attempt. It does only what is left to do: earlier ones may have got anywhere."""
    overtaken = heads.is_overtaken(work)
    return Outcome("overtaken") if overtaken else _see_to(bench, heads, job, attempt, work)


def _see_to(bench: Bench, heads: Heads, job: str, attempt: int, work: AuditPull) -> Outcome:
    runs = Runs(bench, heads.repository, work.number)
    look = heads.repository.look(work.number, CHECK_NAME)
    heads.learn_branches(look)
    head = heads.settle(work, look.pull.head_sha, attempt)
    if head is None:
        return Outcome("waiting", later=DOUBT_SECONDS)
    if work.head is not None and work.head != head.sha:
        runs.supersede(work.head, job, by=head.sha)
    there = runs.ours(look.runs)
    if work.base and any(run.completed for run in there) and heads.is_judged(look):
        return Outcome("judged before")
    again = (work.again or heads.is_awaited(look)) and work.head in (None, head.sha)
    if runs.is_done(there, job, again) and not _is_unfinished(heads, runs, job, there):
        return Outcome("done before")
    if attempt < MAX_PATIENCE and _is_given_up(heads, runs, job, there):
        return Outcome("waiting", later=DOUBT_SECONDS * (attempt + 1))
    if not look.pull.open:
        runs.close(there)
        return Outcome("closed")
    runs.cancel((run for run in there if run.external_id != runs.name(job)), by=head.sha)
    return Outcome(_audit(bench, heads, runs, job, look, head))


def _is_unfinished(heads: Heads, runs: Runs, job: str, there: Sequence[CheckRun]) -> bool:
    """Whether an earlier attempt completed the run, and was killed before its last word."""
    mine = (run for run in there if run.external_id == runs.name(job))
    return any(is_open(heads.database, heads.repository, run) for run in mine)


def _is_given_up(heads: Heads, runs: Runs, job: str, there: Sequence[CheckRun]) -> bool:
    """Whether the run of an earlier attempt is about to be ended: what follows needs its own."""
    mine = (run for run in there if run.external_id == runs.name(job) and not run.completed)
    return any(is_given_up(heads.database, heads.repository, run) for run in mine)


def _audit(bench: Bench, heads: Heads, runs: Runs, job: str, look: Look, head: Head) -> str:
    try:
        return audit_head(bench, look, runs.name(job), heads, head)
    except Superseded:
        runs.supersede(head.sha, job, by=heads.newest())
        return "cancelled"

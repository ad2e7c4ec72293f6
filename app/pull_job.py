"""Sees to it that every head of a pull request gets a completed check run, the newest an audit."""

from app.audit_job import Bench, audit_head
from app.database import Head
from app.github import PullRequest
from app.heads import Heads
from app.publish import Superseded
from app.runs import Runs
from app.work import AuditPull, Outcome

DOUBT_SECONDS = 1.0
"""How long to wait for GitHub's answers and its deliveries to agree."""


def see_to(bench: Bench, heads: Heads, job: str, attempt: int, work: AuditPull) -> Outcome:
    """One attempt. It does only what is left to do: earlier ones may have got anywhere."""
    runs = Runs(bench, heads.repository, work.number)
    pull = heads.repository.pull(work.number)
    head = heads.settle(work, pull.head_sha, attempt)
    if head is None:
        return Outcome("waiting", later=DOUBT_SECONDS)
    if work.head is not None and work.head != head.sha:
        runs.supersede(work.head, job, by=head.sha)
    there = runs.on(head.sha)
    if runs.is_done(there, job, again=work.again and work.head in (None, head.sha)):
        return Outcome("done before")
    runs.cancel((run for run in there if run.external_id != runs.name(job)), by=head.sha)
    if not pull.open:
        return Outcome("closed")
    return Outcome(_audit(bench, heads, runs, job, pull, head))


def _audit(bench: Bench, heads: Heads, runs: Runs, job: str, pull: PullRequest, head: Head) -> str:
    try:
        return audit_head(bench, pull, runs.name(job), heads, head)
    except Superseded:
        runs.supersede(head.sha, job, by=heads.newest())
        return "cancelled"

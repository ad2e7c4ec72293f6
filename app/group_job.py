"""Merge groups: what a merge queue wants to put on the base branch next, audited as a whole."""

import re
from functools import partial

from app.audit_job import Bench, judge
from app.database import Database, PullKey
from app.github import Repository
from app.publish import Superseded, begin, complete, publish
from app.report import Override, dissolved, report
from app.runs import Runs
from app.watchdog import unwatch, watch
from app.work import AuditGroup, EndGroup, Outcome

GROUP = 0
"""In place of a pull request's number, in the external ids of the runs on merge groups."""

_LAST_PULL = re.compile(r"/pr-(\d+)-[0-9a-f]+$")


def see_to_group(
    bench: Bench, database: Database, repository: Repository, job: str, work: AuditGroup
) -> Outcome:
    """One attempt. Whatever lies between the group's base and its head will be merged at once."""
    runs = Runs(bench, repository, GROUP)
    there = runs.on(work.head)
    if runs.is_done(there, job, again=False):
        return Outcome("done before")
    stands = partial(_stands, database, work)
    if not stands():
        _cancel(runs, work.head)
        return Outcome("cancelled")
    run = begin(repository, work.head, runs.name(job), bench.public_url, stands, there)
    watch(database, repository, run)
    base, head = repository.commit(work.base), repository.commit(work.head)
    judged = judge(bench, repository, repository.between(base, head, f"queue {work.ref}"))
    subject = bench.subject(repository, None, work.head)
    said = report(
        subject,
        judged.audit,
        fail_on=judged.audit.settings.fail_on,
        key=bench.key,
        overrides=_overrides(database, work),
    )
    try:
        check = publish(repository, subject, run, said, stands)
    except Superseded:
        _cancel(runs, work.head)
        return Outcome("cancelled")
    unwatch(database, repository, run)
    return Outcome(check.conclusion.value)


def end_group(bench: Bench, repository: Repository, work: EndGroup) -> Outcome:
    """A group that is gone, merged or not, needs no verdict: what is open is cancelled."""
    _cancel(Runs(bench, repository, GROUP), work.head)
    return Outcome("ended")


def _stands(database: Database, work: AuditGroup) -> bool:
    return not database.is_group_ended(work.origin.repository, work.head)


def _cancel(runs: Runs, head: str) -> None:
    for run in runs.on(head):
        if not run.completed:
            complete(runs.repository, run, dissolved(), lambda: True)


def _overrides(database: Database, work: AuditGroup) -> tuple[Override, ...]:
    """Of the pull request that GitHub names in the branch: others of the group have had theirs."""
    found = _LAST_PULL.search(work.ref)
    if found is None:
        return ()
    return database.overrides(PullKey(work.origin.repository, int(found[1])))

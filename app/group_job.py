"""Merge groups: what a merge queue wants to put on the base branch next, audited as a whole."""

import re
from collections.abc import Iterator
from functools import partial

from analyzers.struct import replace
from app.audit_job import Bench, judge
from app.audits import ended
from app.database import Database
from app.github import Queued, Refused, Repository
from app.logs import logger
from app.publish import Superseded, begin, complete, publish
from app.report import Override, dissolved, report
from app.runs import Runs
from app.watchdog import unwatch, watch
from app.work import AuditGroup, EndGroup, Outcome

GROUP = 0
"""In place of a pull request's number, in the external ids of the runs on merge groups."""

_BRANCH = re.compile(r"gh-readonly-queue/(.+)/pr-(\d+)-[0-9a-f]+$")
"""Named after the base branch, and after the pull request that comes last."""


_log = logger(__name__)


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
    name = runs.name(job)
    run = begin(repository, work.head, name, bench.page_of(name), stands, there)
    watch(database, repository, run)
    base, head = repository.commit(work.base), repository.commit(work.head)
    judged = judge(bench, repository, repository.between(base, head, f"queue {work.ref}"))
    subject = bench.subject(repository, None, work.head)
    said = report(
        subject,
        judged.audit,
        fail_on=judged.audit.settings.fail_on,
        key=bench.key,
        overrides=tuple(_overrides(database, repository, work)),
    )
    try:
        check = publish(repository, subject, run, said, stands)
    except Superseded:
        _cancel(runs, work.head)
        return Outcome("cancelled")
    if repository.is_public():
        bench.audits.keep(name, ended(repository.installation_id, subject, check))
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


def _overrides(database: Database, repository: Repository, work: AuditGroup) -> Iterator[Override]:
    """Of all pull requests of the group, each for the files that it changes."""
    found = _BRANCH.search(work.ref)
    overridden = database.overridden(work.origin.repository)
    if found is None or not overridden:
        return
    for pull in _group(repository, found[1], int(found[2])):
        if pull.number in overridden:
            base, head = repository.commit(work.base), repository.commit(pull.head)
            files = repository.between(base, head, f"pull {pull.number}").files
            paths = frozenset(path for f in files for path in (f.path, f.previous_path) if path)
            for override in overridden[pull.number]:
                yield replace(override, pull=pull.number, paths=paths)


def _group(repository: Repository, branch: str, last: int) -> Iterator[Queued]:
    """The queue up to the pull request that comes last in the group.

    Those that are in the group's base already change nothing in it.
    """
    try:
        queue = repository.queue.of(branch)
    except Refused as refused:
        _log.info("the queue is not shown", reason=str(refused))
        queue = ()
    if not any(pull.number == last for pull in queue):
        queue = (Queued(last, repository.pull(last).head_sha),)
    for pull in queue:
        yield pull
        if pull.number == last:
            return

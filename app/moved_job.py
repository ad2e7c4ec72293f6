"""What open pull requests are judged by has changed: which of them are to be audited again."""

from collections.abc import Iterator, Sequence

from app.branches import Branches
from app.database import Database
from app.github import NotFound, NotYetVisible, OpenPull, Repository
from app.github.foreseen import concerns
from app.heads import NOBODY
from app.notes import About, Notes
from app.publish import CHECK_NAME
from app.work import AuditPull, Closed, Moved, Outcome, Sweep, Work

SPREAD_SECONDS = 5.0
"""Between two audits that nobody waits for: 720 an hour leave room for all others."""

_NOT_SHA = "0" * 40


def find_concerned(database: Database, repository: Repository, work: Moved) -> Outcome:
    """The pull requests that add or change migrations, the newest first, one after the other."""
    if work.branch is not None and not _matters(database, repository, work):
        return Outcome("of no concern")
    pulls = repository.open_pulls(CHECK_NAME, work.branch)
    concerned = [pull for pull in pulls if _is_concerned(pull)]
    notes = Notes(database, work.origin.repository)
    if work.branch is None:
        concerned = list(_asking(notes, concerned))
    else:
        notes.put(About.PUSH, {pull.number: work.after for pull in concerned})
    more = tuple(_again(work, pull) for pull in concerned)
    return Outcome("found", more=more, spread=SPREAD_SECONDS)


def find_sharing(database: Database, work: Closed) -> Outcome:
    """Other pull requests with the same head: their check counted what was found for this one."""
    numbers = database.pulls_with_head(work.origin.repository, work.head)
    others = (number for number in numbers if number != work.number)
    more = tuple(AuditPull(work.origin, n, head=work.head, again=True) for n in others)
    return Outcome("found" if more else "alone", more=more)


def find_unseen(repository: Repository, work: Sweep) -> Outcome:
    """Pull requests whose head has no completed run of theirs."""
    return Outcome("found", more=tuple(_unseen(repository, work)), spread=SPREAD_SECONDS)


def _unseen(repository: Repository, work: Sweep) -> Iterator[Work]:
    for pull in repository.open_pulls(CHECK_NAME):
        if not any(run.startswith(f"{pull.number}:") for run in pull.completed):
            yield AuditPull(work.origin, pull.number, head=pull.head)


def _matters(database: Database, repository: Repository, work: Moved) -> bool:
    """A force push may have taken anything away. Most pushes are to heads of pull requests."""
    if Branches(database, work.origin.repository).is_mere_head(work.branch or ""):
        return False
    if _NOT_SHA in (work.before, work.after):
        return True
    try:
        return repository.is_concerned(work.before, work.after, concerns)
    except (NotFound, NotYetVisible):
        return True


def _asking(notes: Notes, pulls: Sequence[OpenPull]) -> Iterator[OpenPull]:
    """Those for which others than the base branch say what is applied, for all that is known."""
    told = notes.all(About.ASKED)
    return (pull for pull in pulls if told.get(pull.number) != NOBODY)


def _is_concerned(pull: OpenPull) -> bool:
    return pull.paths is None or any(map(concerns, pull.paths))


def _again(work: Moved, pull: OpenPull) -> AuditPull:
    base = work.branch is not None
    push = work.after if base else ""
    return AuditPull(
        work.origin, pull.number, head=pull.head, again=True, moved=True, base=base, push=push
    )

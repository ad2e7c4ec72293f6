"""One audit of one head of a pull request: fetch, audit, report, publish."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from urllib.parse import quote

from analyzers.request import Change, ChangeStatus, Default, Request
from analyzers.result import Audit
from analyzers.settings import PATH
from analyzers.store import Store
from app.database import Head
from app.github import CheckRun, PullRequest, Repository, UnexpectedAnswer
from app.heads import Heads
from app.publish import Superseded, begin, complete, publish
from app.report import ChangedFile, MarkerKey, Status, Subject, report, superseded
from app.shelf import Shelves


@dataclass(frozen=True, slots=True)
class Bench:
    """What every audit of this server needs; `analyse` is `analyzers.audit.audit`, sandboxed."""

    analyse: Callable[[Request, Store], Audit]
    shelves: Shelves
    public_url: str
    web_url: str
    key: MarkerKey

    def subject(self, repository: Repository, number: int, sha: str) -> Subject:
        return Subject(repository.id, repository.name, number, sha, self.public_url, self.web_url)


def audit_head(bench: Bench, pull: PullRequest, run_id: str, heads: Heads, head: Head) -> str:
    """Gives the head of `pull` a completed check run; returns its conclusion.

    `run_id` names the audit in all its attempts. Raises `Superseded` where a newer head is known
    before there is a check run at all.
    """
    repository = heads.repository
    still_newest = partial(heads.is_newest, head)
    run = begin(repository, pull.head_sha, run_id, bench.public_url, still_newest)
    try:
        return _audit(bench, repository, pull, run, still_newest)
    except Superseded:
        subject = bench.subject(repository, pull.number, pull.head_sha)
        complete(repository, run, superseded(subject, heads.newest()), lambda: True)
        return "cancelled"


def _audit(
    bench: Bench,
    repository: Repository,
    pull: PullRequest,
    run: CheckRun,
    still_newest: Callable[[], bool],
) -> str:
    files = repository.changed_files(pull)
    shelf = bench.shelves.of(str(repository.id))
    audit = bench.analyse(_request(repository, pull, files), shelf)
    subject = bench.subject(repository, pull.number, pull.head_sha)
    said = report(
        subject,
        audit,
        fail_on=audit.settings.fail_on,
        files=files,
        threads=repository.reviews.threads(pull.number),
        key=bench.key,
    )
    return publish(repository, subject, run, said, still_newest).conclusion.value


def _request(repository: Repository, pull: PullRequest, files: Sequence[ChangedFile]) -> Request:
    changes = (
        Change(file.path, _STATUS[file.status], file.previous_path)
        for file in files
        if file.status in _STATUS
    )
    # `base_sha` is where the base branch was when GitHub last looked: what counts is its tip now.
    base_tip = quote(pull.base_ref, safe="")
    return Request(
        base=repository.tree(base_tip),
        head=repository.tree(pull.head_sha),
        changes=tuple(changes),
        now=datetime.now(UTC),
        organisation=_organisation(repository),
    )


def _organisation(repository: Repository) -> Default | None:
    """The configuration that the owner keeps for all repositories; refused is not absent."""
    name = f"{repository.shared.repository}: {PATH}"
    try:
        content = repository.shared.read(PATH)
    except UnexpectedAnswer as unexpected:
        return Default(name, refused=str(unexpected))
    return None if content is None else Default(name, content)


_STATUS: Mapping[Status, ChangeStatus] = {
    Status.ADDED: ChangeStatus.ADDED,
    Status.COPIED: ChangeStatus.ADDED,
    Status.MODIFIED: ChangeStatus.MODIFIED,
    Status.CHANGED: ChangeStatus.MODIFIED,
    Status.REMOVED: ChangeStatus.DELETED,
    Status.RENAMED: ChangeStatus.RENAMED,
}

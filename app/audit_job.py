"""One audit of one head of a pull request: fetch, audit, report, publish."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from urllib.parse import quote

from analyzers.request import Change, ChangeStatus, Default, Request
from analyzers.result import Audit
from analyzers.settings import PATH, Drafts, Source
from analyzers.store import Store
from app.audits import Audits, ended
from app.database import Head, PullKey
from app.github import CheckRun, Look, Repository, Trees, UnexpectedAnswer
from app.heads import Heads
from app.ledger import Ledger
from app.metrics import FINDINGS
from app.publish import CHECK_NAME, Superseded, begin, complete, publish
from app.report import ChangedFile, Check, MarkerKey, Status, Subject, report, superseded
from app.shelf import Shelves
from app.watchdog import is_open, unwatch, watch

_QUIET = "Comments follow when this draft is ready for review."


@dataclass(frozen=True, slots=True)
class Bench:
    """What every audit of this server needs; `analyse` is `analyzers.audit.audit`, sandboxed."""

    analyse: Callable[[Request, Store], Audit]
    shelves: Shelves
    ledger: Ledger
    public_url: str
    web_url: str
    key: MarkerKey

    audits: Audits

    def page_of(self, run: str) -> str:
        """Where people see the audit with the external id `run`."""
        return f"{self.public_url}/runs/{quote(run, safe='')}"

    def subject(self, repository: Repository, number: int | None, sha: str) -> Subject:
        return Subject(repository.id, repository.name, number, sha, self.public_url, self.web_url)


@dataclass(frozen=True, slots=True)
class Judged:
    """An audit, and the changed files that it is about."""

    audit: Audit
    files: tuple[ChangedFile, ...]


def audit_head(bench: Bench, look: Look, run_id: str, heads: Heads, head: Head) -> str:
    """Gives the head of a pull request a completed check run; returns its conclusion.

    `run_id` names the audit in all its attempts. Raises `Superseded` where a newer head is known
    before there is a check run at all.
    """
    repository = heads.repository
    still_newest = partial(heads.is_newest, head)
    sha = look.pull.head_sha
    run = begin(repository, sha, run_id, bench.page_of(run_id), still_newest, look.runs)
    watch(heads.database, repository, run)
    ours = partial(is_open, heads.database, repository, run)
    try:
        conclusion = _audit(bench, heads, look, run, lambda: ours() and still_newest())
    except Superseded:
        if not ours():
            return "timed_out"
        subject = bench.subject(repository, look.pull.number, sha)
        complete(repository, run, superseded(subject, heads.newest()), lambda: True)
        conclusion = "cancelled"
    unwatch(heads.database, repository, run)
    return conclusion


def judge(bench: Bench, repository: Repository, trees: Trees) -> Judged:
    """Audits what lies between two commits."""
    request = bench.ledger.told(repository, _request(repository, trees))
    audit = bench.analyse(request, bench.shelves.of(str(repository.id)))
    for finding in audit.findings:
        FINDINGS.labels(rule=finding.rule).inc()
    return Judged(audit, trees.patched(frozenset(f.place.path for f in audit.findings)))


def _audit(
    bench: Bench, heads: Heads, look: Look, run: CheckRun, still_newest: Callable[[], bool]
) -> str:
    repository, number = heads.repository, look.pull.number
    judged = judge_pull(bench, repository, look)
    subject = bench.subject(repository, number, look.pull.head_sha)
    wait = judged.audit.settings.comments.drafts is Drafts.WHEN_READY
    quiet = look.pull.draft and wait
    notes = tuple(map(_namesake, look.namesakes))
    said = report(
        subject,
        judged.audit,
        fail_on=judged.audit.settings.fail_on,
        files=judged.files,
        threads=look.threads,
        key=bench.key,
        overrides=heads.database.overrides(heads.key),
        notes=(*notes, _QUIET) if quiet else notes,
        quiet=quiet,
    )
    others = tuple(_elsewhere(bench, heads, number) for number in look.sharing)
    check = publish(repository, subject, run, said, still_newest, others)
    if look.public:
        bench.audits.keep(run.external_id, ended(repository.installation_id, subject, check))
    sources = {one.applied for one in judged.audit.settings.environments.values()}
    heads.keep_quiet(look, quiet=quiet)
    heads.judged(look, asked=bool(sources - {Source.BASE}))
    return check.conclusion.value


def _namesake(app: str) -> str:
    return (
        f"Another App, `{app}`, has a check named `{CHECK_NAME}` on this head. Where it is "
        "required, the rule should name this App as its expected source."
    )


def judge_pull(bench: Bench, repository: Repository, look: Look) -> Judged:
    """Audits a pull request as it is now."""
    pull = look.pull
    line = f"pull {pull.number}"
    return judge(
        bench, repository, repository.between(look.base, look.head, line, pull.changed_files)
    )


def _elsewhere(bench: Bench, heads: Heads, number: int) -> tuple[int, Check]:
    """What is found on the same head for another pull request, into another branch perhaps.

    GitHub asks the newest check run of a commit, whichever pull request it was made for.
    """
    repository = heads.repository
    look = repository.look(number, CHECK_NAME)
    judged = judge_pull(bench, repository, look)
    said = report(
        bench.subject(repository, number, look.pull.head_sha),
        judged.audit,
        fail_on=judged.audit.settings.fail_on,
        key=bench.key,
        overrides=heads.database.overrides(PullKey(repository.id, number)),
    )
    return number, said.check()


def _request(repository: Repository, trees: Trees) -> Request:
    """`trees.base` is the tip of the base branch now: what is there counts as applied."""
    changes = (
        Change(file.path, _STATUS[file.status], file.previous_path)
        for file in trees.files
        if file.status in _STATUS
    )
    return Request(
        base=trees.base,
        head=trees.head,
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

"""What audits of public repositories came to, for the page of each."""

import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass

from app.database import Database
from app.report import Annotation, Check, Subject


@dataclass(frozen=True, slots=True)
class Told:
    """A finding, in plain text."""

    rule: str
    severity: str
    path: str
    line: int
    end_line: int
    message: str
    statement: str


@dataclass(frozen=True, slots=True)
class Ended:
    """A completed audit. `summary` and `text` are the Markdown of its check run."""

    installation: int
    repository: int
    name: str
    number: int | None
    sha: str
    conclusion: str
    title: str
    summary: str
    text: str
    findings: tuple[Told, ...] = ()


def ended(installation: int, subject: Subject, check: Check) -> Ended:
    return Ended(
        installation,
        subject.repository_id,
        subject.repository,
        subject.pull,
        subject.head_sha,
        check.conclusion.value,
        check.output.title,
        check.output.summary,
        check.output.text,
        tuple(map(_told, check.annotations)),
    )


@dataclass(frozen=True, slots=True)
class Audits:
    """Those of all repositories, by the name of their run. `clock` gives seconds since 1970."""

    database: Database
    clock: Callable[[], float] = time.time

    def keep(self, run: str, audit: Ended) -> None:
        """Another attempt at the same run replaces what the first one said."""
        values = {"run": run, "repository": audit.repository, "said": json.dumps(asdict(audit))}
        with self.database.statements() as statement:
            statement(_KEEP, made_at=int(self.clock()), **values)

    def find(self, run: str) -> Ended | None:
        with self.database.statements() as statement:
            found = statement("select said from migaudit_audits where run = :run", run=run)
        if not found:
            return None
        said = json.loads(found[0][0])
        return Ended(**{**said, "findings": tuple(Told(**one) for one in said["findings"])})

    def forget(self, before: float) -> None:
        """Deletes what is older than `before`."""
        with self.database.statements() as statement:
            statement("delete from migaudit_audits where made_at < :before", before=int(before))


_KEEP = (
    "insert into migaudit_audits (run, repository, said, made_at)"
    " values (:run, :repository, :said, :made_at)"
    " on conflict (run) do update set said = excluded.said, made_at = excluded.made_at"
)


def _told(annotation: Annotation) -> Told:
    return Told(
        annotation.title,
        annotation.level.value,
        annotation.path,
        annotation.start_line,
        annotation.end_line,
        annotation.message,
        annotation.raw_details,
    )

"""What an audit gives, as values that load quickly: whoever prints them needs no analyzer."""

from analyzers.findings import Finding, Severity, fails
from analyzers.settings import Settings
from analyzers.source import Place
from analyzers.struct import Struct, field


class LockReport(Struct, frozen=True):
    """`mode` is the name that `pg_locks` shows; `whom` a clause: `blocks writes`.

    `is_table` is False for indexes, sequences and views: who waits for them waits for their table.
    """

    relation: str
    mode: str
    whom: str
    is_table: bool = True


class LossReport(Struct, frozen=True):
    """Data that is gone afterwards; `how`: dropped, emptied, cut or rounded.

    No `column`: all rows of the table.
    """

    how: str
    table: str
    column: str | None = None


class StatementReport(Struct, frozen=True):
    """One text that Knex sends, and what PostgreSQL does with it.

    `rewrites` and `scans` name relations, `rebuilds` indexes; `error` is the SQLSTATE that it
    surely raises, and `message` the sentence that comes with it. `until` says how long its locks
    are held, as a clause. `waits`: it lets writers go on, and waits for those that have begun.
    `not_modelled`: statements in it of which no more is known than what they are. `new`: names
    in it of what the pull request itself has made, so that nobody notices what becomes of it.
    """

    sql: str
    place: Place
    in_transaction: bool
    conditional: bool
    repeated: bool
    locks: tuple[LockReport, ...]
    rewrites: tuple[str, ...]
    scans: tuple[str, ...]
    error: str | None
    rebuilds: tuple[str, ...] = ()
    losses: tuple[LossReport, ...] = ()
    until: str = "while it runs"
    message: str | None = None
    waits: bool = False
    not_modelled: tuple[str, ...] = ()
    new: tuple[str, ...] = ()


class UnresolvedReport(Struct, frozen=True):
    place: Place
    reason: str


class MigrationReport(Struct, frozen=True):
    """All statements of one migration, or, in brief, those that aren't modelled.

    `complete` is False where something is unresolved.
    """

    path: str
    complete: bool
    unresolved: tuple[UnresolvedReport, ...] = ()
    up: tuple[StatementReport, ...] = ()
    down: tuple[StatementReport, ...] = ()


class PartlyKnown(Struct, frozen=True):
    """A table of which the history tells only a part; `reason` is a clause for users."""

    table: str
    reason: str


class Suppression(Struct, frozen=True):
    """A rule that a comment at `place` switches off, why, and the findings that it hides."""

    place: Place
    rule: str
    reason: str
    findings: tuple[Finding, ...] = ()


class SettingChange(Struct, frozen=True):
    """A setting under its name in the file, as it is and as it would be; None: it isn't said."""

    name: str
    before: str | None
    after: str | None


class Regraded(Struct, frozen=True):
    """A finding that would have another severity."""

    finding: Finding
    severity: Severity


class Preview(Struct, frozen=True):
    """What the configuration that a pull request brings would change of its own audit.

    `gone` are findings that it would no longer tell, `new` those that it would; `fails_now` and
    `fails_then` whether the check fails.
    """

    settings: tuple[SettingChange, ...]
    gone: tuple[Finding, ...]
    new: tuple[Finding, ...]
    regraded: tuple[Regraded, ...]
    fails_now: bool
    fails_then: bool


class EnvironmentReport(Struct, frozen=True):
    """What one environment has run of the `merged` migrations of the base branch.

    `basis` names who says so, and since when; `lacks` and `exceeds` are the names of migrations
    that it has not run, and of those that it has run and the base branch doesn't have; `brought`
    of those that the pull request brings and that have run there before.
    """

    name: str
    basis: str
    merged: int
    lacks: tuple[str, ...] = ()
    exceeds: tuple[str, ...] = ()
    brought: tuple[str, ...] = ()


class Audit(Struct, frozen=True):
    """What was found, most severe first, and what each added migration does.

    `directories` are the migrations directories that the pull request concerns: where there are
    none, nothing in it is about migrations. `migrations` are the added ones in Knex's order,
    `partly_known` the tables they speak of whose history leaves something open. `settings` are
    those that it was audited with: the defaults where it is `misconfigured`, since the base's
    configuration is invalid. `suppressions` are those in the files that were audited; `preview`
    is there where the pull request changes the settings. `unresolved` are the places of knexfiles
    that leave open where migrations are, `unjudged` those of changed knexfiles, workflows and
    scripts that could not be looked at. `checklist` is what a reviewer has to make sure of, in
    sentences with `backticks` around code. `environments` tell what is applied; without any, that
    is what the base branch has. `refused` are the migrations and knexfiles, added or changed, that
    could not be looked at at all: nothing lets them pass.
    """

    findings: tuple[Finding, ...] = ()
    migrations: tuple[MigrationReport, ...] = ()
    directories: tuple[str, ...] = ()
    partly_known: tuple[PartlyKnown, ...] = ()
    settings: Settings = field(default_factory=Settings)
    misconfigured: bool = False
    suppressions: tuple[Suppression, ...] = ()
    preview: Preview | None = None
    unresolved: tuple[UnresolvedReport, ...] = ()
    unjudged: tuple[UnresolvedReport, ...] = ()
    checklist: tuple[str, ...] = ()
    environments: tuple[EnvironmentReport, ...] = ()
    refused: tuple[UnresolvedReport, ...] = ()

    def fails(self, fail_on: Severity | None) -> bool:
        """Whether a finding stands at or above `fail_on`, or a part could not be audited."""
        return bool(self.refused) or fails(self.findings, fail_on)

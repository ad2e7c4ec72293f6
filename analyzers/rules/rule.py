"""What a rule is: a module's page, a value with its metadata, a pure function.

A rule module says

    rule = Rule(__name__, __doc__, severity=Severity.ERROR)


    @rule.on(CreateIndex)
    def check(index: CreateIndex, context: Context) -> Iterator[Finding]: ...

and is found by being there. Its id is its file name with hyphens.
"""

from collections.abc import Callable, Iterator
from typing import TypeAlias, TypeVar

from analyzers.findings import Direction, Finding, Fix, Related, Severity
from analyzers.postgres.operations import Operation
from analyzers.repository.surroundings import Surroundings
from analyzers.rules.context import (
    Changes,
    Context,
    IdleDirective,
    MigrationContext,
    Misconfiguration,
    Stray,
)
from analyzers.source import Place, SourceFile

AnyOperation = TypeVar("AnyOperation", bound=Operation)
OperationCheck: TypeAlias = Callable[[AnyOperation, Context], Iterator[Finding]]
MigrationCheck: TypeAlias = Callable[[MigrationContext], Iterator[Finding]]
ChangesCheck: TypeAlias = Callable[[Changes], Iterator[Finding]]
MisconfigurationCheck: TypeAlias = Callable[[Misconfiguration], Iterator[Finding]]
RepositoryCheck: TypeAlias = Callable[[Surroundings], Iterator[Finding]]
DocumentCheck: TypeAlias = Callable[[SourceFile], Iterator[Finding]]
StrayCheck: TypeAlias = Callable[[Stray], Iterator[Finding]]
DirectiveCheck: TypeAlias = Callable[[IdleDirective], Iterator[Finding]]


class Rule:
    """One entry of the catalogue.

    `suppressible` is False for rules that no comment in a file may switch off. `about_down` is
    True for rules whose findings in `down` are as grave as in `up`; those of others are notices.
    `once`: only its first finding in a pull request is told, since all others say the same.
    `standing`: it is told whenever its file is changed, though the base branch has it, too.
    `displaces`: where it speaks as an error, others have nothing to add at the same place.
    `by_size`: what it warns of takes as long as a table is large, so that small tables bear it.
    """

    def __init__(
        self,
        module: str,
        page: str | None,
        *,
        severity: Severity,
        suppressible: bool = True,
        about_down: bool = False,
        once: bool = False,
        by_size: bool = False,
        standing: bool = False,
        displaces: bool = False,
    ) -> None:
        self.id = module.rpartition(".")[2].replace("_", "-")
        self.page = page or ""
        self.severity = severity
        self.suppressible = suppressible
        self.about_down = about_down
        self.once = once
        self.by_size = by_size
        self.standing = standing
        self.displaces = displaces
        self.operation_checks: dict[type[Operation], list[OperationCheck[Operation]]] = {}
        self.migration_checks: list[MigrationCheck] = []
        self.changes_checks: list[ChangesCheck] = []
        self.misconfiguration_checks: list[MisconfigurationCheck] = []
        self.directive_checks: list[DirectiveCheck] = []
        self.stray_checks: list[StrayCheck] = []
        self.repository_checks: list[RepositoryCheck] = []
        self.document_checks: list[DocumentCheck] = []

    @property
    def title(self) -> str:
        """The page's first line: what the rule catches, without a full stop."""
        return self.page.partition("\n")[0]

    def on(
        self, *operations: type[AnyOperation]
    ) -> Callable[[OperationCheck[AnyOperation]], OperationCheck[AnyOperation]]:
        """Subscribes a check to kinds of operations of `up`."""

        def subscribe(check: OperationCheck[AnyOperation]) -> OperationCheck[AnyOperation]:
            for operation in operations:
                self.operation_checks.setdefault(operation, []).append(check)  # type: ignore[arg-type]
            return check

        return subscribe

    def on_migration(self, check: MigrationCheck) -> MigrationCheck:
        """Subscribes a check to each added migration as a whole."""
        self.migration_checks.append(check)
        return check

    def on_changes(self, check: ChangesCheck) -> ChangesCheck:
        """Subscribes a check to all that a pull request changes in one migrations directory."""
        self.changes_checks.append(check)
        return check

    def on_misconfiguration(self, check: MisconfigurationCheck) -> MisconfigurationCheck:
        """Subscribes a check to each mistake in the repository's configuration."""
        self.misconfiguration_checks.append(check)
        return check

    def on_stray(self, check: StrayCheck) -> StrayCheck:
        """Subscribes a check to each added migration that Knex does not load."""
        self.stray_checks.append(check)
        return check

    def on_repository(self, check: RepositoryCheck) -> RepositoryCheck:
        """Subscribes a check to the knexfiles, workflows and scripts of a repository."""
        self.repository_checks.append(check)
        return check

    def on_document(self, check: DocumentCheck) -> DocumentCheck:
        """Subscribes a check to each page of documentation, in Markdown."""
        self.document_checks.append(check)
        return check

    def on_idle_directive(self, check: DirectiveCheck) -> DirectiveCheck:
        """Subscribes a check to each comment that would suppress findings and doesn't."""
        self.directive_checks.append(check)
        return check

    def finding(
        self,
        place: Place,
        message: str,
        *,
        advice: str = "",
        severity: Severity | None = None,
        direction: Direction | None = None,
        statement: str | None = None,
        fix: Fix | None = None,
        related: tuple[Related, ...] = (),
    ) -> Finding:
        """A finding of this rule. Operation checks leave `direction` and `statement` out: they are
        known from the context."""
        return Finding(
            self.id,
            severity or self.severity,
            place,
            message,
            advice=advice,
            direction=direction,
            statement=statement,
            fix=fix,
            related=related,
        )

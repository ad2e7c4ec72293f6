"""Names files as the repository names them, for what is shown on GitHub and beside the code."""

from collections.abc import Iterable
from pathlib import Path
from typing import TypeVar

from analyzers.findings import Finding, Related
from analyzers.result import (
    Audit,
    MigrationReport,
    StatementReport,
    Suppression,
    UnresolvedReport,
)
from analyzers.source import Place
from analyzers.struct import replace
from app.checkout import Checkout

Reported = TypeVar("Reported", Related, StatementReport, UnresolvedReport)


def anchored(checkout: Checkout, audit: Audit) -> Audit:
    """`audit` with paths from the repository's root, also where only a folder of it was audited."""
    prefix = _prefix(checkout.root)
    if not prefix:
        return audit
    return replace(
        audit,
        findings=tuple(_finding(finding, prefix) for finding in audit.findings),
        migrations=tuple(_migration(one, prefix) for one in audit.migrations),
        suppressions=tuple(_suppression(one, prefix) for one in audit.suppressions),
        unresolved=_placed(audit.unresolved, prefix),
        unjudged=_placed(audit.unjudged, prefix),
        refused=_placed(audit.refused, prefix),
    )


def _prefix(root: Path) -> str:
    """The way from the nearest folder that git knows down to `root`, with a slash; or nothing."""
    above = next((at for at in (root, *root.parents) if (at / ".git").exists()), root)
    return "" if above == root else f"{root.relative_to(above).as_posix()}/"


def _finding(finding: Finding, prefix: str) -> Finding:
    related = _placed(finding.related, prefix)
    return replace(finding, place=_place(finding.place, prefix), related=related)


def _migration(migration: MigrationReport, prefix: str) -> MigrationReport:
    return replace(
        migration,
        path=prefix + migration.path,
        unresolved=_placed(migration.unresolved, prefix),
        up=_placed(migration.up, prefix),
        down=_placed(migration.down, prefix),
    )


def _suppression(suppression: Suppression, prefix: str) -> Suppression:
    hidden = tuple(_finding(finding, prefix) for finding in suppression.findings)
    return replace(suppression, place=_place(suppression.place, prefix), findings=hidden)


def _placed(reports: Iterable[Reported], prefix: str) -> tuple[Reported, ...]:
    return tuple(replace(one, place=_place(one.place, prefix)) for one in reports)


def _place(place: Place, prefix: str) -> Place:
    return replace(place, path=prefix + place.path)

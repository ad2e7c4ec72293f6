"""Every published migration: what is worked out, against what real Knex sends."""

from dataclasses import dataclass

from analyzers.describe import MigrationReport
from analyzers.findings import Direction
from tests.conformance.comparing import same, unexplained
from tests.conformance.recording import Recorded, Run
from tests.corpus.packages import Listing


@dataclass(frozen=True)
class Compared:
    """One migration. `runs`: False where Node can't load it without the rest of its application.

    `lost` are the statements that Knex sends and that are nowhere among those worked out.
    """

    path: str
    runs: bool
    complete: bool
    identical: bool
    lost: tuple[str, ...]
    reasons: tuple[str, ...]


def compared(
    listing: Listing, reports: tuple[MigrationReport, ...], sent: Recorded
) -> list[Compared]:
    """All migrations of a list; none of them is left out of `reports`."""
    assert [report.path for report in reports] == list(listing.paths)
    return [_compared(report, sent) for report in reports]


def _compared(report: MigrationReport, recorded: Recorded) -> Compared:
    both = {Direction.UP: report.up, Direction.DOWN: report.down}
    runs = [(both[one], run) for one in Direction for run in recorded[report.path, one]]
    loaded = not any(_is_not_loaded(run) for _, run in runs)
    lost = (sql for statements, run in runs for sql in unexplained(statements, run))
    return Compared(
        path=report.path,
        runs=loaded,
        complete=report.complete,
        identical=loaded and all(same(statements, run) for statements, run in runs),
        lost=tuple(dict.fromkeys(lost)),
        reasons=tuple(dict.fromkeys(item.reason for item in report.unresolved)),
    )


def _is_not_loaded(run: Run) -> bool:
    return run.error is not None and run.error.startswith("Cannot find module")

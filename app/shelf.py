"""Replayed histories on disk: a folder for each repository, in which the newest are kept."""

import hashlib
import os
import re
import shutil
import tempfile
from contextlib import suppress
from functools import cache
from pathlib import Path

import analyzers
from analyzers.struct import Struct

_KEY = re.compile(r"[0-9a-f]{64}")
_MOST_KEPT = 24
_MOST_BYTES = 16 * 1024 * 1024


class Shelves(Struct, frozen=True):
    """The histories of all repositories, below the folder for data."""

    root: Path

    def of(self, repository: str) -> "Shelf":
        """The shelf of one repository, known by whatever names it for good."""
        name = hashlib.sha256(repository.encode("utf-8", "surrogatepass")).hexdigest()
        return Shelf(self.root / "histories" / name[:32])

    def forget(self, repository: str) -> None:
        """Leaves nothing of a repository that may not be seen any more."""
        shutil.rmtree(self.of(repository).folder, ignore_errors=True)


class Shelf(Struct, frozen=True):
    """A `Store` in one folder. What can't be read or written is as if it had never been kept."""

    folder: Path

    def get(self, key: str) -> bytes | None:
        path = self._path(key)
        if path is None:
            return None
        try:
            content = path.read_bytes()
            os.utime(path)
        except OSError:
            return None
        return content

    def put(self, key: str, value: bytes) -> None:
        path = self._path(key)
        if path is None or len(value) > _MOST_BYTES:
            return
        with suppress(OSError):
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _write(path, value)
            self._tidy()

    def _path(self, key: str) -> Path | None:
        """The key comes from the analysis process: it must not lead anywhere else."""
        return self.folder / f"{_release()}-{key}" if _KEY.fullmatch(key) else None

    def _tidy(self) -> None:
        kept = sorted(self.folder.iterdir(), key=lambda path: path.stat().st_mtime, reverse=True)
        for path in kept[_MOST_KEPT:]:
            path.unlink(missing_ok=True)


def _write(path: Path, value: bytes) -> None:
    """Whole or not at all: others may be reading."""
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        file.write(value)
    Path(file.name).replace(path)


@cache
def _release() -> str:
    """Sets apart what another release of the analysis kept."""
    digest = hashlib.sha256()
    for source in sorted(Path(analyzers.__path__[0]).rglob("*.py")):
        digest.update(source.read_bytes())
    return digest.hexdigest()[:16]

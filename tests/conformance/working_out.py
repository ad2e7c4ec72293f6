"""What is worked out for the migrations of a list."""

import json
from pathlib import Path

from analyzers.audit import audit
from analyzers.batch import replay_batch
from analyzers.describe import MigrationReport
from analyzers.history import replay_history
from analyzers.knex.directory import Directory
from analyzers.loading import Loader
from analyzers.memory import MemoryTree
from analyzers.postgres.schema import Schema
from analyzers.project import Project
from analyzers.request import Change, ChangeStatus, Request
from analyzers.reversal import Reversal, reversal
from analyzers.settings import Settings
from tests.corpus.packages import Listing

_READ = (".js", ".cjs", ".mjs", ".json", ".sql")


def worked_out(listing: Listing) -> tuple[MigrationReport, ...]:
    """A pull request that adds all of the list's migrations to the rest of its package."""
    head = tree(listing)
    base = {path: text for path, text in head.files.items() if path not in listing.paths}
    added = tuple(Change(path, ChangeStatus.ADDED) for path in listing.paths)
    return audit(Request(MemoryTree(base), head, added)).migrations


class Histories:
    """What the migrations of a list leave, as it is kept between audits."""

    def __init__(self, listing: Listing) -> None:
        self._tree = tree(listing)
        self._project = Project(Directory(listing.directories))
        self._kept: dict[str, bytes] = {}

    def get(self, key: str) -> bytes | None:
        return self._kept.get(key)

    def put(self, key: str, value: bytes) -> None:
        self._kept[key] = value

    def reversal(self, paths: tuple[str, ...], postgres: int) -> Reversal | None:
        """What is told of the last of `paths`, up and down, over what all others have built."""
        settings = Settings(postgres=postgres)
        loader = Loader(self._tree, self._project, settings, {}, lambda path: None)
        known = replay_history(loader, paths[:-1], self).known
        (added,) = replay_batch(loader, paths[-1:], known)
        return reversal(added, postgres)

    def after(self, paths: tuple[str, ...]) -> Schema:
        """The schema after the migrations at `paths`."""
        loader = Loader(self._tree, self._project, Settings(), {}, lambda path: None)
        return replay_history(loader, paths, self).known.schema


def tree(listing: Listing) -> MemoryTree:
    """The package with a knexfile that names the directories of the list; built files aside."""
    files = [path for path in listing.root.rglob("*") if _is_read(path.relative_to(listing.root))]
    texts = {path.relative_to(listing.root).as_posix(): path.read_text() for path in sorted(files)}
    knexfile = {"client": "pg", "migrations": {"directory": listing.directories}}
    return MemoryTree({**texts, "knexfile.js": f"module.exports = {json.dumps(knexfile)}"})


def _is_read(path: Path) -> bool:
    return path.suffix in _READ and "dist" not in path.parts and "node_modules" not in path.parts

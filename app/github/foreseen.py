"""Which files an audit will most likely ask for, so that one call can bring them all."""

import re
from collections.abc import Iterable, Iterator, Mapping
from posixpath import basename, dirname, splitext

from analyzers.knex.directory import LOAD_EXTENSIONS, READABLE_EXTENSIONS
from analyzers.settings import PATH
from analyzers.source import Entry, Kind

_KNEXFILE = re.compile(r"knexfile[\w.-]*$", re.IGNORECASE)
_MIGRATIONS = re.compile(r"(^|[/_.-])migrations?($|[/_.-])", re.IGNORECASE)
_NUMBERED = re.compile(r"\d+[_-]")
_READ = frozenset(
    {".js", ".cjs", ".mjs", ".ts", ".cts", ".mts", ".sql", ".json", ".yml", ".yaml", ".md"}
)
_LOADED = frozenset({*LOAD_EXTENSIONS, *READABLE_EXTENSIONS, ".sql"})
_FIRST = 4
"""As many files of a folder tell whether it holds migrations."""


def foreseen(entries: Mapping[str, Entry], changed: Iterable[str]) -> Iterator[str]:
    """Paths of `entries`: what says where migrations are, then those that lie beside `changed`.

    A path that is missing costs a call, one too many costs a moment.
    """
    touched = set(filter(is_read, changed))
    beside = {(dirname(path), splitext(path)[1]) for path in touched if _is_migration(path)}
    looked_at: dict[str, int] = {}
    for path, entry in sorted(entries.items()):
        if entry.kind is not Kind.FILE or "node_modules/" in path:
            continue
        folder, suffix = dirname(path), splitext(path)[1]
        if path in touched or (folder, suffix) in beside or _tells(path):
            yield path
        elif suffix in _READ and _MIGRATIONS.search(folder):
            looked_at[folder] = looked_at.get(folder, 0) + 1
            if looked_at[folder] <= _FIRST:
                yield path


def is_read(path: str) -> bool:
    """Whether an audit reads such files at all."""
    return splitext(path)[1] in _READ


def concerns(path: str) -> bool:
    """Whether a change of this file can change the audit of a migration.

    A file that only looks like a migration costs an audit too many, and nothing else.
    """
    migration = splitext(path)[1] in _LOADED and _is_migration(path)
    return migration or _tells(path)


def _tells(path: str) -> bool:
    name = basename(path)
    return path == PATH or name == "package.json" or _KNEXFILE.match(name) is not None


def _is_migration(path: str) -> bool:
    return bool(_MIGRATIONS.search(dirname(path)) or _NUMBERED.match(basename(path)))

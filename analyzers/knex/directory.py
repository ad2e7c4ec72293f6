"""Which files of a directory are migrations to Knex, and in which order it runs them."""

import re
from collections.abc import Iterable, Mapping, Sequence
from posixpath import basename, dirname

from analyzers.source import Entry, Kind, SourceTree, UnreadableFile
from analyzers.struct import Struct

LOAD_EXTENSIONS = (".co", ".coffee", ".eg", ".iced", ".js", ".cjs", ".litcoffee", ".ls", ".ts")
"""What Knex loads where a knexfile says nothing else (`DEFAULT_LOAD_EXTENSIONS`)."""

READABLE_EXTENSIONS = (".js", ".cjs", ".mjs", ".ts", ".cts", ".mts")
"""The languages that are understood here."""


class Directory(Struct, frozen=True):
    """Directories that Knex treats as one list of migrations, with its settings for them.

    `paths` are relative to the repository's root, without a slash at the end; the root is ''.
    """

    paths: tuple[str, ...]
    load_extensions: tuple[str, ...] = LOAD_EXTENSIONS
    sort_separately: bool = False

    def loads(self, path: str) -> bool:
        """Whether Knex would take the file at `path` for a migration.

        It looks at the extension only: `x.d.ts` is loaded, and breaks. It doesn't look into
        sub-folders.
        """
        return path.rpartition("/")[0] in self.paths and extension(path) in self.load_extensions


def extension(path: str) -> str:
    """What Node's `path.extname` gives: `.ts` of `x.d.ts`, nothing of `.gitkeep`."""
    stem, dot, ending = path.rpartition("/")[2].rpartition(".")
    return dot + ending if stem.strip(".") else ""


def in_order(directory: Directory, paths: Iterable[str]) -> tuple[str, ...]:
    """The migrations among `paths`, as Knex runs them: in plain order of their file names."""
    migrations = [path for path in paths if directory.loads(path)]
    place = {folder: index for index, folder in enumerate(directory.paths)}

    def key(path: str) -> tuple[int, bytes, int]:
        folder = place[dirname(path)]
        return (folder if directory.sort_separately else 0, order_key(basename(path)), folder)

    return tuple(sorted(migrations, key=key))


def order_key(name: str) -> bytes:
    """Sorts as JavaScript does: by UTF-16 code units, upper case before lower case."""
    return name.encode("utf-16-be", "surrogatepass")


def found(tree: SourceTree) -> tuple[Directory, ...]:
    """The directories of migrations in a repository that has no knexfile.

    A directory counts if its path says so (a folder called `migrations`) and one of its first
    files looks like a Knex migration. Only their names and a few files are read.
    """
    candidates = _candidates(tree.entries())
    return tuple(
        Directory((folder,), _extensions(files))
        for folder, files in sorted(candidates.items())
        if any(looks_like_migration(tree, path) for path in files[:_LOOKED_AT])
    )


_LOOKED_AT = 4
_FOLDER = re.compile(r"(^|[/_.-])migrations?($|[/_.-])", re.IGNORECASE)
_EXPORTS_UP = re.compile(
    rb"\bexports\.up\b|\bexport\s+(async\s+)?function\s+up\b|\bexport\s+(const|let|var)\s+up\b"
    rb"|\bexport\s*\{[^}]*\bup\b|\bmodule\.exports\s*="
)
_KNEX = re.compile(rb"\bknex\b|\.schema\b|\bKnex\b|\btrx\b")
_OTHERS = re.compile(rb"\bqueryInterface\b|\bMigrationInterface\b|\bpgm\b|\bQueryRunner\b")


def _candidates(entries: Mapping[str, Entry]) -> dict[str, list[str]]:
    folders: dict[str, list[str]] = {}
    for path in sorted(entries):
        folder = dirname(path)
        if not _FOLDER.search(folder) or "node_modules" in folder:
            continue
        if extension(path) in READABLE_EXTENSIONS and entries[path].kind is Kind.FILE:
            folders.setdefault(folder, []).append(path)
    return folders


def _extensions(files: Sequence[str]) -> tuple[str, ...]:
    """Modules are no default of Knex: where all files are such, a knexfile somewhere says so."""
    used = {extension(path) for path in files}
    if used <= set(LOAD_EXTENSIONS):
        return LOAD_EXTENSIONS
    return (*LOAD_EXTENSIONS, *sorted(used - set(LOAD_EXTENSIONS)))


def looks_like_migration(tree: SourceTree, path: str) -> bool:
    """Whether a file says `up` and speaks of Knex, and of no other library's migrations."""
    try:
        content = tree.read(path)
    except UnreadableFile:
        return False
    if _OTHERS.search(content):
        return False
    return bool(_EXPORTS_UP.search(content) and _KNEX.search(content))

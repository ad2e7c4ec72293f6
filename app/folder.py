"""Files named one by one: audited as added, after what sorts before them in their folders."""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path, PurePosixPath

from analyzers.request import Change, ChangeStatus
from analyzers.source import Entry, Kind, SourceTree, UnreadableFile
from app.checkout import Checkout, CheckoutRefused, check_size, readable

MARKERS = (".git", "package.json", "knexfile.js", "knexfile.ts", "knexfile.cjs", "knexfile.mjs")
"""What lies at the root of a project. Imports are followed up to there."""

SKIPPED = frozenset({".git", "node_modules"})
MAX_ENTRIES = 200_000


@contextmanager
def open_files(named: Sequence[Path]) -> Iterator[Checkout]:
    """The files `named`, folders standing for all files in them, as what a pull request adds."""
    files = sorted({file for path in named for file in files_of(path)})
    alone = sorted({path.absolute() for path in named if not path.is_dir()})
    root = root_of(files)
    added = [file.relative_to(root).as_posix() for file in files]
    disk = DiskTree(root, folders=frozenset(file.parent for file in files))
    later = frozenset(sorting_after(added, disk.entries()))
    yield Checkout(
        root,
        base=Without(disk, later.union(added)),
        head=disk,
        changes=tuple(Change(path, ChangeStatus.ADDED) for path in added),
        named=tuple(path.relative_to(root).as_posix() for path in alone),
        directories=tuple(sorted({path.rpartition("/")[0] for path in added})),
    )


def files_of(path: Path) -> list[Path]:
    absolute = path.absolute()
    if absolute.is_dir():
        return [file for file in absolute.iterdir() if is_file(file)]
    if is_file(absolute):
        return [absolute]
    raise CheckoutRefused(f"{path} is neither a file nor a folder.")


def is_file(path: Path) -> bool:
    return path.is_file() and not path.is_symlink()


def root_of(files: Sequence[Path]) -> Path:
    """The nearest folder above all of them that looks like a project's root, or their own."""
    if not files:
        raise CheckoutRefused("There is no file in what was named.")
    common = Path(os.path.commonpath([file.parent for file in files]))
    above = (common, *common.parents)
    return next((at for at in above if any((at / name).exists() for name in MARKERS)), common)


def sorting_after(added: Sequence[str], paths: Mapping[str, Entry]) -> Iterator[str]:
    """What lies beside the added files and sorts after the first of them in its folder."""
    first: dict[PurePosixPath, str] = {}
    for path in map(PurePosixPath, sorted(added)):
        first.setdefault(path.parent, path.name)
    for path in map(PurePosixPath, paths):
        if path.parent in first and path.name >= first[path.parent]:
            yield str(path)


class DiskTree:
    """A `SourceTree` of a folder. Links are listed and never followed."""

    def __init__(self, root: Path, folders: frozenset[Path]) -> None:
        self._root = root
        self._folders = folders

    def entries(self) -> Mapping[str, Entry]:
        return self._entries

    def read(self, path: str) -> bytes:
        entry = readable(path, self._entries.get(path))
        check_size(path, entry.size or 0)
        try:
            return (self._root / path).read_bytes()
        except OSError as error:
            raise UnreadableFile(path, error.strerror or "it cannot be read") from None

    @cached_property
    def _entries(self) -> Mapping[str, Entry]:
        return dict(self._walk())

    def _walk(self) -> Iterator[tuple[str, Entry]]:
        waiting, count = [self._root], 0
        while waiting:
            for item in sorted(scan(waiting.pop()), key=lambda item: item.name):
                path = Path(item.path)
                if item.is_dir(follow_symlinks=False):
                    waiting += [path] if self._is_wanted(path) else []
                    continue
                count += 1
                if count > MAX_ENTRIES:
                    raise CheckoutRefused(f"{self._root} holds more than {MAX_ENTRIES:,} files.")
                yield path.relative_to(self._root).as_posix(), entry_of(item)

    def _is_wanted(self, folder: Path) -> bool:
        named = any(wanted.is_relative_to(folder) for wanted in self._folders)
        return named or folder.name not in SKIPPED


def scan(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as items:
            return list(items)
    except PermissionError:
        return []


def entry_of(item: os.DirEntry[str]) -> Entry:
    """An entry whose identity is its place and time: no file is read only to be listed."""
    about = item.stat(follow_symlinks=False)
    identity = f"{item.path} {about.st_size} {about.st_mtime_ns}"
    kind = Kind.SYMLINK if item.is_symlink() else Kind.FILE
    return Entry(identity, kind, about.st_size)


class Without:
    """A `SourceTree` that lacks some of the files of another one."""

    def __init__(self, tree: SourceTree, lacking: frozenset[str]) -> None:
        self._tree = tree
        self._lacking = lacking

    def entries(self) -> Mapping[str, Entry]:
        return self._entries

    def read(self, path: str) -> bytes:
        if path in self._lacking:
            raise UnreadableFile(path, "there is no such file")
        return self._tree.read(path)

    @cached_property
    def _entries(self) -> Mapping[str, Entry]:
        return {p: entry for p, entry in self._tree.entries().items() if p not in self._lacking}

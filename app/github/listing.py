"""Every path of a commit as a value: read, kept, and grown out of others that are known."""

import json
import zlib
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from analyzers.source import Entry, Kind
from app.github.kept import Kept

ORDINARY, FOLDER = 0o100644, 0o040000
_SYMLINK, _SUBMODULE = 0o120000, 0o160000


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a git tree; `size` of a folder is None."""

    name: str
    mode: int
    oid: str
    size: int | None

    @property
    def is_folder(self) -> bool:
        return self.mode == FOLDER

    def entry(self) -> Entry:
        kinds = {_SYMLINK: Kind.SYMLINK, _SUBMODULE: Kind.SUBMODULE}
        return Entry(self.oid, kinds.get(self.mode, Kind.FILE), self.size)


@dataclass(frozen=True, slots=True)
class Listing:
    """The entries of a tree by path, and git's id of each folder: that of `""` is the tree's.

    `modes` are git's modes of all that are no ordinary files.
    """

    entries: Mapping[str, Entry]
    folders: Mapping[str, str]
    modes: Mapping[str, int]
    _sorted: list[str] = field(default_factory=list, repr=False, compare=False)

    @property
    def root(self) -> str:
        return self.folders[""]

    def below(self, folder: str) -> Iterator[tuple[str, Entry]]:
        """What a folder holds, by the path within it."""
        if not folder:
            yield from self.entries.items()
            return
        if not self._sorted:
            self._sorted.extend(sorted(self.entries))
        start, end = f"{folder}/", f"{folder}0"  # "0" follows "/" in every order of characters
        for path in self._sorted[bisect_left(self._sorted, start) : bisect_left(self._sorted, end)]:
            yield path[len(start) :], self.entries[path]


@dataclass(frozen=True, slots=True)
class Listings:
    """The listings of one repository that are known by their trees' ids."""

    kept: Kept

    def get(self, root: str) -> Listing | None:
        found = self.kept.get([_named(root)])
        return decoded(next(iter(found.values()))) if found else None

    def last(self, line: str) -> Iterator[Listing]:
        """The one that was kept last under this name."""
        for root in self.kept.get([f"last {line}"]).values():
            listing = self.get(root.decode(errors="replace"))
            if listing is not None:
                yield listing

    def keep(self, listing: Listing, line: str = "") -> None:
        """`line`: it is the last one of that name."""
        known = self.kept.get([_named(listing.root)])
        values = {} if known else {_named(listing.root): encoded(listing)}
        self.kept.put(values | ({f"last {line}": listing.root.encode()} if line else {}))


def _named(root: str) -> str:
    """Another form of what is kept needs another name."""
    return f"tree 1 {root}"


def encoded(listing: Listing) -> bytes:
    entries = [[p, e.identity, e.kind.value, e.size] for p, e in listing.entries.items()]
    others = {"folders": dict(listing.folders), "modes": dict(listing.modes)}
    return zlib.compress(json.dumps({"entries": entries, **others}).encode(), level=3)


def decoded(content: bytes) -> Listing | None:
    """What `encoded` made; None for anything else."""
    try:
        found = json.loads(zlib.decompress(content))
        entries = {p: Entry(oid, Kind(kind), size) for p, oid, kind, size in found["entries"]}
        return Listing(entries, found["folders"], found["modes"])
    except (zlib.error, ValueError, KeyError, TypeError):
        return None


@dataclass(slots=True)
class Growing:
    """A listing that is being put together."""

    entries: dict[str, Entry] = field(default_factory=dict)
    folders: dict[str, str] = field(default_factory=dict)
    modes: dict[str, int] = field(default_factory=dict)

    def add(self, path: str, item: Item) -> None:
        self.entries[path] = item.entry()
        if item.mode != ORDINARY:
            self.modes[path] = item.mode

    def copy(self, source: Listing, was: str, path: str) -> None:
        """Everything below the folder `was` of `source`, to below `path`."""
        prefix, start = (f"{name}/" if name else "" for name in (path, was))
        for inside, entry in source.below(was):
            self.entries[prefix + inside] = entry
            if start + inside in source.modes:
                self.modes[prefix + inside] = source.modes[start + inside]
        self.folders[path] = source.folders[was]
        for folder, oid in source.folders.items():
            if folder.startswith(start) and folder != was:
                self.folders[prefix + folder[len(start) :]] = oid

    def listing(self) -> Listing:
        return Listing(self.entries, self.folders, self.modes)


def grown(
    root: str, fetched: Mapping[str, Sequence[Item]], known: Sequence[Listing]
) -> Listing | None:
    """The tree `root`: `fetched` are its folders that changed, all others are in a `known` one.

    None where one of them is in neither.
    """
    places = {oid: (one, path) for one in known for path, oid in one.folders.items()}
    growing = Growing()
    pending = [("", root)]
    while pending:
        path, oid = pending.pop()
        if path not in fetched:
            if oid not in places:
                return None
            growing.copy(*places[oid], path)
            continue
        growing.folders[path] = oid
        for item in fetched[path]:
            inside = f"{path}/{item.name}" if path else item.name
            if item.is_folder:
                pending.append((inside, item.oid))
            else:
                growing.add(inside, item)
    return growing.listing()

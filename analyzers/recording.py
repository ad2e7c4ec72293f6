"""A tree that remembers what was looked up in it: what a result depends on."""

import hashlib
from collections.abc import Iterator, Mapping
from posixpath import dirname

from analyzers.source import Entry, SourceTree
from analyzers.struct import Struct, field


class Dependencies(Struct, frozen=True):
    """Files by their identity when they were looked up, None for those that weren't there.

    `listing` is the digest of all paths, where somebody went through all of them.
    """

    files: Mapping[str, str | None] = field(default_factory=dict)
    listing: str | None = None

    def also(self, later: "Dependencies") -> "Dependencies":
        """What a result depends on that was made from one with these, and looked up `later`."""
        return Dependencies({**self.files, **later.files}, later.listing or self.listing)

    def hold(self, tree: SourceTree, apart_from: tuple[str, ...]) -> bool:
        """Whether `tree` would give the same answers."""
        entries = tree.entries()
        if any(_identity(entries, path) != known for path, known in self.files.items()):
            return False
        return self.listing is None or self.listing == _listing(entries, apart_from)


class RecordingTree:
    """A `SourceTree` that notes which of its files are asked for.

    A listing leaves out what lies directly in the directories `apart_from`: the migrations, whose
    own order and content are known to whoever keeps the result.
    """

    def __init__(self, tree: SourceTree, apart_from: tuple[str, ...]) -> None:
        self._tree = tree
        self._entries = _RecordingEntries(tree.entries())
        self._apart_from = apart_from

    def entries(self) -> Mapping[str, Entry]:
        return self._entries

    def read(self, path: str) -> bytes:
        self._entries.note(path)
        return self._tree.read(path)

    def marked(self) -> frozenset[str]:
        """The files that were looked up since this was last asked."""
        seen = frozenset(path for path, known in self._entries.recent.items() if known is not None)
        self._entries.recent.clear()
        self._entries.asked = False
        return seen

    @property
    def asked(self) -> bool:
        """Whether anything was looked up since the files were last marked."""
        return self._entries.asked

    def dependencies(self) -> Dependencies:
        """Everything that was looked up so far."""
        listed = self._entries.listed
        listing = _listing(self._tree.entries(), self._apart_from) if listed else None
        return Dependencies(dict(self._entries.seen), listing)


class _RecordingEntries(Mapping[str, Entry]):
    def __init__(self, entries: Mapping[str, Entry]) -> None:
        self._entries = entries
        self.seen: dict[str, str | None] = {}
        self.recent: dict[str, str | None] = {}
        self.listed = False
        self.asked = False

    def note(self, path: str) -> None:
        self.asked = True
        self.seen[path] = self.recent[path] = _identity(self._entries, path)

    def __getitem__(self, path: str) -> Entry:
        self.note(path)
        return self._entries[path]

    def __iter__(self) -> Iterator[str]:
        self.listed = self.asked = True
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)


def _identity(entries: Mapping[str, Entry], path: str) -> str | None:
    entry = entries.get(path)
    return None if entry is None else f"{entry.kind.value} {entry.identity}"


def _listing(entries: Mapping[str, Entry], apart_from: tuple[str, ...]) -> str:
    paths = sorted(path for path in entries if dirname(path) not in apart_from)
    return hashlib.sha256("\0".join(paths).encode("utf-8", "surrogatepass")).hexdigest()

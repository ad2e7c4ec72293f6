"""A commit's files, read from GitHub in as few calls as can be."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from posixpath import dirname, splitext

from analyzers.source import Entry, Kind, UnreadableFile
from app.github.blobs import Blobs, Sized
from app.github.connection import Connection
from app.github.errors import ListTruncated, NotFound, NotYetVisible
from app.github.listing import Growing, Item, Listing
from app.github.shape import Json

MAX_READ_BYTES = 10_000_000
"""Our own: no file that an audit looks at is anywhere near."""

MAX_TREE_CALLS = 100
"""Our own, for a tree that GitHub can't list in one call (100,000 entries or 7 MB)."""


@dataclass(frozen=True, slots=True)
class GitTree:
    """A `SourceTree`: its paths are known, its files are read when somebody asks for one.

    Then its neighbours come with it, as many as one call gives.
    """

    sha: str
    listing: Listing
    blobs: Blobs
    others: Sequence[Listing] = ()

    def entries(self) -> Mapping[str, Entry]:
        """Every path of the commit, with git's ids of the contents."""
        return self.listing.entries

    def prefetch(self, paths: Iterable[str]) -> None:
        """Reads these files at once; later `read`s make no call. Skips what can't be read."""
        entries = (self.entries().get(path) for path in paths)
        self.blobs.prefetch((e.identity, e.size) for e in entries if e and not _refusal(e))

    def read(self, path: str) -> bytes:
        """The content of `path`; raises `UnreadableFile` where there is none."""
        entry = self.entries().get(path)
        if entry is None:
            raise UnreadableFile(path, "there is no such file")
        refusal = _refusal(entry)
        if refusal is not None:
            raise UnreadableFile(path, refusal)
        if not self.blobs.has(entry.identity):
            self.blobs.prefetch_once(self._from(path))
        return self.blobs.read(entry.identity)

    def _from(self, path: str) -> Iterator[Sized]:
        """This file, its neighbours of the same kind, and theirs in the other trees we know."""
        yield self.sized(path)
        for entries in (self.entries(), *(other.entries for other in self.others)):
            for neighbour in _neighbours(entries, path):
                yield entries[neighbour].identity, entries[neighbour].size

    def sized(self, path: str) -> Sized:
        """What names its content, and how long that is."""
        return self.entries()[path].identity, self.entries()[path].size


def _neighbours(tree: Mapping[str, Entry], path: str) -> list[str]:
    """The readable files of the same folder and kind, those that sort after this one first."""
    folder, suffix = dirname(path), splitext(path)[1]
    like = (other for other in tree if splitext(other)[1] == suffix and dirname(other) == folder)
    readable = (other for other in like if _refusal(tree[other]) is None)
    return sorted(readable, key=lambda other: (other < path, other))


def list_tree(connection: Connection, repository: str, sha: str, root: str) -> Listing:
    """Every path of a commit, whose tree is `root`. Where GitHub cuts the list short, its folders
    are listed singly.

    Raises `NotYetVisible` where GitHub doesn't show the commit, `ListTruncated` beyond a limit.
    """
    growing = Growing()
    pending = [("", root)]
    calls = 0
    while pending:
        prefix, tree = pending.pop()
        calls += 1
        listed = _list(connection, repository, tree, commit=sha, recursive=True)
        items = list(map(_item, listed.children("tree")))
        if listed.flag("truncated"):
            calls += 1
            listed = _list(connection, repository, tree, commit=sha, recursive=False)
            items = list(map(_item, listed.children("tree")))
            pending += [(f"{prefix}{item.name}/", item.oid) for item in items if item.is_folder]
        if calls > MAX_TREE_CALLS or listed.flag("truncated"):
            raise ListTruncated("files of the repository", len(growing.entries), None)
        growing.folders[prefix.removesuffix("/")] = tree
        for item in items:
            if item.is_folder:
                growing.folders[prefix + item.name] = item.oid
            else:
                growing.add(prefix + item.name, item)
    return growing.listing()


def _list(
    connection: Connection, repository: str, tree: str, *, commit: str, recursive: bool
) -> Json:
    try:
        parameters = {"recursive": "1"} if recursive else {}
        return connection.get(f"{repository}/git/trees/{tree}", parameters)
    except NotFound as missing:
        raise NotYetVisible(commit) from missing


def _item(found: Json) -> Item:
    """A line of a list whose names are paths."""
    mode = int(found.text("mode"), 8)
    return Item(found.text("path"), mode, found.text("sha"), found.maybe_number("size"))


def _refusal(entry: Entry) -> str | None:
    """Why this entry is never read; None for an ordinary file."""
    if entry.kind is not Kind.FILE:
        return f"it is a {entry.kind.value}"
    if entry.size is not None and entry.size > MAX_READ_BYTES:
        return f"it has {entry.size:,} bytes, more than {MAX_READ_BYTES:,}"
    return None

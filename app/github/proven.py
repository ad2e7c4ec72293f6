"""What a list of changes says of a head, where git's own ids prove it: no call is needed then."""

import hashlib
import re
from collections.abc import Iterable, Iterator

from app.github.listing import FOLDER, ORDINARY, Growing, Item, Listing
from app.github.objects import git_id
from app.report.values import ChangedFile, Status

_HUNK = re.compile(r"@@ -(\d+)(?:,(\d+))? \+\d+(?:,\d+)? @@")


def proven(root: str, before: Listing, files: Iterable[ChangedFile]) -> Listing | None:
    """The tree `root`, as `before` with these changes; None where it has another id than that."""
    growing = Growing()
    growing.copy(before, "", "")
    touched: set[str] = set()
    for file in files:
        for path in filter(None, (file.path, file.previous_path)):
            touched.update(folders_above(path))
        if not _apply(growing, file):
            return None
    for folder in sorted(touched, key=lambda folder: -len(folder.split("/")) if folder else 1):
        _rehash(growing, folder)
    return growing.listing() if growing.folders.get("") == root else None


def _apply(growing: Growing, file: ChangedFile) -> bool:
    """What has no id, or another mode than before, can't be proved: the tree's id tells."""
    if file.status is Status.REMOVED:
        _remove(growing, file.path)
        return True
    mode = growing.modes.get(file.previous_path or file.path, ORDINARY)
    if file.status is Status.RENAMED and file.previous_path:
        _remove(growing, file.previous_path)
    if file.blob is None:
        return False
    growing.modes.pop(file.path, None)
    growing.add(file.path, Item(file.path, mode, file.blob, None))
    return True


def _remove(growing: Growing, path: str) -> None:
    growing.entries.pop(path, None)
    growing.modes.pop(path, None)


def folders_above(path: str) -> list[str]:
    """The folders that a path lies in, the whole tree among them."""
    parts = path.split("/")[:-1]
    return ["/".join(parts[:length]) for length in range(len(parts) + 1)]


def _rehash(growing: Growing, folder: str) -> None:
    """https://git-scm.com/book/en/v2/Git-Internals-Git-Objects#_tree_objects"""
    items = sorted(_inside(growing, folder), key=_sorting)
    if not items and folder:
        growing.folders.pop(folder, None)
        return
    lines = (b"%o %s\0" % (i.mode, i.name.encode(errors="surrogatepass")) + _raw(i) for i in items)
    content = b"".join(lines)
    header = b"tree %d\0" % len(content)
    growing.folders[folder] = hashlib.sha1(header + content, usedforsecurity=False).hexdigest()


def _raw(item: Item) -> bytes:
    return bytes.fromhex(item.oid)


def _sorting(item: Item) -> bytes:
    name = item.name.encode(errors="surrogatepass")
    return name + b"/" if item.is_folder else name


def _inside(growing: Growing, folder: str) -> Iterator[Item]:
    """Whatever lies directly in a folder."""
    start = f"{folder}/" if folder else ""
    for path, entry in growing.entries.items():
        if path.startswith(start) and "/" not in path[len(start) :]:
            mode = growing.modes.get(path, ORDINARY)
            yield Item(path[len(start) :], mode, entry.identity, None)
    for path, oid in growing.folders.items():
        if path and path.startswith(start) and path != folder and "/" not in path[len(start) :]:
            yield Item(path[len(start) :], FOLDER, oid, None)


def content_of(file: ChangedFile, before: bytes | None) -> bytes | None:
    """The new content of a file by its patch; None unless git's id proves it."""
    if file.patch is None or file.blob is None:
        return None
    old = [] if file.status is Status.ADDED else _lines(before)
    if old is None:
        return None
    content = _applied(file.patch, old)
    return content if content is not None and git_id(content) == file.blob else None


def _lines(content: bytes | None) -> list[str] | None:
    """With their ends; None for what no patch of text is about."""
    if content is None:
        return None
    try:
        return content.decode().splitlines(keepends=True) if content else []
    except UnicodeDecodeError:
        return None


def _applied(patch: str, old: list[str]) -> bytes | None:
    new: list[str] = []
    position = 0
    for line in patch.split("\n"):
        hunk = _HUNK.match(line)
        if hunk:
            start = int(hunk[1]) - (1 if hunk[2] != "0" else 0)
            new += old[position:start]
            position = start
        elif line.startswith("\\"):
            new[-1:] = [new[-1].removesuffix("\n")] if new else []
        elif line.startswith("+"):
            new.append(f"{line[1:]}\n")
        elif line.startswith("-"):
            position += 1
        elif line.startswith(" "):
            new += old[position : position + 1]
            position += 1
    return "".join([*new, *old[position:]]).encode(errors="surrogatepass")

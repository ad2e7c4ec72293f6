"""What lies between two commits, whether or not GitHub lists all of it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import unified_diff
from urllib.parse import quote

from analyzers.source import Entry, SourceTree, UnreadableFile
from app.github.connection import Connection
from app.github.errors import UnexpectedAnswer
from app.github.shape import Json
from app.github.tree import GitTree
from app.github.values import Commit
from app.report.values import ChangedFile, Status

MAX_COMPARED = 300
"""https://docs.github.com/rest/commits/commits#compare-two-commits: no further pages of files."""

MAX_PATCHED_BYTES = 500_000
"""Beyond it GitHub shows no diff of a file, and takes no comment on its lines.

https://docs.github.com/repositories/creating-and-managing-repositories/repository-limits
"""


@dataclass(frozen=True, slots=True)
class Changes:
    """What GitHub lists of what a head does since it left its base."""

    merge_base: Commit
    files: tuple[ChangedFile, ...]

    @property
    def complete(self) -> bool:
        """GitHub doesn't say whether there are more than it lists."""
        return len(self.files) < MAX_COMPARED


@dataclass(frozen=True, slots=True)
class Trees:
    """Two commits and what lies between them.

    `left`, where the head left the base, is given where GitHub listed no changes and their patches
    are ours to make.
    """

    base: GitTree
    head: GitTree
    files: tuple[ChangedFile, ...]
    left: GitTree | None = None

    def patched(self, paths: frozenset[str]) -> tuple[ChangedFile, ...]:
        """The files, those of `paths` with a patch as GitHub shows it."""
        if self.left is None:
            return self.files
        return tuple(_patched(self.files, paths, self.left, self.head))


def compare(connection: Connection, repository: str, base: str, head: str) -> Changes:
    between = f"{quote(base, safe='')}...{quote(head, safe='')}"
    found = connection.get(f"{repository}/compare/{between}", {"per_page": 1})
    middle = found.child("merge_base_commit")
    commit = Commit(middle.text("sha"), middle.text("commit", "tree", "sha"))
    return Changes(commit, tuple(map(_file, found.children("files"))))


def differences(before: Mapping[str, Entry], after: Mapping[str, Entry]) -> tuple[ChangedFile, ...]:
    """The same from complete lists. What was moved unchanged is renamed; nothing has a patch."""
    removed = [path for path in before if path not in after]
    added = [path for path in after if path not in before]
    gone: defaultdict[str, list[str]] = defaultdict(list)
    for path in sorted(removed, reverse=True):
        gone[before[path].identity].append(path)
    changed = [_added(path, gone[after[path].identity]) for path in sorted(added)]
    moved = {file.previous_path for file in changed}
    changed += [ChangedFile(path, Status.REMOVED) for path in removed if path not in moved]
    changed += [
        ChangedFile(path, status)
        for path, entry in after.items()
        if path in before and (status := _status_of(before[path], entry)) is not None
    ]
    return tuple(sorted(changed, key=lambda file: file.path))


def _added(path: str, gone: list[str]) -> ChangedFile:
    if gone:
        return ChangedFile(path, Status.RENAMED, previous_path=gone.pop())
    return ChangedFile(path, Status.ADDED)


def _status_of(before: Entry, after: Entry) -> Status | None:
    if before.kind is not after.kind:
        return Status.CHANGED
    return Status.MODIFIED if before.identity != after.identity else None


def _patched(
    files: Iterable[ChangedFile], paths: frozenset[str], before: SourceTree, after: SourceTree
) -> Iterator[ChangedFile]:
    for file in files:
        wanted = file.path in paths and file.patch is None and file.status is not Status.REMOVED
        if wanted and file.status is not Status.CHANGED:
            patch = _patch(file, before, after)
            yield ChangedFile(file.path, file.status, file.previous_path, patch)
        else:
            yield file


def _patch(file: ChangedFile, before: SourceTree, after: SourceTree) -> str | None:
    try:
        new = _lines(after, file.path)
        old = [] if file.status is Status.ADDED else _lines(before, file.previous_path or file.path)
    except UnreadableFile:
        return None
    if new is None or old is None:
        return None
    hunks = list(unified_diff(old, new, lineterm=""))[2:]
    return "\n".join(hunks) if hunks else None


def _lines(tree: SourceTree, path: str) -> list[str] | None:
    content = tree.read(path)
    if len(content) > MAX_PATCHED_BYTES or b"\0" in content:
        return None
    return content.decode(errors="replace").split("\n")


def _file(found: Json) -> ChangedFile:
    return ChangedFile(
        path=found.text("filename"),
        status=_status(found.text("status")),
        previous_path=found.maybe_text("previous_filename"),
        patch=found.maybe_text("patch"),
        blob=found.maybe_text("sha"),
    )


def _status(name: str) -> Status:
    found = next((status for status in Status if status.value == name), None)
    if found is None:
        raise UnexpectedAnswer(f"GitHub calls a changed file {name!r}")
    return found

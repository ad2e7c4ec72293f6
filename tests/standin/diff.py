"""What git says has changed between two commits, in the pieces GitHub shows."""

import re
from dataclasses import dataclass
from typing import Literal

from tests.standin.git import Git
from tests.standin.limits import Limits

Side = Literal["LEFT", "RIGHT"]

_HUNK = re.compile(r"^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@", re.MULTILINE)
_STATUS = {"A": "added", "M": "modified", "D": "removed", "R": "renamed", "C": "copied"}


@dataclass(frozen=True, slots=True)
class DiffLine:
    """One line of a patch; `position` counts down from the first ``@@`` line, which is 0."""

    position: int
    hunk: int
    mark: str
    text: str
    old: int | None
    new: int | None

    def at(self, side: Side) -> int | None:
        return self.old if side == "LEFT" else self.new


@dataclass(frozen=True, slots=True)
class Change:
    """One changed file. `patch` is None where GitHub gives none."""

    path: str
    previous_path: str | None
    status: str
    sha: str
    old_sha: str
    mode: str
    additions: int
    deletions: int
    patch: str | None

    def lines(self) -> list[DiffLine]:
        return parse_patch(self.patch or "")


def changes(git: Git, base: str, head: str, limits: Limits) -> list[Change]:
    """All changed files in git's order, renames found as GitHub finds them."""
    command = ("diff-tree", "-r", "-M", "--no-ext-diff", "--no-textconv", "--full-index")
    raw = git.run(*command, "-z", "--raw", base, head).split(b"\0")
    entries = _raw_entries([part.decode(errors="replace") for part in raw if part])
    counts = _counts(git.run(*command, "-z", "--numstat", base, head))
    patches = _patches(git.run(*command, "-p", base, head))
    return _within(limits, [_change(entry, counts, patches) for entry in entries])


def parse_patch(patch: str) -> list[DiffLine]:
    lines: list[DiffLine] = []
    old = new = 0
    hunk = -1
    for position, text in enumerate(_split(patch)):
        header = _HUNK.match(text)
        if header:
            hunk += 1
            old, new = int(header[1]), int(header[3])
            lines.append(DiffLine(position, hunk, "@", text, None, None))
            continue
        mark = text[:1] or " "
        at_old = old if mark in " -" else None
        at_new = new if mark in " +" else None
        lines.append(DiffLine(position, hunk, mark, text[1:], at_old, at_new))
        old += at_old is not None
        new += at_new is not None
    return lines


def moved_line(git: Git, old_sha: str, new_sha: str, line: int) -> int | None:
    """Where a line of one blob stands in another one, or None if it was changed or taken out."""
    if old_sha == new_sha:
        return line
    patch = git.run("diff", "--no-ext-diff", "--no-textconv", "-U0", old_sha, new_sha)
    shift = 0
    for match in _HUNK.finditer(patch.decode(errors="replace")):
        start, removed = int(match[1]), int(match[2] or 1)
        added = int(match[4] or 1)
        first_untouched = start + removed if removed else start + 1
        if line < (start if removed else first_untouched):
            break
        if line < first_untouched:
            return None
        shift += added - removed
    return line + shift


def _raw_entries(parts: list[str]) -> list[tuple[list[str], str, str | None]]:
    entries: list[tuple[list[str], str, str | None]] = []
    remaining = iter(parts)
    for header in remaining:
        fields = header.removeprefix(":").split(" ")
        first = next(remaining)
        if fields[4][0] in "RC":
            entries.append((fields, next(remaining), first))
        else:
            entries.append((fields, first, None))
    return entries


def _counts(raw: bytes) -> dict[str, tuple[int, int]]:
    counts: dict[str, tuple[int, int]] = {}
    remaining = iter(raw.decode(errors="replace").split("\0"))
    for record in remaining:
        if not record:
            continue
        added, deleted, path = record.split("\t", 2)
        if not path:
            next(remaining)
            path = next(remaining)
        counts[path] = (_number(added), _number(deleted))
    return counts


def _number(text: str) -> int:
    return 0 if text == "-" else int(text)


def _patches(raw: bytes) -> dict[tuple[str, str], str]:
    """Patches by the hashes that stand in their ``index`` lines, without the file headers."""
    patches: dict[tuple[str, str], str] = {}
    for block in re.split(r"^diff --git ", raw.decode(errors="replace"), flags=re.MULTILINE)[1:]:
        index = re.search(r"^index ([0-9a-f]+)\.\.([0-9a-f]+)", block, flags=re.MULTILINE)
        start = re.search(r"^@@ ", block, flags=re.MULTILINE)
        if index and start and index.start() < start.start():
            patches[index[1], index[2]] = block[start.start() :].removesuffix("\n")
    return patches


def _change(
    entry: tuple[list[str], str, str | None],
    counts: dict[str, tuple[int, int]],
    patches: dict[tuple[str, str], str],
) -> Change:
    (_, mode, old, new, status), path, previous = entry
    added, deleted = counts.get(path, (0, 0))
    removed = status == "D"
    return Change(
        path=path,
        previous_path=previous,
        status=_STATUS.get(status[0], "changed"),
        sha=old if removed else new,
        old_sha=old,
        mode=mode,
        additions=added,
        deletions=deleted,
        patch=patches.get((old, new)),
    )


def _within(limits: Limits, found: list[Change]) -> list[Change]:
    """Takes away the patches that are too large, alone or together."""
    lines = size = 0
    kept: list[Change] = []
    for change in found:
        patch = change.patch
        if patch is not None:
            own_lines, own_size = patch.count("\n") + 1, len(patch.encode())
            alone = own_lines > limits.file_diff_lines or own_size > limits.file_diff_bytes
            if not alone:
                lines, size = lines + own_lines, size + own_size
            if alone or lines > limits.diff_lines or size > limits.diff_bytes:
                patch = None
        kept.append(change if patch is change.patch else _without_patch(change))
    return kept


def _without_patch(change: Change) -> Change:
    return Change(
        change.path,
        change.previous_path,
        change.status,
        change.sha,
        change.old_sha,
        change.mode,
        change.additions,
        change.deletions,
        None,
    )


def _split(patch: str) -> list[str]:
    """Lines end at LF and nowhere else: a patch may hold CR, form feeds and U+2028."""
    return patch.split("\n") if patch else []

"""Whether an applied migration that was edited still does what it did."""

from itertools import zip_longest

from analyzers.findings import Direction
from analyzers.loading import Loader
from analyzers.replay import Known
from analyzers.rules.context import Comparison, ModifiedMigration, Replay
from analyzers.source import Place, SourceFile, SourceTree, UnreadableFile

_AROUND = 20
"""Characters that are shown around a difference, for people to find it."""


def compare(base: Loader, head: Loader, path: str, before: Known) -> ModifiedMigration:
    """Compares statements, not text: both versions are replayed over what was there `before`.

    Where one of them can't be known without running it, the code's tokens decide.
    """
    old, new = base.load(path), head.load(path)
    if old.refused or new.refused:
        return _unread(base.tree, head.tree, path)
    at = _first_difference(old.file, new.file)
    for direction in Direction:
        was, now = (
            loader.execute(one, direction, loader.database(before))
            for loader, one in ((base, old), (head, new))
        )
        verdict = _verdict(was, now)
        if verdict is Comparison.OTHER_STATEMENTS:
            return ModifiedMigration(path, verdict, at, _difference(was, now))
        if verdict is Comparison.NOT_COMPARABLE and old.tokens != new.tokens:
            return ModifiedMigration(path, verdict, at)
    if base.in_transaction(old) != head.in_transaction(new):
        return ModifiedMigration(path, Comparison.OTHER_STATEMENTS, at, "its `config` changed")
    same = Comparison.SAME_TEXT if old.file.text == new.file.text else Comparison.SAME_STATEMENTS
    return ModifiedMigration(path, same, at)


def _unread(base: SourceTree, head: SourceTree, path: str) -> ModifiedMigration:
    """Where a file is not looked at, git still knows whether it is the same one."""
    was, now = base.entries().get(path), head.entries().get(path)
    same = was and now and (was.identity, was.kind) == (now.identity, now.kind)
    verdict = Comparison.SAME_TEXT if same else Comparison.NOT_COMPARABLE
    return ModifiedMigration(path, verdict, first_difference(base, head, path))


def first_difference(base: SourceTree, head: SourceTree, path: str) -> Place:
    """The first line at which a file differs; its first line where it is gone."""
    return _first_difference(_file(base, path), _file(head, path))


def _verdict(was: Replay | None, now: Replay | None) -> Comparison | None:
    """None: the direction does what it did."""
    if was is None or now is None:
        return Comparison.NOT_COMPARABLE
    if _sent(was) != _sent(now):
        return Comparison.OTHER_STATEMENTS
    complete = was.execution.complete and now.execution.complete
    return None if complete else Comparison.NOT_COMPARABLE


def _sent(replay: Replay) -> list[tuple[str, bool, bool, int | None]]:
    return [
        (s.sql.string, s.conditional, s.repeated, s.transaction)
        for s in replay.execution.statements
    ]


def _difference(was: Replay | None, now: Replay | None) -> str:
    """The first statement that differs, before and after."""
    if was is None or now is None:
        return ""
    pairs = zip_longest(
        (s.sql.string for s in was.execution.statements),
        (s.sql.string for s in now.execution.statements),
    )
    old, new = next(((a, b) for a, b in pairs if a != b), (None, None))
    if old is None or new is None:
        return f"`{new}` is new" if new else f"`{old}` is gone" if old else ""
    before, after = _differing(old, new)
    return f"`{before}` became `{after}`"


def _differing(old: str, new: str) -> tuple[str, str]:
    """The parts in which two texts differ, with a few words around them."""
    start = _alike(old, new)
    end = _alike(old[start:][::-1], new[start:][::-1])
    first = max(old.rfind(" ", 0, max(start - _AROUND, 0)), 0)
    last = _AROUND - end
    return _part(old, first, len(old) + last), _part(new, first, len(new) + last)


def _alike(one: str, other: str) -> int:
    """How many characters two texts have in common at their beginning."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((n for n, (a, b) in pairs if a != b), min(len(one), len(other)))


def _part(text: str, start: int, end: int) -> str:
    last = text.find(" ", end)
    last = len(text) if last < 0 else last
    return ("…" if start else "") + text[start:last] + ("…" if last < len(text) else "")


def _first_difference(old: SourceFile, new: SourceFile) -> Place:
    """The first line of the new text that isn't the old one's."""
    pairs = zip_longest(old.text.split("\n"), new.text.split("\n"))
    line = next((number for number, (a, b) in enumerate(pairs, 1) if a != b), 1)
    line = min(line, len(new.text.split("\n")))
    return Place(new.path, line, line, 1, 1)


def _file(tree: SourceTree, path: str) -> SourceFile:
    try:
        return SourceFile(path, tree.read(path).decode("utf-8", "replace"))
    except UnreadableFile:
        return SourceFile(path, "")

"""What is told of each directory and of each migration by itself, of many by two processes."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import TypeAlias

from analyzers.aside import Aside
from analyzers.asking import WHOLE, Found, Key, ask_changes, ask_migration
from analyzers.describe import describe
from analyzers.result import MigrationReport
from analyzers.rules.context import AddedMigration, Changes
from analyzers.settings import Settings
from analyzers.struct import Struct, field

FEWEST = 32
"""Migrations for which two processes are quicker than one."""

_SHARE = 0.7
"""Of them, what another process tells of. When so many are replayed, the one that interprets has
ended; and all that is left here, replaying the rest and telling of it, takes as long."""


class Tale(Struct, frozen=True):
    """What rules find, nothing suppressed yet; and the report, of a migration."""

    findings: Found
    report: MigrationReport | None = None


_Question: TypeAlias = Callable[[], Tale]


class _Followed(Struct):
    """What to ask of the migrations of a directory; the first answers are `begun` elsewhere."""

    questions: list[_Question] = field(default_factory=list)
    elsewhere: int = 0
    begun: Iterator[Tale] = field(default_factory=lambda: iter(()))


class Telling(Struct):
    """`progress` is told of each migration before anybody waits for it; in `brief`, reports are.

    Another process replays the `down` of those that it tells of, too.
    """

    settings: Settings
    progress: Callable[[str], None]
    aside: Aside
    brief: bool
    _followed: dict[str, _Followed] = field(default_factory=dict)

    def following(
        self, directory: str, replayed: Iterable[AddedMigration], count: int, until: str
    ) -> tuple[AddedMigration, ...]:
        """All `count` migrations; of most a copy tells while the last are still replayed.

        `until` says how long their locks are held.
        """
        report = partial(describe, until=until, brief=self.brief)
        followed = self._followed[directory] = _Followed()
        added: list[AddedMigration] = []
        for migration in replayed:
            added.append(migration)
            followed.questions.append(partial(_tale, migration, self.settings, report))
            if count >= FEWEST and len(added) == int(count * _SHARE):
                followed.elsewhere = len(added)
                followed.begun = self.aside.begin(tuple(followed.questions), Tale)
        return tuple(added)

    def tell(self, concerned: Iterable[Changes]) -> Mapping[Key, Tale]:
        """What is told of the directories that were followed, each before its migrations."""
        return {key: tale for changes in concerned for key, tale in self._tales(changes)}

    def _tales(self, changes: Changes) -> Iterator[tuple[Key, Tale]]:
        """What is left to this process goes first: meanwhile the other one works, too."""
        directory, followed = changes.directory, self._followed[changes.directory]
        keys = [(directory, migration.path) for migration in changes.added]
        jobs = list(zip(keys, followed.questions, strict=True))
        yield (directory, WHOLE), Tale(ask_changes(changes))
        own = [self._told(*job, iter(())) for job in jobs[followed.elsewhere :]]
        others = [self._told(*job, followed.begun) for job in jobs[: followed.elsewhere]]
        yield from zip(keys, (*others, *own), strict=True)

    def _told(self, key: Key, question: _Question, begun: Iterator[Tale]) -> Tale:
        self.progress(key[1])
        tale = next(begun, None)
        return question() if tale is None else tale


def _tale(
    migration: AddedMigration,
    settings: Settings,
    report: Callable[[AddedMigration], MigrationReport],
) -> Tale:
    return Tale(ask_migration(migration, settings), report(migration))

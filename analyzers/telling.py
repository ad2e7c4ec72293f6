"""What is told of each directory and of each migration by itself, of many by two processes."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

from analyzers.aside import Aside
from analyzers.asking import WHOLE, Found, Key, ask_changes, ask_migration
from analyzers.describe import describe, until_when
from analyzers.result import MigrationReport
from analyzers.rules.context import AddedMigration, Changes
from analyzers.settings import Settings
from analyzers.struct import Struct

FEWEST = 32
"""Migrations for which two processes are quicker than one."""


class Tale(Struct, frozen=True):
    """What rules find, nothing suppressed yet; and the report, of a migration."""

    findings: Found
    report: MigrationReport | None = None


def tell(
    concerned: Sequence[Changes], progress: Callable[[str], None], aside: Aside, *, brief: bool
) -> Mapping[Key, Tale]:
    """The later half of many is told by another process, which replays their `down`, too.

    `progress` is told of each before anybody waits for it. In `brief`, reports are.
    """
    questions = dict(_questions(concerned, brief=brief))
    half = len(questions) // 2 if len(questions) >= FEWEST else len(questions)
    elsewhere = list(questions.values())[half:]
    begun = aside.begin(elsewhere, Tale) if elsewhere else iter(())
    told: dict[Key, Tale] = {}
    for number, (key, question) in enumerate(questions.items()):
        progress(key[1] or key[0])
        tale = next(begun, None) if number >= half else None
        told[key] = question() if tale is None else tale
    return told


def _questions(
    concerned: Sequence[Changes], *, brief: bool
) -> Iterator[tuple[Key, Callable[[], Tale]]]:
    for changes in concerned:
        yield (changes.directory, WHOLE), partial(_tale_of_all, changes)
        report = partial(describe, until=until_when(changes.added), brief=brief)
        for added in changes.added:
            question = partial(_tale, added, changes.settings, report)
            yield (changes.directory, added.path), question


def _tale_of_all(changes: Changes) -> Tale:
    return Tale(ask_changes(changes))


def _tale(
    migration: AddedMigration,
    settings: Settings,
    report: Callable[[AddedMigration], MigrationReport],
) -> Tale:
    return Tale(ask_migration(migration, settings), report(migration))
